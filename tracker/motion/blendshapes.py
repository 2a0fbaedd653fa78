"""Means of the landmark model's blendshapes, which are MediaPipe's, named as ARKit's."""

from collections.abc import Mapping


def both(name: str) -> tuple[str, str]:
    """A blendshape's names for the left and the right side of a face."""
    return f"{name}Left", f"{name}Right"


def mean_of(blendshapes: Mapping[str, float], names: tuple[str, ...]) -> float:
    """The mean of some blendshapes, 0 to 1; one that is missing counts as 0, and so does the mean of none."""
    return sum(blendshapes.get(name, 0.0) for name in names) / max(1, len(names))
