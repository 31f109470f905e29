"""The tools without a window: which pixels a brush covers, and what the state machines do to a document."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from core.document import Document
from core.labels import UNSURE, default_label_set
from core.photo import photo_from_array
from gui.tools import BrushTool, EraserTool, PanTool, PickerTool, Pointer, ToolOptions
from gui.tools.disc import disc_polygon, snap, sweep_mask
from tests.gui.brushwork import model

SHAPE = 90, 120
places = st.tuples(st.floats(-40, 160), st.floats(-40, 130))
brush_sizes = st.integers(1, 60)


def on_map(swept: tuple[np.ndarray, int, int] | None, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    whole = np.zeros(shape, bool)
    if swept is not None:
        mask, top, left = swept
        whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    return whole


class Host:
    """A canvas without a canvas."""

    def __init__(self) -> None:
        pixels = np.zeros((*SHAPE, 3), np.uint8)
        self.document = Document(photo_from_array(pixels), default_label_set())
        self.picked: list[int] = []
        self.panned: list[tuple[float, float]] = []

    def pan(self, dx: float, dy: float) -> None:
        self.panned.append((dx, dy))

    def pick(self, label: int) -> None:
        self.picked.append(label)


@pytest.fixture
def host() -> Host:
    return Host()


@given(places, places, brush_sizes)
def test_a_swept_disc_is_all_pixels_near_its_way(
    start: tuple[float, float], end: tuple[float, float], size: int
) -> None:
    start, end = snap(*start, size), snap(*end, size)
    assert np.array_equal(on_map(sweep_mask(start, end, size, SHAPE)), model(start, end, size, SHAPE))


@given(st.tuples(st.floats(0, 119.9), st.floats(0, 89.9)), brush_sizes)
def test_a_brush_of_size_n_is_n_pixels_wide_and_high(at: tuple[float, float], size: int) -> None:
    x, y = snap(*at, size)
    mask, *_ = sweep_mask((x + 100, y + 100), (x + 100, y + 100), size, (400, 400))
    assert int(mask.any(axis=0).sum()) == int(mask.any(axis=1).sum()) == size
    assert abs(x - at[0]) <= 0.5
    assert abs(y - at[1]) <= 0.5


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 13, 32, 101])
def test_the_outline_encloses_exactly_the_pixels_that_are_painted(size: int) -> None:
    scale, side = 4, size + 4
    place = snap(side / 2, side / 2, size)
    image = QImage(side * scale, side * scale, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)
    corners = (disc_polygon(size) + place) * scale
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    painter.end()
    drawn = np.array(image.constBits()).reshape(image.height(), image.bytesPerLine())[:, : image.width()] > 0
    painted = on_map(sweep_mask(place, place, size, (side, side)), (side, side))
    assert np.array_equal(drawn, painted.repeat(scale, axis=0).repeat(scale, axis=1))


@given(places, brush_sizes)
def test_painting_over_the_border_clips_and_never_shifts(at: tuple[float, float], size: int) -> None:
    place = snap(*at, size)
    far = place[0] + 100, place[1] + 100
    whole = on_map(sweep_mask(far, far, size, (400, 400)), (400, 400))
    assert np.array_equal(on_map(sweep_mask(place, place, size, SHAPE)), whole[100:190, 100:220])


def test_a_stroke_is_one_step_with_the_labels_name_and_no_gaps(host: Host) -> None:
    options = ToolOptions(label=5, size=7)
    brush = BrushTool(options)
    brush.press(Pointer(10, 10), host)
    brush.move(Pointer(100, 60), host)
    brush.release(Pointer(100, 60), host)
    assert host.document.history() == [f"Brush: {host.document.label_set.name(5)}"]
    expected = model(snap(10, 10, 7), snap(100, 60, 7), 7, SHAPE)
    assert np.array_equal(host.document.labels == 5, expected)
    host.document.undo()
    assert (host.document.labels == UNSURE).all()


def test_shift_draws_a_straight_line_from_where_the_last_stroke_ended(host: Host) -> None:
    brush = BrushTool(ToolOptions(label=3, size=4))
    brush.press(Pointer(20, 20), host)
    brush.release(Pointer(20, 20), host)
    brush.press(Pointer(90, 70, straight=True), host)
    brush.release(Pointer(90, 70, straight=True), host)
    assert np.array_equal(host.document.labels == 3, model((20, 20), (90, 70), 4, SHAPE))
    assert len(host.document.history()) == 2


def test_shift_without_a_stroke_before_it_paints_where_it_is(host: Host) -> None:
    brush = BrushTool(ToolOptions(label=3, size=4))
    brush.press(Pointer(90, 70, straight=True), host)
    brush.release(Pointer(90, 70), host)
    assert np.array_equal(host.document.labels == 3, model((90, 70), (90, 70), 4, SHAPE))


def test_cancelling_a_stroke_leaves_no_trace(host: Host) -> None:
    brush = BrushTool(ToolOptions(label=3, size=30))
    brush.press(Pointer(40, 40), host)
    brush.move(Pointer(80, 60), host)
    brush.cancel(host)
    assert not brush.busy
    assert (host.document.labels == UNSURE).all()
    assert host.document.history() == []
    brush.move(Pointer(20, 20), host)
    assert (host.document.labels == UNSURE).all()


def test_pressure_sets_the_size_and_grows_it_along_the_way(host: Host) -> None:
    brush = BrushTool(ToolOptions(label=2, size=40))
    brush.press(Pointer(20, 45, pressure=0.1), host)
    brush.move(Pointer(95, 45, pressure=1.0), host)
    brush.release(Pointer(95, 45, pressure=0.0), host)
    heights = (host.document.labels == 2).sum(axis=0)
    assert heights[20] < 10
    assert heights[95] == 40
    assert (np.diff(heights[20:95].astype(int)) >= 0).all()


def test_the_eraser_brings_the_segmented_labels_back(host: Host) -> None:
    segmented = (np.indices(SHAPE).sum(axis=0) % 7).astype(np.uint8)
    host.document.set_segmentation(segmented)
    options = ToolOptions(label=30, size=50)
    for tool in (BrushTool(options), EraserTool(options)):
        tool.press(Pointer(60, 45), host)
        tool.release(Pointer(60, 45), host)
    assert np.array_equal(host.document.labels, segmented)
    assert host.document.history()[-1] == "Erase"


def test_the_picker_follows_the_pointer_and_ignores_undecided_pixels(host: Host) -> None:
    labels = np.full(SHAPE, UNSURE, np.uint8)
    labels[:, 60:] = 12
    host.document.import_labels(labels)
    picker = PickerTool(ToolOptions(label=4))
    picker.press(Pointer(10.5, 10.5), host)
    assert host.picked == []
    picker.move(Pointer(70.5, 10.5), host)
    assert host.picked == [12]
    picker.cancel(host)
    assert host.picked == [12, 4]


def test_the_hand_moves_the_photo_with_the_pointer(host: Host) -> None:
    hand = PanTool(ToolOptions())
    hand.press(Pointer(0, 0, 100, 100), host)
    hand.move(Pointer(0, 0, 130, 90), host)
    hand.release(Pointer(0, 0, 131, 90), host)
    assert host.panned == [(30, -10), (1, 0)]


def test_brush_size_steps_are_proportional_and_stay_in_bounds() -> None:
    options = ToolOptions(size=100)
    told: list[str] = []
    options.changed.connect(told.append)
    options.step_size(1)
    assert options.size == 115
    options.set_size(1)
    options.step_size(1)
    assert options.size == 2
    for _ in range(100):
        options.step_size(1)
    assert options.size == 2000
    for _ in range(200):
        options.step_size(-1)
    assert options.size == 1
    count = len(told)
    options.step_size(-1)
    assert len(told) == count
