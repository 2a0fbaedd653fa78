"""What `mien` does in a terminal."""
