"""One session while it runs: tracking, smoothing, timeline, worker, controller, alerts."""
