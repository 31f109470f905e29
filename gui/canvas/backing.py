"""The backing: the panes as they were last drawn, kept so that a moving pointer redraws no photo."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion


class Backing:
    """A pixmap of the canvas, and the part of it that no longer holds."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._stale = QRegion()

    def mark(self, rect: QRect) -> None:
        """What lies inside `rect` has changed."""
        self._stale += rect

    def fresh(self, size: QSize, ratio: float, draw: Callable[[QPainter, QRect], None]) -> QPixmap:
        """The pixmap for a canvas of `size` logical pixels, after `draw` has renewed what was stale: it gets a
        painter clipped to that, and its bounding rectangle."""
        wanted = QSize(ceil(size.width() * ratio), ceil(size.height() * ratio))
        if self._pixmap.size() != wanted or self._pixmap.devicePixelRatio() != ratio:
            self._pixmap = QPixmap(wanted)
            self._pixmap.setDevicePixelRatio(ratio)
            self._stale = QRegion(QRect(0, 0, size.width(), size.height()))
        if not self._stale.isEmpty():
            painter = QPainter(self._pixmap)
            painter.setClipRegion(self._stale)
            rect, self._stale = self._stale.boundingRect(), QRegion()
            draw(painter, rect)
            painter.end()
        return self._pixmap
