"""Icons drawn from one font: Phosphor, out of QtAwesome's wheel.

The font and its names are read from where QtAwesome keeps them, without importing it: its own engine loads a
dozen fonts and a compatibility layer for other bindings, which would cost the start a tenth of a second. An icon
is drawn when it is shown, at the size and in the state it is shown in, so it is sharp on every screen.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

_FILLS = 0.92  # of the rectangle's height, so that round glyphs are not cut


class _Glyph(QIconEngine):
    """One letter of the font: `plain` as a rule, `on` while checked, `off` while disabled."""

    def __init__(self, letter: str, plain: str, on: str, off: str) -> None:
        super().__init__()
        self._letter, self._plain, self._on, self._off = letter, plain, on, off

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = self._off if mode == QIcon.Mode.Disabled else self._on if state == QIcon.State.On else self._plain
        font = QFont(_family())
        font.setPixelSize(max(1, round(rect.height() * _FILLS)))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Glyph(self._letter, self._plain, self._on, self._off)


def glyph(name: str, plain: str, on: str, off: str) -> QIcon:
    """The icon `ph.<name>` in three colours (`#rrggbb`); KeyError for a name the font does not have."""
    return QIcon(_Glyph(chr(int(_names()[name.removeprefix("ph.")], 16)), plain, on, off))


def swatch(color: tuple[int, int, int]) -> QIcon:
    """A plain square of a label's overlay colour, for menus and lists."""
    pixmap = QPixmap(16, 16)
    pixmap.fill(QColor(*color))
    return QIcon(pixmap)


@lru_cache(maxsize=1)
def _folder() -> Path:
    return Path(find_spec("qtawesome").submodule_search_locations[0]) / "fonts"


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return json.loads(next(_folder().glob("phosphor*.json")).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(next(_folder().glob("phosphor*.ttf"))))
    return QFontDatabase.applicationFontFamilies(number)[0]
