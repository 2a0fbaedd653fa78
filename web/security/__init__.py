"""Who may come in, and what pages may do."""
