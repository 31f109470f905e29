"""NumPy pictures as QImages, and how a picture that covers a part of the photo is drawn into a pane.

RGB32 images draw fastest; labels stay Indexed8 on the document's own memory.
"""

from __future__ import annotations

from math import ceil, floor

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from core.box import Box
from gui.canvas.viewport import Viewport

_SMALLEST_MIP = 128  # pixels of a mip's long side below which no further one is made


class Picture32:
    """An RGB32 QImage over a NumPy array that it keeps alive."""

    def __init__(self, rgb: np.ndarray) -> None:
        """rgb: uint8 (h, w, 3) or (h, w)."""
        code = cv2.COLOR_GRAY2BGRA if rgb.ndim == 2 else cv2.COLOR_RGB2BGRA
        self._keep(cv2.cvtColor(np.ascontiguousarray(rgb), code))

    def _keep(self, bgra: np.ndarray) -> None:
        height, width = bgra.shape[:2]
        self._bgra = bgra
        self.image = QImage(bgra.data, width, height, bgra.strides[0], QImage.Format.Format_RGB32)

    def halved(self) -> Picture32:
        """The picture at half the size, area averaged."""
        height, width = self._bgra.shape[:2]
        half = Picture32.__new__(Picture32)
        size = max(1, (width + 1) // 2), max(1, (height + 1) // 2)
        half._keep(cv2.resize(self._bgra, size, interpolation=cv2.INTER_AREA))
        return half


class Mips:
    """A picture and its halves, made when they are first needed, so that small views do not alias."""

    def __init__(self, rgb: np.ndarray) -> None:
        self._levels = [Picture32(rgb)]

    @property
    def width(self) -> int:
        return self._levels[0].image.width()

    def at(self, width: float) -> QImage:
        """The smallest of them that has at least `width` pixels across."""
        level = 0
        while self._image(level).width() >= 2 * width and max(self._size(level)) >= 2 * _SMALLEST_MIP:
            level += 1
            if level == len(self._levels):
                self._levels.append(self._levels[-1].halved())
        return self._image(level)

    def _image(self, level: int) -> QImage:
        return self._levels[level].image

    def _size(self, level: int) -> tuple[int, int]:
        return self._image(level).width(), self._image(level).height()


def draw_box(painter: QPainter, viewport: Viewport, image: QImage, box: Box | QRectF, *, smooth: bool) -> None:
    """Draw an image that shows `box` (photo pixels) where the viewport has it.

    Only what the pane can show is handed to Qt, whose scaler loses precision on targets of many screens; what is
    handed over depends on the viewport alone, so partial repaints meet without seams.
    """
    covers = box if isinstance(box, QRectF) else QRectF(box.left, box.top, box.width, box.height)
    seen = viewport.visible
    seen = QRectF(seen.left, seen.top, seen.width, seen.height).intersected(covers)
    if seen.isEmpty():
        return
    across, down = image.width() / covers.width(), image.height() / covers.height()
    left = max(floor((seen.left() - covers.left()) * across) - 1, 0)
    top = max(floor((seen.top() - covers.top()) * down) - 1, 0)
    right = min(ceil((seen.right() - covers.left()) * across) + 1, image.width())
    bottom = min(ceil((seen.bottom() - covers.top()) * down) + 1, image.height())
    x0, y0 = viewport.to_widget(covers.left() + left / across, covers.top() + top / down)
    x1, y1 = viewport.to_widget(covers.left() + right / across, covers.top() + bottom / down)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), image, QRectF(left, top, right - left, bottom - top))
