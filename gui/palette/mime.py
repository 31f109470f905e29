"""A swatch on its way: dragged onto a label, onto the canvas, into another palette or another program.

The mime type MIME carries JSON of a Swatch: {"r": 0..1, "g": 0..1, "b": 0..1, "name": text}. Plain text (the hex
code) and Qt's own colour go with it, so that other programs understand the drag too.
"""

from __future__ import annotations

import json
import math

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor

from core.guidance import Swatch

MIME = "application/x-huesmith-swatch"
_COLOR = "application/x-color"
_LARGEST = 10_000  # bytes; a swatch is some eighty


def color_of(swatch: Swatch) -> QColor:
    """The swatch as Qt has colours."""
    return QColor.fromRgbF(*(min(max(part, 0.0), 1.0) for part in (swatch.r, swatch.g, swatch.b)))


def pack(swatch: Swatch) -> QMimeData:
    """What a dragged swatch carries."""
    data = QMimeData()
    parts = {"r": swatch.r, "g": swatch.g, "b": swatch.b, "name": swatch.name}
    data.setData(MIME, json.dumps(parts).encode())
    data.setColorData(color_of(swatch))
    data.setText(swatch.hex)
    return data


def carries_swatch(data: QMimeData) -> bool:
    """Whether `unpack` may find a swatch in it."""
    return data.hasFormat(MIME) or data.hasFormat(_COLOR)


def unpack(data: QMimeData) -> Swatch | None:
    """The swatch in what was dropped, ours or another program's colour; None where there is none to be read."""
    if data.hasFormat(MIME):
        return _swatch(bytes(data.data(MIME)))
    color = QColor(data.colorData()) if data.hasFormat(_COLOR) else QColor()
    return Swatch(color.redF(), color.greenF(), color.blueF()) if color.isValid() else None


def _swatch(data: bytes) -> Swatch | None:
    try:
        parts = json.loads(data) if len(data) <= _LARGEST else {}
        r, g, b = (float(parts[key]) for key in "rgb")
        name = str(parts.get("name", ""))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if not all(map(math.isfinite, (r, g, b))):
        return None
    return Swatch(*(min(max(part, 0.0), 1.0) for part in (r, g, b)), name)
