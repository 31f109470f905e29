"""Marching ants: the border of the selection as a line of dashes that walk.

The border is looked for at the screen's own pixels, once for every view of the photo; a step of the march only gives
its pixels other colours. So it costs the same for any selection in any photo.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QPainter

from core.regions import Region
from gui.canvas.viewport import Viewport
from gui.canvas.views import Pane

_DASH = 4  # logical pixels
_BLACK, _WHITE = np.uint32(0xFF101010), np.uint32(0xFFFFFFFF)


class Ants:
    """What the canvas draws. region: what is selected, or None."""

    def __init__(self) -> None:
        self.region: Region | None = None
        self.phase = 0
        self._of: Region | None = None  # what the border is of ...
        self._seen: tuple | None = None  # ... and in which view
        self._border = np.zeros((2, 0), np.intp)  # rows and columns of its pixels
        self._at = 0, 0  # device pixels: where the picture lies in the pane
        self._pixels = np.zeros((0, 0), np.uint32)

    def step(self) -> None:
        """March on by a logical pixel."""
        self.phase = (self.phase + 1) % (2 * _DASH)

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Draw into a pane (gui/canvas/scene.Over)."""
        if self.region is None:
            return
        self._look(viewport)
        if not self._border.shape[1]:
            return
        rows, columns = self._border
        dash, walked = round(_DASH * viewport.ratio), round(self.phase * viewport.ratio)
        light = (rows + columns + walked) // dash % 2 == 1
        self._pixels[rows, columns] = np.where(light, _WHITE, _BLACK)
        height, width = self._pixels.shape
        image = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(viewport.ratio)
        painter.drawImage(QPointF(*self._at) / viewport.ratio, image)

    def rect(self, viewport: Viewport) -> QRect:
        """Where in a pane there are ants, in logical pixels."""
        if self.region is None:
            return QRect()
        box = self.region.box
        left, top = viewport.to_widget(box.left, box.top)
        right, bottom = viewport.to_widget(box.right, box.bottom)
        around = QRect(int(left) - 2, int(top) - 2, int(right - left) + 5, int(bottom - top) + 5)
        return around & QRect(0, 0, int(viewport.width) + 1, int(viewport.height) + 1)

    def _look(self, viewport: Viewport) -> None:
        """Find the border's pixels, if this is not the view they are known of."""
        view = *viewport.origin, viewport.zoom, viewport.width, viewport.height, viewport.ratio
        if self.region is self._of and view == self._seen:
            return
        self._of, self._seen = self.region, view
        inside, left, top = _at_screen(self.region, viewport)
        self._at = left, top
        deep = inside.copy()  # not beside a pixel that is outside; pixels at the edge of what is seen count as deep
        deep[:, 1:] &= inside[:, :-1]
        deep[:, :-1] &= inside[:, 1:]
        deep[1:] &= inside[:-1]
        deep[:-1] &= inside[1:]
        self._border = np.array(np.nonzero(inside & ~deep))
        self._pixels = np.zeros(inside.shape, np.uint32)


def _at_screen(region: Region, viewport: Viewport) -> tuple[np.ndarray, int, int]:
    """Which device pixels of a pane show pixels of a region, with two around it, bool; and the left and top of it."""
    ratio, (x0, y0) = viewport.ratio, viewport.origin

    def axis(start: float, first: int, last: int, length: float) -> tuple[int, np.ndarray]:
        low = max(int(np.floor(start * ratio + first * viewport.zoom)) - 2, -2)
        high = min(int(np.ceil(start * ratio + last * viewport.zoom)) + 2, int(np.ceil(length * ratio)) + 2)
        places = (np.arange(low, max(low, high)) + 0.5 - start * ratio) / viewport.zoom
        return low, np.floor(places).astype(np.intp) - first

    box = region.box
    left, columns = axis(x0, box.left, box.right, viewport.width)
    top, rows = axis(y0, box.top, box.bottom, viewport.height)
    shown = np.zeros((len(rows), len(columns)), bool)
    own_rows, own_columns = ((index >= 0) & (index < size) for index, size in zip((rows, columns), region.mask.shape))
    if own_rows.any() and own_columns.any():
        wide = np.take(region.mask, rows[own_rows], axis=0)
        shown[np.ix_(own_rows, own_columns)] = np.take(wide, columns[own_columns], axis=1)
    return shown, left, top
