"""Edits of a label or a region against plain NumPy: every pixel, and which label takes what is left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.label_edits import NAMES, replaced, reshaped

SKY, GRASS, TREE = 50, 36, 54
MAPS = hnp.arrays(np.uint8, (14, 17), elements=st.sampled_from([SKY, GRASS, TREE]))


def written(labels: np.ndarray, piece: tuple) -> np.ndarray:
    after = labels.copy()
    box, patch = piece
    after[box.slices] = patch
    return after


def away(mask: np.ndarray) -> np.ndarray:
    """How far each pixel is from the nearest pixel of a mask, by brute force."""
    rows, columns = np.indices(mask.shape)
    ys, xs = np.nonzero(mask)
    if not len(ys):
        return np.full(mask.shape, np.inf)
    return np.hypot(rows[..., None] - ys, columns[..., None] - xs).min(axis=2)


@given(MAPS, st.integers(1, 3))
def test_a_label_grows_by_so_many_pixels_over_whatever_is_there(labels: np.ndarray, reach: int) -> None:
    after = written(labels, reshaped(labels, "grow", SKY, reach))
    assert np.array_equal(after, np.where(away(labels == SKY) <= reach, SKY, labels))


@given(MAPS, st.integers(1, 3))
def test_a_label_shrinks_by_so_many_pixels_and_the_nearest_other_takes_them(labels: np.ndarray, reach: int) -> None:
    after = written(labels, reshaped(labels, "shrink", SKY, reach))
    others = labels != SKY
    if not others.any():
        assert np.array_equal(after, labels)
        return
    left = (labels == SKY) & (away(others) <= reach)
    assert np.array_equal(after == SKY, (labels == SKY) & ~left)
    assert np.array_equal(after[others], labels[others])
    reached = {label: away(labels == label) for label in (GRASS, TREE)}
    for y, x in np.argwhere(left):  # as near as another label can be, but for OpenCV's rounding of distances
        assert reached[after[y, x]][y, x] <= away(others)[y, x] + 0.5


@pytest.fixture
def scene() -> np.ndarray:
    """Sky over grass; a tree with a hole of sky in it, and a speck of tree in the grass."""
    labels = np.full((60, 80), SKY, np.uint8)
    labels[30:] = GRASS
    labels[10:50, 20:50] = TREE
    labels[20:24, 30:35] = SKY
    labels[55:57, 70:72] = TREE
    return labels


def test_holes_are_filled_in_all_of_a_label_or_in_one_region(scene: np.ndarray) -> None:
    expected = scene.copy()
    expected[20:24, 30:35] = TREE
    assert np.array_equal(written(scene, reshaped(scene, "fill_holes", TREE, 4)), expected)
    assert np.array_equal(written(scene, reshaped(scene, "fill_holes", TREE, 4, at=(22, 40))), expected)
    assert np.array_equal(written(scene, reshaped(scene, "fill_holes", TREE, 4, at=(70, 55))), scene)


def test_specks_take_the_label_around_them(scene: np.ndarray) -> None:
    expected = scene.copy()
    expected[55:57, 70:72] = GRASS
    assert np.array_equal(written(scene, reshaped(scene, "remove_specks", TREE, 1)), expected)


def test_only_the_region_that_was_pointed_at_grows(scene: np.ndarray) -> None:
    after = written(scene, reshaped(scene, "grow", TREE, 3, at=(70, 55)))
    speck = np.zeros(scene.shape, bool)
    speck[55:57, 70:72] = True
    assert np.array_equal(after, np.where(away(speck) <= 3, TREE, scene))


def test_smoothing_rounds_corners_and_stays_within_its_reach(scene: np.ndarray) -> None:
    after = written(scene, reshaped(scene, "smooth", TREE, 4))
    assert after[10, 20] == SKY and after[49, 20] == GRASS and after[30, 35] == TREE
    border = away(scene == TREE) + away(scene != TREE)
    assert (after == scene)[border > 10].all()


def test_one_label_takes_the_place_of_another_everywhere_or_in_one_region(scene: np.ndarray) -> None:
    assert np.array_equal(written(scene, replaced(scene, TREE, 3)), np.where(scene == TREE, 3, scene))
    expected = scene.copy()
    expected[20:24, 30:35] = 3
    assert np.array_equal(written(scene, replaced(scene, SKY, 3, at=(32, 21))), expected)


@pytest.mark.parametrize("what", NAMES)
def test_a_label_that_is_not_there_changes_nothing(scene: np.ndarray, what: str) -> None:
    assert np.array_equal(written(scene, reshaped(scene, what, 9, 3)), scene)
