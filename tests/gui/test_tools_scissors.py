"""Intelligent scissors in a person's hands: the outline follows edges, at any speed of clicking, and back."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.box import Box
from core.document import Document
from core.scissors import lay_wire
from gui.canvas import Canvas
from tests.gui.brushwork import CONTROL, LEFT, NONE, SHIFT, SKY, at, check_step, in_line, open_canvas, place
from tests.gui.test_tools_polygon import click

RIM = (55, 59), (100, 40), (144, 60), (110, 100)  # around the cup


@pytest.fixture
def canvas(qtbot: QtBot, samples: dict[str, Path], tmp_path: Path) -> Canvas:
    small = tmp_path / "coffee.png"  # a wire takes a tenth of the time
    cv2.imwrite(str(small), cv2.resize(cv2.imread(str(samples["coffee"])), (200, 133), interpolation=cv2.INTER_AREA))
    canvas = open_canvas(qtbot, small)
    canvas.set_tool("scissors")
    return canvas


def wait(qtbot: QtBot, canvas: Canvas) -> None:
    """Until all that was asked of the threads has been answered."""
    heard = []
    canvas.in_background(lambda: None, heard.append)
    qtbot.waitUntil(lambda: bool(heard))


def slowly(qtbot: QtBot, canvas: Canvas, *places: tuple[float, float]) -> None:
    for each in places:
        click(canvas, each)
        wait(qtbot, canvas)


def snapped(canvas: Canvas, *places: tuple[float, float], closed: bool = True) -> list[np.ndarray]:
    """The legs between clicks at these places, each from a wire of its own over the whole photo."""
    photo = canvas.document.photo
    corners = [place(canvas, at(canvas, *each)) for each in places]
    ends = [*corners[1:], corners[0]] if closed else corners[1:]
    return [lay_wire(photo, *start, Box(0, 0, *photo.size)).to(*end)[:-1] for start, end in zip(corners, ends)]


def check_enclosed(document: Document, before: np.ndarray, line: np.ndarray) -> None:
    near = np.zeros(before.shape, np.uint8)
    cv2.polylines(near, [np.floor(line).astype(np.int32)], isClosed=True, color=1, thickness=3)
    changed = document.labels != before
    assert np.array_equal(changed & (near == 0), in_line(line.tolist(), before.shape) & (near == 0))
    assert changed.sum() > 1000
    check_step(document, before, changed, f"Scissors: {document.label_set.name(SKY)}")


@pytest.mark.parametrize("patient", [True, False])
@pytest.mark.parametrize("how", ["enter", "first corner", "double click"])
def test_it_writes_what_the_snapped_outline_encloses(
    qtbot: QtBot, canvas: Canvas, document: Document, patient: bool, how: str
) -> None:
    before = document.labels.copy()
    wanted = np.concatenate(snapped(canvas, *RIM))
    if patient:
        slowly(qtbot, canvas, *RIM)
    else:
        click(canvas, *RIM)
    assert np.array_equal(document.labels, before)
    if how == "enter":
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    elif how == "first corner":
        click(canvas, RIM[0])
    else:
        QTest.mouseDClick(canvas, LEFT, NONE, at(canvas, *RIM[-1]))
    qtbot.waitUntil(lambda: not canvas.tool.busy)
    check_enclosed(document, before, wanted)


def test_the_rubber_band_is_straight_at_first_and_snaps_when_the_wire_is_laid(qtbot: QtBot, canvas: Canvas) -> None:
    click(canvas, RIM[0])
    QTest.mouseMove(canvas, at(canvas, *RIM[1]))
    assert len(canvas.tool.over().lead) == 1
    wait(qtbot, canvas)
    (leg,) = snapped(canvas, *RIM[:2], closed=False)
    assert np.array_equal(canvas.tool.over().lead[:-1], leg[1:])
    QTest.mouseMove(canvas, at(canvas, *RIM[2]))
    (leg,) = snapped(canvas, RIM[0], RIM[2], closed=False)
    assert np.array_equal(canvas.tool.over().lead[:-1], leg[1:])


def test_the_outline_lies_on_the_edge_of_the_cup(qtbot: QtBot, canvas: Canvas) -> None:
    slowly(qtbot, canvas, *RIM[:3])
    light = canvas.document.photo.luminance()
    steep = np.hypot(cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1))
    steep = cv2.dilate(steep, np.ones((3, 3)))
    line = np.floor(canvas.tool.over().line).astype(int)
    straight = np.concatenate([np.linspace(a, b, 100) for a, b in zip(RIM, RIM[1:3])]).astype(int)
    on_line, on_straight = (np.median(steep[xy[:, 1], xy[:, 0]]) for xy in (line, straight))
    assert on_line > 2 * on_straight


@pytest.mark.parametrize("keys", [(Qt.Key.Key_Backspace, NONE), (Qt.Key.Key_Z, CONTROL)])
@pytest.mark.parametrize("patient", [True, False])
def test_the_last_corner_can_be_taken_back(
    qtbot: QtBot, canvas: Canvas, document: Document, keys: tuple, patient: bool
) -> None:
    before = document.labels.copy()
    wanted = np.concatenate(snapped(canvas, *RIM))
    detour = (*RIM[:2], (186, 14))
    if patient:
        slowly(qtbot, canvas, *detour)
    else:
        click(canvas, *detour)
    QTest.keyClick(canvas, *keys)
    click(canvas, *RIM[2:])
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not canvas.tool.busy)
    check_enclosed(document, before, wanted)


def test_shift_makes_a_straight_leg(qtbot: QtBot, canvas: Canvas) -> None:
    slowly(qtbot, canvas, RIM[0])
    click(canvas, (55, 100), keys=SHIFT)
    assert len(canvas.tool.over().line) == 2
    canvas.cancel()


@pytest.mark.parametrize("when", ["seeding", "ready", "closing"])
def test_escape_leaves_no_trace(qtbot: QtBot, canvas: Canvas, document: Document, when: str) -> None:
    before = document.labels.copy()
    click(canvas, *RIM)
    if when == "ready":
        wait(qtbot, canvas)
    if when == "closing":
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.tool.busy
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not canvas.tool.busy and canvas.tool.over() is None
    wait(qtbot, canvas)
    wait(qtbot, canvas)
    assert np.array_equal(document.labels, before) and document.history() == []


def test_undo_while_it_closes_cancels_it(qtbot: QtBot, canvas: Canvas, document: Document) -> None:
    click(canvas, *RIM)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
    wait(qtbot, canvas)
    wait(qtbot, canvas)
    assert not canvas.tool.busy and document.history() == []


def test_after_one_outline_the_next_can_be_drawn(qtbot: QtBot, canvas: Canvas, document: Document) -> None:
    for _ in range(2):
        click(canvas, *RIM[:3])
        QTest.keyClick(canvas, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not canvas.tool.busy)
        canvas.set_label(SKY + 1)
    names = [document.label_set.name(label) for label in (SKY, SKY + 1)]
    assert document.history() == [f"Scissors: {label}" for label in names]
