"""The live session on the pages."""
