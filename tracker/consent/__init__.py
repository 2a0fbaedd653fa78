"""Asking others: the words for it, and the log of when they were analysed."""
