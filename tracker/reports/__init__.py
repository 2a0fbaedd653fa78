"""Reports on one session or many: figures, plots, the HTML page, trends, insights."""
