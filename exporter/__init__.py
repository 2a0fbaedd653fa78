"""Train, export and evaluate models of facial expressions."""

import tracker  # noqa: F401 - before torch, Keras and onnxruntime: it sets their switches
