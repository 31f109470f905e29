"""The superpixel brush in a person's hands: prepared in a thread, snapped to the photo's pieces, exact and undoable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.document import Document
from core.superpixels import SIZES, cut_superpixels
from gui.canvas import Canvas
from tests.gui.brushwork import CONTROL, LEFT, NONE, SKY, at, check_step, open_canvas, place, shot, stroke


@pytest.fixture
def canvas(qtbot: QtBot, samples: dict[str, Path], tmp_path: Path) -> Canvas:
    small = tmp_path / "coffee.png"
    cv2.imwrite(str(small), cv2.resize(cv2.imread(str(samples["coffee"])), (300, 200), interpolation=cv2.INTER_AREA))
    canvas = open_canvas(qtbot, small)
    canvas.options.set_superpixels("coarse")
    return canvas


@pytest.fixture
def ready(qtbot: QtBot, canvas: Canvas) -> Callable[[], None]:
    """Takes the tool in hand and waits for its superpixels."""

    def take() -> None:
        with qtbot.waitSignal(canvas.message, timeout=30_000, check_params_cb=lambda text: "ready" in text):
            canvas.set_tool("superpixel")

    return take


def pieces(document: Document, size: str = "coarse") -> np.ndarray:
    """The id of every pixel's superpixel: a photo as small as this is cut at its own size."""
    return cut_superpixels(document.photo.luminance(), document.photo.size, size).ids


def on_the_way(canvas: Canvas, ids: np.ndarray, points: list[QPoint]) -> np.ndarray:
    """The pixels of all superpixels on a stroke's way, pixel after pixel along it."""
    places = [np.floor(place(canvas, point)) for point in points]
    met = {ids[int(places[0][1]), int(places[0][0])]}
    for a, b in zip(places, places[1:]):
        steps = int(np.abs(b - a).max()) or 1
        for t in range(steps + 1):
            x, y = np.floor(a + (b - a) * t / steps + 0.5).astype(int)
            met.add(ids[y, x])
    return np.isin(ids, list(met))


def test_a_click_writes_the_superpixel_under_the_pointer(canvas: Canvas, document: Document, ready: Callable) -> None:
    before = document.labels.copy()
    ready()
    point = at(canvas, 150, 60)
    stroke(canvas, point)
    ids = pieces(document)
    wanted = on_the_way(canvas, ids, [point])
    assert 30 < wanted.sum() < 0.05 * wanted.size
    check_step(document, before, wanted, f"Superpixels: {document.label_set.name(SKY)}")


def test_a_fast_stroke_writes_every_superpixel_on_its_way_as_one_step(
    canvas: Canvas, document: Document, ready: Callable
) -> None:
    before = document.labels.copy()
    ready()
    points = [at(canvas, *each) for each in ((20, 100), (200, 100), (200, 180))]
    stroke(canvas, *points)
    wanted = on_the_way(canvas, pieces(document), points)
    assert wanted.sum() > 0.05 * wanted.size
    check_step(document, before, wanted, f"Superpixels: {document.label_set.name(SKY)}")


@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_cut_when_it_is_chosen(
    qtbot: QtBot, canvas: Canvas, document: Document, ready: Callable, size: str
) -> None:
    before = document.labels.copy()
    ready()
    if size != "coarse":
        with qtbot.waitSignal(canvas.message, timeout=30_000, check_params_cb=lambda text: "ready" in text):
            canvas.options.set_superpixels(size)
    point = at(canvas, 150, 60)
    stroke(canvas, point)
    wanted = on_the_way(canvas, pieces(document, size), [point])
    check_step(document, before, wanted, f"Superpixels: {document.label_set.name(SKY)}")


def test_until_they_are_there_the_status_says_so_and_nothing_is_painted(
    qtbot: QtBot, canvas: Canvas, document: Document
) -> None:
    said: list[str] = []
    canvas.message.connect(said.append)
    canvas.set_tool("superpixel")
    assert said == ["Looking for superpixels…"]
    stroke(canvas, at(canvas, 150, 60), at(canvas, 250, 60))
    assert "not ready" in said[1] and document.history() == []
    qtbot.waitUntil(lambda: len(said) == 3, timeout=30_000)
    assert "superpixels are ready" in said[2]
    stroke(canvas, at(canvas, 150, 60))
    assert len(document.history()) == 1


