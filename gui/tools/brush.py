"""The round brush, and the eraser, which is a brush that writes the segmentation's labels back.

Between two events the disc is swept, so a stroke has no gaps at any speed. Shift draws a straight line from
where the last stroke ended. A tablet's pressure makes the disc smaller.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from core.document import ERASE
from gui.tools.base import Host, Outline, Pointer, Tool, ToolOptions, Trail, step_name
from gui.tools.disc import snap, sweep_mask

_MOST_PARTS = 16  # a segment whose ends differ in size is drawn in at most so many steps


class BrushTool(Tool):
    """Paints `options.label`, or always `label` if one is given (ERASE)."""

    name = "brush"
    title = "Brush"
    options_shown = ("size",)
    cursor = Qt.CursorShape.BlankCursor

    def __init__(self, options: ToolOptions, label: int | None = None) -> None:
        super().__init__(options)
        self._fixed = label
        self._label = 0
        self._at: tuple[float, float, int] | None = None  # unsnapped place and size; None between strokes
        self._last: tuple[float, float] | None = None  # where the last stroke ended
        self._last_document: object = None
        self._points: list[tuple[float, float]] = []

    @property
    def label(self) -> int:
        """What is painted next: a label or ERASE."""
        return self.options.label if self._fixed is None else self._fixed

    @property
    def busy(self) -> bool:
        return self._at is not None

    def press(self, pointer: Pointer, host: Host) -> None:
        self._label = self.label
        host.document.begin_stroke(self._title(host))
        here = pointer.x, pointer.y
        line = pointer.straight and self._last is not None and self._last_document is host.document
        start = self._last if line else here
        self._points = [start]
        self._at = (*start, self._size(pointer))
        self._draw_to(*here, self._size(pointer), host)

    def move(self, pointer: Pointer, host: Host) -> None:
        if self.busy:
            self._draw_to(pointer.x, pointer.y, self._size(pointer), host)

    def release(self, pointer: Pointer, host: Host) -> None:
        if not self.busy:
            return
        if (pointer.x, pointer.y) != self._at[:2]:
            self._draw_to(pointer.x, pointer.y, self._at[2], host)
        self._last, self._last_document = self._at[:2], host.document
        self._at = None
        host.document.end_stroke()

    def cancel(self, host: Host) -> None:
        if self.busy:
            self._at = None
            host.document.cancel_stroke()

    def wheel(self, steps: float, host: Host) -> bool:
        if not self.busy:
            self.options.step_size(steps)
        return True

    def paint_cursor(self, pointer: Pointer) -> Outline | None:
        size = self._size(pointer)
        return Outline(*snap(pointer.x, pointer.y, size), size, self.label)

    def trail(self) -> Trail | None:
        return Trail(np.array(self._points), self._at[2], self._label) if self.busy else None

    def _size(self, pointer: Pointer) -> int:
        full = self.options.size
        return full if pointer.pressure is None else max(1, round(full * pointer.pressure))

    def _title(self, host: Host) -> str:
        return "Erase" if self._label == ERASE else step_name("Brush", host, self._label)

    def _draw_to(self, x: float, y: float, size: int, host: Host) -> None:
        """Sweep from where the brush is to x, y, growing or shrinking on the way."""
        x0, y0, size0 = self._at
        parts = min(max(abs(size - size0), 1), _MOST_PARTS)
        for part in range(parts):
            t0, t1 = part / parts, (part + 1) / parts
            now = round(size0 + (size - size0) * t1)
            start = snap(x0 + (x - x0) * t0, y0 + (y - y0) * t0, now)
            end = snap(x0 + (x - x0) * t1, y0 + (y - y0) * t1, now)
            if swept := sweep_mask(start, end, now, host.document.labels.shape):
                host.document.paint(*swept, self._label)
        self._at = x, y, size
        self._points.append((x, y))


class EraserTool(BrushTool):
    """Brings the segmentation's labels back."""

    name = "eraser"
    title = "Eraser"
    paints = False

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options, ERASE)
