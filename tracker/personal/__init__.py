"""Fits to a person: corrections of what the model shows, learnt from verdicts and kept beside the model file."""
