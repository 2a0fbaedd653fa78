"""Fit to the person: a correction of what is shown, from a few verdicts, kept beside the model and never in it."""
