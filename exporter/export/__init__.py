"""A network that becomes a model file."""
