"""Random work with the real tools on a real canvas, by mouse and keys, against plain NumPy arrays that are copied
after every step: strokes, shapes, fills, selections, undo, redo, jumps, saving and loading label maps."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.document import Document
from core.label_maps import load_label_map, save_label_map
from core.labels import default_label_set
from core.photo import photo_from_array
from core.selecting import lasso
from gui.canvas import Canvas
from tests.gui.brushwork import ALT, CONTROL, LEFT, NONE, at, stroke, swept
from tests.gui.test_tools_shapes import SHIFT, in_ellipse, in_line, in_rectangle, place, snapped

SHAPE = HEIGHT, WIDTH = 31, 43
SET = default_label_set()
LABELS = st.sampled_from([0, 2, 7, 31, 59])
POINTS = st.tuples(st.floats(-3, WIDTH + 3), st.floats(-3, HEIGHT + 3))
INSIDE = st.tuples(st.floats(0.4, WIDTH - 0.4), st.floats(0.4, HEIGHT - 0.4))
HANDS = SimpleNamespace(canvas=None)  # the one canvas all examples work on


def segmentation() -> np.ndarray:
    rows, columns = np.indices(SHAPE)
    return ((rows // 9 + columns // 13) % 4 + 1).astype(np.uint8)


def connected(mask: np.ndarray, x: int, y: int) -> np.ndarray:
    """The part of a mask that hangs together with a pixel, by its four neighbours."""
    part = np.zeros(mask.shape, bool)
    part[y, x] = True
    while True:
        grown = part.copy()
        grown[1:] |= part[:-1]
        grown[:-1] |= part[1:]
        grown[:, 1:] |= part[:, :-1]
        grown[:, :-1] |= part[:, 1:]
        grown &= mask
        if (grown == part).all():
            return part
        part = grown


class Work(RuleBasedStateMachine):
    """`maps` holds the label map after every step, `names` what the steps are called, `now` the one in effect;
    `within` is what is selected, None for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas: Canvas = HANDS.canvas
        self.document = Document(photo_from_array(np.full((*SHAPE, 3), 90, np.uint8)), SET)
        self.document.set_segmentation(segmentation())
        self.canvas.set_document(self.document)
        self.maps, self.names, self.now = [segmentation()], [], 0
        self.within: np.ndarray | None = None
        self.folder = tempfile.TemporaryDirectory()
        self.saved: np.ndarray | None = None

    def teardown(self) -> None:
        self.canvas.set_document(None)
        self.folder.cleanup()

    # -- the model

    @property
    def labels(self) -> np.ndarray:
        return self.maps[self.now]

    def step(self, name: str, labels: np.ndarray) -> None:
        if not np.array_equal(labels, self.labels):
            self.maps[self.now + 1 :], self.names[self.now :] = [labels], [name]
            self.now += 1

    def write(self, name: str, mask: np.ndarray, label: int) -> None:
        self.step(f"{name}: {SET.name(label)}", np.where(self.kept(mask), np.uint8(label), self.labels))

    def kept(self, mask: np.ndarray) -> np.ndarray:
        return mask if self.within is None else mask & self.within

    # -- tools

    def take(self, tool: str, label: int) -> None:
        self.canvas.set_tool(tool)
        self.canvas.set_label(label)

    def points(self, places: list[tuple[float, float]]) -> list[QPoint]:
        return [at(self.canvas, *one) for one in places]

    @rule(
        tool=st.sampled_from(["brush", "eraser"]),
        places=st.lists(POINTS, min_size=1, max_size=4),
        size=st.integers(1, 17),
        label=LABELS,
    )
    def draw(self, tool, places, size, label):
        self.take(tool, label)
        self.canvas.brush_size = size
        points = self.points(places)
        stroke(self.canvas, *points)
        mask = swept(self.canvas, *points)
        if tool == "brush":
            self.write("Brush", mask, label)
        else:
            self.step("Erase", np.where(self.kept(mask), segmentation(), self.labels))

    @rule(where=INSIDE, label=LABELS, everywhere=st.booleans())
    def fill(self, where, label, everywhere):
        self.take("fill", label)
        point = at(self.canvas, *where)
        x, y = (int(value) for value in place(self.canvas, point))
        stroke(self.canvas, point, keys=SHIFT if everywhere else NONE)
        same = self.labels == self.labels[y, x]
        self.write("Fill", same if everywhere else connected(same, x, y), label)

    @rule(tool=st.sampled_from(["rectangle", "ellipse"]), start=POINTS, end=POINTS, label=LABELS)
    def shape(self, tool, start, end, label):
        self.take(tool, label)
        points = self.points([start, end])
        stroke(self.canvas, *points)
        a, b = (snapped(self.canvas, point) for point in points)
        if a[0] != b[0] and a[1] != b[1]:
            inside = in_rectangle if tool == "rectangle" else in_ellipse
            self.write(tool.title(), inside(a, b, SHAPE), label)

    @rule(places=st.lists(POINTS, min_size=3, max_size=6), label=LABELS)
    def lasso(self, places, label):
        self.take("lasso", label)
        points = self.points(places)
        stroke(self.canvas, *points)
        line = [place(self.canvas, point) for point in points]
        line = [one for one, before in zip(line, [None, *line]) if one != before]
        mask = lasso(line, SHAPE).full(SHAPE)
        sure = ~_near(line)  # pixels of the line itself are a matter of taste
        assert np.array_equal(mask & sure, in_line(line, SHAPE) & sure)
        self.write("Lasso", mask, label)

    @rule(
        tool=st.sampled_from(["brush", "eraser", "fill", "rectangle", "lasso"]),
        places=st.lists(INSIDE, min_size=2, max_size=3),
        label=LABELS,
        key=st.sampled_from(["undo", "escape"]),
    )
    def begin_and_cancel(self, tool, places, label, key):
        self.take(tool, label)
        points = self.points(places)
        QTest.mousePress(self.canvas, LEFT, NONE, points[0])
        for point in points[1:]:
            QTest.mouseMove(self.canvas, point)
        QTest.keyClick(self.canvas, *((Qt.Key.Key_Z, CONTROL) if key == "undo" else (Qt.Key.Key_Escape, NONE)))
        QTest.mouseRelease(self.canvas, LEFT, NONE, points[-1])

    # -- the selection

    @rule(start=POINTS, end=POINTS, more=st.sampled_from(["replace", "add", "subtract"]))
    def select(self, start, end, more):
        self.canvas.set_tool("rectangle")
        self.canvas.options.set_selects(True)
        points = self.points([start, end])
        keys = {"replace": NONE, "add": SHIFT, "subtract": ALT}[more]
        QTest.mousePress(self.canvas, LEFT, keys, points[0])
        QTest.mouseRelease(self.canvas, LEFT, keys, points[1])
        self.canvas.options.set_selects(False)
        mask = in_rectangle(*(snapped(self.canvas, point) for point in points), SHAPE)
        before = np.zeros(SHAPE, bool) if self.within is None else self.within
        within = {"replace": mask, "add": before | mask, "subtract": before & ~mask}[more]
        self.within = within if within.any() else None

    @rule()
    def let_go(self):
        QTest.keyClick(self.canvas, Qt.Key.Key_Escape)
        self.within = None

    # -- history

    @rule()
    def undo(self):
        self.document.undo()
        self.now = max(0, self.now - 1)

    @rule()
    def redo(self):
        self.document.redo()
        self.now = min(len(self.names), self.now + 1)

    @rule(share=st.floats(0, 1))
    def jump(self, share):
        self.now = round(share * len(self.names))
        self.document.jump_to(self.now)

    # -- files

    @rule()
    def save(self):
        save_label_map(self.file, self.document.labels, SET, overwrite=True)
        self.saved = self.labels

    @precondition(lambda self: self.saved is not None)
    @rule()
    def load(self):
        self.document.import_labels(load_label_map(self.file, SHAPE), "Load")
        self.step("Load", self.saved)

    @property
    def file(self) -> Path:
        return Path(self.folder.name) / "labels.png"

    # -- what must always hold

    @invariant()
    def the_map_is_the_models(self):
        assert np.array_equal(self.document.labels, self.labels)
        assert not self.document.painting and not self.canvas.tool.busy

    @invariant()
    def the_history_is_the_models(self):
        assert (self.document.history(), self.document.index) == (self.names, self.now)

    @invariant()
    def the_selection_is_the_models(self):
        region = self.document.view.selection.region
        assert (region is None) == (self.within is None)
        assert region is None or np.array_equal(region.full(SHAPE), self.within)

    @invariant()
    def the_areas_are_right(self):
        counts = np.bincount(self.labels.ravel(), minlength=256) / self.labels.size
        assert [self.document.area(label) for label in range(60)] == counts[:60].tolist()


def _near(line: list[tuple[float, float]]) -> np.ndarray:
    """The pixels near a closed line."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    near = np.zeros(SHAPE, bool)
    for (x0, y0), (x1, y1) in zip(line, [*line[1:], line[0]]):
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        t = np.clip(((x - x0) * dx + (y - y0) * dy) / length, 0, 1) if length else 0
        near |= np.hypot(x - x0 - t * dx, y - y0 - t * dy) < 2.5
    return near


@pytest.fixture
def hands(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(420, 320)
    canvas.show()
    HANDS.canvas = canvas


def test_whatever_hands_do_the_map_and_the_history_are_those_of_the_model(hands: None) -> None:
    run_state_machine_as_test(Work, settings=settings(max_examples=60, stateful_step_count=30))
