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
        self._border = np.zeros(0, np.intp)  # its pixels, in reading order
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
        if not self._border.size:
            return
        height, width = self._pixels.shape
        dash, walked = round(_DASH * viewport.ratio), round(self.phase * viewport.ratio)
        light = (self._border // width + self._border % width + walked) // dash % 2 == 1
        self._pixels.ravel()[self._border] = np.where(light, _WHITE, _BLACK)
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
        if self._pixels.shape == inside.shape:
            self._pixels.ravel()[self._border] = 0
        else:
            self._pixels = np.zeros(inside.shape, np.uint32)
        self._border = np.flatnonzero(_border(inside))


def _border(inside: np.ndarray) -> np.ndarray:
    """The pixels of a mask beside one that is outside, uint8 (h, w); what is not seen counts as inside."""
    import cv2

    if not inside.size:
        return inside
    mask = inside.view(np.uint8)
    return mask ^ cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))


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
        wide = np.take(region.mask, rows[own_rows], axis=0, mode="clip")
        part = np.ix_(own_rows, own_columns) if not (own_rows.all() and own_columns.all()) else np.s_[:]
        shown[part] = np.take(wide, columns[own_columns], axis=1, mode="clip")
    return shown, left, top
