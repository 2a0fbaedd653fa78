"""What `mien` does in a terminal to make and measure a model."""
