"""Selecting: shapes enclose what was drawn, at any size and cut at the photo's border."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.box import Box
from core.regions import region_of
from core.selecting import ellipse, enlarge, polygon, rectangle

SHAPE = (20, 30)
PLACE = st.tuples(st.floats(-50, 80), st.floats(-50, 80))


def test_a_polygon_takes_the_pixels_it_encloses() -> None:
    region = polygon([(5.5, 2.5), (9.5, 2.5), (9.5, 6.5), (5.5, 6.5)], SHAPE)
    assert region.box == Box(2, 5, 7, 10) and region.mask.all()


def test_a_loop_inside_a_lasso_is_a_hole() -> None:
    outer = [(1, 1), (28, 1), (28, 18), (1, 18), (1, 1)]
    inner = [(10, 6), (20, 6), (20, 14), (10, 14), (10, 6), (1, 1)]
    mask = polygon(outer + inner, SHAPE).full(SHAPE)
    assert mask[3, 3] and mask[17, 25] and not mask[10, 15]


@given(st.lists(PLACE, max_size=8))
def test_any_polygon_stays_in_the_photo(points: list[tuple[float, float]]) -> None:
    region = polygon(points, SHAPE)
    assert region.mask.shape == (region.box.height, region.box.width)
    assert region.box == region.box.clip(*SHAPE)
    far = polygon([(x * 1e7, y * 1e7) for x, y in points], SHAPE)
    assert far.box == far.box.clip(*SHAPE)


@given(PLACE, PLACE)
def test_rectangle_and_ellipse_go_by_pixel_centres(start: tuple[float, float], end: tuple[float, float]) -> None:
    rows, columns = np.indices(SHAPE) + 0.5
    inside = (columns > min(start[0], end[0])) & (columns < max(start[0], end[0]))
    inside &= (rows > min(start[1], end[1])) & (rows < max(start[1], end[1]))
    box = rectangle(start, end, SHAPE).full(SHAPE)
    assert (box >= inside).all() and box.sum() - inside.sum() <= sum(SHAPE)  # a border on a centre may count
    oval = ellipse(start, end, SHAPE).full(SHAPE)
    assert (oval <= box).all() and (ellipse(end, start, SHAPE).full(SHAPE) == oval).all()


def test_an_ellipse_fills_its_frame() -> None:
    oval = ellipse((5, 3), (25, 17), SHAPE)
    assert oval.box == Box(3, 5, 17, 25)
    assert oval.area == pytest.approx(np.pi * 10 * 7, rel=0.03)


@pytest.mark.parametrize("full", [(40, 60), (67, 91), (20, 30), (13, 17)])
def test_an_enlarged_region_keeps_its_place_and_the_border(full: tuple[int, int]) -> None:
    sky = np.zeros(SHAPE, bool)
    sky[:9] = True
    sky[4:15, 12:20] = True
    large = enlarge(region_of(sky), SHAPE, full).full(full)
    assert large.mean() == pytest.approx(sky.mean(), abs=0.03)
    assert large[0].all() and large[: full[0] // 4, [0, -1]].all() and not large[-1].any()
