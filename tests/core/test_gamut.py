from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import color
from core.cie import linear_to_srgb
from core.gamut import fitted_channels

RNG = np.random.default_rng(5)


def random_colours(count: int = 200_000) -> tuple[np.ndarray, np.ndarray]:
    L = np.concatenate([RNG.uniform(0, 100, count - 404), np.repeat([0, 0.01, 99.99, 100], 101)])
    return L.astype(np.float32), RNG.uniform(-128, 128, (count, 2)).astype(np.float32)


def test_every_colour_fits_at_the_same_luminance_and_hue():
    L, ab = random_colours()
    fitted = color.gamut_map(L, ab)
    rgb = color.lab_to_rgb(np.column_stack([L, fitted]))
    assert rgb.min() > -1e-4 and rgb.max() < 1 + 1e-4
    chroma, wanted = np.hypot(*fitted.T), np.hypot(*ab.T)
    assert (chroma <= wanted * (1 + 1e-5)).all()
    cross = (fitted[:, 0] * ab[:, 1] - fitted[:, 1] * ab[:, 0]) / wanted
    assert np.abs(cross).max() < 1e-3


@pytest.mark.parametrize(("depth", "allowed"), [(8, 0.3), (16, 0.004)])
def test_rounded_to_its_depth_the_light_stays(depth, allowed):
    L, ab = random_colours()
    fy = (L + 16) / 116
    y = np.where(fy > 6 / 29, fy**3, 3 * (6 / 29) ** 2 * (fy - 4 / 29)).astype(np.float32)
    top = 2**depth - 1
    rgb = np.round(linear_to_srgb(fitted_channels(fy, y, np.ascontiguousarray(ab.T))) * top) / top
    assert np.abs(color.luminance(rgb.T) - L).max() <= allowed


def test_colours_inside_stay_as_they_are():
    lab = color.rgb_to_lab(RNG.random((10_000, 3)))
    np.testing.assert_array_equal(color.gamut_map(lab[:, 0], lab[:, 1:]), lab[:, 1:])


def test_hardly_any_chroma_is_given_away():
    L, hue = RNG.uniform(2, 94, 5000).astype(np.float32), RNG.uniform(-np.pi, np.pi, 5000).astype(np.float32)
    most = color.max_chroma(L, hue)
    ray = np.stack([np.cos(hue), np.sin(hue)], axis=-1)
    beyond = color.lab_to_rgb(np.column_stack([L, ray * (most + 0.5)[:, None]]))
    outside = (beyond.min(axis=1) < -1e-5) | (beyond.max(axis=1) > 1 + 1e-5)
    assert outside.mean() > 0.98


def test_the_most_chroma_is_near_the_primaries():
    for rgb in np.eye(3):
        L, a, b = color.rgb_to_lab(rgb)
        # the way out to the very corner of blue leaves the gamut a little before it
        assert color.max_chroma(L, np.arctan2(b, a)) == pytest.approx(np.hypot(a, b), rel=0.05)


@given(st.floats(0, 100, width=32), st.floats(-500, 500, width=32), st.floats(-500, 500, width=32))
def test_mapping_twice_changes_nothing_more(L, a, b):
    once = color.gamut_map(np.float32([L]), np.float32([[a, b]]))
    assert np.isfinite(once).all()
    np.testing.assert_allclose(color.gamut_map(np.float32([L]), once), once, atol=2e-3)


def test_arrays_keep_their_shape():
    assert color.gamut_map(np.zeros((3, 5)), np.ones((3, 5, 2))).shape == (3, 5, 2)
    assert color.max_chroma(np.zeros((3, 1)), np.zeros((1, 5))).shape == (3, 5)
