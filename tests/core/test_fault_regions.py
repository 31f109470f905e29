"""A place found at work size becomes the very pixels of the photo's label map that it stands for."""

from __future__ import annotations

import numpy as np
import pytest

from core.fault_regions import at_photo_size
from core.labels import resize_labels
from core.regions import region_of

SHAPE, WORK = (437, 613), (91, 128)
WALL, TREE = 3, 9


@pytest.fixture
def labels() -> np.ndarray:
    """A ragged tree on a wall, with a hole in it, and a small tree apart."""
    rows, columns = np.indices(SHAPE)
    ragged = np.random.default_rng(2).integers(0, 5, SHAPE)
    labels = np.where((columns - 300) ** 2 + (rows - 200) ** 2 < (120 + ragged) ** 2, TREE, WALL).astype(np.uint8)
    labels[190:215, 290:320] = WALL
    labels[20:60, 40:90] = TREE
    return labels


def connected(labels: np.ndarray) -> np.ndarray:
    """The large tree."""
    mask = labels == TREE
    mask[:70, :100] = False
    return mask


def test_a_whole_region_is_met_to_the_pixel(labels: np.ndarray) -> None:
    small = resize_labels(labels, WORK) == TREE
    small[:16, :24] = False
    region = at_photo_size(region_of(small), WORK, labels, TREE, whole=True)
    found = region.full(SHAPE)
    assert (found & (labels != TREE)).sum() == 0
    assert (connected(labels) & ~found).sum() == 0  # the lone teeth of the ragged outline as well


def test_a_piece_keeps_to_its_label_and_leaves_no_sliver_at_its_border(labels: np.ndarray) -> None:
    small = resize_labels(labels, WORK) == TREE
    small[:16, :24] = False
    small[:, :60] = False  # the right part of the tree
    region = at_photo_size(region_of(small), WORK, labels, TREE, whole=False)
    found = region.full(SHAPE)
    assert (found & (labels != TREE)).sum() == 0
    right = connected(labels).copy()
    right[:, :300] = False
    assert (right & ~found).sum() == 0
    assert not found[:, :270].any()


def test_a_region_of_the_photos_own_size_is_itself(labels: np.ndarray) -> None:
    region = region_of(connected(labels))
    for whole in (True, False):
        same = at_photo_size(region, SHAPE, labels, TREE, whole)
        assert same.box == region.box and np.array_equal(same.mask, region.mask)


def test_where_the_label_is_gone_the_enlarged_region_stands(labels: np.ndarray) -> None:
    small = resize_labels(labels, WORK) == TREE
    region = at_photo_size(region_of(small), WORK, labels, 40, whole=True)
    assert not region.empty
