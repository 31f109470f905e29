"""A reference, or a region of one, on its way: dragged onto a label's row, onto the photo, among the other cards.

The mime type MIME carries the path and REGION the region's corners as JSON; nothing that another program could take for
a photo.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from gui.rules.drops import PhotoDrops, RowDrops

MIME = "application/x-huesmith-reference"
REGION = "application/x-huesmith-reference-region"
_LONGEST = 10_000  # bytes of a path that is believed
_MOST = 2_000  # corners

Polygon = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Carried:
    """What is dragged: the reference at `path`, or of it the region inside a polygon in fractions."""

    path: str
    region: Polygon = ()


def pack(path: str, region: Polygon = ()) -> QMimeData:
    """What a dragged reference carries."""
    data = QMimeData()
    data.setData(MIME, path.encode())
    if region:
        data.setData(REGION, json.dumps(region).encode())
    return data


def unpack(data: QMimeData) -> str | None:
    """The path of the reference in what is dragged; None where there is none."""
    raw = bytes(data.data(MIME)) if data.hasFormat(MIME) else b""
    try:
        return raw.decode() or None if len(raw) <= _LONGEST else None
    except UnicodeDecodeError:
        return None


def unpack_all(data: QMimeData) -> Carried | None:
    """The reference and its region in what is dragged; None where there is none, or a region that makes no sense."""
    path = unpack(data)
    if path is None or not data.hasFormat(REGION):
        return None if path is None else Carried(path)
    try:
        points = tuple((float(x), float(y)) for x, y in json.loads(bytes(data.data(REGION))))
    except (TypeError, ValueError, RecursionError):
        return None
    parts = [part for point in points for part in point]
    sane = 3 <= len(points) <= _MOST and all(math.isfinite(part) and 0 <= part <= 1 for part in parts)
    return Carried(path, points) if sane else None


class OnRows(RowDrops):
    """References on the rows of labels: `then(label, Carried)`."""

    read = staticmethod(unpack_all)


class OnPhoto(PhotoDrops):
    """References on the photo: `then(x, y, Carried)` in photo pixels; `alone` says whether Shift was held, which asks
    for the region there alone, labelled or not."""

    read = staticmethod(unpack_all)
    alone = False

    def _taken(self, event: QDragMoveEvent | QDropEvent, what: Carried) -> bool:
        self.alone = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return super()._taken(event, what)

    def over(self, point: QPoint) -> bool:
        labelled = super().over(point)
        return labelled or (self.alone and self._place(point) is not None)
