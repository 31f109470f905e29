"""The polygon tool in a person's hands: corners, freehand pieces, every way to close it and every way back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.document import Document
from gui.canvas import Canvas, View
from gui.tools import outline, writer
from tests.gui.brushwork import (
    CONTROL,
    GRASS,
    LEFT,
    MIDDLE,
    NONE,
    SHIFT,
    SKY,
    at,
    check_step,
    in_line,
    place,
    shot,
    stroke,
)

TOOL = "polygon"
CORNERS = (120, 60), (420, 90), (380, 300), (200, 340)
UNDO = Qt.Key.Key_Z, CONTROL
BACKSPACE = Qt.Key.Key_Backspace, NONE


def click(canvas: Canvas, *places: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> list[QPoint]:
    """Click at photo points, as a hand does: go there first."""
    points = [at(canvas, *each) for each in places]
    for point in points:
        QTest.mouseMove(canvas, point)
        stroke(canvas, point, keys=keys)
    return points


def check_enclosed(document: Document, before: np.ndarray, line: list[tuple[float, float]]) -> None:
    """What the line encloses is SKY now, in one step; on the line itself pixels may be either."""
    near = np.zeros(before.shape, np.uint8)
    cv2.polylines(near, [np.floor(np.array(line)).astype(np.int32)], isClosed=True, color=1, thickness=3)
    changed = document.labels != before
    assert np.array_equal(changed & (near == 0), in_line(line, before.shape) & (near == 0))
    check_step(document, before, changed, f"Polygon: {document.label_set.name(SKY)}")


def line_of(canvas: Canvas, points: list[QPoint]) -> list[tuple[float, float]]:
    return [place(canvas, point) for point in points]


@pytest.mark.parametrize("how", ["enter", "keypad", "first corner", "double click"])
def test_it_writes_what_its_corners_enclose(canvas: Canvas, document: Document, how: str) -> None:
    before = document.labels.copy()
    points = click(canvas, *CORNERS)
    assert np.array_equal(document.labels, before)
    if how == "enter":
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    elif how == "keypad":
        QTest.keyClick(canvas, Qt.Key.Key_Enter)
    elif how == "first corner":
        stroke(canvas, points[0] + QPoint(4, -4))
    else:
        QTest.mouseDClick(canvas, LEFT, NONE, points[-1])
    check_enclosed(document, before, line_of(canvas, points))
    assert not canvas.tool.busy


def test_a_double_click_on_the_first_corner_closes_it_and_begins_no_other(canvas: Canvas, document: Document) -> None:
    points = click(canvas, *CORNERS)
    QTest.mouseDClick(canvas, LEFT, NONE, points[0])
    assert not canvas.tool.busy and len(document.history()) == 1


def test_a_large_one_is_found_in_a_thread(
    qtbot: QtBot, canvas: Canvas, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "AT_ONCE", 1000)
    before = document.labels.copy()
    points = click(canvas, *CORNERS)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert np.array_equal(document.labels, before) and canvas.tool.busy
    qtbot.waitUntil(lambda: not canvas.tool.busy)
    check_enclosed(document, before, line_of(canvas, points))


def test_escape_while_a_large_one_is_found_leaves_no_trace(
    qtbot: QtBot, canvas: Canvas, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "AT_ONCE", 1000)
    before = document.labels.copy()
    click(canvas, *CORNERS)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    heard = []
    canvas.in_background(lambda: None, heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert np.array_equal(document.labels, before) and document.history() == []


@pytest.mark.parametrize("keys", [UNDO, BACKSPACE])
def test_the_last_corner_can_be_taken_back(canvas: Canvas, document: Document, keys: tuple) -> None:
    before = document.labels.copy()
    points = click(canvas, *CORNERS[:3], (580, 20), (590, 390))
    QTest.keyClick(canvas, *keys)
    QTest.keyClick(canvas, *keys)
    points = points[:3] + click(canvas, CORNERS[3])
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    check_enclosed(document, before, line_of(canvas, points))


@pytest.mark.parametrize("keys", [UNDO, BACKSPACE])
def test_taking_the_first_corner_back_ends_it_and_the_next_undo_is_the_documents(
    canvas: Canvas, document: Document, keys: tuple
) -> None:
    document.begin_stroke("Before")
    document.paint(np.ones((20, 20), bool), 10, 10, GRASS)
    document.end_stroke()
    click(canvas, *CORNERS[:2])
    for _ in range(2):
        assert canvas.tool.busy
        QTest.keyClick(canvas, *keys)
    assert not canvas.tool.busy
    assert document.history() == ["Before"] and document.index == 1


def test_escape_takes_all_of_it_back_from_the_screen_too(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    end = at(canvas, 300, 200)
    QTest.mouseMove(canvas, end)
    plain = shot(canvas)
    click(canvas, *CORNERS)
    QTest.mouseMove(canvas, end)
    assert not np.array_equal(shot(canvas), plain)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert np.array_equal(shot(canvas), plain)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert np.array_equal(document.labels, before) and document.history() == []


@pytest.mark.parametrize("view", [View.RESULT, View.SIDE])
def test_a_rubber_band_leads_to_the_pointer_in_every_view(canvas: Canvas, view: View) -> None:
    canvas.set_view(view)
    places = (120, 60), (420, 60), (420, 260)
    click(canvas, *places[:2])
    for rest in ((200, 330), places[2]):
        QTest.mouseMove(canvas, at(canvas, *rest))
    drawn = shot(canvas).astype(int)
    canvas.cancel()
    drawn = np.abs(drawn - shot(canvas)).max(axis=2) > 40
    for pane in range(2 if view is View.SIDE else 1):
        for middle in ((270, 60), (420, 160)):
            point = at(canvas, *middle, pane)
            assert drawn[point.y() - 2 : point.y() + 3, point.x() - 2 : point.x() + 3].any()
        left = at(canvas, 160, 200, pane)  # the band has left where it was before
        assert not drawn[left.y() - 3 : left.y() + 4, left.x() - 3 : left.x() + 4].any()


def test_dragging_draws_a_freehand_piece_between_corners(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    points = click(canvas, (150, 100), (450, 100))
    bow = [at(canvas, 450 + 60 * np.sin(t), 220 - 120 * np.cos(t)) for t in np.linspace(0, np.pi, 25)]
    stroke(canvas, *bow)
    points += bow + click(canvas, (150, 340))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    check_enclosed(document, before, line_of(canvas, points))


def test_a_freehand_piece_is_taken_back_whole(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    points = click(canvas, (150, 100), (450, 100))
    stroke(canvas, *(at(canvas, 450 + 3 * step, 110 + 5 * step) for step in range(20)))
    QTest.keyClick(canvas, *BACKSPACE)
    QTest.keyClick(canvas, *BACKSPACE)
    points += click(canvas, (300, 300))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    check_enclosed(document, before, line_of(canvas, points))


def test_shift_keeps_to_level_upright_and_diagonal_lines(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    (start,) = line_of(canvas, click(canvas, (150, 100)))
    (level, upright) = line_of(canvas, click(canvas, (400, 112), (389, 300), keys=SHIFT))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    line = [start, (level[0], start[1]), (level[0], upright[1])]
    check_enclosed(document, before, line)


def test_two_corners_enclose_nothing_and_it_says_so(qtbot: QtBot, canvas: Canvas, document: Document) -> None:
    click(canvas, *CORNERS[:2])
    with qtbot.waitSignal(canvas.message, check_params_cb=lambda text: "three corners" in text):
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.mouseDClick(canvas, LEFT, NONE, at(canvas, *CORNERS[0]))
    assert canvas.tool.busy and document.history() == []


def test_the_label_that_counts_is_that_of_the_closing(canvas: Canvas, document: Document) -> None:
    canvas.set_label(GRASS)
    click(canvas, *CORNERS)
    canvas.set_label(SKY)
    before = document.labels.copy()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    check_enclosed(document, before, line_of(canvas, [at(canvas, *corner) for corner in CORNERS]))


def test_looking_around_does_not_disturb_it(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    line = line_of(canvas, click(canvas, *CORNERS[:2]))
    stroke(canvas, at(canvas, 300, 200), at(canvas, 320, 180), button=MIDDLE)
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    stroke(canvas, at(canvas, 300, 200), at(canvas, 290, 215))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    canvas.zoom_in()
    canvas.set_view(View.SPLIT)
    canvas.set_view(View.RESULT)
    line += line_of(canvas, click(canvas, *CORNERS[2:]))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    check_enclosed(document, before, line)


@pytest.mark.parametrize("other", ["tool", "photo"])
def test_another_tool_or_photo_ends_it(canvas: Canvas, document: Document, other: str) -> None:
    tool = canvas.tool
    click(canvas, *CORNERS)
    if other == "tool":
        canvas.set_tool("brush")
    else:
        canvas.set_document(Document(document.photo, document.label_set))
    assert not tool.busy and document.history() == []


def test_a_click_near_the_first_corner_needs_to_be_near_on_the_screen(canvas: Canvas, document: Document) -> None:
    points = click(canvas, *CORNERS)
    stroke(canvas, points[0] + QPoint(round(outline.NEAR) + 3, 0))
    assert canvas.tool.busy and document.history() == []
    stroke(canvas, points[0] + QPoint(round(outline.NEAR) - 3, 0))
    assert not canvas.tool.busy and len(document.history()) == 1
