"""Hints on the real window: put, drawn, taken up again, recoloured live, undone to the bit, and still there later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from core.chroma import render
from core.color import delta_e2000, gamut_map, rgb_to_lab
from core.guidance import Swatch
from core.hints import hint_mask, realisable
from core.palette import lab_of
from core.rules import swatch_chroma
from gui.main_window import MainWindow
from tests.gui.brushwork import CONTROL, LEFT, leave, shot, wheel
from tests.gui.conftest import PATIENCE, paint, wait_coloured

GREEN, RUST = Swatch.from_hex("#5a8a4a"), Swatch.from_hex("#9a5a3a")


@pytest.fixture
def window(coloured: MainWindow, qtbot: QtBot) -> MainWindow:
    """A coloured photo, its result alone in sight, the hint tool in hand with a green."""
    qtbot.keyClick(coloured, Qt.Key.Key_2, CONTROL)
    qtbot.keyClick(coloured.canvas, Qt.Key.Key_J)
    assert coloured.canvas.tool.name == "hint"
    coloured.options.set_size(14)
    coloured.hints.panel.picker.chosen.emit(GREEN, True)
    return coloured


def at(window: MainWindow, x: float, y: float) -> QPoint:
    photo = window.document.photo
    return window.canvas.to_widget(photo.width * x, photo.height * y).toPoint()


def click(window: MainWindow, qtbot: QtBot, x: float, y: float) -> None:
    qtbot.mouseClick(window.canvas, LEFT, pos=at(window, x, y))


def drag(window: MainWindow, qtbot: QtBot, *places: tuple[float, float]) -> None:
    qtbot.mousePress(window.canvas, LEFT, pos=at(window, *places[0]))
    for place in places[1:]:
        qtbot.mouseMove(window.canvas, at(window, *place))
    qtbot.mouseRelease(window.canvas, LEFT, pos=at(window, *places[-1]))


def quiet(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.session.recolour.pending and window.worker.idle, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not window.hints._measuring.busy, timeout=PATIENCE)


def off(window: MainWindow, index: int = 0, spot: int | None = None, wish: Swatch | None = None) -> float:
    """The largest ΔE2000, in the result, of a hint's spot from what its light allows of the wish."""
    result, hint = window.session.result, window.document.hints[index]
    where = window.document.hints[index if spot is None else spot]
    light = result.request.luminance.array
    mask = hint_mask(where, light.shape, result.request.guidance.labels.array)
    L = light[mask].astype(np.float32)
    seen = gamut_map(L, result.chroma[mask].astype(np.float32))
    best = gamut_map(L, np.broadcast_to(swatch_chroma(wish or hint.swatch), seen.shape))
    return float(delta_e2000(np.column_stack([L, seen]), np.column_stack([L, best])).max())