def test_a_photo_is_cut_once(canvas: Canvas, ready: Callable) -> None:
    ready()
    said: list[str] = []
    canvas.message.connect(said.append)
    canvas.set_tool("brush")
    canvas.set_tool("superpixel")
    assert said == []
    stroke(canvas, at(canvas, 150, 60))
    assert len(canvas.document.history()) == 1


def test_another_photo_has_superpixels_of_its_own(
    qtbot: QtBot, canvas: Canvas, document: Document, ready: Callable, samples: dict[str, Path]
) -> None:
    ready()
    other = open_canvas(qtbot, samples["chelsea"]).document
    with qtbot.waitSignal(canvas.message, timeout=30_000, check_params_cb=lambda text: "ready" in text):
        canvas.set_document(other)
    before = other.labels.copy()
    point = at(canvas, 150, 60)
    stroke(canvas, point)
    name = f"Superpixels: {other.label_set.name(SKY)}"
    check_step(other, before, on_the_way(canvas, pieces(other), [point]), name)
    assert document.history() == []


@pytest.mark.parametrize("keys", [(Qt.Key.Key_Escape, NONE), (Qt.Key.Key_Z, CONTROL)])
def test_escape_and_undo_in_mid_stroke_leave_no_trace(
    canvas: Canvas, document: Document, ready: Callable, keys: tuple
) -> None:
    before = document.labels.copy()
    ready()
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 50, 60))
    QTest.mouseMove(canvas, at(canvas, 200, 60))
    assert not np.array_equal(document.labels, before)
    QTest.keyClick(canvas, *keys)
    QTest.mouseMove(canvas, at(canvas, 50, 150))
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 50, 150))
    assert np.array_equal(document.labels, before) and document.history() == []


def test_the_size_may_change_in_mid_stroke(canvas: Canvas, document: Document, ready: Callable) -> None:
    before = document.labels.copy()
    ready()
    points = [at(canvas, *each) for each in ((50, 60), (120, 60), (200, 60))]
    QTest.mousePress(canvas, LEFT, NONE, points[0])
    QTest.mouseMove(canvas, points[1])
    canvas.options.set_superpixels("fine")
    QTest.mouseMove(canvas, points[2])
    QTest.mouseRelease(canvas, LEFT, NONE, points[2])
    name = f"Superpixels: {document.label_set.name(SKY)}"
    check_step(document, before, on_the_way(canvas, pieces(document), points), name)


def test_hovering_outlines_the_superpixel(canvas: Canvas, document: Document, ready: Callable) -> None:
    ready()
    QTest.mouseMove(canvas, at(canvas, 290, 190))
    plain = shot(canvas).astype(int)
    QTest.mouseMove(canvas, at(canvas, 150, 60))
    drawn = np.abs(shot(canvas) - plain).max(2) > 40
    one = on_the_way(canvas, pieces(document), [at(canvas, 150, 60)]).view(np.uint8)
    (line,), _ = cv2.findContours(one, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for x, y in line.reshape(-1, 2)[::5]:
        point = at(canvas, x + 0.5, y + 0.5)
        assert drawn[point.y() - 1 : point.y() + 2, point.x() - 1 : point.x() + 2].any()
    far = cv2.dilate(one, np.ones((9, 9)))
    for x, y in ((100, 100), (200, 150), (60, 60)):
        point = at(canvas, x, y)
        assert far[y, x] or not drawn[point.y(), point.x()]


def test_beside_the_photo_there_is_no_outline_and_no_step(canvas: Canvas, document: Document, ready: Callable) -> None:
    ready()
    QTest.mouseMove(canvas, at(canvas, -6, 60))
    plain = shot(canvas)
    stroke(canvas, at(canvas, -6, 60))
    assert document.history() == []
    canvas.set_tool("pan")
    assert np.array_equal(shot(canvas), plain)


def test_a_canvas_may_go_while_superpixels_are_looked_for(canvas: Canvas) -> None:
    canvas.set_tool("superpixel")
    assert canvas.close()
