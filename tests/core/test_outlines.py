"""Outlines follow the pixels' edges: what is filled again is what was there, holes and pinched corners included."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.outlines import filled, outlines


def covered(mask: np.ndarray) -> np.ndarray:
    """How often each pixel is covered by the mask's outlines."""
    times = np.zeros(mask.shape, int)
    for line in outlines(mask):
        region = filled(line, mask.shape)
        times[region.box.slices] += region.mask
    return times


@settings(max_examples=80)
@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.booleans()))
def test_any_mask_is_covered_exactly_once(mask: np.ndarray) -> None:
    assert (covered(mask) == mask).all()


@given(st.lists(st.tuples(st.floats(-3, 14), st.floats(-3, 12)), min_size=3, max_size=7))
def test_a_polygon_takes_the_pixels_whose_centres_it_encloses(points: list[tuple[float, float]]) -> None:
    line, inside = np.array(points), np.zeros((9, 11), bool)
    for row, column in np.ndindex(inside.shape):
        x, y = column + 0.5, row + 0.5
        for (x0, y0), (x1, y1) in zip(line, np.roll(line, -1, axis=0)):
            if (y0 <= y) != (y1 <= y) and x >= x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                inside[row, column] ^= True
    assert (filled(line, inside.shape).full(inside.shape) == inside).all()


def test_a_rectangle_has_its_four_corners() -> None:
    mask = np.zeros((8, 9), bool)
    mask[2:5, 3:8] = True
    (line,) = outlines(mask)
    assert sorted(map(tuple, line.tolist())) == [(3, 2), (3, 5), (8, 2), (8, 5)]


def test_a_ring_is_several_polygons_and_nothing_is_none() -> None:
    mask = np.ones((9, 9), bool)
    mask[4, 4] = False
    assert len(outlines(mask)) > 1 and (covered(mask) == mask).all()
    assert outlines(np.zeros((3, 3), bool)) == []
