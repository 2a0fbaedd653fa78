"""Readers of networks to export: checkpoints, torch.export programs, Keras models and ONNX files."""
