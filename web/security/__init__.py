"""Who may use the dashboard: the token, the check of every request, and the https origin of Zoom's panel."""
