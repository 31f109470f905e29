"""The selection in a person's hands: made by every tool that can, kept to by edits, let go, shown by ants."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.label_edits import replaced
from core.regions import grow, region_of
from gui.canvas import Canvas
from gui.canvas.ants import Ants
from gui.main_window import MainWindow
from gui.replace_dialog import ReplaceDialog
from gui.tool_options import SELECTS
from tests.core.fakes import GRASS
from tests.core.fakes import SKY as ABOVE
from tests.gui.brushwork import (
    ALT,
    CONTROL,
    LEFT,
    NONE,
    SHIFT,
    SKY,
    at,
    check_step,
    shot,
    stroke,
    swept,
)
from tests.gui.conftest import PATIENCE, paint
from tests.gui.test_tools_shapes import in_line, in_rectangle, place, snapped

TOOL = "rectangle"
BOX, OTHER = ((100, 80), (300, 220)), ((220, 150), (420, 330))


@pytest.fixture
def canvas(canvas: Canvas) -> Canvas:
    canvas.options.set_selects(True)
    return canvas


@pytest.fixture
def settled(qtbot: QtBot, canvas: Canvas) -> Callable[[], np.ndarray]:
    """Waits until the tool is done; what is selected then."""

    def wait() -> np.ndarray:
        qtbot.waitUntil(lambda: not canvas.tool.busy, timeout=PATIENCE)
        return selected(canvas)

    return wait


def selected(canvas: Canvas) -> np.ndarray:
    region, shape = canvas.document.view.selection.region, canvas.document.labels.shape
    return np.zeros(shape, bool) if region is None else region.full(shape)


def drag(canvas: Canvas, corners: tuple, keys: Qt.KeyboardModifier = NONE) -> np.ndarray:
    """A rectangle drawn by hand; its pixels."""
    points = [at(canvas, *corner) for corner in corners]
    QTest.mousePress(canvas, LEFT, keys, points[0])
    QTest.mouseRelease(canvas, LEFT, keys, points[1])  # moves of QTest hold no keys
    return in_rectangle(*(snapped(canvas, point) for point in points), canvas.document.labels.shape)


def test_a_shape_selects_and_labels_nothing(canvas: Canvas) -> None:
    before = canvas.document.labels.copy()
    wanted = drag(canvas, BOX)
    assert np.array_equal(selected(canvas), wanted)
    assert canvas.document.history() == [] and np.array_equal(canvas.document.labels, before)


@pytest.mark.parametrize(("keys", "meant"), [
    (NONE, lambda a, b: b), (SHIFT, lambda a, b: a | b), (ALT, lambda a, b: a & ~b), (SHIFT | ALT, lambda a, b: a & b),
])  # fmt: skip
def test_shift_adds_alt_takes_away_both_keep_what_is_common(canvas: Canvas, keys, meant) -> None:
    first = drag(canvas, BOX)
    second = drag(canvas, OTHER, keys)
    assert np.array_equal(selected(canvas), meant(first, second))


def test_shift_pressed_during_the_drag_still_keeps_it_square(canvas: Canvas) -> None:
    start, end = at(canvas, 100, 80), at(canvas, 300, 120)
    QTest.mousePress(canvas, LEFT, NONE, start)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, LEFT, SHIFT, end)
    box = canvas.document.view.selection.region.box
    assert box.height == box.width > 100


def test_polygon_lasso_and_scissors_select_what_they_enclose(canvas: Canvas, settled) -> None:
    corners = [(60, 60), (260, 90), (200, 300)]
    points = [at(canvas, *corner) for corner in corners]
    canvas.set_tool("polygon")
    for point in points:
        stroke(canvas, point)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    line = in_line([place(canvas, point) for point in points], canvas.document.labels.shape)
    assert (settled() ^ line).sum() < 700  # the line's own pixels
    canvas.document.view.selection.set(None)
    canvas.set_tool("lasso")
    stroke(canvas, *points)
    assert (settled() ^ line).sum() < 700
    assert canvas.document.history() == []


def test_fill_selects_the_region_under_the_pointer(canvas: Canvas, settled) -> None:
    canvas.set_tool("fill")
    point = at(canvas, 210, 130)
    stroke(canvas, point)
    x, y = map(int, place(canvas, point))
    labels = canvas.document.labels
    _, parts = cv2.connectedComponents((labels == labels[y, x]).astype(np.uint8), connectivity=4)
    assert np.array_equal(settled(), parts == parts[y, x])


def test_wand_object_and_superpixels_select(canvas: Canvas, settled, qtbot: QtBot) -> None:
    canvas.set_tool("wand")
    stroke(canvas, at(canvas, 400, 40))
    by_wand = settled()
    assert by_wand[40, 400] and 100 < by_wand.sum() < by_wand.size / 2
    canvas.set_tool("superpixel")
    qtbot.waitUntil(lambda: not canvas._background.busy, timeout=PATIENCE)
    pieces = canvas.tool._ready()
    points = at(canvas, 100, 100), at(canvas, 180, 120)
    stroke(canvas, *points, keys=SHIFT)
    touched = np.isin(pieces.ids, pieces.touched([place(canvas, point) for point in points]))
    whole = cv2.resize(touched.astype(np.uint8), by_wand.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(bool)
    assert np.array_equal(settled(), by_wand | whole)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 300, 300))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 300, 300))
    assert np.array_equal(selected(canvas), by_wand | whole)
    canvas.set_tool("object")
    stroke(canvas, at(canvas, 300, 150))
    qtbot.waitUntil(lambda: canvas.tool.proposal is not None, timeout=PATIENCE)
    proposal = canvas.tool.proposal.full(by_wand.shape)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert np.array_equal(settled(), proposal)
    assert canvas.document.history() == []


def test_the_brush_labels_inside_the_selection_only(canvas: Canvas) -> None:
    inside, before = drag(canvas, BOX), canvas.document.labels.copy()
    canvas.set_tool("brush")
    points = at(canvas, 60, 150), at(canvas, 380, 170)
    stroke(canvas, *points)
    check_step(canvas.document, before, swept(canvas, *points) & inside, "Brush: aeroplane".replace(
        "aeroplane", canvas.document.label_set.name(SKY)))  # fmt: skip


def test_without_the_switch_shapes_label_inside_the_selection(canvas: Canvas) -> None:
    inside, before = drag(canvas, BOX), canvas.document.labels.copy()
    canvas.options.set_selects(False)
    drawn = drag(canvas, OTHER)
    check_step(canvas.document, before, drawn & inside, f"Rectangle: {canvas.document.label_set.name(SKY)}")
    assert np.array_equal(selected(canvas), inside)


def test_escape_takes_back_what_is_drawn_then_lets_go_of_the_selection(canvas: Canvas) -> None:
    inside = drag(canvas, BOX)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 10, 10))
    QTest.mouseMove(canvas, at(canvas, 50, 50))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 50, 50))
    assert np.array_equal(selected(canvas), inside)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.document.view.selection.region is None


def test_alt_still_picks_where_nothing_is_selected_by_tools(canvas: Canvas) -> None:
    canvas.options.set_selects(False)
    label = canvas.document.label_at(120, 90)
    stroke(canvas, at(canvas, 120, 90), keys=ALT)
    assert canvas.label == label and canvas.document.view.selection.region is None


def test_ants_walk_along_the_border_of_what_is_selected(canvas: Canvas) -> None:
    plain, ants = shot(canvas), Ants()
    canvas.over.append(ants)
    drag(canvas, BOX)
    ants.region = canvas.document.view.selection.region
    canvas.update()
    first = shot(canvas)
    for _ in range(4):
        ants.step()
    canvas.update()
    second = shot(canvas)
    box, left_top = ants.region.box, canvas.to_widget(ants.region.box.left, ants.region.box.top).toPoint()
    end = canvas.to_widget(box.right, box.bottom).toPoint()
    marked = np.zeros(first.shape[:2], bool)
    marked[left_top.y() - 1 : end.y() + 2, left_top.x() - 1 : end.x() + 2] = True
    marked[left_top.y() + 2 : end.y() - 2, left_top.x() + 2 : end.x() - 2] = False
    differs, moved = (plain != first).any(2), (first != second).any(2)
    assert differs[~near_pointer(differs.shape, end)][marked[~near_pointer(differs.shape, end)]].sum() > 200
    assert not (moved & ~marked).any() and moved.sum() > 0.8 * (differs & marked).sum()


def near_pointer(shape: tuple[int, int], point: QPoint) -> np.ndarray:
    rows, columns = np.indices(shape)
    return (rows - point.y()) ** 2 + (columns - point.x()) ** 2 < 40**2


# -- the window


@pytest.fixture
def window(coloured: MainWindow) -> MainWindow:
    """Sky above grass, 150 x 100."""
    coloured.set_view("LABELS")
    coloured.activateWindow()
    coloured.canvas.setFocus()
    return coloured


def worked_out(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.select.busy and not window.label_actions.busy, timeout=PATIENCE)


def select(window: MainWindow) -> np.ndarray:
    mask = np.zeros(window.document.labels.shape, bool)
    mask[20:80, 30:90] = True
    window.document.view.selection.set(region_of(mask))
    return mask


def test_m_switches_tools_to_selecting_and_the_bar_says_how(window: MainWindow) -> None:
    window.set_tool("rectangle")
    assert window.tool_options._told.text() != SELECTS
    QTest.keyClick(window.canvas, Qt.Key.Key_M)
    assert window.options.selects and window.tool_options.selects.isChecked()
    assert window.tool_options._told.text() == SELECTS
    drag(window.canvas, ((20, 20), (60, 50)))
    assert window.select.region is not None and window.select.ants.region is window.select.region
    window.tool_options.selects.click()
    assert not window.options.selects and not window.actions_by_id["select.switch"].isChecked()


def test_the_bar_says_what_becomes_of_the_selection_without_keys(window: MainWindow, qtbot: QtBot) -> None:
    window.set_tool("rectangle")
    assert not window.tool_options.select_how.isVisible()
    QTest.keyClick(window.canvas, Qt.Key.Key_M)
    qtbot.waitUntil(window.tool_options.select_how.isVisible)
    first = drag(window.canvas, ((20, 20), (90, 70)))
    QTest.keyClick(window.tool_options.select_how, Qt.Key.Key_T)  # Take away
    second = drag(window.canvas, ((60, 40), (120, 90)))
    assert np.array_equal(selected(window.canvas), first & ~second)
    third = drag(window.canvas, ((60, 40), (120, 90)), SHIFT)
    assert np.array_equal(selected(window.canvas), first & ~second | third)


def test_keys_select_all_invert_let_go_and_take_a_label(window: MainWindow, qtbot: QtBot) -> None:
    canvas, labels = window.canvas, window.document.labels
    assert not window.actions_by_id["select.none"].isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_A, CONTROL)
    worked_out(qtbot, window)
    assert selected(canvas).all() and window.actions_by_id["select.none"].isEnabled()
    mask = select(window)
    QTest.keyClick(canvas, Qt.Key.Key_I, CONTROL | ALT)
    worked_out(qtbot, window)
    assert np.array_equal(selected(canvas), ~mask)
    QTest.keyClick(canvas, Qt.Key.Key_A, CONTROL | SHIFT)
    assert window.select.region is None and window.select.ants.region is None
    window.options.set_label(ABOVE)
    QTest.keyClick(canvas, Qt.Key.Key_A, CONTROL | ALT)
    worked_out(qtbot, window)
    assert np.array_equal(selected(canvas), labels == ABOVE)


def test_the_selection_grows_by_the_reach(window: MainWindow, qtbot: QtBot) -> None:
    mask = select(window)
    window.actions_by_id["select.grow"].trigger()
    worked_out(qtbot, window)
    wanted = grow(region_of(mask), window.settings["labels.reach"], mask.shape).full(mask.shape)
    assert np.array_equal(selected(window.canvas), wanted)
    window.actions_by_id["select.shrink"].trigger()
    worked_out(qtbot, window)
    assert selected(window.canvas).sum() < wanted.sum()


def test_what_is_selected_is_filled_with_the_current_label(window: MainWindow, qtbot: QtBot) -> None:
    mask, before = select(window), window.document.labels.copy()
    window.options.set_label(4)
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace, ALT)
    worked_out(qtbot, window)
    assert np.array_equal(window.document.labels, np.where(mask, 4, before))
    window.document.undo()
    assert np.array_equal(window.document.labels, before) and np.array_equal(selected(window.canvas), mask)


@pytest.mark.parametrize("whole", [False, True])
def test_a_label_is_replaced_in_the_selection_or_in_the_whole_photo(
    window: MainWindow, qtbot: QtBot, whole: bool
) -> None:
    mask, before = select(window), window.document.labels.copy()
    window.options.set_label(ABOVE)
    QTest.keyClick(window.canvas, Qt.Key.Key_H, CONTROL)
    dialog = window.findChild(ReplaceDialog)
    assert dialog.selected
    dialog._new.setCurrentIndex(dialog._new.findData(GRASS))
    if whole:
        dialog._everywhere.click()
    QTest.mouseClick(dialog._go, LEFT)
    worked_out(qtbot, window)
    box, labels = replaced(before, ABOVE, GRASS)
    after = before.copy()
    after[box.slices] = labels
    assert np.array_equal(window.document.labels, after if whole else np.where(mask, after, before))


def test_who_paints_beside_the_selection_is_told(window: MainWindow, qtbot: QtBot) -> None:
    select(window)
    window.set_tool("brush")
    window.options.set_size(5)
    stroke(window.canvas, at(window.canvas, 5, 5))
    assert "keep to the selection" in window.status.message
    assert window.document.history() == []


def test_every_photo_has_its_own_selection(window: MainWindow, qtbot: QtBot) -> None:
    mask = select(window)
    paint(window, 4, top=30, left=40)  # so that the document is kept
    window.session.skip()
    qtbot.waitUntil(lambda: window.document.path.name == "b.jpg", timeout=PATIENCE)
    assert window.select.region is None and window.select.ants.region is None
    window.session.previous()
    qtbot.waitUntil(lambda: window.document.path.name == "a.png", timeout=PATIENCE)
    assert np.array_equal(selected(window.canvas), mask)
