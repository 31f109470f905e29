"""The gamut picker: what is chosen exists at the light; codes; suggestions; the same with keys as with the mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.guidance import Swatch
from core.palette import lab_of
from core.rules import swatch_chroma
from core.tones import swatch_lab
from gui import theme
from gui.gamut_picker import GamutPicker

BLUE, RED = Swatch.from_hex("#4a6fa0"), Swatch.from_hex("#c03028")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def picker(qtbot: QtBot) -> GamutPicker:
    picker = GamutPicker()
    qtbot.addWidget(picker)
    picker.resize(240, 380)
    picker.set_light(60)
    picker.set_swatch(BLUE)
    picker.set_suggestions([(BLUE, 0.7), (RED, 0.3)])
    picker.set_recent([RED])
    picker.show()
    return picker


@pytest.fixture
def heard(picker: GamutPicker) -> list[tuple[Swatch, bool]]:
    heard: list[tuple[Swatch, bool]] = []
    picker.chosen.connect(lambda swatch, final: heard.append((swatch, final)))
    return heard


def there(picker: GamutPicker, a: float, b: float) -> QPoint:
    return picker.plane.place_of((a, b)).toPoint()


def test_a_drag_chooses_live_and_ends_once(picker: GamutPicker, heard: list, qtbot: QtBot) -> None:
    qtbot.mousePress(picker.plane, LEFT, pos=there(picker, 0, 0))
    qtbot.mouseMove(picker.plane, there(picker, 20, 20))
    qtbot.mouseMove(picker.plane, there(picker, 30, 25))
    qtbot.mouseRelease(picker.plane, LEFT, pos=there(picker, 30, 25))
    assert [final for _, final in heard] == [False, False, False, True]
    assert heard[-1][0] == heard[-2][0] == picker.swatch
    assert lab_of([heard[-1][0]])[0] == pytest.approx([60, 30, 25], abs=1.5)
    assert picker.code.text() == picker.swatch.hex


def test_outside_the_gamut_the_nearest_of_the_hue_is_chosen(picker: GamutPicker, heard: list, qtbot: QtBot) -> None:
    qtbot.mouseClick(picker.plane, LEFT, pos=there(picker, -105, -60))
    L, a, b = lab_of([heard[-1][0]])[0]
    assert pytest.approx(60, abs=0.3) == L
    assert np.hypot(a, b) < 60
    assert np.arctan2(b, a) == pytest.approx(np.arctan2(-60, -105), abs=0.03)


def test_arrows_move_the_mark_and_the_key_up_ends_it(picker: GamutPicker, heard: list, qtbot: QtBot) -> None:
    before = swatch_chroma(BLUE)
    picker.plane.setFocus()
    qtbot.keyClick(picker.plane, Qt.Key.Key_Right)
    assert swatch_chroma(picker.swatch) - before == pytest.approx([1, 0], abs=0.1)
    qtbot.keyClick(picker.plane, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert swatch_chroma(picker.swatch) - before == pytest.approx([1, 10], abs=0.1)
    qtbot.keyClick(picker.plane, Qt.Key.Key_Home)
    assert swatch_chroma(picker.swatch) == pytest.approx([0, 0], abs=0.1)
    assert [final for _, final in heard] == [False, True] * 3


def test_half_a_code_changes_nothing_and_is_one_sentence(picker: GamutPicker, heard: list, qtbot: QtBot) -> None:
    picker.code.setFocus()
    picker.code.selectAll()
    qtbot.keyClicks(picker.code, "#12a4")
    qtbot.keyClick(picker.code, Qt.Key.Key_Return)
    assert heard == []
    assert picker.swatch == BLUE
    assert picker.problem.isVisible()
    assert picker.problem.text().count(".") == 1
    assert "#12a4" in picker.problem.text()
    assert "4 digits" in picker.problem.text()
    picker.code.selectAll()
    qtbot.keyClicks(picker.code, "c08081")
    qtbot.keyClick(picker.code, Qt.Key.Key_Return)
    assert heard == [(Swatch.from_hex("#c08081"), final) for final in (False, True)]
    assert not picker.problem.isVisible()
    assert picker.code.text() == "#c08081"
    picker.code.selectAll()
    qtbot.keyClicks(picker.code, "#12a")  # three digits are a whole code too, once Enter says so
    qtbot.keyClick(picker.code, Qt.Key.Key_Return)
    assert heard[2:] == [(Swatch.from_hex("#1122aa"), True)]


@pytest.mark.parametrize("text", ["", "zz", "#", "没有颜色", "rgb(1,2", "#1234567890123456"])
def test_what_is_no_code_leaves_the_colour(picker: GamutPicker, heard: list, qtbot: QtBot, text: str) -> None:
    picker.code.setFocus()
    picker.code.selectAll()
    qtbot.keyClick(picker.code, Qt.Key.Key_Delete)
    picker.code.insert(text)
    picker.code.setModified(True)
    heard.clear()
    qtbot.keyClick(picker.code, Qt.Key.Key_Return)
    assert heard == []
    assert picker.swatch == BLUE
    assert picker.code.text() == BLUE.hex
    assert picker.problem.text().endswith("#4a6fa0.")


def test_suggestions_and_recent_colours_are_taken_by_a_click_or_keys(
    picker: GamutPicker, heard: list, qtbot: QtBot
) -> None:
    assert picker.suggested.rect_of(0).width() > 1.5 * picker.suggested.rect_of(1).width()
    qtbot.mouseClick(picker.suggested, LEFT, pos=picker.suggested.rect_of(1).center())
    assert heard == [(RED, True)]
    picker.suggested.setFocus()
    qtbot.keyClick(picker.suggested, Qt.Key.Key_Left)
    qtbot.keyClick(picker.suggested, Qt.Key.Key_Space)
    assert heard[-1] == (BLUE, True)
    qtbot.mouseClick(picker.recent, LEFT, pos=QPoint(5, 5))
    assert heard[-1] == (RED, True)
    picker.set_recent(())
    picker.set_suggestions(())
    assert not picker.recent.isVisible()
    assert not picker.suggested.isVisible()


def test_the_plane_shows_the_colours_of_its_light_and_nothing_where_there_are_none(picker: GamutPicker) -> None:
    for light, place in ((60, (20, 30)), (30, (30, -60))):
        picker.set_light(light)
        picker.set_swatch(None)
        image = picker.plane.grab().toImage()
        ratio = image.width() / picker.plane.width()
        here = (QPointF(there(picker, *place)) * ratio).toPoint()
        color = image.pixelColor(here)
        got = lab_of([Swatch(color.redF(), color.greenF(), color.blueF())])[0]
        assert got == pytest.approx([light, *place], abs=3)
        corner = (QPointF(there(picker, -100, 100)) * ratio).toPoint()
        assert image.pixelColor(corner).name() == theme.current().canvas


def test_it_fits_a_narrow_panel(picker: GamutPicker) -> None:
    assert picker.minimumSizeHint().width() <= 240
    assert picker.plane.geometry().right() < 240


def test_where_light_is_a_choice_the_wheel_and_the_page_keys_make_it(qtbot: QtBot) -> None:
    picker = GamutPicker()
    qtbot.addWidget(picker)
    picker.show()
    heard: list[tuple[Swatch, bool]] = []
    picker.chosen.connect(lambda swatch, final: heard.append((swatch, final)))
    picker.set_swatch(Swatch.from_hex("#8a6a4a"))
    picker.plane.setFocus()
    QTest.keyClick(picker.plane, Qt.Key.Key_PageDown)
    assert not heard  # a photo's light is its own
    picker.set_free(True)
    picker.set_swatch(Swatch.from_hex("#8a6a4a"))
    light = picker.plane.light
    assert light == pytest.approx(47.2, abs=0.1) and f"{light:.0f}" in picker.told.text()
    QTest.keyClick(picker.plane, Qt.Key.Key_PageDown)
    assert picker.plane.light == pytest.approx(light - 3) and [final for _, final in heard] == [False, True]
    down = QPointF(picker.plane.rect().center())
    event = QWheelEvent(down, picker.plane.mapToGlobal(down), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(picker.plane, event)
    assert picker.plane.light == pytest.approx(light + 3, abs=0.1)
    assert swatch_lab(heard[-1][0])[0] == pytest.approx(light + 3, abs=0.5)
