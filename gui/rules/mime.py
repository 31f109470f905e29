"""A swatch in what was dropped: ours or another program's colour (gui/palette/mime), or a text like `#c0ffee`."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from core.guidance import Swatch
from gui.palette.mime import carries_swatch, unpack

_LONGEST = 40  # characters; more is a text, not a colour


def dropped_swatch(data: QMimeData) -> Swatch | None:
    """The swatch in `data`; None where there is none, as with files. A text counts only with its #."""
    if data.hasUrls():
        return None
    if carries_swatch(data):
        return unpack(data)
    text = data.text().strip() if data.hasText() else ""
    if not text.startswith("#") or len(text) > _LONGEST:
        return None
    try:
        return Swatch.from_hex(text)
    except ValueError:
        return None
