"""Colour without a network: statistics and optimal transport from a reference."""

from __future__ import annotations

import numpy as np
import pytest

from models.transfer import MOST_SPREAD, Sample, restlessness, statistics, transport

WAYS = pytest.mark.parametrize("carry", [statistics, transport])


def picture(height: int = 60, width: int = 80) -> np.ndarray:
    """Lab: a light blue sky over a dark, restless green ground."""
    rng = np.random.default_rng(0)
    lab = np.zeros((height, width, 3), np.float32)
    half = height // 2
    lab[:half] = 80, -5, -30
    lab[half:] = 35, -25, 30
    lab[half:, :, 0] += rng.normal(0, 8, (height - half, width))
    return lab


@WAYS
def test_a_photo_gets_its_own_colours_back(carry) -> None:
    lab = picture()
    ab = carry(lab[..., 0], [Sample.of(lab)])
    assert ab.shape == lab.shape[:2] + (2,) and ab.dtype == np.float32
    off = np.abs(ab - lab[..., 1:])
    assert np.median(off) < 3 and off.mean() < 5


@WAYS
def test_mirrored_it_is_the_same_but_for_height_and_repeats_to_the_bit(carry) -> None:
    lab = picture()
    ab = carry(lab[..., 0], [Sample.of(lab[:, ::-1])])
    assert np.abs(ab - lab[..., 1:]).mean() < 5
    assert np.array_equal(ab, carry(lab[..., 0], [Sample.of(lab[:, ::-1])]))


@WAYS
@pytest.mark.parametrize("size", [(1, 1), (3, 90), (200, 40)])
def test_any_size_of_either_gives_numbers(carry, size: tuple[int, int]) -> None:
    small = np.full((*size, 3), (50, 20, 20), np.float32)
    for luminance, reference in ((picture()[..., 0], small), (small[..., 0], picture())):
        ab = carry(luminance, [Sample.of(reference)])
        assert ab.shape == (*luminance.shape, 2) and np.isfinite(ab).all() and np.abs(ab).max() < 128


@WAYS
def test_what_the_mask_leaves_out_gives_no_colour(carry) -> None:
    lab = picture()
    mask = np.zeros(lab.shape[:2], bool)
    mask[40:] = True
    ab = carry(lab[..., 0], [Sample.of(lab, mask)])
    assert ab[..., 1].min() > 15  # the green ground's yellow, everywhere; of the blue sky nothing


@WAYS
def test_of_several_references_each_counts_by_its_weight(carry) -> None:
    ramp = np.linspace(20, 80, 1600, dtype=np.float32).reshape(40, 40)
    red, blue = (np.dstack([ramp, np.full((40, 40, 2), ab)]).astype(np.float32) for ab in ((60, 30), (10, -60)))

    def mean(weight: float) -> np.ndarray:
        return carry(ramp, [Sample.of(red, weight=weight), Sample.of(blue, weight=1 - weight)]).mean((0, 1))

    assert mean(0.9)[1] > mean(0.5)[1] + 5 > mean(0.1)[1] + 10


def test_transport_uses_every_colour_in_its_amount_and_statistics_the_mean_of_each_grey() -> None:
    half = np.zeros((64, 64, 3), np.float32)
    half[..., 0] = np.linspace(0, 100, 64)[:, None]
    half[:, :32, 1], half[:, 32:, 1] = 50, -50  # red and green at every luminance
    ramp = np.ascontiguousarray(half[..., 0])
    a = transport(ramp, [Sample.of(half)])[..., 0]
    assert (np.abs(a) < 60).all()
    assert abs(np.mean(statistics(ramp, [Sample.of(half)])[..., 0])) < 3


def test_colours_are_never_spread_further_than_said() -> None:
    lab = picture()
    lab[..., 1:] *= 0.01
    lab[0, 0, 1:] = 90, 90  # one loud pixel
    narrow = statistics(lab[..., 0], [Sample.of(lab)])
    assert np.abs(narrow - narrow.mean((0, 1))).max() < 40 * MOST_SPREAD


def test_restlessness_is_nothing_on_even_ground_and_grows_with_spread() -> None:
    rng = np.random.default_rng(0)
    assert np.allclose(restlessness(np.full((9, 9), 40.0)), 0, atol=1e-3)
    calm, wild = (restlessness(50 + rng.normal(0, spread, (40, 40))).mean() for spread in (1, 6))
    assert 0.5 < calm < wild <= 4
