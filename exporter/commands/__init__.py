"""The commands that train, export and evaluate a model."""
