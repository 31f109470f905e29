"""The labels over a photo, in one of three styles, of which two need no colour vision.

    colours     the document's own memory seen as an indexed image; zoomed out, decimated copies brought up to date
                box by box
    outlines    a light line with a dark seam along every border
    patterns    the colours, weaker, under hatching that differs from label to label, and a thin border

Lines and hatching are made at the screen's size for just the piece that is repainted, so a dab costs what the dab is
large, whatever the photo's size and zoom.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil, floor, log2

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, qRgb, qRgba

from core.box import Box
from core.document import Document
from core.labels import UNSURE
from gui.canvas.images import draw_box
from gui.canvas.viewport import Viewport

COLOURS, OUTLINES, PATTERNS = "colours", "outlines", "patterns"
STYLES = (COLOURS, OUTLINES, PATTERNS)
_CELL = 16  # device pixels after which a pattern repeats
_SEAM = 3  # device pixels around a repainted piece that lines in it depend on
_NOTHING, _DARK, _LIGHT = range(3)
_INKS = np.uint32([0, 0xB0000000, 0xFFFFFFFF])  # premultiplied ARGB of these


@dataclass
class LabelLook:
    """How labels are shown, whatever the document."""

    style: str = COLOURS


class LabelLayer:
    """The label map of a document. Level n shows every 2^n-th pixel of every 2^n-th row."""

    def __init__(self, document: Document, look: LabelLook) -> None:
        self._document, self._look = document, look
        self._labels = document.labels
        self._dressed: tuple | None = None  # what the colours were made of
        self._colors: list[int] = []
        self._seen = np.arange(256, dtype=np.uint8)  # id -> itself, or UNSURE where it is not shown
        self._levels: dict[int, tuple[np.ndarray, QImage]] = {0: (self._labels, _image(self._labels))}
        self._stale: dict[int, Box] = {}

    def changed(self, box: Box) -> None:
        """Pixels inside `box` may differ; the copies are renewed when they are next drawn."""
        for level in self._levels:
            if level:
                self._stale[level] = self._stale.get(level, Box(0, 0, 0, 0)).union(box)

    def draw(self, painter: QPainter, viewport: Viewport, opacity: float, dirty: QRect) -> None:
        """Draw the labels; `dirty`, in the pane's logical pixels, is what of the pane will be kept."""
        self._dress()
        style = self._look.style
        if style != OUTLINES:
            self._draw_colors(painter, viewport, opacity if style == COLOURS else 0.6 * opacity)
        if style != COLOURS:
            strength = 2 if style == OUTLINES else 1.2  # half an overlay of lines is seen as a whole one
            self._draw_ink(painter, viewport, min(1.0, strength * opacity), dirty, hatched=style == PATTERNS)

    def _dress(self) -> None:
        """Take the colours of the document's label set, without those that are hidden."""
        label_set, view = self._document.label_set, self._document.view
        look = label_set, view.hidden, view.solo
        if look == self._dressed:
            return
        self._dressed = look
        shown = [label != UNSURE and view.shows(label) for label in range(256)]
        self._colors = [qRgb(*label_set.color(label)) if shown[label] else qRgba(0, 0, 0, 0) for label in range(256)]
        self._seen = np.where(shown, np.arange(256), UNSURE).astype(np.uint8)
        for _, image in self._levels.values():
            image.setColorTable(self._colors)

    # -- colours

    def _draw_colors(self, painter: QPainter, viewport: Viewport, opacity: float) -> None:
        level = max(0, floor(-log2(viewport.zoom)))
        image = self._fresh(level)
        step = 1 << level
        painter.setOpacity(opacity)
        covers = QRectF(0, 0, image.width() * step, image.height() * step)
        draw_box(painter, viewport, image, covers, smooth=False)
        painter.setOpacity(1.0)

    def _fresh(self, level: int) -> QImage:
        if level not in self._levels:
            copy = np.ascontiguousarray(self._decimated(level))
            self._levels[level] = copy, _image(copy)
            self._levels[level][1].setColorTable(self._colors)
        elif (box := self._stale.pop(level, None)) is not None:
            step = 1 << level
            part = slice(box.top // step, -(-box.bottom // step)), slice(box.left // step, -(-box.right // step))
            self._levels[level][0][part] = self._decimated(level)[part]
        return self._levels[level][1]

    def _decimated(self, level: int) -> np.ndarray:
        """A view of the middle pixel of every cell of 2^level x 2^level."""
        height, width = self._labels.shape
        middle, step = (1 << level) // 2, 1 << level
        return self._labels[min(middle, height - 1)::step, min(middle, width - 1)::step]

    # -- lines and hatching

    def _draw_ink(
        self, painter: QPainter, viewport: Viewport, opacity: float, dirty: QRect, *, hatched: bool
    ) -> None:
        ids, left, top = self._at_screen(viewport, dirty)
        if not ids.size:
            return
        ratio = viewport.ratio
        ink = _borders(ids, wide=not hatched)
        if hatched:
            origin = (round(value * ratio) for value in viewport.origin)
            np.maximum(ink, _hatching(ids, left, top, *origin), out=ink, where=ink == _NOTHING)
        pixels = _INKS[ink]
        image = QImage(pixels.data, ids.shape[1], ids.shape[0], pixels.strides[0],
                       QImage.Format.Format_ARGB32_Premultiplied)  # fmt: skip
        image.setDevicePixelRatio(ratio)
        painter.setOpacity(opacity)
        painter.drawImage(QPointF(left / ratio, top / ratio), image)
        painter.setOpacity(1.0)

    def _at_screen(self, viewport: Viewport, dirty: QRect) -> tuple[np.ndarray, int, int]:
        """The label shown at each device pixel of a piece of the pane, and the piece's left and top there."""
        ratio, (x0, y0) = viewport.ratio, viewport.origin
        height, width = self._labels.shape

        def axis(low: float, high: float, start: float, length: int) -> tuple[int, np.ndarray]:
            first = max(floor(low * ratio) - _SEAM, floor(start * ratio))
            last = min(ceil(high * ratio) + _SEAM, ceil(start * ratio + length * viewport.zoom))
            places = (np.arange(first, max(first, last)) + 0.5 - start * ratio) / viewport.zoom
            return first, np.clip(places.astype(np.int64), 0, length - 1)

        left, columns = axis(dirty.left(), dirty.left() + dirty.width(), x0, width)
        top, rows = axis(dirty.top(), dirty.top() + dirty.height(), y0, height)
        if not len(rows) or not len(columns):
            return np.empty((0, 0), np.uint8), left, top
        piece = self._labels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        ids = np.take(np.take(piece, rows - rows[0], axis=0), columns - columns[0], axis=1)
        return cv2.LUT(ids, self._seen), left, top


def _image(labels: np.ndarray) -> QImage:
    height, width = labels.shape
    return QImage(labels.data, width, height, labels.strides[0], QImage.Format.Format_Indexed8)


def _borders(ids: np.ndarray, *, wide: bool) -> np.ndarray:
    """Where labels meet: a light line with a dark seam (`wide`), or a dark line alone; uint8 (h, w) of inks."""
    line = np.zeros(ids.shape, np.uint8)
    line[:, 1:] |= (ids[:, 1:] != ids[:, :-1]).view(np.uint8)
    line[1:] |= (ids[1:] != ids[:-1]).view(np.uint8)
    if not wide:
        return line * np.uint8(_DARK)
    seam = cv2.dilate(line, np.ones((3, 3), np.uint8))
    return seam + line  # dark is 1, light 2


def _hatching(ids: np.ndarray, left: int, top: int, origin_x: int, origin_y: int) -> np.ndarray:
    """The ink of every label's pattern, which moves with the photo; uint8 (h, w)."""
    rows = (np.arange(top, top + ids.shape[0]) - origin_y) % _CELL
    columns = (np.arange(left, left + ids.shape[1]) - origin_x) % _CELL
    places = (rows[:, None] * _CELL + columns).astype(np.uint16)
    places += ids.astype(np.uint16) * np.uint16(_CELL * _CELL)
    return np.take(_patterns(), places)


@cache
def _patterns() -> np.ndarray:
    """The inks of all labels' patterns, uint8 (256 * 16 * 16,): six shapes, wide or narrow apart, thin or thick, a
    light line with a dark one beside it. Neighbouring ids differ in shape."""
    y, x = np.indices((_CELL, _CELL))
    cells = np.zeros((256, _CELL, _CELL), np.uint8)
    for label in range(UNSURE):
        kind, apart, thick = label % 6, (8, 16)[label // 6 % 2], 1 + label // 12 % 2
        ways = ((x + y,), (x - y,), (y,), (x,), (x, y), (x + y, x - y))[kind]
        for ink, low, high in ((_DARK, 0, thick + 2), (_LIGHT, 1, thick + 1)):
            for way in ways:
                cells[label][(way % apart >= low) & (way % apart < high)] = ink
    return cells.ravel()
