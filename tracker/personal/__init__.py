"""Fits to a person: corrections of the model's last layer, learnt from verdicts, stored as files, and applied."""
