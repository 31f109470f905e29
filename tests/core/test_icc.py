from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from PIL import ImageCms

from core import color
from core.icc import SRGB, ProfileError, convert_to_srgb, space_of
from tests.core.profiles import (
    ADOBE,
    ADOBE_RGB,
    DISPLAY_P3,
    gamma_curve,
    gray_profile,
    matrix_profile,
    profile,
    table_curve,
)

PIXELS = np.random.default_rng(3).integers(0, 65536, (40, 50, 3)).astype(np.uint16)


def by_littlecms(pixels: np.ndarray, icc: bytes) -> np.ndarray:
    """sRGB 0..1 of 16-bit pixels, clipped, by the library that everyone uses; in floats, where it is exact."""
    srgb = imagecodecs.cms_profile("srgb")
    values = (pixels / 65535).astype(np.float32)
    return np.clip(imagecodecs.cms_transform(values, icc, srgb, colorspace="rgb", outcolorspace="rgb", intent=1), 0, 1)


@pytest.mark.parametrize("icc", [DISPLAY_P3, ADOBE_RGB], ids=["Display P3", "Adobe RGB"])
def test_matrix_profiles_mean_what_littlecms_says(icc):
    ours = np.clip(space_of(icc).to_srgb(PIXELS), 0, 1)
    assert np.abs(ours - by_littlecms(PIXELS, icc)).max() < 4e-3


def test_pillows_own_srgb_profile_is_srgb():
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    np.testing.assert_allclose(space_of(icc).luminance(PIXELS), SRGB.luminance(PIXELS), atol=0.02)


def test_a_curve_in_a_table_is_read():
    table = matrix_profile(ADOBE, table_curve(np.linspace(0, 1, 1024) ** (563 / 256)))
    np.testing.assert_allclose(space_of(table).luminance(PIXELS), space_of(ADOBE_RGB).luminance(PIXELS), atol=0.05)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("icc", [None, DISPLAY_P3, ADOBE_RGB], ids=["sRGB", "Display P3", "Adobe RGB"])
def test_values_come_back_from_light(icc, depth):
    space = space_of(icc)
    values = np.arange(256, dtype=np.uint8) if depth == 8 else np.arange(0, 65536, 7).astype(np.uint16)
    linear = np.stack([curve[values.astype(int) * (257 if depth == 8 else 1)] for curve in space.curves])
    back = space.encode(linear.astype(np.float32), depth)
    if depth == 8:
        np.testing.assert_array_equal(back, np.stack([values] * 3))
    drift = space.luminance(back.T[None].copy()) - space.luminance(np.stack([values] * 3, axis=-1)[None])
    assert np.abs(drift).max() < 0.004


def test_luminance_of_both_depths_is_that_of_the_formula():
    np.testing.assert_allclose(SRGB.luminance(PIXELS), color.luminance(PIXELS / 65535), atol=2e-3)
    small = (PIXELS >> 8).astype(np.uint8)
    np.testing.assert_allclose(SRGB.luminance(small), color.luminance(small / 255), atol=2e-3)
    np.testing.assert_allclose(SRGB.luminance(small[..., 0]), color.luminance(np.stack([small[..., 0]] * 3, -1) / 255),
                               atol=2e-3)


def test_a_grey_profile_bends_the_light():
    gray = np.full((1, 1), 128, np.uint8)
    linear = space_of(gray_profile(1.0)).luminance(gray)[0, 0]
    assert linear == pytest.approx(116 * (128 / 255) ** (1 / 3) - 16, abs=0.02)


@pytest.mark.parametrize(
    "icc",
    [
        b"", b"no profile at all", DISPLAY_P3[:150], DISPLAY_P3[:-300], b"\xff" * 400,
        profile({b"rTRC": gamma_curve(2.2)}), matrix_profile(np.zeros((3, 3)).tolist(), gamma_curve(2.2)),
        profile({}, b"CMYK"), profile({b"A2B0": b"mft2"}), matrix_profile(ADOBE, b"para" + b"\xff" * 40),
    ],
)  # fmt: skip
def test_broken_profiles_are_told_apart(icc):
    with pytest.raises(ProfileError):
        space_of(icc)


def test_a_profile_that_littlecms_refuses_is_an_error_of_ours():
    with pytest.raises(ProfileError):
        convert_to_srgb(PIXELS, b"broken", "RGB")
    assert convert_to_srgb(PIXELS, imagecodecs.cms_profile("srgb"), "RGB").dtype == np.uint16
