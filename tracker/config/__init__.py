"""Settings, the types of options, and where the model files lie."""
