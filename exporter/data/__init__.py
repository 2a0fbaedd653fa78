"""Labelled faces: how they are read from data sets and folders, and which label is the true one."""
