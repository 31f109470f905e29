"""Regions: what a click finds, and what growing, smoothing, filling and writing do to it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.box import Box
from core.document import Document
from core.labels import default_label_set
from core.regions import (
    NOTHING,
    Region,
    changed_label,
    fill_holes,
    flood,
    grow,
    intersect,
    label_region,
    paint,
    refilled,
    region_at,
    region_of,
    regions,
    remove_specks,
    shrink,
    smooth,
    smoothed_label,
    subtract,
    union,
    write_labels,
)

MAPS = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
                  elements=st.sampled_from([0, 7, 255]))  # fmt: skip
MASKS = hnp.arrays(bool, (9, 11))


def connected(labels: np.ndarray, x: int, y: int) -> np.ndarray:
    """The region by a plain walk over neighbours."""
    found, todo = {(y, x)}, [(y, x)]
    while todo:
        row, column = todo.pop()
        for each in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            inside = min(each) >= 0 and each[0] < labels.shape[0] and each[1] < labels.shape[1]
            if inside and each not in found and labels[each] == labels[y, x]:
                found.add(each)
                todo.append(each)
    mask = np.zeros(labels.shape, bool)
    mask[tuple(np.array(sorted(found)).T)] = True
    return mask


@given(MAPS, st.data())
def test_the_region_under_a_pixel_is_what_a_walk_reaches(labels: np.ndarray, data: st.DataObject) -> None:
    y = data.draw(st.integers(0, labels.shape[0] - 1))
    x = data.draw(st.integers(0, labels.shape[1] - 1))
    before = labels.copy()
    region = region_at(labels, x, y)
    assert (region.full(labels.shape) == connected(labels, x, y)).all()
    assert region.mask.any(0).all() or region.mask[:, [0, -1]].any(0).all()
    assert (labels == before).all()


def test_a_click_outside_finds_nothing() -> None:
    assert region_at(np.zeros((3, 4), np.uint8), 4, 0) is NOTHING
    assert region_at(np.zeros((3, 4), np.uint8), 0, -1) is NOTHING


def test_a_read_only_map_is_fine() -> None:
    labels = np.zeros((3, 4), np.uint8)
    labels.flags.writeable = False
    assert flood(labels, 0, 0).area == region_at(labels, 0, 0).area == 12


@given(MAPS)
def test_regions_are_all_pixels_once_largest_first(labels: np.ndarray) -> None:
    found = regions(labels)
    assert (sum(region.full(labels.shape).astype(int) for _, region in found) == 1).all()
    assert all((labels[region.box.slices][region.mask] == label).all() for label, region in found)
    areas = [region.area for _, region in found]
    assert areas == sorted(areas, reverse=True)


def test_one_label_inside_another_region() -> None:
    labels = np.zeros((6, 6), np.uint8)
    labels[1:5, 1:5] = 3
    here = Region(Box(0, 0, 3, 3), np.ones((3, 3), bool))
    assert label_region(labels, 3, within=here).box == Box(1, 1, 3, 3)
    assert label_region(labels, 3).area == 16
    assert label_region(labels, 9) is NOTHING


@given(MASKS, MASKS)
def test_regions_are_put_together_as_sets(first: np.ndarray, second: np.ndarray) -> None:
    a, b = region_of(first), region_of(second)
    assert (union(a, b).full(first.shape) == first | second).all()
    assert (subtract(a, b).full(first.shape) == first & ~second).all()
    assert (intersect(a, b).full(first.shape) == first & second).all()


@given(MASKS, st.integers(1, 4))
def test_growing_and_shrinking_go_by_distance(mask: np.ndarray, radius: int) -> None:
    rows, columns = np.indices(mask.shape)
    grown, shrunk = np.zeros_like(mask), np.zeros_like(mask)
    for y, x in np.ndindex(mask.shape):
        near = np.hypot(rows - y, columns - x) <= radius
        grown[y, x], shrunk[y, x] = mask[near].any(), mask[near].all()
    assert (grow(region_of(mask), radius, mask.shape).full(mask.shape) == grown).all()
    assert (shrink(region_of(mask), radius, mask.shape).full(mask.shape) == shrunk).all()


def test_the_photo_border_is_no_outside() -> None:
    sky = np.zeros((20, 30), bool)
    sky[:10] = True
    assert shrink(region_of(sky), 3, sky.shape).box == Box(0, 0, 7, 30)
    assert smooth(region_of(sky), 3, sky.shape).box == Box(0, 0, 10, 30)


def test_smoothing_takes_teeth_and_keeps_the_body() -> None:
    body = np.zeros((40, 40), bool)
    body[10:30, 10:30] = True
    body[5:10, 20] = True
    after = smooth(region_of(body), 3, body.shape).full(body.shape)
    assert not after[:9].any() and after[13:27, 13:27].all()


def test_holes_are_what_is_enclosed() -> None:
    ring = np.ones((7, 9), bool)
    ring[2:4, 2:4] = ring[5, 6] = False
    ring[0:3, 7] = False
    filled = fill_holes(region_of(ring))
    assert (filled.full(ring.shape) == ~np.pad(np.zeros((7, 9), bool), 0) & (ring | _at(ring, (2, 2), (5, 6)))).all()
    assert fill_holes(region_of(ring), largest=1).area == ring.sum() + 1


def _at(mask: np.ndarray, *places: tuple[int, int]) -> np.ndarray:
    holes = np.zeros(mask.shape, bool)
    for y, x in places:
        holes |= connected(mask.view(np.uint8), x, y)
    return holes


def test_specks_go_and_large_parts_stay() -> None:
    mask = np.zeros((8, 8), bool)
    mask[:3, :3] = mask[6, 6] = mask[7, 7] = True
    assert remove_specks(region_of(mask), 1).area == 11
    assert remove_specks(region_of(mask), 2).area == 9
    assert remove_specks(region_of(mask), 99).empty


def test_what_a_label_leaves_goes_to_the_nearest() -> None:
    labels = np.full((9, 20), 1, np.uint8)
    labels[:, 10:] = 2
    labels[4, 3] = labels[4, 15] = 5
    box, patch = changed_label(labels, 5, lambda region: remove_specks(region, 3))
    assert (patch == np.where(np.arange(box.left, box.right) < 10, 1, 2)).all()
    assert (refilled(labels, labels == 5)[4, [3, 15]] == [1, 2]).all()


@pytest.fixture
def document() -> Document:
    photo = SimpleNamespace(height=30, width=40, path=None)
    document = Document(photo, default_label_set())
    labels = np.full((30, 40), 50, np.uint8)
    labels[15:] = 36
    labels[10:20, 10:20] = 15
    document.set_segmentation(labels)
    return document


def test_a_fill_is_one_step_and_undone_exactly(document: Document) -> None:
    before = document.labels.copy()
    paint(document, "Fill: tree", region_at(document.labels, 12, 12), 54)
    assert (document.labels == np.where(before == 15, 54, before)).all()
    assert document.history() == ["Fill: tree"]
    document.undo()
    assert (document.labels == before).all()
    paint(document, "Nothing", NOTHING, 3)
    assert not document.can_undo


def test_a_piece_of_map_is_written_as_one_step(document: Document) -> None:
    before = document.labels.copy()
    box, patch = smoothed_label(document.labels, 15, 4)
    write_labels(document, "Smooth: person", box, patch)
    assert document.history() == ["Smooth: person"]
    after = document.labels
    assert (after[box.slices] == patch).all() and (after[10, 10], after[19, 19]) == (50, 36)
    document.undo()
    assert (document.labels == before).all()


def test_regions_that_live_on_are_not_overwritten_by_later_ones() -> None:
    labels = np.repeat(np.uint8([[1, 2, 3, 4]]), 6, axis=0)
    kept = region_at(labels, 0, 0)
    for column in (1, 2, 3, 0, 2):
        found = region_at(labels, column, 3).full(labels.shape)
        assert np.array_equal(found, labels == labels[0, column])
    assert np.array_equal(kept.full(labels.shape), labels == 1)


def test_a_map_that_may_not_be_written_is_read_where_it_lies() -> None:
    labels = np.zeros((5, 7), np.uint8)
    view = labels.view()
    view.flags.writeable = False
    assert region_at(view, 3, 3).area == 35 and not view.flags.writeable
    frozen = np.frombuffer(bytes(35), np.uint8).reshape(5, 7)
    assert region_at(frozen, 3, 3).area == 35
    assert not labels.any()
