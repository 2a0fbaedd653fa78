"""What moves between two readings: blinks, head gestures, talking, and what it may cost."""
