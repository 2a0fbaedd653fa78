"""Recordings that the pages have analysed."""
