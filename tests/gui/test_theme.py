"""The themes: neutral greys, readable text, every icon of the table in the font."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.actions import ACTIONS


@pytest.fixture(params=list(theme.THEMES))
def look(request: pytest.FixtureRequest, qtbot: QtBot) -> theme.Theme:
    yield theme.apply(QApplication.instance(), request.param)
    theme.apply(QApplication.instance(), "dark")


def luminance(code: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [part / 255 for part in QColor(code).getRgb()[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_nothing_large_has_a_hue(look: theme.Theme) -> None:
    for code in (look.window, look.panel, look.field, look.line, look.hover, look.canvas):
        red, green, blue, _ = QColor(code).getRgb()
        assert red == green == blue


def test_text_can_be_read(look: theme.Theme) -> None:
    for ground in (look.window, look.panel, look.field, look.hover, look.accent_soft):
        assert contrast(look.text, ground) >= 7
    assert contrast(look.dim, look.panel) >= 4.5
    assert contrast(look.accent, look.window) >= 3


def test_no_colour_of_the_original_sheet_is_left_and_its_pictures_are_there(look: theme.Theme) -> None:
    sheet = QApplication.instance().styleSheet()
    ours = {code.lower() for code in vars(look).values() if isinstance(code, str)}
    for theirs, _ in look.exchange:
        assert theirs.lower() not in sheet.lower() or theirs.lower() in ours
    pictures = set(re.findall(r'url\("([^"]+)"\)', sheet))
    assert pictures
    assert not [path for path in pictures if QIcon(path).pixmap(QSize(8, 8)).isNull()]


@pytest.mark.parametrize("row", ACTIONS, ids=lambda row: row.id)
def test_every_icon_is_in_the_font_and_draws_something(row, qtbot: QtBot) -> None:
    image = theme.icon(row.icon).pixmap(20, 20).toImage()
    drawn = sum(image.pixelColor(x, y).alpha() > 60 for x in range(image.width()) for y in range(image.height()))
    assert drawn > 15


def test_icons_change_with_their_state(look: theme.Theme) -> None:
    icon = theme.icon("ph.hand")

    def strongest(mode: QIcon.Mode, state: QIcon.State) -> str:
        image = icon.pixmap(QSize(40, 40), mode, state).toImage()
        pixels = [image.pixelColor(x, y) for x in range(40) for y in range(40)]
        return max(pixels, key=lambda color: color.alpha()).name()

    normal = strongest(QIcon.Mode.Normal, QIcon.State.Off)
    assert normal == look.text
    assert strongest(QIcon.Mode.Normal, QIcon.State.On) == look.accent
    assert strongest(QIcon.Mode.Disabled, QIcon.State.Off) == look.faint
