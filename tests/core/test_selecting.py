"""Selecting: shapes enclose what was drawn, wands what looks alike, at any size and cut at the photo's border."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.box import Box
from core.regions import NOTHING, region_of
from core.selecting import ellipse, enlarge, feature_wand, polygon, rectangle, wand

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


@pytest.fixture
def light() -> np.ndarray:
    luminance = np.full(SHAPE, 40, np.float32)
    luminance[:, 10:20] = 43
    luminance[:, 20:] = 80
    luminance[5, 25] = 40
    return luminance


def test_a_wand_goes_as_far_as_its_tolerance(light: np.ndarray) -> None:
    assert wand(light, 2, 2, 1).area == 200
    assert wand(light, 2, 2, 3).area == 400
    assert wand(light, 2, 2, 1, contiguous=False).area == 201
    assert wand(light, 25, 5, 0).area == 1
    assert wand(light, 30, 5, 9) is NOTHING


def test_a_feature_wand_finds_what_the_network_takes_for_alike() -> None:
    features = np.zeros((4, 6, 3), np.float32)
    features[..., 0] = 1
    features[:, 3:, 1] = 2
    features[:, 5, :] = (3, 0, 0)
    left = feature_wand(features, 10, 20, 0.2, (40, 60))
    assert left.box.left == 0 and 25 <= left.box.right <= 33 and left.box.bottom == 40
    both = feature_wand(features, 10, 20, 0.2, (40, 60), contiguous=False)
    assert both.box == Box(0, 0, 40, 60) and both.area > left.area
    assert feature_wand(features, 10, 20, 2, (40, 60)).area == 2400
    assert feature_wand(features, -1, 0, 0.2, (40, 60)) is NOTHING


@pytest.mark.parametrize("full", [(40, 60), (67, 91), (20, 30), (13, 17)])
def test_an_enlarged_region_keeps_its_place_and_the_border(full: tuple[int, int]) -> None:
    sky = np.zeros(SHAPE, bool)
    sky[:9] = True
    sky[4:15, 12:20] = True
    large = enlarge(region_of(sky), SHAPE, full).full(full)
    assert large.mean() == pytest.approx(sky.mean(), abs=0.03)
    assert large[0].all() and large[: full[0] // 4, [0, -1]].all() and not large[-1].any()
