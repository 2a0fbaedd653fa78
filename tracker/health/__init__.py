"""How well the model does for a person."""
