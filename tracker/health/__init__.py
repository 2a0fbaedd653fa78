"""How well the model does for people: accuracy, calibration, drift."""
