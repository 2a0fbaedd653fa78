"""A network that learns."""
