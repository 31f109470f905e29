"""The scene: a document's layers, and how they lie over each other in a pane."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Protocol

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from core.box import Box
from core.document import Document
from gui.canvas import chrome
from gui.canvas.label_layer import LabelLayer, LabelLook
from gui.canvas.layers import PhotoLayer, ResultLayer
from gui.canvas.viewport import Viewport
from gui.canvas.views import Pane, Picture
from gui.tools import Band, Outline, Rings, Trail


class Over(Protocol):
    """Something a feature draws over the photo, in `canvas.over`; `canvas.update()` when it has changed."""

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Draw into a pane; the painter's origin is the pane's corner, and it is clipped to the photo."""


class Scene:
    """The photo, the result and the labels of one document."""

    def __init__(self, document: Document, viewport: Viewport, look: LabelLook) -> None:
        photo = document.photo
        self.document = document
        self.photo = PhotoLayer(photo)
        self.result = ResultLayer((photo.height, photo.width))
        self.beside = ResultLayer((photo.height, photo.width))
        self.labels = LabelLayer(document, look)
        self._viewport = viewport

    def rect_of(self, box: Box) -> QRectF:
        """Where a box of photo pixels lies in a pane."""
        left, top = self._viewport.to_widget(box.left, box.top)
        right, bottom = self._viewport.to_widget(box.right, box.bottom)
        return QRectF(left, top, right - left, bottom - top)

    def paint(self, painter: QPainter, pane: Pane, dirty: QRect, overlay: float) -> bool:
        """Draw what of a pane lies in `dirty` (the canvas's coordinates): its picture, and the labels at an
        opacity. Whether tiles are still to come."""
        seen = dirty.intersected(pane.clip.toAlignedRect()).translated(-pane.area.topLeft().toPoint())
        painter.save()
        self._clip_to_photo(painter, pane)
        missing = self._paint_picture(painter, pane.picture, self._box_of(seen))
        if overlay > 0:
            self.labels.draw(painter, self._viewport, overlay, seen)
        painter.restore()
        return missing

    def paint_over(
        self, painter: QPainter, pane: Pane, trail: Trail | None, outline: Outline | Band | Rings | None,
        over: Sequence[Over] = (),
    ) -> None:
        """Draw what features put over the photo, and what moves with the hand: stroke and outline."""
        painter.save()
        self._clip_to_photo(painter, pane)
        for layer in over:
            layer.paint(painter, self._viewport, pane)
        if trail is not None and pane.picture is Picture.RESULT and not self.result.empty:
            chrome.draw_way(painter, self._viewport, trail)
        elif trail is not None:
            chrome.draw_trail(painter, self._viewport, trail, self.document.label_set)
        if outline is not None:
            painter.setClipRect(pane.clip.translated(-pane.area.topLeft()))
            chrome.draw_outline(painter, self._viewport, outline, self.document.label_set)
        painter.restore()

    def _clip_to_photo(self, painter: QPainter, pane: Pane) -> None:
        photo = self.document.photo
        painter.setClipRect(pane.clip, Qt.ClipOperation.IntersectClip)
        painter.translate(pane.area.topLeft())
        painter.setClipRect(self.rect_of(Box(0, 0, photo.height, photo.width)), Qt.ClipOperation.IntersectClip)

    def _paint_picture(self, painter: QPainter, picture: Picture, dirty: Box) -> bool:
        layer = {Picture.RESULT: self.result, Picture.BESIDE: self.beside}.get(picture)
        if layer is not None and not layer.empty:
            layer.draw(painter, self._viewport)
            return False
        return self.photo.draw(painter, self._viewport, dirty, gray=picture is not Picture.ORIGINAL)

    def _box_of(self, rect: QRect) -> Box:
        """The photo pixels under a rectangle of a pane."""
        left, top = self._viewport.to_photo(rect.left(), rect.top())
        right, bottom = self._viewport.to_photo(rect.left() + rect.width(), rect.top() + rect.height())
        return Box(floor(top), floor(left), floor(bottom) + 1, floor(right) + 1)
