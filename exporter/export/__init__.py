"""From a network to a calibrated model file."""
