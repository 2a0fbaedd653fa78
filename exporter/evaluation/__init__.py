"""How good a model file is, and its card."""
