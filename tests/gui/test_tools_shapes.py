"""Fill, rectangle, ellipse and lasso in a person's hands: real events on a real photo, exact change, exact undo."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.document import Document
from core.selecting import lasso
from gui.canvas import Canvas, View
from gui.main_window import MainWindow
from gui.tools import writer
from tests.gui.brushwork import (
    LEFT,
    NONE,
    SHIFT,
    SKY,
    Place,
    at,
    centres,
    check_step,
    in_line,
    place,
    shot,
    stroke,
)

SHAPES = ("rectangle", "ellipse", "lasso")


def snapped(canvas: Canvas, point: QPoint) -> Place:
    x, y = place(canvas, point)
    return np.floor(x + 0.5), np.floor(y + 0.5)


def in_rectangle(a: Place, b: Place, shape: tuple[int, int]) -> np.ndarray:
    x, y = centres(shape)
    return (x > min(a[0], b[0])) & (x < max(a[0], b[0])) & (y > min(a[1], b[1])) & (y < max(a[1], b[1]))


def in_ellipse(a: Place, b: Place, shape: tuple[int, int]) -> np.ndarray:
    x, y = centres(shape)
    across = (x - (a[0] + b[0]) / 2) / (abs(b[0] - a[0]) / 2)
    down = (y - (a[1] + b[1]) / 2) / (abs(b[1] - a[1]) / 2)
    return across**2 + down**2 <= 1


# -- fill


def test_fill_writes_the_region_under_the_pointer_and_no_other(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    canvas.set_tool("fill")
    point = at(canvas, 210, 130)
    stroke(canvas, point)
    x, y = map(int, place(canvas, point))
    _, parts = cv2.connectedComponents((before == before[y, x]).astype(np.uint8), connectivity=4)
    region = parts == parts[y, x]
    assert region.sum() < (before == before[y, x]).sum()
    check_step(document, before, region, f"Fill: {document.label_set.name(SKY)}")


def test_fill_with_shift_writes_all_that_has_the_label(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    canvas.set_tool("fill")
    point = at(canvas, 210, 130)
    stroke(canvas, point, keys=SHIFT)
    x, y = map(int, place(canvas, point))
    check_step(document, before, before == before[y, x], f"Fill: {document.label_set.name(SKY)}")


def test_fill_of_what_has_the_label_or_beside_the_photo_is_no_step(canvas: Canvas, document: Document) -> None:
    canvas.set_tool("fill")
    canvas.set_label(document.label_at(210, 130))
    stroke(canvas, at(canvas, 210, 130))
    stroke(canvas, at(canvas, -5, 130))
    assert document.history() == []
    assert not document.painting


def test_escape_takes_a_fill_back_before_the_button_comes_up(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    canvas.set_tool("fill")
    point = at(canvas, 210, 130)
    QTest.mousePress(canvas, LEFT, NONE, point)
    assert not np.array_equal(document.labels, before)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NONE, point)
    assert np.array_equal(document.labels, before)
    assert document.history() == []


def test_in_a_large_photo_the_fill_is_worked_out_in_a_thread(
    canvas: Canvas, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "AT_ONCE", 1000)
    before, point = document.labels.copy(), at(canvas, 210, 130)
    canvas.set_tool("fill")
    stroke(canvas, point)
    assert canvas.tool.busy and np.array_equal(document.labels, before)
    qtbot.waitUntil(lambda: not canvas.tool.busy)
    x, y = map(int, place(canvas, point))
    _, parts = cv2.connectedComponents((before == before[y, x]).astype(np.uint8), connectivity=4)
    check_step(document, before, parts == parts[y, x], f"Fill: {document.label_set.name(SKY)}")


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Z])
def test_a_fill_that_is_not_there_yet_can_be_taken_back(
    canvas: Canvas, document: Document, key: Qt.Key, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "AT_ONCE", 1000)
    before = document.labels.copy()
    canvas.set_tool("fill")
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 210, 130))
    QTest.keyClick(canvas, key, NONE if key == Qt.Key.Key_Escape else Qt.KeyboardModifier.ControlModifier)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 210, 130))
    assert not canvas.tool.busy
    qtbot.waitUntil(lambda: not canvas._background.busy)
    assert np.array_equal(document.labels, before) and document.history() == []


# -- rectangle and ellipse


@pytest.mark.parametrize(("tool", "model"), [("rectangle", in_rectangle), ("ellipse", in_ellipse)])
@pytest.mark.parametrize("corners", [((120, 80), (333, 240)), ((333, 240), (120, 80)), ((500, 90), (700, 300))])
def test_a_drag_from_corner_to_corner_writes_the_shape(
    canvas: Canvas, document: Document, tool: str, model: Callable[..., np.ndarray], corners: tuple[Place, Place]
) -> None:
    before = document.labels.copy()
    canvas.set_tool(tool)
    start, end = (at(canvas, *corner) for corner in corners)
    stroke(canvas, start, at(canvas, 20, 20), end)
    shape = model(snapped(canvas, start), snapped(canvas, end), before.shape)
    check_step(document, before, shape, f"{tool.title()}: {document.label_set.name(SKY)}")


@pytest.mark.parametrize(("tool", "model"), [("rectangle", in_rectangle), ("ellipse", in_ellipse)])
def test_shift_keeps_it_square(
    canvas: Canvas, document: Document, tool: str, model: Callable[..., np.ndarray]
) -> None:
    before = document.labels.copy()
    canvas.set_tool(tool)
    start, end = at(canvas, 300, 250), at(canvas, 180, 210)
    stroke(canvas, start, end, keys=SHIFT)
    (x0, y0), (x1, _) = snapped(canvas, start), snapped(canvas, end)
    shape = model((x0, y0), (x1, y0 - (x0 - x1)), before.shape)
    rows, columns = shape.any(axis=1).sum(), shape.any(axis=0).sum()
    assert rows == columns
    check_step(document, before, shape, f"{tool.title()}: {document.label_set.name(SKY)}")


def test_the_shift_key_alone_changes_the_band_while_it_is_held(canvas: Canvas) -> None:
    canvas.set_tool("rectangle")
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 100))
    QTest.mouseMove(canvas, at(canvas, 300, 200))
    free = shot(canvas)
    QTest.keyPress(canvas, Qt.Key.Key_Shift)
    square = shot(canvas)
    assert not np.array_equal(free, square)
    QTest.keyRelease(canvas, Qt.Key.Key_Shift)
    assert np.array_equal(shot(canvas), free)
    canvas.cancel()


# -- lasso


def test_the_lasso_writes_what_its_line_encloses(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    canvas.set_tool("lasso")
    turns = np.linspace(0, 2 * np.pi, 40)[:-1]
    points = [at(canvas, 260 + 120 * np.cos(t), 200 + (60 + 40 * np.cos(3 * t)) * np.sin(t)) for t in turns]
    stroke(canvas, *points)
    line = [place(canvas, point) for point in points]
    inside = in_line(line, before.shape)
    near = np.zeros(before.shape, np.uint8)
    cv2.polylines(near, [np.floor(np.array(line)).astype(np.int32)], isClosed=True, color=1, thickness=3)
    changed = document.labels != before
    assert np.array_equal(changed & (near == 0), inside & (near == 0))
    assert np.array_equal(changed, lasso(line, before.shape).full(before.shape))  # on the line itself, too
    check_step(document, before, changed, f"Lasso: {document.label_set.name(SKY)}")


# -- all of them


@pytest.mark.parametrize("tool", SHAPES)
def test_a_click_without_a_drag_is_no_step(canvas: Canvas, document: Document, tool: str) -> None:
    canvas.set_tool(tool)
    stroke(canvas, at(canvas, 200, 150))
    assert document.history() == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Z])
@pytest.mark.parametrize("tool", SHAPES)
def test_escape_and_undo_take_the_band_back(canvas: Canvas, document: Document, tool: str, key: Qt.Key) -> None:
    before = document.labels.copy()
    canvas.set_tool(tool)
    QTest.mouseMove(canvas, at(canvas, 250, 260))
    plain = shot(canvas)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 100))
    for x, y in ((300, 110), (310, 250), (250, 260)):
        QTest.mouseMove(canvas, at(canvas, x, y))
    assert not np.array_equal(shot(canvas), plain)
    QTest.keyClick(canvas, key, NONE if key == Qt.Key.Key_Escape else Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(shot(canvas), plain)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 250, 260))
    assert np.array_equal(document.labels, before)
    assert document.history() == []


def test_a_large_shape_is_worked_out_in_a_thread_and_can_be_taken_back(
    canvas: Canvas, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "AT_ONCE", 1000)
    before = document.labels.copy()
    canvas.set_tool("rectangle")
    start, end = at(canvas, 120, 80), at(canvas, 333, 240)
    stroke(canvas, start, end)
    assert canvas.tool.busy and np.array_equal(document.labels, before)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.tool.busy
    stroke(canvas, start, end)
    qtbot.waitUntil(lambda: not canvas.tool.busy)
    wanted = in_rectangle(snapped(canvas, start), snapped(canvas, end), before.shape)
    check_step(document, before, wanted, f"Rectangle: {document.label_set.name(SKY)}")


@pytest.mark.parametrize("view", [View.RESULT, View.SIDE])
def test_the_band_shows_in_every_view(canvas: Canvas, view: View) -> None:
    canvas.set_view(view)
    canvas.set_tool("ellipse")
    plain = shot(canvas)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 100))
    QTest.mouseMove(canvas, at(canvas, 300, 250))
    drawn = np.abs(shot(canvas).astype(int) - plain).max(axis=2) > 0
    for pane in range(2 if view is View.SIDE else 1):
        middle = at(canvas, 200, 175, pane)
        edge = at(canvas, 200, 100, pane)
        assert drawn[middle.y(), middle.x()]
        assert drawn[edge.y() - 2 : edge.y() + 3, edge.x()].any()
    canvas.cancel()


def test_keys_take_the_tools_and_the_options_tell_how(coloured: MainWindow, qtbot: QtBot) -> None:
    coloured.activateWindow()
    coloured.canvas.setFocus()
    for key, name in (("G", "fill"), ("R", "rectangle"), ("O", "ellipse"), ("L", "lasso")):
        qtbot.keyClick(coloured.canvas, key)
        assert coloured.canvas.tool.name == name
        assert coloured.actions_by_id[f"tool.{name}"].isChecked()
        qtbot.waitUntil(lambda: not coloured.tool_options.size.isVisible())
