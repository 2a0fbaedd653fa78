"""Research that is not part of a release: what was tried, and its helpers."""