def make_exact(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.hints.panel.exact, LEFT, pos=QPoint(8, window.hints.panel.exact.height() // 2))
    assert window.hints.panel.exact.isChecked()


def test_a_click_puts_the_colour_there_and_undo_brings_every_bit_back(window: MainWindow, qtbot: QtBot) -> None:
    quiet(qtbot, window)
    before = window.session.result.chroma.copy()
    make_exact(window, qtbot)
    click(window, qtbot, 0.4, 0.3)
    quiet(qtbot, window)
    (hint,) = window.document.hints
    assert hint.points[0] == pytest.approx((0.4, 0.3), abs=0.01)
    assert hint.swatch == GREEN
    assert off(window) < 1
    seen = rgb_to_lab(render(window.document.photo, window.session.result.chroma)[30, 60] / np.float32(255))
    assert delta_e2000(seen, lab_of([realisable(float(seen[0]), GREEN)])[0]) < 1.5  # 8 bits are not finer
    changed = np.abs(window.session.result.chroma - before).max(axis=2) > 1
    assert changed[:45].mean() > 0.2  # what belongs together follows, the fake's sky here
    assert not changed[52:].any()  # and its grass does not
    assert window.document.undo_text == "Hint: #5a8a4a"
    assert "ΔE 0.0" in window.hints.panel.met.text()
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    quiet(qtbot, window)
    assert window.document.hints == ()
    assert np.array_equal(window.session.result.chroma, before)


def test_the_mean_of_a_hint_that_is_not_exact_is_met_too(window: MainWindow, qtbot: QtBot) -> None:
    click(window, qtbot, 0.4, 0.3)
    quiet(qtbot, window)
    assert not window.document.hints[0].exact
    assert off(window) < 2


def test_a_hint_goes_with_the_hand_live_and_as_one_step(window: MainWindow, qtbot: QtBot) -> None:
    make_exact(window, qtbot)
    click(window, qtbot, 0.3, 0.25)
    quiet(qtbot, window)
    first = window.document.hints[0]
    qtbot.mousePress(window.canvas, LEFT, pos=at(window, 0.3, 0.25))
    qtbot.mouseMove(window.canvas, at(window, 0.5, 0.3))
    assert window.document.hints[0].points[0] == pytest.approx((0.5, 0.3), abs=0.01)
    qtbot.waitUntil(lambda: window.session.result.request.guidance.hints == window.document.hints, timeout=PATIENCE)
    qtbot.mouseMove(window.canvas, at(window, 0.7, 0.35))
    qtbot.mouseRelease(window.canvas, LEFT, pos=at(window, 0.7, 0.35))
    quiet(qtbot, window)
    assert window.document.hints[0].points[0] == pytest.approx((0.7, 0.35), abs=0.01)
    assert off(window) < 1
    assert window.document.history() == ["Hint: #5a8a4a", "Move hint"]
    window.session.undo()
    assert window.document.hints == (first,)


def test_the_picker_recolours_the_selected_hint_while_it_is_dragged(window: MainWindow, qtbot: QtBot) -> None:
    make_exact(window, qtbot)
    click(window, qtbot, 0.4, 0.3)
    quiet(qtbot, window)
    picker, steps = window.hints.panel.picker, len(window.document.history())
    light, (x, y) = window.session.result.request.luminance.array, window.document.hints[0].points[0]
    L = float(light[int(y * light.shape[0]), int(x * light.shape[1])])
    assert picker.plane.light == pytest.approx(L, abs=2)
    qtbot.mousePress(picker.plane, LEFT, pos=picker.plane.place_of((0, 0)).toPoint())
    for a in (5, 10, 15):
        qtbot.mouseMove(picker.plane, picker.plane.place_of((a, 10)).toPoint())
        assert swatch_chroma(window.document.hints[0].swatch) == pytest.approx([a, 10], abs=2)
    qtbot.mouseRelease(picker.plane, LEFT, pos=picker.plane.place_of((15, 10)).toPoint())
    quiet(qtbot, window)
    assert off(window) < 1
    assert window.document.history()[steps:] == ["Recolour hint"]
    assert window.settings["hints.recent"][:2] == [window.document.hints[0].swatch.hex, GREEN.hex]
    offered = picker.suggested.swatches
    qtbot.mouseClick(picker.suggested, LEFT, pos=picker.suggested.rect_of(1).center())
    assert window.document.hints[0].swatch == offered[1]
    quiet(qtbot, window)
    assert picker.suggested.swatches == offered  # they rest while colours are tried
    assert window.document.history()[steps:] == ["Recolour hint"] * 2


def test_half_a_code_changes_nothing_and_a_whole_one_does(window: MainWindow, qtbot: QtBot) -> None:
    click(window, qtbot, 0.4, 0.3)
    quiet(qtbot, window)
    picker, hints = window.hints.panel.picker, window.document.hints
    qtbot.mouseDClick(picker.code, LEFT)
    picker.code.selectAll()
    qtbot.keyClicks(picker.code, "#9a5a3")
    qtbot.keyClick(picker.code, Qt.Key.Key_Return)
    assert picker.problem.text() == "“#9a5a3” has 5 digits: a colour has six digits 0-9 and a-f, such as #4a6fa0."
    assert window.document.hints == hints
    picker.code.selectAll()
    qtbot.keyClicks(picker.code, "#9a5a3a")
    qtbot.keyClick(picker.code, Qt.Key.Key_Return)
    assert window.document.hints[0].swatch == RUST


def test_what_the_light_does_not_allow_is_told(window: MainWindow, qtbot: QtBot) -> None:
    window.hints.panel.picker.chosen.emit(Swatch.from_hex("#1030ff"), True)
    make_exact(window, qtbot)
    light = window.session.result.request.luminance.array
    row, column = np.unravel_index(light.argmax(), light.shape)
    click(window, qtbot, (column + 0.5) / light.shape[1], (row + 0.5) / light.shape[0])
    quiet(qtbot, window)
    assert off(window) < 1
    assert "at this light no colour is nearer" in window.hints.panel.met.text()


def test_hints_survive_relabelling_another_size_and_another_photo_in_between(
    window: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    make_exact(window, qtbot)
    click(window, qtbot, 0.4, 0.3)
    drag(window, qtbot, (0.2, 0.7), (0.3, 0.72), (0.4, 0.8))
    hints = window.document.hints
    paint(window, 3, 20, 40, 40)
    window.session.reset_labels()
    quiet(qtbot, window)
    assert window.document.hints == hints
    assert off(window) < 1
    window.set_work_size(256)
    quiet(qtbot, window)
    assert off(window) < 1
    window.session.go_to(1)
    wait_coloured(qtbot, window, photos[1])
    assert window.document.hints == ()
    assert window.hints.panel.title.text() == "No hints yet"
    window.session.go_to(0)
    wait_coloured(qtbot, window, photos[0])
    assert window.document.hints == hints
    assert [off(window, index) < 1 for index in (0, 1)] == [True, True]
    assert window.hints.panel.title.text() == "2 hints"


def test_a_drag_draws_and_escape_leaves_no_trace(window: MainWindow, qtbot: QtBot) -> None:
    drag(window, qtbot, (0.2, 0.2), (0.35, 0.2), (0.5, 0.3))
    assert [len(hint.points) for hint in window.document.hints] == [3]
    assert window.document.history() == ["Hint: #5a8a4a"]
    hints = window.document.hints
    for start in ((0.7, 0.7), (0.35, 0.2)):  # a new one, and one that is moved
        qtbot.mousePress(window.canvas, LEFT, pos=at(window, *start))
        qtbot.mouseMove(window.canvas, at(window, 0.8, 0.5))
        assert window.document.hints != hints
        qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
        qtbot.mouseRelease(window.canvas, LEFT, pos=at(window, 0.8, 0.5))
        assert window.document.hints == hints
        assert window.document.history() == ["Hint: #5a8a4a"]


def test_a_click_within_ten_pixels_takes_the_hint_at_any_zoom(window: MainWindow, qtbot: QtBot) -> None:
    for zoom in (None, 8.0, 0.5):
        if zoom:
            window.canvas.zoom_at(at(window, 0.5, 0.5).toPointF(), zoom)
        click(window, qtbot, 0.5, 0.5)
        there = at(window, *window.document.hints[-1].points[0])
        count = len(window.document.hints)
        qtbot.mouseClick(window.canvas, LEFT, pos=there + QPoint(7, -5))
        assert len(window.document.hints) == count
        assert window.hints.tool.selected == count - 1
        qtbot.mouseClick(window.canvas, LEFT, pos=there + QPoint(11, 8))
        assert len(window.document.hints) == count + 1
        window.hints.clear()


def test_keys_go_from_hint_to_hint_move_and_remove(window: MainWindow, qtbot: QtBot) -> None:
    canvas, tool = window.canvas, window.hints.tool
    click(window, qtbot, 0.3, 0.3)
    click(window, qtbot, 0.7, 0.6)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert tool.selected is None
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert tool.selected == 0
    before = tool.hint.points[0]
    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
    moved = window.canvas.to_widget(*np.multiply(tool.hint.points[0], (150, 100))) - window.canvas.to_widget(
        *np.multiply(before, (150, 100)))  # fmt: skip
    assert (moved.x(), moved.y()) == pytest.approx((6, 0), abs=0.1)
    assert window.document.history()[-2:] == ["Hint: #5a8a4a", "Move hint"]
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert [hint.points[0][0] for hint in window.document.hints] == pytest.approx([0.7], abs=0.01)
    assert window.document.undo_text == "Remove hint"
    qtbot.mouseMove(canvas, QPoint(3, 3))  # beside the photo
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert window.document.hints[-1].points == ((0.5, 0.5),)
    qtbot.mouseMove(canvas, at(window, 0.2, 0.9))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert window.document.hints[-1].points[0] == pytest.approx((0.2, 0.9), abs=0.01)
    window.actions_by_id["hints.clear"].trigger()
    assert window.document.hints == ()
    assert not window.actions_by_id["hints.clear"].isEnabled()


def test_the_wheel_sets_the_radius_and_the_brush_keeps_its_size(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_B)
    window.options.set_size(41)
    qtbot.keyClick(window.canvas, Qt.Key.Key_J)
    assert window.options.size == 14
    click(window, qtbot, 0.4, 0.3)
    assert window.document.hints[0].radius == pytest.approx(7 / 150)
    wheel(window.canvas, at(window, 0.4, 0.3), 2, CONTROL)
    wheel(window.canvas, at(window, 0.4, 0.3), 1, CONTROL)
    assert window.document.hints[0].radius == pytest.approx(window.options.size / 300)
    assert window.options.size > 18
    assert window.document.history()[-1] == "Hint radius"
    window.session.undo()
    assert window.document.hints[0].radius == pytest.approx(7 / 150)
    qtbot.keyClick(window.canvas, Qt.Key.Key_B)
    assert window.options.size == 41
    assert window.settings["brush.size"] == 41


def test_hints_show_over_the_photo_until_they_are_hidden(window: MainWindow, qtbot: QtBot) -> None:
    click(window, qtbot, 0.4, 0.3)
    click(window, qtbot, 0.8, 0.8)
    quiet(qtbot, window)
    leave(window.canvas)
    seen, place = shot(window.canvas), at(window, 0.4, 0.3)
    worn = np.array([round(255 * part) for part in (GREEN.r, GREEN.g, GREEN.b)])
    assert np.abs(seen[place.y(), place.x()].astype(int) - worn).max() <= 2
    row = seen[place.y(), place.x() - 12:place.x() + 13].astype(int).sum(axis=1)
    assert row.max() > 700  # the white ring
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    hidden = shot(window.canvas)
    assert (hidden[place.y(), place.x() - 12:place.x() + 13].astype(int).sum(axis=1) < 700).all()
    assert not window.hints.panel.eye.isChecked()
    qtbot.mouseClick(window.hints.panel.eye, LEFT)
    assert np.array_equal(shot(window.canvas), seen)


def test_the_tab_is_there_while_the_tool_is_in_hand(window: MainWindow, qtbot: QtBot) -> None:
    dock, labels = (window.findChild(QDockWidget, name) for name in ("dock.hints", "dock.labels"))
    assert dock.isVisible()
    assert window.hints.panel.picker.isVisible()
    qtbot.keyClick(window.canvas, Qt.Key.Key_B)
    assert not dock.isVisible()
    qtbot.waitUntil(lambda: not labels.visibleRegion().isEmpty())


def test_a_first_hint_pins_the_colour_that_is_there(
    open_window: Callable[..., MainWindow], photos: list[Path], qtbot: QtBot
) -> None:
    window = open_window(photos[0])
    wait_coloured(qtbot, window, photos[0])
    before = window.session.result.chroma[30, 60].copy()
    qtbot.keyClick(window.canvas, Qt.Key.Key_J)
    click(window, qtbot, 0.4, 0.3)
    L = float(window.session.result.request.luminance.array[30, 60])
    wanted = gamut_map(np.float32([L]), before[None])[0]
    assert lab_of([window.document.hints[0].swatch])[0, 1:] == pytest.approx(wanted, abs=1.5)
    assert window.hints.panel.picker.swatch == window.document.hints[0].swatch


def test_the_picker_follows_the_light_under_the_pointer_before_there_is_a_hint(
    window: MainWindow, qtbot: QtBot
) -> None:
    light, picker = window.session.result.request.luminance.array, window.hints.panel.picker
    for place in (light.argmin(), light.argmax()):
        row, column = np.unravel_index(place, light.shape)
        qtbot.mouseMove(window.canvas, at(window, (column + 0.5) / 150, (row + 0.5) / 100))
        wanted = pytest.approx(float(light[row, column]), abs=0.5)
        qtbot.waitUntil(lambda wanted=wanted: picker.plane.light == wanted)
    assert realisable(picker.plane.light, GREEN) != GREEN
