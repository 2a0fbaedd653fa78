"""Labelled faces in: data sets, folders, labels."""
