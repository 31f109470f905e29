"""Swatches dropped where labels are: on a row of the Labels panel, or on the photo itself.

Both listen in on a widget that has its own ways, and take nothing but swatches: files that are dropped go on to
the window, which opens them.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from core.guidance import Swatch
from core.labels import UNSURE
from gui.canvas import Canvas
from gui.labels_panel import LabelsPanel
from gui.rules.mime import dropped_swatch

_MOVES = QEvent.Type.DragEnter, QEvent.Type.DragMove


class _Drops(QObject):
    """Takes what comes over a widget and `read` finds something in: swatches, unless a subclass reads others."""

    read = staticmethod(dropped_swatch)

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _MOVES or kind == QEvent.Type.Drop:
            swatch = self.read(event.mimeData())
            if swatch is not None:
                return self._taken(event, swatch)
        elif kind == QEvent.Type.DragLeave:
            self.leave()
        return super().eventFilter(watched, event)

    def _taken(self, event: QDragMoveEvent | QDropEvent, swatch: Swatch) -> bool:
        point = event.position().toPoint()
        if event.type() != QEvent.Type.Drop:
            # The drag enters anywhere and is refused by the place: what is refused at the border is never asked again.
            event.setAccepted(self.over(point) or event.type() == QEvent.Type.DragEnter)
            return True
        self.leave()
        event.acceptProposedAction()
        self.drop(point, swatch)
        return True

    def over(self, point: QPoint) -> bool:
        """Show where it would fall; whether it may."""
        raise NotImplementedError

    def leave(self) -> None:
        """Show it no longer."""

    def drop(self, point: QPoint, swatch: Swatch) -> None:
        """It fell."""
        raise NotImplementedError


class RowDrops(_Drops):
    """Swatches on the rows of labels: `then(label, swatch)`."""

    def __init__(self, panel: LabelsPanel, then: Callable[[int, Swatch], None]) -> None:
        super().__init__(panel.list.viewport())
        self._panel, self._then = panel, then

    def over(self, point: QPoint) -> bool:
        label = self._panel.label_at(point)
        self._panel.show_target(label)
        return label is not None

    def leave(self) -> None:
        self._panel.show_target(None)

    def drop(self, point: QPoint, swatch: Swatch) -> None:
        label = self._panel.label_at(point)
        if label is not None:
            self._then(label, swatch)


class PhotoDrops(_Drops):
    """Swatches on the photo: `then(x, y, swatch)` in photo pixels. What is under the pointer is told as ever."""

    def __init__(self, canvas: Canvas, then: Callable[[int, int, Swatch], None]) -> None:
        super().__init__(canvas)
        self._canvas, self._then = canvas, then

    def over(self, point: QPoint) -> bool:
        place = self._place(point)
        if place is None:
            self.leave()
            return False
        label = self._canvas.document.label_at(*place)
        self._canvas.hovered.emit(*place, label)
        return label != UNSURE

    def leave(self) -> None:
        self._canvas.hovered.emit(-1, -1, -1)

    def drop(self, point: QPoint, swatch: Swatch) -> None:
        place = self._place(point)
        if place is not None:
            self._then(*place, swatch)

    def _place(self, point: QPoint) -> tuple[int, int] | None:
        """The pixel of the photo under a point of the canvas, or None beside it."""
        document = self._canvas.document
        if document is None:
            return None
        x, y = (floor(value) for value in self._canvas.to_photo(point.toPointF()))
        height, width = document.labels.shape
        return (x, y) if 0 <= x < width and 0 <= y < height else None
