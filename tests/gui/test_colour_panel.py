"""The Colour tab: what the hand sets is what the label shows, to the number, and undo brings it back to the bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from core.guidance import Guidance, Link, Rule, Settings, Swatch
from core.looks import LOOKS
from gui.docks import SIDE_WIDTH
from gui.features.colour import Colour
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY
from tests.gui.color_seen import LEFT, away_from, drag, mean_lab, picture, settled
from tests.gui.conftest import wait_coloured

GREEN = Swatch.from_hex("#4f7942")


@pytest.fixture
def tab(coloured: MainWindow, qtbot: QtBot) -> Colour:
    """The tab in front, about the grass of a real photo."""
    coloured.findChild(QDockWidget, "dock.colour").raise_()
    coloured.options.set_label(GRASS)
    settled(qtbot, coloured)
    return coloured.colour


def choose(tab: Colour, qtbot: QtBot, *shares: tuple[float, float]) -> None:
    """Open the chooser of the colour's chip and drag over its plane."""
    QTest.mouseClick(tab.panel.label.chip, LEFT)
    plane = tab.panel.chooser.picker.plane
    points = [QPoint(round(x * plane.width()), round(y * plane.height())) for x, y in shares]
    QTest.mousePress(plane, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(plane, point)
    QTest.mouseRelease(plane, LEFT, pos=points[-1])
    settled(qtbot, tab.window)


def rules(tab: Colour) -> dict[int, Rule]:
    return {rule.label: rule for rule in tab.document.recipe.rules}


def test_a_chosen_colour_is_what_the_label_shows_and_undo_is_exact(tab: Colour, qtbot: QtBot) -> None:
    window = tab.window
    before, chroma = mean_lab(window, GRASS), window.session.result.chroma.copy()
    sky = picture(window)[np.asarray(window.document.labels) == SKY]
    choose(tab, qtbot, (0.5, 0.4), (0.4, 0.38), (0.35, 0.35))
    swatch = rules(tab)[GRASS].swatch
    assert away_from(mean_lab(window, GRASS), swatch) < away_from(before, swatch) / 3
    far = slice(0, len(sky) // 2)  # from the border between the two
    assert np.array_equal(picture(window)[np.asarray(window.document.labels) == SKY][far], sky[far])
    assert tab.panel.label.chip.swatch == swatch
    assert window.document.history() == [f"Colour of {window.session.label_set.name(GRASS)}"]
    tab.panel.chooser.close()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, window)
    assert rules(tab) == {}
    assert np.array_equal(window.session.result.chroma, chroma)
    assert tab.panel.label.chip.swatch is None


def test_all_that_is_tried_while_the_chooser_is_open_is_one_step_and_the_next_opening_another(
    tab: Colour, qtbot: QtBot
) -> None:
    choose(tab, qtbot, (0.5, 0.4), (0.4, 0.4))
    choose_code = tab.panel.chooser.picker.code
    choose_code.selectAll()
    QTest.keyClicks(choose_code, "#4f7942")
    assert rules(tab)[GRASS].swatch.hex == "#4f7942"
    assert len(tab.document.history()) == 1
    QTest.keyClick(tab.panel.chooser, Qt.Key.Key_Escape)
    assert not tab.panel.chooser.isVisible()
    choose(tab, qtbot, (0.6, 0.6))
    assert len(tab.document.history()) == 2
    QTest.keyClick(tab.panel.chooser, Qt.Key.Key_Escape)


def test_enter_after_half_a_code_lets_the_chooser_say_so_once(tab: Colour, qtbot: QtBot) -> None:
    choose(tab, qtbot, (0.5, 0.4))
    chooser, before = tab.panel.chooser, rules(tab)[GRASS].swatch
    chooser.picker.code.setFocus()
    chooser.picker.code.selectAll()
    QTest.keyClicks(chooser.picker.code, "#12")
    QTest.keyClick(chooser.picker.code, Qt.Key.Key_Return)
    assert chooser.isVisible() and "#12" in chooser.picker.problem.text()
    assert chooser.picker.problem.geometry().bottom() < chooser.picker.height()
    QTest.keyClick(chooser.picker.code, Qt.Key.Key_Return)
    assert not chooser.isVisible() and rules(tab)[GRASS].swatch == before
    choose(tab, qtbot, (0.6, 0.6))
    assert chooser.picker.problem.text() == ""


def test_the_chooser_shows_the_colours_there_are_at_the_labels_light_and_offers_the_palette(
    tab: Colour, qtbot: QtBot
) -> None:
    tab.document.set_guidance("Palette", palette=(GREEN,))
    settled(qtbot, tab.window)
    QTest.mouseClick(tab.panel.label.chip, LEFT)
    chooser = tab.panel.chooser
    assert chooser.picker.plane.light == pytest.approx(mean_lab(tab.window, GRASS)[0], abs=1.0)
    QTest.mouseClick(chooser.palette_row, LEFT)
    assert rules(tab)[GRASS].swatch == GREEN
    QTest.keyClick(chooser, Qt.Key.Key_Escape)


def test_exact_is_met_and_the_shown_difference_is_the_measured_one(tab: Colour, qtbot: QtBot) -> None:
    part = tab.panel.label
    assert not part.exact.isEnabled()
    choose(tab, qtbot, (0.42, 0.42))
    QTest.keyClick(tab.panel.chooser, Qt.Key.Key_Escape)
    QTest.mouseClick(part.exact, LEFT, pos=QPoint(8, part.exact.height() // 2))
    settled(qtbot, tab.window)
    assert rules(tab)[GRASS].exact
    shown = float(part.difference.text().removeprefix("ΔE2000 "))
    assert shown <= 2
    assert away_from(mean_lab(tab.window, GRASS), rules(tab)[GRASS].swatch) <= shown + 1
    assert not part.rows["strength"].isEnabled()
    QTest.mouseClick(part.exact, LEFT, pos=QPoint(8, part.exact.height() // 2))
    settled(qtbot, tab.window)
    assert part.difference.text() == ""


def test_a_colour_that_does_not_exist_at_the_labels_light_is_told_as_the_nearest_there_is(
    tab: Colour, qtbot: QtBot
) -> None:
    tab.document.set_guidance("Rule", rules=(Rule(GRASS, Swatch.from_hex("#0000ff"), exact=True),))
    settled(qtbot, tab.window)
    assert "nearest" in tab.panel.label.difference.text()
    assert float(tab.panel.label.difference.text().split()[1].rstrip(",")) > 2


@pytest.mark.parametrize(
    ("axis", "share", "name"),
    [("chroma_gain", 0.2, "Chroma"), ("hue_shift", 0.8, "Hue"), ("temperature", 0.9, "Temperature"),
     ("tint", 0.1, "Tint")],
)  # fmt: skip
def test_each_slider_works_live_is_one_step_and_a_double_click_takes_it_back(
    tab: Colour, qtbot: QtBot, axis: str, share: float, name: str
) -> None:
    window, row = tab.window, tab.panel.label.rows[axis]
    chroma, before = window.session.result.chroma.copy(), mean_lab(window, GRASS)
    drag(row.slider, 0.5, (0.5 + share) / 2, share)
    settled(qtbot, window)
    assert getattr(rules(tab)[GRASS], axis) == pytest.approx(row.slider.value)
    assert row.value.text() not in ("0", "0°", "100 %")
    assert np.abs(mean_lab(window, GRASS) - before).max() > 2
    assert window.document.history() == [f"{name} of {window.session.label_set.name(GRASS)}"]
    QTest.mouseDClick(row.slider, LEFT)
    settled(qtbot, window)
    assert rules(tab) == {}
    assert np.array_equal(window.session.result.chroma, chroma)


def test_strength_draws_the_label_part_of_the_way(tab: Colour, qtbot: QtBot) -> None:
    tab.set_swatch(GRASS, GREEN)
    settled(qtbot, tab.window)
    whole = away_from(mean_lab(tab.window, GRASS), GREEN)
    drag(tab.panel.label.rows["strength"].slider, 1.0, 0.5)
    settled(qtbot, tab.window)
    assert rules(tab)[GRASS].strength == pytest.approx(0.5, abs=0.03)
    assert away_from(mean_lab(tab.window, GRASS), GREEN) > whole + 3


def test_two_drags_of_one_slider_are_two_steps(tab: Colour) -> None:
    slider = tab.panel.label.rows["hue_shift"].slider
    drag(slider, 0.5, 0.6)
    drag(slider, 0.6, 0.8)
    assert len(tab.document.history()) == 2


def test_a_range_gives_dark_and_light_pixels_their_own_colour(tab: Colour, qtbot: QtBot) -> None:
    part, window = tab.panel.label, tab.window
    assert not part.range.isEnabled() and not part.light.isVisible()
    tab.set_swatch(GRASS, Swatch.from_hex("#20304a"))
    QTest.mouseClick(part.range, LEFT)
    assert part.light.isVisible() and rules(tab)[GRASS].swatch_light is not None
    tab.wish(GRASS, "swatch_light", Swatch.from_hex("#f0c080"))
    settled(qtbot, window)
    luminance, chroma = window.session.result.request.luminance.array, window.session.result.chroma
    region = window.session.result.request.guidance.labels.array == GRASS
    order = np.argsort(luminance[region])
    dark, light = order[: len(order) // 10], order[-len(order) // 10 :]
    assert chroma[region][light, 1].mean() > chroma[region][dark, 1].mean() + 10
    QTest.mouseClick(part.range, LEFT)
    assert rules(tab)[GRASS] == Rule(GRASS, Swatch.from_hex("#20304a"))


def test_delete_on_the_chip_takes_the_colour_away(tab: Colour) -> None:
    tab.set_swatch(GRASS, GREEN)
    QTest.keyClick(tab.panel.label.chip, Qt.Key.Key_Delete)
    assert rules(tab) == {}


def test_a_rule_is_copied_to_another_label_and_to_the_next_photo_and_cleared(
    tab: Colour, photos: list[Path], qtbot: QtBot
) -> None:
    window, part = tab.window, tab.panel.label
    assert not part.paste.isEnabled() and not part.copy.isEnabled() and not part.clear.isEnabled()
    tab.set_swatch(GRASS, GREEN)
    drag(part.rows["chroma_gain"].slider, 0.5, 0.7)
    QTest.mouseClick(part.copy, LEFT)
    window.options.set_label(SKY)
    assert part.chip.swatch is None
    QTest.mouseClick(part.paste, LEFT)
    assert rules(tab)[SKY].swatch == GREEN
    assert rules(tab)[SKY].chroma_gain == rules(tab)[GRASS].chroma_gain != 1.0
    QTest.mouseClick(part.clear, LEFT)
    assert SKY not in rules(tab) and GRASS in rules(tab)
    assert window.document.undo_text == f"Clear rule of {window.session.label_set.name(SKY)}"
    window.session.skip()
    wait_coloured(qtbot, window, photos[1])
    assert rules(tab) == {} and part.chip.swatch is None
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert rules(tab)[SKY].swatch == GREEN


def test_a_locked_label_stays_to_the_bit_while_everything_else_changes(tab: Colour, qtbot: QtBot) -> None:
    window, part = tab.window, tab.panel.label
    tab.set_swatch(GRASS, GREEN)
    settled(qtbot, window)
    region = np.asarray(window.document.labels) == GRASS
    before = picture(window)
    QTest.mouseClick(part.lock, LEFT, pos=QPoint(8, part.lock.height() // 2))
    assert window.document.locked == (GRASS,) and part.lock.isChecked()
    drag(tab.panel.whole.rows["vividness"].slider, 0.5, 0.9)
    drag(part.rows["hue_shift"].slider, 0.5, 0.9)
    tab.set_swatch(SKY, Swatch.from_hex("#ff8800"))
    tab.set_look("sepia")
    settled(qtbot, window)
    after = picture(window)
    assert np.array_equal(after[region], before[region])
    assert (after[~region] != before[~region]).mean() > 0.5
    QTest.mouseClick(part.lock, LEFT, pos=QPoint(8, part.lock.height() // 2))
    settled(qtbot, window)
    assert window.document.locked == ()
    assert not np.array_equal(picture(window)[region], before[region])


def test_locking_a_recoloured_photo_changes_none_of_its_pixels_and_keeps_them_when_it_is_recoloured_no_more(
    open_window: Callable[..., MainWindow], samples: dict[str, Path], qtbot: QtBot
) -> None:
    window = open_window(samples["coffee"])
    wait_coloured(qtbot, window, samples["coffee"])
    links = tuple(Link(Swatch.from_hex(source), Swatch.from_hex(target))
                  for source, target in (("#806040", "#4f7942"), ("#c0b0a0", "#4a6fa0")))  # fmt: skip
    window.document.set_guidance("Links", palette=(links[0].target, links[1].target), palette_map=links)
    window.options.set_label(GRASS)
    settled(qtbot, window)
    before, region = picture(window), np.asarray(window.document.labels) == GRASS
    window.actions_by_id["colour.lock"].trigger()
    settled(qtbot, window)
    assert window.document.locked == (GRASS,)
    assert np.array_equal(picture(window), before)
    window.document.set_guidance("No links", palette=(), palette_map=())
    settled(qtbot, window)
    assert np.array_equal(picture(window)[region], before[region])
    assert not np.array_equal(picture(window)[~region], before[~region])
    guidance = window.document.guidance((64, 96))
    assert Guidance.from_dict(json.loads(json.dumps(guidance.to_dict()))) == guidance


def test_keys_choose_the_labels_colour_and_lock_it(tab: Colour, qtbot: QtBot) -> None:
    window = tab.window
    window.findChild(QDockWidget, "dock.labels").raise_()
    QTest.keyClick(window.canvas, Qt.Key.Key_C)
    assert tab.panel.chooser.isVisible() and tab.panel.isVisible()
    QTest.keyClick(tab.panel.chooser.picker.plane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert rules(tab)[GRASS].swatch is not None
    QTest.keyClick(tab.panel.chooser, Qt.Key.Key_Return)
    assert not tab.panel.chooser.isVisible()
    settled(qtbot, window)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    window.activateWindow()  # without a display nobody hands the keys back
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window.canvas, Qt.Key.Key_K, keys)
    assert window.document.locked == (GRASS,) and window.actions_by_id["colour.lock"].isChecked()
    window.options.set_label(SKY)
    assert not window.actions_by_id["colour.lock"].isChecked()
    window.options.set_label(3)
    assert not window.actions_by_id["colour.lock"].isEnabled()


def test_locking_waits_for_the_colours_that_are_on_their_way(tab: Colour, qtbot: QtBot) -> None:
    window, part = tab.window, tab.panel.label
    tab.set_swatch(GRASS, GREEN)
    assert window.session.recolour.pending
    QTest.mouseClick(part.lock, LEFT, pos=QPoint(8, part.lock.height() // 2))
    qtbot.waitUntil(lambda: window.document.locked == (GRASS,))
    settled(qtbot, window)
    assert away_from(mean_lab(window, GRASS), GREEN) < 6


def test_the_whole_photo_is_made_livelier_warmer_and_reset(tab: Colour, qtbot: QtBot) -> None:
    window, whole = tab.window, tab.panel.whole
    assert not whole.back.isEnabled()
    before = mean_lab(window, GRASS)
    drag(whole.rows["vividness"].slider, 0.5, 0.25)
    drag(whole.rows["temperature"].slider, 0.5, 0.8)
    drag(whole.rows["tint"].slider, 0.5, 0.4)
    settled(qtbot, window)
    settings = window.document.settings
    assert settings.vividness < 0.6 and settings.temperature > 50 and settings.tint < -10
    assert mean_lab(window, GRASS)[2] > before[2] + 8
    assert window.document.history() == ["Vividness", "Temperature", "Tint"]
    QTest.mouseClick(whole.back, LEFT)
    assert window.document.settings == Settings()
    window.document.undo()
    assert window.document.settings == settings


def test_a_look_from_the_menu_leaves_the_rules_and_goes_again(tab: Colour, qtbot: QtBot) -> None:
    window = tab.window
    tab.set_swatch(GRASS, GREEN)
    tab.looks.popup(QPoint(50, 50))
    entry = next(action for action in tab.looks.actions() if action.objectName() == "look.postcard")
    QTest.mouseClick(tab.looks, LEFT, pos=tab.looks.actionGeometry(entry).center())
    look = LOOKS["postcard"].recipe
    assert window.document.recipe.palette == look.palette and window.document.settings == look.settings
    assert rules(tab)[GRASS].swatch == GREEN
    assert window.document.undo_text == "Look: Hand-tinted postcard"
    assert tab.panel.whole.rows["toning_strength"].isVisible()
    tab.looks.popup(QPoint(50, 50))
    assert [action.isChecked() for action in tab.looks.actions() if action.objectName() == "look.postcard"] == [True]
    tab.looks.close()
    QTest.mouseClick(tab.panel.whole.back, LEFT)
    assert window.document.recipe.palette == () and window.document.settings == Settings()
    assert not tab.panel.whole.rows["toning_strength"].isVisible()


def test_the_tab_follows_the_label_and_fits_its_place(tab: Colour, qtbot: QtBot) -> None:
    window = tab.window
    tab.set_swatch(GRASS, GREEN)
    window.options.set_label(SKY)
    settled(qtbot, window)
    assert tab.panel.label.name.text() == "sky"
    assert away_from(mean_lab(window, SKY), tab.panel.label.facts.color) < 3
    assert tab.panel.widget().minimumSizeHint().width() <= SIDE_WIDTH - 12  # with a scroll bar


def test_without_a_photo_nothing_can_be_set(open_window: Callable[..., MainWindow], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    panel = open_window(tmp_path / "empty").colour.panel
    assert not panel.label.isEnabled() and not panel.whole.isEnabled() and not panel.load.isEnabled()
