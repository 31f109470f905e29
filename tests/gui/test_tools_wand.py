"""The magic wand in a person's hands: real events on a real photo, exact change, exact undo, no trace of a cancel."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.document import Document
from gui.canvas import Canvas
from gui.main_window import MainWindow
from gui.tools import writer
from tests.gui.brushwork import (
    CONTROL,
    GRASS,
    LEFT,
    NONE,
    SKY,
    at,
    check_step,
    place,
    shot,
    stroke,
    wheel,
)

TOOL = "wand"
CLICK = 400, 40  # the table beside the cup, which is smooth there


@pytest.fixture
def done(qtbot: QtBot, canvas: Canvas) -> Callable[[], None]:
    """Waits until the wand has written what it was asked for."""
    return lambda: qtbot.waitUntil(lambda: not canvas.tool.busy)


@pytest.fixture
def found(qtbot: QtBot, canvas: Canvas) -> Callable[[], np.ndarray]:
    """Waits until the wand shows its choice, and answers with it."""

    def wait() -> np.ndarray:
        qtbot.waitUntil(lambda: canvas.tool.over() is not None)
        return canvas.tool.over().mask

    return wait


def alike(canvas: Canvas, point: QPoint, tolerance: float, *, contiguous: bool = True) -> np.ndarray:
    """What is as light as the pixel under a point of the canvas."""
    x, y = map(int, place(canvas, point))
    light = canvas.document.photo.luminance()
    near = np.abs(light - light[y, x]) <= tolerance
    if not contiguous:
        return near
    _, parts = cv2.connectedComponents(near.view(np.uint8), connectivity=4)
    return parts == parts[y, x]


def name(document: Document) -> str:
    return f"Magic wand: {document.label_set.name(SKY)}"


@pytest.mark.parametrize("contiguous", [True, False])
def test_a_click_writes_what_is_as_light(
    canvas: Canvas, document: Document, done: Callable[[], None], contiguous: bool
) -> None:
    before = document.labels.copy()
    canvas.options.set_contiguous(contiguous)
    canvas.options.set_tolerance(6)
    stroke(canvas, at(canvas, *CLICK))
    assert np.array_equal(document.labels, before)
    done()
    wanted = alike(canvas, at(canvas, *CLICK), 6, contiguous=contiguous)
    assert 500 < wanted.sum() < wanted.size / 2
    check_step(document, before, wanted, name(document))


@pytest.mark.parametrize(("pixels", "tolerance"), [(-45, 25), (24, 2), (-2000, 100)])
def test_dragging_up_or_down_sets_the_tolerance_live(
    canvas: Canvas, document: Document, done: Callable, found: Callable, pixels: int, tolerance: int
) -> None:
    before = document.labels.copy()
    start = at(canvas, *CLICK)
    QTest.mousePress(canvas, LEFT, NONE, start)
    assert np.array_equal(found(), alike(canvas, start, 10))
    QTest.mouseMove(canvas, start + QPoint(0, pixels))
    assert canvas.options.tolerance == tolerance
    assert np.array_equal(found(), alike(canvas, start, tolerance))
    assert np.array_equal(document.labels, before)
    QTest.mouseRelease(canvas, LEFT, NONE, start + QPoint(0, pixels))
    done()
    check_step(document, before, alike(canvas, start, tolerance), name(document))


def test_the_choice_shows_before_it_is_written(canvas: Canvas, found: Callable) -> None:
    start = at(canvas, *CLICK)
    QTest.mouseMove(canvas, start)
    plain = shot(canvas).astype(int)
    QTest.mousePress(canvas, LEFT, NONE, start)
    wanted = found()
    changed = np.abs(shot(canvas) - plain).max(2) > 8
    rows, columns = np.nonzero(cv2.erode(wanted.view(np.uint8), np.ones((9, 9))))
    for y, x in list(zip(rows, columns))[:: len(rows) // 20]:
        point = at(canvas, x + 0.5, y + 0.5)
        assert changed[point.y(), point.x()]
    beside = at(canvas, 300, 330)
    assert not wanted[330, 300] and not changed[beside.y(), beside.x()]
    canvas.cancel()


@pytest.mark.parametrize("keys", [(Qt.Key.Key_Escape, NONE), (Qt.Key.Key_Z, CONTROL)])
def test_escape_and_undo_take_a_drag_back(
    qtbot: QtBot, canvas: Canvas, document: Document, found: Callable, keys: tuple
) -> None:
    before = document.labels.copy()
    start = at(canvas, *CLICK)
    QTest.mouseMove(canvas, start)
    plain = shot(canvas)
    QTest.mousePress(canvas, LEFT, NONE, start)
    found()
    QTest.mouseMove(canvas, start - QPoint(0, 60))
    QTest.keyClick(canvas, *keys)
    QTest.mouseMove(canvas, start)
    assert np.array_equal(shot(canvas), plain)
    QTest.mouseRelease(canvas, LEFT, NONE, start)
    qtbot.wait(30)
    assert np.array_equal(document.labels, before) and document.history() == []
    assert canvas.options.tolerance == 10 and not canvas.tool.busy


@pytest.mark.parametrize("taken_back", ["escape", "tool", "photo"])
def test_nothing_comes_of_a_wand_that_is_taken_back_while_it_works(
    qtbot: QtBot, canvas: Canvas, document: Document, taken_back: str
) -> None:
    before = document.labels.copy()
    wand = canvas.tool
    stroke(canvas, at(canvas, *CLICK))
    assert wand.busy
    if taken_back == "escape":
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    elif taken_back == "tool":
        canvas.set_tool("brush")
    else:
        canvas.set_document(Document(document.photo, document.label_set))
    assert not wand.busy
    heard = []
    canvas.in_background(lambda: None, heard.append)  # comes after the wand's
    qtbot.waitUntil(lambda: bool(heard))
    assert np.array_equal(document.labels, before) and document.history() == []
    assert canvas.document.history() == []


def test_a_press_while_it_works_is_no_second_wand(canvas: Canvas, document: Document, done: Callable) -> None:
    stroke(canvas, at(canvas, *CLICK))
    stroke(canvas, at(canvas, 300, 200))
    done()
    assert document.history() == [name(document)]
    assert document.label_at(*CLICK) == SKY


def test_an_edit_that_comes_between_stays(canvas: Canvas, document: Document, done: Callable) -> None:
    before = document.labels.copy()
    stroke(canvas, at(canvas, *CLICK))
    document.begin_stroke("Elsewhere")
    document.paint(np.ones((30, 30), bool), 350, 500, GRASS)
    document.end_stroke()
    done()
    wanted = np.where(alike(canvas, at(canvas, *CLICK), 10), SKY, before)
    wanted[350:380, 500:530] = GRASS
    assert np.array_equal(document.labels, wanted)
    assert document.history() == ["Elsewhere", name(document)]


def test_locked_labels_stay_and_are_told_of(canvas: Canvas, document: Document, done: Callable) -> None:
    before = document.labels.copy()
    refused: list[tuple[int, ...]] = []
    document.refused.connect(refused.append)
    wanted = alike(canvas, at(canvas, *CLICK), 10)
    locked = document.label_at(*CLICK)
    document.view.lock(locked)
    stroke(canvas, at(canvas, *CLICK))
    done()
    assert np.array_equal(document.labels, np.where(wanted & (before != locked), SKY, before))
    for label in range(1, 6):
        document.view.lock(label)
    document.undo()
    stroke(canvas, at(canvas, *CLICK))
    done()
    assert np.array_equal(document.labels, before)
    assert refused and locked in refused[-1]


def test_by_what_the_network_sees_the_light_does_not_matter(
    canvas: Canvas, document: Document, done: Callable
) -> None:
    before = document.labels.copy()
    features = np.zeros((40, 60, 2), np.float32)
    features[:, :30, 0] = features[:, 30:, 1] = 1
    canvas.sight = lambda then: then(features)
    canvas.options.set_alike_by("network")
    canvas.options.set_tolerance(50)
    stroke(canvas, at(canvas, 60, 60))
    done()
    changed = document.labels == SKY
    assert changed[:, :280].all() and not changed[:, 320:].any()
    check_step(document, before, changed, name(document))


def test_in_the_window_the_network_at_work_is_the_one_that_is_asked(coloured: MainWindow, qtbot: QtBot) -> None:
    canvas, document = coloured.canvas, coloured.document  # the network sees one thing above, another below
    before = document.labels.copy()
    coloured.set_tool("wand")
    coloured.options.set_alike_by("network")
    coloured.options.set_tolerance(12)
    coloured.options.set_label(SKY)
    stroke(canvas, at(canvas, 75, 20))
    qtbot.waitUntil(lambda: not canvas.tool.busy, timeout=30_000)
    changed = document.labels == SKY
    assert changed[:42].all() and not changed[58:].any()
    check_step(document, before, changed, name(document))


def test_without_a_network_it_says_so_and_goes_by_light(
    qtbot: QtBot, canvas: Canvas, document: Document, done: Callable
) -> None:
    before = document.labels.copy()
    canvas.options.set_alike_by("network")
    with qtbot.waitSignal(canvas.message, check_params_cb=lambda text: "no network" in text):
        stroke(canvas, at(canvas, *CLICK))
    done()
    check_step(document, before, alike(canvas, at(canvas, *CLICK), 10), name(document))


def test_beside_the_photo_there_is_nothing_to_take(canvas: Canvas, document: Document, done: Callable) -> None:
    stroke(canvas, at(canvas, -4, 200))
    done()
    assert document.history() == []


def test_a_wand_that_fails_says_so_and_lets_go(
    qtbot: QtBot, canvas: Canvas, document: Document, monkeypatch: pytest.MonkeyPatch, done: Callable
) -> None:
    monkeypatch.setattr(writer, "_worked_out", lambda *_: 1 / 0)
    with qtbot.waitSignal(canvas.message, check_params_cb=lambda text: "went wrong" in text):
        stroke(canvas, at(canvas, *CLICK))
    done()
    assert document.history() == []


def test_ctrl_and_the_wheel_set_the_tolerance(canvas: Canvas) -> None:
    wheel(canvas, at(canvas, *CLICK), 1, CONTROL)
    wheel(canvas, at(canvas, *CLICK), 1, CONTROL)
    assert canvas.options.tolerance == 12
    wheel(canvas, at(canvas, *CLICK), -1, CONTROL)
    assert canvas.options.tolerance == 11
