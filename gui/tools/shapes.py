"""Rectangle, ellipse and lasso: drawn as a rubber band while the button is down, written when it comes up.

The map changes after the release only, so a drag costs nothing however large it is, and taking it back leaves no
trace. What is large is worked out in a thread.
"""

from __future__ import annotations

from dataclasses import replace
from math import copysign, floor

import numpy as np
from PySide6.QtCore import Qt

from core.box import Box
from core.regions import Region
from core.selecting import ellipse, lasso, rectangle
from gui.tools.base import Band, Host, Pointer, Tool, ToolOptions, step_name
from gui.tools.writer import Writer

Point = tuple[float, float]


class ShapeTool(Tool):
    """Collects points while the button is down; what they enclose gets the label that was chosen at the start."""

    title = ""
    options_shown = ("select",)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._points: list[Point] = []
        self._label = 0
        self._how: str | None = None
        self._shifted = False
        self._writer = Writer()

    @property
    def busy(self) -> bool:
        return bool(self._points) or self._writer.busy

    def press(self, pointer: Pointer, host: Host) -> None:
        if self._writer.busy:
            return
        self._label, self._how = self.options.label, self.how(pointer)
        self._shifted = pointer.straight and self._how is not None  # Shift has said something else already
        self._points = [self.place(pointer)]

    def move(self, pointer: Pointer, host: Host) -> None:
        self._shifted &= pointer.straight
        if self._points:
            self._points = self.reach(self._points, replace(pointer, straight=pointer.straight and not self._shifted))

    def release(self, pointer: Pointer, host: Host) -> None:
        if not self._points:
            return
        self.move(pointer, host)
        points, self._points = self._points, []
        shape = host.document.labels.shape
        (left, top), (right, bottom) = np.floor(np.min(points, 0)), np.ceil(np.max(points, 0))
        box = Box(int(top), int(left), int(bottom) + 1, int(right) + 1).clip(*shape)
        name, most = step_name(self.title, host, self._label), box.height * box.width
        if self._how is not None:
            self._writer.select(host, self._how, lambda: self.region(points, shape), most=most)
        else:
            self._writer.write(host, name, self._label, lambda: self.region(points, shape), most=most)

    def cancel(self, host: Host) -> None:
        self._writer.cancel()
        self._points = []

    def put_down(self, host: Host) -> None:
        self.cancel(host)

    def paint_cursor(self, pointer: Pointer) -> Band | None:
        return self.band(self._points, self._label) if self._points else None

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
