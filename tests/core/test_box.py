"""Boxes, compared with the pixels they stand for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.box import Box

edges = st.integers(-20, 20)
boxes = st.builds(Box, edges, edges, edges, edges)


def painted(box: Box) -> np.ndarray:
    """The box as a picture of -40..40 in both directions."""
    rows, columns = np.mgrid[-40:40, -40:40]
    return (rows >= box.top) & (rows < box.bottom) & (columns >= box.left) & (columns < box.right)


@given(boxes)
def test_size_counts_the_pixels_inside(box):
    assert box.height * box.width == painted(box).sum()
    assert box.empty == (not painted(box).any())


@given(boxes, boxes)
def test_union_is_the_smallest_box_around_both(a, b):
    inside = painted(a) | painted(b)
    union = painted(a.union(b))
    assert (union | inside == union).all()
    assert (union.any(0) == _filled(inside.any(0))).all() and (union.any(1) == _filled(inside.any(1))).all()


def _filled(line: np.ndarray) -> np.ndarray:
    return np.logical_or.accumulate(line) & np.logical_or.accumulate(line[::-1])[::-1]


@given(boxes, st.integers(0, 20), st.integers(0, 20))
def test_clip_keeps_what_lies_inside_the_array(box, height, width):
    clipped = box.clip(height, width)
    assert (painted(clipped) == (painted(box) & painted(Box(0, 0, height, width)))).all()
    assert np.zeros((height, width))[clipped.slices].shape == (clipped.height, clipped.width)


def test_slices_index_rows_then_columns():
    array = np.arange(20).reshape(4, 5)
    assert (array[Box(1, 2, 3, 5).slices] == [[7, 8, 9], [12, 13, 14]]).all()


def test_grow_adds_to_every_side():
    assert Box(2, 3, 4, 5).grow(1) == Box(1, 2, 5, 6)
    assert Box(2, 3, 4, 5).grow(-1).empty
