"""Libraries that take a second and more to import, which happens in the first test that uses one.

Each worker collects all tests, and runs only some of them.
"""

from importlib import import_module
from typing import Any


class Lazily:
    """Stands for a module, which is imported when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


torch: Any = Lazily("torch")
"""For tests with the mark ``training``, which are skipped where it is not installed."""
keras: Any = Lazily("keras")
layers: Any = Lazily("keras.layers")
