from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import lab2rgb, rgb2lab

from core import color

# Sharma, Wu and Dalal (2005), table 1
SHARMA = np.array([
    [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425], [50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615],
    [50, 2.8361, -74.0200, 50, 0, -82.7485, 3.4412], [50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0],
    [50, -1.1848, -84.8006, 50, 0, -82.7485, 1.0], [50, -0.9009, -85.5211, 50, 0, -82.7485, 1.0],
    [50, 0, 0, 50, -1, 2, 2.3669], [50, -1, 2, 50, 0, 0, 2.3669],
    [50, 2.49, -0.001, 50, -2.49, 0.0009, 7.1792], [50, 2.49, -0.001, 50, -2.49, 0.0010, 7.1792],
    [50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2195], [50, 2.49, -0.001, 50, -2.49, 0.0012, 7.2195],
    [50, -0.001, 2.49, 50, 0.0009, -2.49, 4.8045], [50, -0.001, 2.49, 50, 0.0010, -2.49, 4.8045],
    [50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461], [50, 2.5, 0, 50, 0, -2.5, 4.3065],
    [50, 2.5, 0, 73, 25, -18, 27.1492], [50, 2.5, 0, 61, -5, 29, 22.8977],
    [50, 2.5, 0, 56, -27, -3, 31.9030], [50, 2.5, 0, 58, 24, 15, 19.4535],
    [50, 2.5, 0, 50, 3.1736, 0.5854, 1.0], [50, 2.5, 0, 50, 3.2972, 0, 1.0],
    [50, 2.5, 0, 50, 1.8634, 0.5757, 1.0], [50, 2.5, 0, 50, 3.2592, 0.3350, 1.0],
    [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
    [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
    [61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731],
    [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
    [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
    [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
    [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
    [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
    [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
    [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
])  # fmt: skip

unit = st.floats(0, 1, width=32)


def test_delta_e_agrees_with_sharmas_34_pairs():
    answers = color.delta_e2000(SHARMA[:, :3], SHARMA[:, 3:6])
    np.testing.assert_allclose(answers, SHARMA[:, 6], atol=1e-4)
    np.testing.assert_allclose(color.delta_e2000(SHARMA[:, 3:6], SHARMA[:, :3]), SHARMA[:, 6], atol=1e-4)


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((1, 0, 0), (53.24, 80.09, 67.20)), ((0, 1, 0), (87.73, -86.18, 83.18)), ((0, 0, 1), (32.30, 79.19, -107.86)),
        ((1, 1, 1), (100, 0, 0)), ((0, 0, 0), (0, 0, 0)), ((119 / 255,) * 3, (50.03, 0, 0)),
    ],
)  # fmt: skip
def test_known_colours_have_their_known_lab(rgb, lab):
    np.testing.assert_allclose(color.rgb_to_lab(np.array(rgb, np.float32)), lab, atol=0.01)


def test_lab_agrees_with_an_independent_implementation():
    rgb = np.random.default_rng(1).random((64, 64, 3))
    np.testing.assert_allclose(color.rgb_to_lab(rgb), rgb2lab(rgb), atol=0.01)
    np.testing.assert_allclose(color.lab_to_rgb(rgb2lab(rgb)), lab2rgb(rgb2lab(rgb)), atol=2e-4)


@given(unit, unit, unit)
def test_rgb_survives_lab(r, g, b):
    rgb = np.array([r, g, b], np.float32)
    np.testing.assert_allclose(color.lab_to_rgb(color.rgb_to_lab(rgb)), rgb, atol=5e-5)


@given(st.floats(0, 100, width=32), st.floats(-128, 128, width=32), st.floats(-128, 128, width=32))
def test_lab_survives_rgb_even_outside_the_gamut(L, a, b):
    lab = np.array([L, a, b], np.float32)
    np.testing.assert_allclose(color.rgb_to_lab(color.lab_to_rgb(lab)), lab, atol=0.02)


@given(unit)
def test_curves_undo_each_other(x):
    assert float(color.linear_to_srgb(color.srgb_to_linear(x))) == pytest.approx(x, abs=1e-6)


def test_a_grey_has_the_luminance_that_it_was_made_from():
    L = np.linspace(0, 100, 1001, dtype=np.float32)
    gray = color.luminance_to_gray(L)
    np.testing.assert_allclose(color.luminance(np.stack([gray] * 3, axis=-1)), L, atol=1e-3)


def test_lab_of_a_grey_is_neutral():
    gray = np.repeat(np.linspace(0, 1, 256, dtype=np.float32)[:, None], 3, axis=1)
    assert np.abs(color.rgb_to_lab(gray)[:, 1:]).max() < 1e-3


def test_colorfulness_is_none_for_grey_and_large_for_a_rainbow():
    gray = np.full((8, 8, 3), 77, np.uint8)
    rainbow = np.random.default_rng(0).integers(0, 2, (64, 64, 3)) * 255
    assert color.colorfulness(gray) == 0
    assert color.colorfulness(rainbow) > 100
