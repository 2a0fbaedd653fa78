"""The scores of a model file, and its model card."""
