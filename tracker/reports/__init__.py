"""What a session or many are told as: figures, plots, the report, trends, insights."""
