"""Magic wands: what is alike, exact on small photos, with the photo's own edges on large ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.box import Box
from core.photo import Photo, photo_from_array
from core.selecting import similarity
from core.wands import WORK_PIXELS, as_light_as, feature_wand, light_bytes, light_wand

SMALL, LARGE = (200, 300), (1800, 2700)


def alike(photo: Photo, x: int, y: int, tolerance: float) -> np.ndarray:
    light = photo.luminance()
    return np.abs(light - light[y, x]) <= tolerance


def connected(mask: np.ndarray, x: int, y: int) -> np.ndarray:
    _, parts = cv2.connectedComponents(mask.view(np.uint8), connectivity=4)
    return parts == parts[y, x]


@pytest.fixture(scope="module")
def small() -> Photo:
    """Smooth noise in grey."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (10, 15), dtype=np.uint8)
    return photo_from_array(cv2.resize(coarse, SMALL[::-1], interpolation=cv2.INTER_CUBIC))


def scene(shape: tuple[int, int], grain: float) -> np.ndarray:
    """A light disc with a one-eighth notch cut out, and a second disc as light, on a dark ground; grey 0..255."""
    rows, columns = np.indices(shape) + 0.5
    height, width = shape
    big = np.hypot(columns - 0.35 * width, rows - 0.5 * height) < 0.3 * height
    big &= ~((np.abs(rows - 0.5 * height) < 0.03 * height) & (columns > 0.35 * width))
    other = np.hypot(columns - 0.8 * width, rows - 0.5 * height) < 0.15 * height
    light = np.where(big | other, 190.0, 70.0) + np.random.default_rng(5).normal(0, grain, shape)
    return np.clip(light, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("tolerance", [0, 3, 12.5, 100])
def test_on_a_small_photo_it_takes_exactly_what_is_as_light(small: Photo, tolerance: float) -> None:
    wand = light_wand(small, 120.7, 90.2)
    near = alike(small, 120, 90, tolerance)
    assert np.array_equal(wand.region(tolerance, contiguous=False).full(SMALL), near)
    assert np.array_equal(wand.region(tolerance).full(SMALL), connected(near, 120, 90))
    assert wand.size == SMALL


@pytest.mark.parametrize("grain", [0, 6])
def test_on_a_large_photo_the_outline_is_that_of_the_full_size(grain: float) -> None:
    photo = photo_from_array(scene(LARGE, grain))
    truth = scene(LARGE, 0) > 128
    wand = light_wand(photo, 800, 500)
    assert wand.away.size <= WORK_PIXELS * 1.01
    both = wand.region(12, contiguous=False).full(LARGE)
    assert (both ^ truth).sum() < 0.0005 * truth.sum()
    one = wand.region(12).full(LARGE)
    assert (one ^ connected(truth, 800, 500)).sum() < 0.0005 * truth.sum()


def test_the_reduced_answer_is_the_full_one_made_small() -> None:
    photo = photo_from_array(scene(LARGE, 0))
    wand = light_wand(photo, 800, 500)
    seen = wand.reduced(12).full(wand.size)
    full = cv2.resize(wand.region(12).full(LARGE).view(np.uint8), wand.size[::-1], interpolation=cv2.INTER_NEAREST)
    assert (seen != full.view(bool)).mean() < 0.005


def test_a_seed_on_a_thin_line_still_finds_something_of_it() -> None:
    pixels = np.full(LARGE, 60, np.uint8)
    pixels[900:903] = 200
    photo = photo_from_array(pixels)
    region = light_wand(photo, 1000, 901).region(10)
    assert region.box.width <= LARGE[1] and (region.empty or region.box.height <= 8)


def test_outside_the_photo_there_is_nothing_alike(small: Photo) -> None:
    for x, y in ((-1, 5), (300, 5), (5, -0.1), (5, 200)):
        assert light_wand(small, x, y) is None
        assert feature_wand(small, np.ones((2, 3, 4), np.float32), x, y) is None


def split_features() -> np.ndarray:
    """Left one thing, right another, (32, 48, 3): the border lies half a grid place beside the photo's edge."""
    features = np.zeros((32, 48, 3), np.float32)
    features[:, :24, 0] = 1
    features[:, 24:, 1] = 1
    return features


@pytest.mark.parametrize("shape", [SMALL, LARGE])
def test_features_are_drawn_to_the_photos_edge(shape: tuple[int, int]) -> None:
    pixels = np.full(shape, 60, np.uint8)
    edge = int(shape[1] * (0.5 + 0.5 / 48))
    pixels[:, edge:] = 180
    photo = photo_from_array(pixels)
    region = feature_wand(photo, split_features(), 20, 20).region(50)
    assert region.box.left == 0 and region.box.top == 0 and region.box.bottom == shape[0]
    off = np.abs(region.mask.sum(1) - edge)
    assert off.max() <= 0.004 * shape[1]


def test_similarity_is_the_cosine_with_the_place() -> None:
    features = np.array([[[1, 0], [2, 0]], [[1, 1], [0, 5]]], np.float16)
    assert np.allclose(similarity(features, 0.1, 0.1), [[1, 1], [0.5**0.5, 0]], atol=1e-3)


def test_a_wider_tolerance_never_takes_less(small: Photo) -> None:
    features = np.random.default_rng(1).uniform(0, 1, (6, 9, 5)).astype(np.float32)
    for wand in (light_wand(small, 30, 30), feature_wand(small, features, 30, 30)):
        areas = [wand.region(tolerance).area for tolerance in (0, 1, 5, 20, 60, 100)]
        assert areas == sorted(areas) and areas[0] >= 1 and areas[-1] > areas[0]


def test_light_bytes_are_luminance_in_steps_of_a_byte(small: Photo) -> None:
    light = np.rint(small.luminance() * 2.55)
    assert np.array_equal(light_bytes(small), light)
    assert np.array_equal(light_bytes(small, Box(-5, 20, 60, 400)), light[:60, 20:])


@pytest.mark.parametrize("tolerance", [0, 0.1, 4, 60, 100])
@pytest.mark.parametrize(("row", "column", "reach"), [(0, 0, 1), (100, 150, 3), (199, 299, 9)])
def test_pixels_are_as_light_as_the_mean_around_one(
    small: Photo, tolerance: float, row: int, column: int, reach: int
) -> None:
    light = light_bytes(small)
    value = light[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1].mean()
    wanted = np.abs(light - value) <= 2.55 * tolerance
    assert np.array_equal(as_light_as(light, row, column, tolerance, reach), wanted)
