"""What starts the dashboard."""
