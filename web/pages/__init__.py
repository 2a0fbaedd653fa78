"""The pages and what they ask for."""
