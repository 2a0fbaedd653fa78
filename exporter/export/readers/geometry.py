"""The shape of a foreign network's input: side, layout and batch size, from the network and what the user said."""

from dataclasses import dataclass
from pathlib import Path

from exporter.export.readers.description import NCHW, NHWC, Description
from exporter.export.readers.source import Array
from tracker.core.errors import ModelError, UsageError
from tracker.model.framing import CROP_SIDES

Shape = tuple[int | None, ...]
"""Sizes of an input, None where they are free."""


@dataclass(frozen=True, slots=True)
class InputGeometry:
    """The shape of an input. batch: None for any. side: in pixels. layout: nchw or nhwc."""

    batch: int | None
    side: int
    layout: str

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one crop."""
        return (1, self.side, self.side) if self.layout == NCHW else (self.side, self.side, 1)

    def own(self, values: Array) -> Array:
        """Crops [N, 1, side, side] in the network's own layout."""
        return values if self.layout == NCHW else values.transpose(0, 2, 3, 1)


def input_geometry(path: Path, shape: Shape, told: Description) -> InputGeometry:
    """A sentence where the network's input is not one gray picture, or not what was said."""
    layout = _layout(path, shape, told)
    known = set(shape[2:] if layout == NCHW else shape[1:3]) - {None}
    if not known and told.size is None:
        raise UsageError(f"{path}: its input is {_format_shape(shape)}; say how many pixels a side has, as --size 48.")
    sides = {*known, *([] if told.size is None else [told.size])}
    side = sides.pop()
    if sides or side is None or side not in CROP_SIDES:
        asked = "" if told.size is None else f" of {told.size} pixels a side, as was said"
        raise ModelError(
            f"{path}: expected square crops{asked} ({CROP_SIDES.start} to {CROP_SIDES.stop - 1} pixels), found an input of"
            f" {_format_shape(shape)}."
        )
    return InputGeometry(shape[0], side, layout)


def _layout(path: Path, shape: Shape, told: Description) -> str:
    """Where the one channel is: as the network says, or where it is silent as the person does."""
    channels = {NCHW: shape[1], NHWC: shape[3]} if len(shape) == 4 else {}
    if told.layout is not None:
        channels = {layout: count for layout, count in channels.items() if layout == told.layout}
    fitting = [layout for layout, count in channels.items() if count == 1]
    fitting = fitting or [layout for layout, count in channels.items() if count is None]
    if not fitting:
        asked = "" if told.layout is None else f" in the layout {told.layout}, as was said"
        raise ModelError(
            f"{path}: expected one gray picture a face{asked}, [N, 1, side, side] or [N, side, side, 1], found an input of"
            f" {_format_shape(shape)}. Networks for colour cannot be used."
        )
    if len(fitting) > 1:
        raise UsageError(f"{path}: its input is {_format_shape(shape)}; say where its one channel is: --layout nchw or nhwc.")
    return fitting[0]


def _format_shape(shape: Shape) -> str:
    return f"[{', '.join('?' if size is None else str(size) for size in shape)}]"
