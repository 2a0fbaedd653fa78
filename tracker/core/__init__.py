"""Nouns and small tools that every other part may use: frames, faces, scores, errors, files, text."""
