"""The Palette tab on the real window, by mouse and key: from words to the photo and back again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from core.color import delta_e2000, gamut_map
from core.engine import Request
from core.guidance import Swatch
from core.palette import lab_of
from core.palette_io import read_palette
from core.words import words_to_palette
from gui.docks import SIDE_WIDTH
from gui.features.palette import PaletteFeature
from gui.main_window import MainWindow
from gui.palette.slider import HANDLE, GamutSlider
from tests.gui.conftest import PATIENCE, wait_coloured

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tab(coloured: MainWindow, qtbot: QtBot) -> PaletteFeature:
    """The tab in front, on a photo in colour."""
    qtbot.keyClick(coloured, Qt.Key.Key_K, CONTROL)
    quiet(qtbot, coloured)
    assert coloured.palettes.panel.isVisible()
    return coloured.palettes


def quiet(qtbot: QtBot, window: MainWindow) -> None:
    def rests() -> bool:
        return not window.palettes.jobs.busy and not window.session.recolour.pending and window.worker.idle

    qtbot.waitUntil(rests, timeout=PATIENCE)
    qtbot.wait(1)


def say(qtbot: QtBot, tab: PaletteFeature, text: str) -> tuple[Swatch, ...]:
    """Type words and press Enter; the palette they gave."""
    field = tab.panel.make.words
    field.setFocus()
    field.selectAll()
    if text.isascii():
        qtbot.keyClicks(field, text)
    else:
        field.insert(text)  # as an input method does
    qtbot.keyClick(field, Qt.Key.Key_Return)
    quiet(qtbot, tab.window)
    return tab.swatches


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, LEFT, pos=QPoint(10, widget.height() // 2))


def undo(qtbot: QtBot, window: MainWindow, times: int = 1) -> None:
    for _ in range(times):
        qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    quiet(qtbot, window)


def drag(qtbot: QtBot, slider: GamutSlider, *shares: float) -> None:
    """Press the slider at the first share of its groove, go over the others, let go."""
    places = [QPoint(round(HANDLE / 2 + share * (slider.width() - HANDLE)), slider.height() // 2) for share in shares]
    qtbot.mousePress(slider, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(slider, place)
    qtbot.mouseRelease(slider, LEFT, pos=places[-1])
    quiet(qtbot, slider.window())


def apart(window: MainWindow, palette: tuple[Swatch, ...]) -> float:
    """How far the result's colours are from the nearest of the palette, at the photo's light, mean ΔE2000."""
    result = window.session.result
    light = result.request.luminance.array.reshape(-1, 1)
    here = np.concatenate([light, gamut_map(light[:, 0], result.chroma.reshape(-1, 2))], axis=1)
    wishes = [np.concatenate([light, np.broadcast_to(ab, (len(light), 2))], axis=1) for ab in lab_of(palette)[:, 1:]]
    return float(np.min([delta_e2000(here, wish) for wish in wishes], axis=0).mean())


def test_from_words_to_the_photo_to_a_file_and_back_again(
    tab: PaletteFeature, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = tab.window
    before = window.session.result.chroma.copy()
    palette = say(qtbot, tab, "autumn forest in rain")
    assert palette == words_to_palette("autumn forest in rain").swatches
    assert tab.panel.strip.swatches == palette
    assert "autumn" in tab.panel.make.understood.text()
    assert np.array_equal(window.session.result.chroma, before)  # nothing is done to the photo unasked

    far = apart(window, palette)
    click(qtbot, tab.panel.apply.switch)
    quiet(qtbot, window)
    assert tab.on
    near = apart(window, palette)
    assert near < 0.85 * far
    tab.panel.apply.strength.setFocus()
    qtbot.keyClick(tab.panel.apply.strength, Qt.Key.Key_End)
    quiet(qtbot, window)
    assert apart(window, palette) < 0.7 * near
    undo(qtbot, window)
    switched = window.session.result.chroma.copy()
    undo(qtbot, window)
    assert not tab.panel.apply.switch.isChecked()
    assert np.array_equal(window.session.result.chroma, before)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    quiet(qtbot, window)
    assert np.array_equal(window.session.result.chroma, switched)

    path = tmp_path / "autumn.gpl"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    click(qtbot, tab.panel.buttons["save"])
    quiet(qtbot, window)
    assert [one.hex for one in read_palette(path).swatches] == [one.hex for one in palette]
    say(qtbot, tab, "deep sea")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    click(qtbot, tab.panel.buttons["open"])
    quiet(qtbot, window)
    assert [one.hex for one in tab.swatches] == [one.hex for one in palette]
    assert window.document.undo_text == "Open autumn.gpl"


def test_what_is_locked_stays_when_words_are_asked_again_and_a_seed_comes_back(
    tab: PaletteFeature, qtbot: QtBot
) -> None:
    first = say(qtbot, tab, "红配绿")
    strip, make = tab.panel.strip, tab.panel.make
    qtbot.mouseClick(strip, LEFT, pos=strip.lock_rect(1).center())
    assert tab.locks == {1}
    click(qtbot, make.again)
    quiet(qtbot, tab.window)
    second = tab.swatches
    assert make.seed.value() == 1
    assert second[1] == first[1]
    assert second != first
    click(qtbot, make.again)
    quiet(qtbot, tab.window)
    assert tab.swatches[1] == first[1]
    assert tab.swatches != second
    make.seed.setFocus()
    make.seed.selectAll()
    qtbot.keyClicks(make.seed, "1")
    qtbot.keyClick(make.seed, Qt.Key.Key_Return)
    quiet(qtbot, tab.window)
    assert tab.swatches == second
    undo(qtbot, tab.window, 3)
    assert tab.swatches == first
    assert tab.locks == {1}


def test_category_count_and_context_have_their_say(tab: PaletteFeature, qtbot: QtBot) -> None:
    plain, make = say(qtbot, tab, "night"), tab.panel.make
    assert make.category.count() == 22
    make.category.setFocus()
    qtbot.keyClick(make.category, Qt.Key.Key_Down)
    make.category.activated.emit(make.category.currentIndex())
    quiet(qtbot, tab.window)
    assert tab.swatches == words_to_palette("night", category=make.category.currentText()).swatches != plain
    make.count.setFocus()
    qtbot.keyClick(make.count, Qt.Key.Key_Up)
    quiet(qtbot, tab.window)
    assert len(tab.swatches) == 6
    before = tab.swatches
    make.context.menu().actions()[1].trigger()
    quiet(qtbot, tab.window)
    assert tab.swatches != before
    assert make.context.text().startswith("This photo")


def test_unknown_empty_and_endless_words_are_answered(tab: PaletteFeature, qtbot: QtBot) -> None:
    make = tab.panel.make
    assert len(say(qtbot, tab, "qzxw")) == 5
    assert "qzxw" in make.understood.text()
    assert len(say(qtbot, tab, "")) == 5
    make.words.setText("forest " * 15_000)
    qtbot.keyClick(make.words, Qt.Key.Key_Return)
    quiet(qtbot, tab.window)
    assert len(tab.swatches) == 5
    assert "2,000" in make.understood.text()
    assert tab.window.width() <= 1440


def test_the_photo_gives_its_colours_with_their_shares(tab: PaletteFeature, qtbot: QtBot) -> None:
    click(qtbot, tab.panel.make.from_photo)
    quiet(qtbot, tab.window)
    assert len(tab.swatches) == 5
    high = tab.panel.strip.height()
    tab.panel.make.count.setFocus()
    qtbot.keyClick(tab.panel.make.count, Qt.Key.Key_Down)
    quiet(qtbot, tab.window)
    assert len(tab.swatches) == 4
    assert sum(tab._shares[tab.swatches]) == pytest.approx(1)
    click(qtbot, tab.panel.buttons["remove"])
    assert len(tab.swatches) == 3
    assert tab.panel.strip.height() < high  # shares of a palette that was changed are told no more


def test_half_a_hex_code_is_one_sentence_and_the_swatch_stays(tab: PaletteFeature, qtbot: QtBot) -> None:
    palette, code = say(qtbot, tab, "old rose"), tab.panel.code
    for wrong in ("#12", "", "nonsense"):
        code.setFocus()
        code.selectAll()
        qtbot.keyClick(code, Qt.Key.Key_Delete)
        qtbot.keyClicks(code, wrong)
        qtbot.keyClick(code, Qt.Key.Key_Return)
        assert tab.window.notice.text
        assert tab.window.notice.kind == "error"
        assert tab.swatches == palette
        assert code.text() == palette[0].hex
        tab.window.notice.hide()
    code.selectAll()
    qtbot.keyClicks(code, "#123456")
    qtbot.keyClick(code, Qt.Key.Key_Return)
    assert [one.hex for one in tab.swatches] == ["#123456", *(one.hex for one in palette[1:])]
    undo(qtbot, tab.window)
    assert tab.swatches == palette


def test_sliders_change_the_chosen_swatch_live_and_a_drag_is_one_step(tab: PaletteFeature, qtbot: QtBot) -> None:
    window, palette = tab.window, say(qtbot, tab, "old rose")
    click(qtbot, tab.panel.sections["adjust"].head)
    click(qtbot, tab.panel.apply.switch)
    quiet(qtbot, window)
    before, steps = window.session.result.chroma.copy(), window.document.index
    drag(qtbot, tab.panel.adjust.sliders["hue"], 0.1, 0.4, 0.7)
    assert window.document.index == steps + 1
    assert tab.swatches[0] != palette[0]
    assert tab.swatches[1:] == palette[1:]
    assert not np.array_equal(window.session.result.chroma, before)
    undo(qtbot, window)
    assert tab.swatches == palette
    assert np.array_equal(window.session.result.chroma, before)


def test_all_are_shifted_together_and_the_slider_comes_back_to_the_middle(tab: PaletteFeature, qtbot: QtBot) -> None:
    palette, adjust = say(qtbot, tab, "forest"), tab.panel.adjust
    click(qtbot, tab.panel.sections["adjust"].head)
    click(qtbot, adjust.all)
    steps = tab.document.index
    drag(qtbot, adjust.shifts["lightness"], 0.5, 0.8)
    assert (lab_of(tab.swatches)[:, 0] > lab_of(palette)[:, 0]).all()
    assert tab.document.index == steps + 1
    assert adjust.shifts["lightness"].value == 0
    slider = adjust.shifts["hue"]
    slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert tab.document.index == steps + 2
    assert slider.value == 6
    undo(qtbot, tab.window)
    assert slider.value == 0
    brighter = tab.swatches
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert tab.document.index == steps + 2
    undo(qtbot, tab.window)
    assert tab.swatches == brighter
    adjust.harmony.menu().actions()[1].trigger()
    assert tab.document.undo_text == "Harmony: complementary"


def test_other_eyes_are_shown_below_the_swatches(tab: PaletteFeature, qtbot: QtBot) -> None:
    say(qtbot, tab, "红配绿")
    click(qtbot, tab.panel.sections["adjust"].head)
    sight = tab.panel.adjust.sight
    sight.setFocus()
    for _ in range(2):
        qtbot.keyClick(sight, Qt.Key.Key_Down)
    sight.activated.emit(sight.currentIndex())
    strip = tab.panel.strip
    image, rect = strip.grab().toImage(), strip.rect_of(0)
    top, bottom = (image.pixelColor(rect.center().x(), y) for y in (rect.top() + 25, rect.bottom() - 8))
    assert top.name() == tab.swatches[0].hex
    assert bottom.red() < top.red() - 30  # red is brownish to them


def test_a_colour_photos_own_colours_are_moved_link_by_link(tab: PaletteFeature, qtbot: QtBot) -> None:
    window, apply = tab.window, tab.panel.apply
    palette = say(qtbot, tab, "deep sea at night")
    assert apply.ways.isVisible()
    before = window.session.result.chroma.copy()
    click(qtbot, apply.own)
    click(qtbot, apply.switch)
    quiet(qtbot, window)
    links, request = window.document.wishes.palette_map, window.session.result.request
    assert isinstance(request, Request)
    assert request.recolours
    assert len(links) == 5
    assert {link.target for link in links} <= set(palette)
    own = request.own.array
    moved = np.abs(window.session.result.chroma - own).max()
    assert moved > 10

    for line in apply.rows:
        click(qtbot, line.lock)
    quiet(qtbot, window)
    assert np.abs(window.session.result.chroma - own).max() < 0.01
    undo(qtbot, window, len(apply.rows))
    assert np.abs(window.session.result.chroma - own).max() == moved
    undo(qtbot, window)
    assert np.array_equal(window.session.result.chroma, before)


def test_links_follow_the_palette(tab: PaletteFeature, qtbot: QtBot) -> None:
    say(qtbot, tab, "deep sea at night")
    click(qtbot, tab.panel.apply.own)
    click(qtbot, tab.panel.apply.switch)
    quiet(qtbot, tab.window)
    at = tab.swatches.index(tab.guidance.palette_map[0].target)
    tab.panel.strip.choose(at)
    tab.panel.code.setFocus()
    tab.panel.code.selectAll()
    qtbot.keyClicks(tab.panel.code, "#c02020")
    qtbot.keyClick(tab.panel.code, Qt.Key.Key_Return)
    assert tab.guidance.palette_map[0].target.hex == "#c02020"
    say(qtbot, tab, "forest")
    assert {link.target for link in tab.guidance.palette_map} <= set(tab.swatches)


def test_the_next_photo_is_offered_the_palette_and_left_alone(
    tab: PaletteFeature, qtbot: QtBot, photos: list[Path]
) -> None:
    window, palette = tab.window, say(qtbot, tab, "forest")
    click(qtbot, tab.panel.apply.switch)
    quiet(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    wait_coloured(qtbot, window, photos[1])
    assert tab.panel.strip.swatches == palette
    assert not tab.on
    assert not window.document.can_undo
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL | SHIFT)
    quiet(qtbot, window)
    assert window.document.wishes.palette == palette
    assert window.actions_by_id["palette.apply"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_PageUp)
    wait_coloured(qtbot, window, photos[0])
    assert tab.on
    assert tab.panel.apply.switch.isChecked()


def test_the_strength_is_live_and_a_drag_is_one_step(tab: PaletteFeature, qtbot: QtBot) -> None:
    window, palette = tab.window, say(qtbot, tab, "forest")
    click(qtbot, tab.panel.apply.switch)
    quiet(qtbot, window)
    steps, near, slider = window.document.index, apart(window, palette), tab.panel.apply.strength
    slider.setFocus()
    for _ in range(20):
        qtbot.keyClick(slider, Qt.Key.Key_Left)
    quiet(qtbot, window)
    assert window.document.index == steps + 1
    assert window.document.settings.palette_strength == pytest.approx(0.6)
    assert apart(window, palette) > near
    undo(qtbot, window)
    assert slider.value() == 80


def test_nothing_of_the_panel_is_wider_than_the_side(tab: PaletteFeature, qtbot: QtBot) -> None:
    say(qtbot, tab, "Autumn forest in rain, 红配绿, and a very-long-word-that-nobody-knows-at-all-is-here")
    for section in tab.panel.sections.values():
        section.set_open(True)
    click(qtbot, tab.panel.apply.own)
    click(qtbot, tab.panel.apply.switch)
    quiet(qtbot, tab.window)
    QApplication.processEvents()
    assert tab.panel.minimumSizeHint().width() <= SIDE_WIDTH
    parts = tab.panel.findChild(QWidget, "paletteParts")
    assert parts.width() <= SIDE_WIDTH
    for widget in parts.findChildren(QWidget):
        if widget.isVisible():
            assert widget.mapTo(parts, QPoint(widget.width(), 0)).x() <= parts.width() + 1, widget.accessibleName()
