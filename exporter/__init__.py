"""Labelled faces in, a model file that explains itself out."""

import tracker  # noqa: F401 - before torch, Keras and onnxruntime: it sets their switches
