"""Objects under a click, in a box, corrected by further points."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.box import Box
from core.objects import Look, look, propose
from core.regions import Region, intersect, region_of, union

SHAPE = (600, 900)


def overlap(first: Region, second: Region) -> float:
    return intersect(first, second).area / max(1, union(first, second).area)


@pytest.fixture(scope="module")
def scene() -> tuple[Look, Region, Region]:
    """A light head on a lighter body before a dark wall, L* at a third of the photo's size."""
    light = np.full((200, 300), 25, np.float32)
    cv2.ellipse(light, (150, 140), (45, 50), 0, 0, 360, 62.0, -1)
    cv2.circle(light, (150, 70), 25, 80.0, -1)
    light += np.random.default_rng(3).normal(0, 2, light.shape).astype(np.float32)
    rows, columns = (np.indices(SHAPE) + 0.5) / 3
    head = np.hypot(columns - 150, rows - 70) < 25
    body = ((columns - 150) / 45) ** 2 + ((rows - 140) / 50) ** 2 < 1
    return look(cv2.GaussianBlur(light, (0, 0), 0.8)), region_of(head), region_of(head | body)


def test_a_click_proposes_from_coarse_to_fine(scene: tuple[Look, Region, Region]) -> None:
    seen, head, _ = scene
    found = propose(seen, SHAPE, plus=[(450, 205)]).regions
    areas = [region.area for region in found]
    assert found and areas == sorted(areas, reverse=True)
    assert max(overlap(region, head) for region in found) > 0.7
    assert all(region.full(SHAPE)[205, 450] for region in found)


def test_a_box_finds_what_stands_in_it(scene: tuple[Look, Region, Region]) -> None:
    seen, _, figure = scene
    found = propose(seen, SHAPE, box=Box(120, 300, 580, 600)).regions
    assert max(overlap(region, figure) for region in found) > 0.8


def test_points_without_a_box_hold_the_plus_and_spare_the_minus(scene: tuple[Look, Region, Region]) -> None:
    seen, head, figure = scene
    on_head, on_body = (450, 205), (450, 450)
    both = propose(seen, SHAPE, plus=[on_head, on_body]).regions
    assert all(region.full(SHAPE)[y, x] for region in both for x, y in (on_head, on_body))
    assert max(overlap(region, figure) for region in both) > 0.8
    without = propose(seen, SHAPE, plus=[on_head], minus=[on_body]).regions
    assert without and not any(region.full(SHAPE)[450, 450] for region in without)
    assert overlap(without[0], head) > 0.7


def test_the_likely_one_is_no_speck_and_not_all(scene: tuple[Look, Region, Region]) -> None:
    found = propose(scene[0], SHAPE, plus=[(450, 450)])
    share = found.regions[found.likely].area / (SHAPE[0] * SHAPE[1])
    assert 0.005 < share < 0.5


def test_a_minus_point_takes_a_part_away(scene: tuple[Look, Region, Region]) -> None:
    seen, head, _ = scene
    corrected = {"plus": [(450, 205)], "minus": [(450, 420), (400, 450)]}
    found = propose(seen, SHAPE, **corrected, box=Box(120, 300, 580, 600)).regions
    assert not any(region.full(SHAPE)[420, 450] for region in found)
    assert max(overlap(region, head) for region in found) > 0.6


def test_the_same_click_gives_the_same_object(scene: tuple[Look, Region, Region]) -> None:
    seen, _, _ = scene
    first, second = (propose(seen, SHAPE, plus=[(450, 420)]).regions for _ in range(2))
    assert all(a.box == b.box and (a.mask == b.mask).all() for a, b in zip(first, second, strict=True))


def test_features_part_what_light_does_not() -> None:
    features = np.zeros((50, 75, 8), np.float32)
    features[15:35, 20:50, 3] = 4
    features += np.random.default_rng(4).normal(0, 0.1, features.shape).astype(np.float32)
    flat = np.random.default_rng(5).normal(50, 1, (200, 300)).astype(np.float32)
    found = propose(look(flat, features), SHAPE, plus=[(420, 300)]).regions
    true = np.zeros(SHAPE, bool)
    true[180:420, 240:600] = True
    assert max(overlap(region, region_of(true)) for region in found) > 0.7


def test_without_a_point_or_box_there_is_no_object(scene: tuple[Look, Region, Region]) -> None:
    with pytest.raises(ValueError, match="a point in it or a box"):
        propose(scene[0], SHAPE)
    with pytest.raises(ValueError):
        propose(scene[0], SHAPE, plus=[(-5, 3)])


@pytest.mark.parametrize("place", [(0, 0), (899, 599), (899, 0)])
def test_clicks_in_corners_and_flat_photos_answer(place: tuple[int, int]) -> None:
    flat = look(np.full((60, 90), 50, np.float32))
    assert all(not region.empty for region in propose(flat, SHAPE, plus=[place]).regions)
    assert all(not region.empty for region in propose(flat, SHAPE, box=Box(0, 0, 600, 900)).regions)
