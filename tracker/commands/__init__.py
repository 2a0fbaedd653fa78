"""The commands of `mien` in a terminal."""
