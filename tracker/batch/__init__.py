"""A whole recording, analysed and stored."""
