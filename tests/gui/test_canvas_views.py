"""What the canvas shows: every view's picture, the divider, the overlay, detail, photos of any shape."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.box import Box
from core.document import Document
from core.labels import default_label_set
from core.photo import photo_from_array
from gui.canvas import Canvas, View, layers
from tests.gui.brushwork import (
    GRASS,
    LEFT,
    NONE,
    SKY,
    at,
    leave,
    shot,
    stroke,
    wheel,
)


def test_every_view_shows_its_picture(canvas: Canvas, document: Document) -> None:
    canvas.actual_size()
    rgb = document.photo.rgb()
    red = np.zeros_like(rgb, dtype=np.uint8)
    red[..., 0] = 200
    canvas.set_result(red)
    spot = at(canvas, 300, 200)
    seen = {}
    for view in View:
        canvas.set_view(view)
        canvas.actual_size()
        spot = at(canvas, 300, 200)
        seen[view] = shot(canvas)[spot.y(), spot.x()].astype(int)
    assert np.array_equal(seen[View.RESULT], [200, 0, 0])
    original = np.round(rgb[200, 300] * 255)
    assert np.abs(seen[View.ORIGINAL] - original).max() <= 1
    color = np.array(document.label_set.color(document.label_at(300, 200)))
    linear = ((rgb[200, 300] + 0.055) / 1.055) ** 2.4 @ [0.2126, 0.7152, 0.0722]
    gray = (1.055 * linear ** (1 / 2.4) - 0.055) * 255
    assert np.abs(seen[View.LABELS] - (0.55 * gray + 0.45 * color)).max() <= 3


def test_the_divider_is_dragged_with_any_tool(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    canvas.set_result(np.full((80, 120, 3), (0, 0, 250), np.uint8))
    canvas.set_view(View.SPLIT)
    canvas.actual_size()
    stroke(canvas, QPoint(400, 200), QPoint(300, 220), QPoint(250, 220))
    assert canvas.split == pytest.approx(250 / 800)
    assert np.array_equal(document.labels, before)
    seen = shot(canvas)
    row = at(canvas, 0, 100).y()
    assert np.array_equal(seen[row, 280], [0, 0, 250])
    assert not np.array_equal(seen[row, 220], [0, 0, 250])


def test_the_overlay_follows_a_stroke_and_its_undo(canvas: Canvas, document: Document) -> None:
    clean = shot(canvas)
    spot = at(canvas, 300, 210)
    canvas.set_label(GRASS)
    stroke(canvas, spot)
    leave(canvas)
    painted = shot(canvas)
    assert not np.array_equal(painted[spot.y(), spot.x()], clean[spot.y(), spot.x()])
    document.undo()
    assert np.array_equal(shot(canvas), clean)


@pytest.mark.parametrize("size", [300, 80, 37])
def test_zoomed_out_the_overlay_is_kept_up_to_date_box_by_box(canvas: Canvas, size: int) -> None:
    dark = np.full((703, 1397, 3), 50, np.uint8)
    document = Document(photo_from_array(dark), default_label_set())
    canvas.resize(size + 160, size + 120)
    canvas.set_document(document)
    canvas.brush_size = 200
    clean = shot(canvas)
    stroke(canvas, at(canvas, 300, 200), at(canvas, 1200, 500))
    stroke(canvas, at(canvas, 1390, 690))
    leave(canvas)
    painted = shot(canvas)
    assert not np.array_equal(painted, clean)
    canvas.set_document(document)
    assert np.abs(shot(canvas).astype(int) - painted).max() <= 1


def test_every_view_has_an_overlay_of_its_own(canvas: Canvas) -> None:
    assert canvas.overlay_opacity == pytest.approx(0.45)
    with_labels = shot(canvas)
    canvas.set_overlay_opacity(0)
    assert not np.array_equal(shot(canvas), with_labels)
    canvas.set_view(View.RESULT)
    assert canvas.overlay_opacity == 0
    canvas.set_overlay_opacity(1.7)
    assert canvas.overlay_opacity == 1
    canvas.set_view(View.LABELS)
    assert canvas.overlay_opacity == 0


def test_a_stroke_shows_in_views_without_labels_until_it_ends(canvas: Canvas) -> None:
    canvas.set_view(View.ORIGINAL)
    clean = shot(canvas)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 100))
    QTest.mouseMove(canvas, at(canvas, 400, 300))
    spot = at(canvas, 250, 200)
    assert not np.array_equal(shot(canvas)[spot.y(), spot.x()], clean[spot.y(), spot.x()])
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 400, 300))
    leave(canvas)
    # Qt's smooth scaler rounds a piece of a picture a little differently from the whole.
    assert np.abs(shot(canvas).astype(int) - clean).max() <= 1


def test_looking_closer_than_the_preview_asks_for_detail(qtbot: QtBot, canvas: Canvas, document: Document) -> None:
    canvas.set_view(View.RESULT)
    canvas.set_result(np.full((100, 150, 3), 90, np.uint8))
    with qtbot.waitSignal(canvas.detailWanted, timeout=2000) as wanted:
        canvas.zoom_at(QPointF(400, 280), 4.0)
    box, scale = wanted.args
    assert scale == 1.0
    assert box.union(canvas.viewport.visible) == box
    canvas.set_detail(box, scale, np.full((box.height, box.width, 3), 180, np.uint8))
    assert np.array_equal(shot(canvas)[200, 300], [180] * 3)
    with qtbot.assertNotEmitted(canvas.detailWanted, wait=300):
        canvas.pan(1, 0)
    canvas.set_result(np.full((100, 150, 3), 60, np.uint8))
    assert np.array_equal(shot(canvas)[200, 300], [60] * 3)


def test_no_detail_is_wanted_where_no_result_is_seen(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_result(np.full((100, 150, 3), 90, np.uint8))
    with qtbot.assertNotEmitted(canvas.detailWanted, wait=300):
        canvas.zoom_at(QPointF(400, 280), 4.0)
    assert isinstance(canvas.viewport.visible, Box)


@pytest.mark.parametrize("kept", [layers.TILES_KEPT, 1])
def test_a_large_photo_comes_from_a_thread_and_is_sharp_at_hundred_percent(
    qtbot: QtBot, canvas: Canvas, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(layers, "TILES_KEPT", kept)
    noise = np.random.default_rng(5).integers(0, 256, (1800, 2600, 3), np.uint8)
    canvas.set_view(View.ORIGINAL)
    canvas.set_document(Document(photo_from_array(noise), default_label_set()))
    canvas.actual_size()
    corner = canvas.viewport.visible

    def sharp() -> None:
        seen = shot(canvas)
        assert np.array_equal(seen, noise[corner.slices][: seen.shape[0], : seen.shape[1]])

    qtbot.waitUntil(sharp, timeout=5000)


def test_an_empty_canvas_invites_and_takes_no_harm(canvas: Canvas) -> None:
    canvas.set_document(None)
    canvas.set_result(np.zeros((4, 4, 3), np.uint8))
    wheel(canvas, QPoint(100, 100), 2)
    for view in View:
        canvas.set_view(view)
        shot(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.accessibleName()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (3000, 2), (200, 30000)])
def test_photos_of_any_shape_are_shown_and_painted(canvas: Canvas, shape: tuple[int, int]) -> None:
    document = Document(photo_from_array(np.full((*shape, 3), 128, np.uint8)), default_label_set())
    canvas.set_document(document)
    for view in View:
        canvas.set_view(view)
        canvas.fit()
        stroke(canvas, at(canvas, shape[1] / 2, shape[0] / 2))
        shot(canvas)
    assert (document.labels == SKY).any()
