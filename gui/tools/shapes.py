"""Rectangle, ellipse and lasso: drawn as a rubber band while the button is down, written when it comes up.

The map changes on release only, so a drag costs nothing however large it is, and taking it back leaves no trace.
"""

from __future__ import annotations

from math import copysign, floor

import numpy as np
from PySide6.QtCore import Qt

from core.regions import Region, paint
from core.selecting import ellipse, lasso, rectangle
from gui.tools.base import Band, Host, Pointer, Tool, ToolOptions, step_name

Point = tuple[float, float]


class ShapeTool(Tool):
    """Collects points while the button is down; what they enclose gets the label that was chosen at the start."""

    title = ""
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._points: list[Point] = []
        self._label = 0

    @property
    def busy(self) -> bool:
        return bool(self._points)

    def press(self, pointer: Pointer, host: Host) -> None:
        self._label = self.options.label
        self._points = [self.place(pointer)]

    def move(self, pointer: Pointer, host: Host) -> None:
        if self.busy:
            self._points = self.reach(self._points, pointer)

    def release(self, pointer: Pointer, host: Host) -> None:
        if not self.busy:
            return
        self.move(pointer, host)
        points, self._points = self._points, []
        region = self.region(points, host.document.labels.shape)
        paint(host.document, step_name(self.title, host, self._label), region, self._label)

    def cancel(self, host: Host) -> None:
        self._points = []

    def paint_cursor(self, pointer: Pointer) -> Band | None:
        return self.band(self._points, self._label) if self.busy else None

    def place(self, pointer: Pointer) -> Point:
        """Where the pointer counts."""
        return pointer.x, pointer.y

    def reach(self, points: list[Point], pointer: Pointer) -> list[Point]:
        """The points when the pointer has come to another place."""
        raise NotImplementedError

    def region(self, points: list[Point], shape: tuple[int, int]) -> Region:
        """The pixels of a photo of `shape` that the points enclose."""
        raise NotImplementedError

    def band(self, points: list[Point], label: int) -> Band:
        """The line that shows the region."""
        raise NotImplementedError


class RectangleTool(ShapeTool):
    """From corner to corner, along the edges of pixels; Shift keeps it square."""

    name = "rectangle"
    title = "Rectangle"
    told = "Drag from corner to corner; Shift keeps it square"

    def place(self, pointer: Pointer) -> Point:
        return float(floor(pointer.x + 0.5)), float(floor(pointer.y + 0.5))

    def reach(self, points: list[Point], pointer: Pointer) -> list[Point]:
        (x0, y0), (x, y) = points[0], self.place(pointer)
        if pointer.straight:
            side = max(abs(x - x0), abs(y - y0))
            x, y = x0 + copysign(side, x - x0), y0 + copysign(side, y - y0)
        return [(x0, y0), (x, y)]

    def region(self, points: list[Point], shape: tuple[int, int]) -> Region:
        return rectangle(points[0], points[-1], shape)

    def band(self, points: list[Point], label: int) -> Band:
        (x0, y0), (x1, y1) = points[0], points[-1]
        return Band(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]), label)


class EllipseTool(RectangleTool):
    """The ellipse in the rectangle from corner to corner; Shift makes it a circle."""

    name = "ellipse"
    title = "Ellipse"
    told = "Drag from corner to corner; Shift makes it a circle"

    def region(self, points: list[Point], shape: tuple[int, int]) -> Region:
        return ellipse(points[0], points[-1], shape)

    def band(self, points: list[Point], label: int) -> Band:
        return Band(np.array([points[0], points[-1]]), label, oval=True)


class LassoTool(ShapeTool):
    """A freehand line that closes itself; a loop inside it is a hole."""

    name = "lasso"
    title = "Lasso"
    told = "Drag around what gets the label; let go to close the line"

    def reach(self, points: list[Point], pointer: Pointer) -> list[Point]:
        here = self.place(pointer)
        if here != points[-1]:
            points.append(here)
        return points

    def region(self, points: list[Point], shape: tuple[int, int]) -> Region:
        return lasso(points, shape)

    def band(self, points: list[Point], label: int) -> Band:
        return Band(np.array(points), label)
