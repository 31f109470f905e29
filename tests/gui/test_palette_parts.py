"""The parts of the Palette panel by themselves: slider, links, strip; what they show and what they say."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.guidance import Link, Swatch
from core.oklch import lch_of
from core.palette_grooves import groove
from gui import theme
from gui.palette.adjust import AdjustPart
from gui.palette.apply import ApplyPart
from gui.palette.mime import pack
from gui.palette.section import Section
from gui.palette.slider import HANDLE, GamutSlider
from gui.palette.strip import SwatchStrip, ink_on
from tests.gui.brushwork import wheel
from tests.gui.test_palette_files import drop

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
RED, GREEN, BLUE = map(Swatch.from_hex, ("#c02020", "#20a030", "#2030c0"))


@pytest.fixture(params=["dark", "light"])
def look(request: pytest.FixtureRequest, qtbot: QtBot) -> theme.Theme:
    return theme.apply(QApplication.instance(), request.param)


@pytest.fixture
def slider(qtbot: QtBot) -> GamutSlider:
    slider = GamutSlider("Test", -1.0, 1.0, 0.1, 0.0)
    qtbot.addWidget(slider)
    slider.resize(200 + HANDLE, 24)
    slider.show()
    return slider


def heard(slider: GamutSlider) -> list[object]:
    said: list[object] = []
    slider.began.connect(lambda: said.append("began"))
    slider.changed.connect(lambda value: said.append(round(value, 2)))
    slider.ended.connect(lambda: said.append("ended"))
    return said


def test_a_drag_is_framed_and_stays_within_its_ends(slider: GamutSlider, qtbot: QtBot) -> None:
    said = heard(slider)
    qtbot.mousePress(slider, LEFT, pos=QPoint(HANDLE // 2 + 150, 12))
    qtbot.mouseMove(slider, QPoint(900, 12))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(900, 12))
    assert said == ["began", 0.5, 1.0, "ended"]
    qtbot.mouseMove(slider, QPoint(20, 12))
    assert len(said) == 4


def test_keys_go_by_steps_and_home_and_are_one_frame(slider: GamutSlider, qtbot: QtBot) -> None:
    slider.set_value(0.0)
    slider.setFocus()
    said = heard(slider)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Left, SHIFT)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.keyClick(slider, Qt.Key.Key_Delete)
    wheel(slider, QPoint(50, 12), 1)
    slider.clearFocus()
    assert said == ["began", 0.1, -0.9, 1.0, 0.0, 0.1, "ended"]
    wheel(slider, QPoint(50, 12), 1)  # without the keys the wheel is the panel's
    assert slider.value == pytest.approx(0.1)


def test_beyond_the_gamut_the_groove_is_hatched(slider: GamutSlider, look: theme.Theme) -> None:
    slider.set_value(-1.0)
    slider.set_groove(*groove(lch_of(RED), "chroma"))
    image = slider.grab().toImage()
    row = [image.pixelColor(x, 12) for x in range(HANDLE, slider.width() - HANDLE)]
    inside, outside = row[60], row[170:190]
    assert inside.red() > inside.blue() + 40
    assert {color.name() for color in outside} >= {look.panel}
    assert all(abs(color.red() - color.blue()) < 12 for color in outside)


def test_the_strip_shows_every_count_of_swatches_within_its_width(qtbot: QtBot) -> None:
    strip = SwatchStrip()
    qtbot.addWidget(strip)
    strip.setFixedWidth(250)
    for count in (1, 5, 6, 7, 10, 12, 13, 40, 256):
        swatches = tuple(Swatch(at / 255, 0.5, 0.5) for at in range(count))
        strip.show_palette(swatches)
        strip.show()
        rects = [strip.rect_of(at) for at in range(count)]
        assert all(strip.rect().contains(rect) for rect in rects), count
        assert not any(one.intersects(other) for one, other in zip(rects, rects[1:])), count
        assert [strip.place_at(rect.center()) for rect in rects] == list(range(count))
        image = strip.grab().toImage()
        at = rects[-1].center()
        assert image.pixelColor(at).name() == swatches[-1].hex
    strip.show_palette(())
    assert strip.place_at(QPoint(20, 20)) == -1
    qtbot.keyClick(strip, Qt.Key.Key_Delete)


def test_arrows_choose_and_the_name_is_told(qtbot: QtBot) -> None:
    strip = SwatchStrip()
    qtbot.addWidget(strip)
    strip.resize(250, 80)
    strip.show_palette((RED, GREEN, BLUE), frozenset({2}))
    strip.show()
    chosen: list[int] = []
    strip.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(strip, key)
    assert chosen == [1, 2, 0]
    qtbot.keyClick(strip, Qt.Key.Key_End)
    assert strip.accessibleName() == "Palette, swatch 3 of 3, #2030c0, locked"
    assert ink_on(Swatch(1, 1, 0.8)).name() == "#000000"
    assert ink_on(BLUE).name() == "#ffffff"


def test_a_link_takes_a_swatch_by_menu_and_by_drop_and_is_locked(qtbot: QtBot) -> None:
    part = ApplyPart()
    qtbot.addWidget(part)
    part.resize(250, 300)
    part.show()
    said: list[tuple[int, Link]] = []
    part.linked.connect(lambda place, link: said.append((place, link)))
    links = (Link(RED, GREEN), Link(GREEN, BLUE, 0.5))

    def show(now: tuple[Link, ...]) -> None:
        part.show_state(possible=True, on=True, strength=1.0, colour_photo=True, own=True, links=now,
                        palette=(GREEN, BLUE))  # fmt: skip

    show(links)
    row = part.rows[1]
    assert row.strength.value() == 50
    drop(row.target, pack(RED), QPoint(5, 5))
    qtbot.mouseClick(row.target, LEFT)
    menu = next(widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and widget.parent() is row)
    menu.actions()[0].trigger()
    menu.close()
    qtbot.mouseClick(row.lock, LEFT)
    assert said == [(1, Link(GREEN, RED, 0.5)), (1, Link(GREEN, GREEN, 0.5)), (1, Link(GREEN, BLUE, 0.5, True))]
    show((Link(RED, GREEN, 1.0, True),))
    assert not part.rows[1].isVisible()
    assert not part.rows[0].strength.isEnabled()
    assert part.rows[0].target.swatch == RED  # it stays what it is


def test_the_hue_of_a_swatch_outlives_its_greyness(qtbot: QtBot) -> None:
    part = AdjustPart()
    qtbot.addWidget(part)
    part.show()
    part.show_palette((BLUE,), 0)
    hue = part.sliders["hue"].value
    heard_lch: list[np.ndarray] = []
    part.swatchChanged.connect(heard_lch.append)
    slider = part.sliders["chroma"]
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    from core.oklch import swatch_of

    grey = swatch_of(heard_lch[-1])
    part.show_palette((grey,), 0)
    assert grey.r == pytest.approx(grey.b, abs=0.01)
    assert part.sliders["hue"].value == pytest.approx(hue)
    part.show_palette((RED,), 0)
    assert part.sliders["hue"].value == pytest.approx(float(lch_of(RED)[2]))


def test_a_section_folds_by_mouse_and_key(qtbot: QtBot) -> None:
    body = SwatchStrip()
    section = Section("Part", body)
    qtbot.addWidget(section)
    section.show()
    told: list[bool] = []
    section.folded.connect(told.append)
    qtbot.mouseClick(section.head, LEFT)
    assert body.isVisible()
    qtbot.keyClick(section.head, Qt.Key.Key_Space)
    assert not body.isVisible()
    section.set_open(True)
    assert told == [True, False]
