"""The round brush, and the eraser, which is a brush that writes the segmentation's labels back.

Between two events the disc is swept, so a stroke has no gaps at any speed. Shift draws a straight line from
where the last stroke ended; held beforehand it shows that line. A tablet's pressure makes the disc smaller.

With "Snap to edges" a stroke is many dabs, and each takes only those of its pixels that are as light as the photo is
under the dab's centre.
"""

from __future__ import annotations

from math import ceil, floor, hypot

import numpy as np
from PySide6.QtCore import Qt

from core.box import Box
from core.document import ERASE
from core.photo import Photo
from core.wands import as_light_as, light_bytes
from gui.tools.base import Host, Outline, Pointer, Tool, ToolOptions, Trail, step_name
from gui.tools.disc import snap, sweep_mask

_MOST_PARTS = 16  # a segment whose ends differ in size is drawn in at most so many steps
_DABS = 4  # dabs of a snapped stroke on the length of the brush's size
_REACH = 16  # the part of the brush's size around its centre that tells how light it is there


class BrushTool(Tool):
    """Paints `options.label`, or always `label` if one is given (ERASE)."""

    name = "brush"
    title = "Brush"
    options_shown = ("size", "snap", "tolerance")
    cursor = Qt.CursorShape.BlankCursor

    def __init__(self, options: ToolOptions, label: int | None = None) -> None:
        super().__init__(options)
        self._fixed = label
        self._label = 0
        self._at: tuple[float, float, int] | None = None  # unsnapped place and size; None between strokes
        self._last: tuple[float, float] | None = None  # where the last stroke ended
        self._last_document: object = None
        self._points: list[tuple[float, float]] = []
        self._light = _Light()
        self._snaps = False

    @property
    def label(self) -> int:
        """What is painted next: a label or ERASE."""
        return self.options.label if self._fixed is None else self._fixed

    @property
    def busy(self) -> bool:
        return self._at is not None

    def press(self, pointer: Pointer, host: Host) -> None:
        self._label, self._snaps = self.label, self.options.snap
        if self._snaps:
            self._light.prepare(host)
        host.document.begin_stroke(self._title(host))
        here = pointer.x, pointer.y
        if self._last_document is not host.document:
            self._last = None
        start = self._last if pointer.straight and self._last is not None else here
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

    def take_up(self, host: Host) -> None:
        if self._last_document is not host.document:
            self._last = None
        if self.options.snap:
            self._light.prepare(host)

    def wheel(self, steps: float, host: Host) -> bool:
        if not self.busy:
            self.options.step_size(steps)
        return True

    def paint_cursor(self, pointer: Pointer) -> Outline | None:
        size = self._size(pointer)
        start = self._last if pointer.straight and not self.busy else None
        return Outline(*snap(pointer.x, pointer.y, size), size, self.label, start)

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
        if self._snaps:
            parts = max(parts, ceil(hypot(x - x0, y - y0) * _DABS / max(size, size0)))
        for part in range(parts):
            t0, t1 = part / parts, (part + 1) / parts
            now = round(size0 + (size - size0) * t1)
            start = snap(x0 + (x - x0) * t0, y0 + (y - y0) * t0, now)
            end = snap(x0 + (x - x0) * t1, y0 + (y - y0) * t1, now)
            if swept := sweep_mask(start, end, now, host.document.labels.shape):
                mask, top, left = swept
                if self._snaps:
                    mask = self._snapped(mask, top, left, end, now, host)
                host.document.paint(mask, top, left, self._label)
        self._at = x, y, size
        self._points.append((x, y))


    def _snapped(
        self, mask: np.ndarray, top: int, left: int, centre: tuple[float, float], size: int, host: Host
    ) -> np.ndarray:
        """What of a dab's pixels is as light as its centre; nothing if that lies beside the photo."""
        row, column = floor(centre[1]) - top, floor(centre[0]) - left
        if not (0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]):
            return np.zeros_like(mask)
        light = self._light.piece(host.document.photo, Box(top, left, top + mask.shape[0], left + mask.shape[1]))
        reach = max(1, size // _REACH)
        return mask & as_light_as(light, row, column, self.options.tolerance, reach)


class _Light:
    """A photo's light for snapping: in one piece as soon as a thread has made it, pixel by pixel till then."""

    def __init__(self) -> None:
        self._photo: Photo | None = None
        self._whole: np.ndarray | None = None

    def prepare(self, host: Host) -> None:
        """Begin with the photo in work, unless that has been done."""
        photo = host.document.photo
        if photo is self._photo:
            return
        self._photo, self._whole = photo, None

        def came(whole: np.ndarray) -> None:
            if photo is self._photo:
                self._whole = whole

        host.in_background(lambda: light_bytes(photo), came)

    def piece(self, photo: Photo, box: Box) -> np.ndarray:
        """The light of a box of the photo, uint8."""
        whole = photo is self._photo and self._whole is not None
        return self._whole[box.slices] if whole else light_bytes(photo, box)


class EraserTool(BrushTool):
    """Brings the segmentation's labels back."""

    name = "eraser"
    title = "Eraser"
    paints = False

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options, ERASE)
