"""How a face moves between two observations: blinks, head gestures, talking, and what watching it may cost."""
