"""Regions of line art: what strokes enclose, gaps in them or not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.labels import UNSURE
from core.photo import photo_from_array
from core.sketch_regions import MOST, find_regions, is_region_set, region_map, region_set
from tests.core.drawings import PLACES, house, ring


def at(labels: np.ndarray, place: tuple[float, float]) -> int:
    return int(labels[int(place[1] * labels.shape[0]), int(place[0] * labels.shape[1])])


def test_every_closed_place_of_a_drawing_is_a_region() -> None:
    labels = region_map(photo_from_array(house()))
    found = {name: at(labels, place) for name, place in PLACES.items()}
    assert found["sky"] == 0
    assert len(set(found.values())) == len(found)
    assert labels.max() == len(found) - 1
    assert found["wall"] == 1  # the largest after the paper


@pytest.mark.parametrize("gap", [0, 3, 8, 12])
def test_a_circle_with_a_gap_does_not_leak(gap: int) -> None:
    """Up to the stated width: 12 of 200 pixels."""
    page = ring(200, gap)
    labels = find_regions(1 - page / np.float32(255), gap=12 / 200)
    inside = np.hypot(*(np.mgrid[:200, :200] - 100)) < 200 // 3 - 3
    outside = np.hypot(*(np.mgrid[:200, :200] - 100)) > 200 // 3 + 3 + gap
    assert (labels[inside] == labels[100, 100]).all()
    assert (labels[outside] == 0).all()
    assert labels[100, 100] == 1


def test_an_opening_wider_than_the_gap_is_one() -> None:
    labels = find_regions(1 - ring(200, 30) / np.float32(255), gap=12 / 200)
    assert not labels.any()


def test_the_gap_is_a_share_of_the_photo() -> None:
    small, large = ring(200, 8), cv2.resize(ring(200, 8), (800, 800), interpolation=cv2.INTER_NEAREST)
    maps = [find_regions(1 - page / np.float32(255), gap=0.06) for page in (small, large)]
    assert [labels.max() for labels in maps] == [1, 1]
    assert (cv2.resize(maps[1], (200, 200), interpolation=cv2.INTER_NEAREST) != maps[0]).mean() < 0.01


def test_a_narrow_place_that_strokes_enclose_is_a_region() -> None:
    page = np.full((200, 200), 255, np.uint8)
    cv2.rectangle(page, (50, 90), (150, 99), 0, 2)
    labels = find_regions(1 - page / np.float32(255), gap=0.06)
    assert labels[95, 100] == 1 and labels[95, 20] == 0


def test_a_narrow_bay_belongs_to_the_room_it_opens_into() -> None:
    page = np.full((200, 200), 255, np.uint8)
    cv2.line(page, (60, 60), (60, 140), 0, 2)
    cv2.line(page, (67, 60), (67, 140), 0, 2)
    assert not find_regions(1 - page / np.float32(255), gap=0.06).any()


def test_no_more_regions_than_labels_have_room_for() -> None:
    page = np.zeros((700, 700), np.float32)
    page[::35], page[:, ::35] = 1, 1
    labels = find_regions(page)
    assert labels.max() == MOST - 1
    assert np.bincount(labels.ravel()).min() > 0


def test_blank_paper_and_solid_ink_are_one_region() -> None:
    assert not find_regions(np.zeros((40, 60), np.float32)).any()
    assert not find_regions(np.ones((40, 60), np.float32)).any()


def test_the_set_of_a_map_names_its_regions_and_stands_on_nothing() -> None:
    own = region_set(np.array([[0, 1, 2, 4]], np.uint8))
    assert own.names == ("Paper", "Region 1", "Region 2", "Region 3", "Region 4")
    assert set(own.parents) == {UNSURE} and len(set(own.colors)) == 5
    assert is_region_set(own)
