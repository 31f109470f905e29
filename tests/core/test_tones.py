"""Vividness, temperature, tint and toning: they move colour and nothing else, and at rest they touch nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.chroma import render
from core.color import luminance, rgb_to_lab
from core.guidance import Settings, Swatch
from core.photo import load_photo
from core.tones import adjusted, range_chroma, shifted

DARK, LIGHT = Swatch.from_hex("#2b1a10"), Swatch.from_hex("#f3e6cc")


@pytest.fixture
def chroma() -> np.ndarray:
    return np.random.default_rng(1).normal(scale=20, size=(24, 32, 2)).astype(np.float32)


@pytest.fixture
def light() -> np.ndarray:
    return np.linspace(0, 100, 24 * 32, dtype=np.float32).reshape(24, 32)


def test_neutral_settings_give_the_very_same_array(chroma: np.ndarray, light: np.ndarray) -> None:
    for settings in (Settings(), Settings(seed=4, toning_strength=0.2), Settings(toning=(DARK,), toning_strength=0.0)):
        assert adjusted(chroma, light, settings) is chroma


def test_warm_is_yellower_cool_is_bluer_magenta_and_green_are_apart(chroma: np.ndarray) -> None:
    def mean(temperature: float, tint: float) -> np.ndarray:
        return (shifted(chroma, temperature, tint) - chroma).mean(axis=(0, 1))

    assert mean(100, 0)[1] == pytest.approx(40, abs=0.01) and mean(-100, 0)[1] == pytest.approx(-40, abs=0.01)
    assert abs(mean(100, 0)[0]) < 10
    np.testing.assert_allclose(mean(0, 50), [20, 0], atol=0.01)
    np.testing.assert_allclose(mean(0, -50), [-20, 0], atol=0.01)


def test_the_strongest_shift_keeps_the_light_and_the_gamut(small_photo: Path) -> None:
    photo = load_photo(small_photo)
    chroma = rgb_to_lab(photo.rgb())[..., 1:]
    before = photo.luminance()
    for settings in (Settings(3.0, temperature=100.0), Settings(tint=-100.0), Settings(toning=(DARK, LIGHT))):
        rgb = render(photo, adjusted(chroma, before, settings))
        assert np.abs(luminance(rgb / np.float32(255)) - before).max() <= 0.5


def test_toning_gives_every_light_one_colour(chroma: np.ndarray, light: np.ndarray) -> None:
    toned = adjusted(chroma, light, Settings(toning=(DARK, LIGHT)))
    np.testing.assert_allclose(toned, range_chroma((DARK, LIGHT), light), atol=1e-5)
    half = adjusted(chroma, light, Settings(toning=(DARK, LIGHT), toning_strength=0.5))
    np.testing.assert_allclose(half, (toned + chroma) / 2, atol=1e-4)


def test_a_range_has_each_swatch_at_its_own_light_and_runs_straight_between() -> None:
    ends = rgb_to_lab(np.float32([[DARK.r, DARK.g, DARK.b], [LIGHT.r, LIGHT.g, LIGHT.b]]))
    stands = [0, ends[0, 0], ends[:, 0].mean(), ends[1, 0], 100]
    expected = [ends[0, 1:], ends[0, 1:], ends[:, 1:].mean(axis=0), ends[1, 1:], ends[1, 1:]]
    for swatches in ((DARK, LIGHT), (LIGHT, DARK)):  # in whichever order they were given
        np.testing.assert_allclose(range_chroma(swatches, np.float32(stands)), expected, atol=1e-3)


def test_a_range_of_equally_light_swatches_makes_no_hard_edge() -> None:
    red, green = Swatch.from_hex("#b05050"), Swatch.from_hex("#427a42")
    colours = range_chroma((red, green), np.arange(0, 100, 0.5, dtype=np.float32))
    assert np.abs(np.diff(colours, axis=0)).max() < 3
    np.testing.assert_allclose(range_chroma((red,), np.float32([5, 95])), [range_chroma((red,), np.float32(50))] * 2)
