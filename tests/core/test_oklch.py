"""OKLCH: Ottosson's numbers, the gamut's edge, adjusting and harmonising swatches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import oklch
from core.guidance import Swatch

RED, GREY = Swatch.from_hex("#d04030", "brick"), Swatch.from_hex("#808080")
part = st.floats(0, 1, width=32)


def test_ottossons_published_values() -> None:
    assert oklch.rgb_to_oklab(np.float32([1, 1, 1])) == pytest.approx([1, 0, 0], abs=1e-4)
    assert oklch.rgb_to_oklab(np.float32([1, 0, 0])) == pytest.approx([0.62796, 0.22486, 0.12585], abs=1e-4)
    assert oklch.rgb_to_oklch(np.float32([0, 0, 1])) == pytest.approx([0.45201, 0.31321, 264.052], abs=2e-2)


@given(part, part, part)
def test_there_and_back(r: float, g: float, b: float) -> None:
    rgb = np.float32([r, g, b])
    assert np.abs(oklch.oklch_to_rgb(oklch.rgb_to_oklch(rgb)) - rgb).max() < 2e-3


def test_the_edge_of_the_gamut_is_where_rgb_ends() -> None:
    edge = oklch.gamut_edge(30.0, 21)
    assert edge.shape == (21, 2)
    for L, c in edge[2:-2]:
        assert oklch.oklch_to_rgb(np.float32([L, c, 30])).max() <= 1.001
        beyond = oklch.oklch_to_rgb(np.float32([L, c + 0.01, 30]))
        assert beyond.max() > 1 or beyond.min() < 0


@given(part, st.floats(0, 0.5), st.floats(0, 360))
def test_fitting_keeps_lightness_and_hue(L: float, c: float, h: float) -> None:
    fitted = oklch.fit(np.float32([L, c, h]))
    rgb = oklch.oklch_to_rgb(fitted)
    assert rgb.min() >= -1e-3
    assert rgb.max() <= 1 + 1e-3
    assert fitted[0] == np.float32(L)
    assert fitted[1] <= np.float32(c)


def test_nothing_to_adjust_changes_nothing() -> None:
    assert oklch.adjusted(RED) is RED


def test_adjusting_turns_what_it_says_and_keeps_the_name() -> None:
    before = oklch.lch_of(RED)
    turned = oklch.adjusted(RED, hue=40, lightness=0.05, saturation=0.5)
    assert oklch.lch_of(turned) == pytest.approx([before[0] + 0.05, before[1] / 2, before[2] + 40], abs=0.1)
    assert turned.name == "brick"
    assert oklch.adjusted(RED, lightness=2).hex == "#ffffff"
    assert [one.name for one in oklch.adjusted_all((RED, GREY), hue=10)] == ["brick", ""]


@pytest.mark.parametrize(("kind", "turns"), oklch.HARMONIES.items())
def test_harmonies_are_turns_of_hue(kind: str, turns: tuple[float, ...]) -> None:
    base = Swatch.from_hex("#8a7f70")  # pale enough for all its relatives to be in gamut
    hues = [float(oklch.lch_of(one)[2] - oklch.lch_of(base)[2]) for one in oklch.harmony(base, kind)]
    assert [(hue - turn + 180) % 360 - 180 for hue, turn in zip(hues, turns)] == pytest.approx(
        [0] * len(turns), abs=0.2
    )


def test_a_harmonised_palette_stands_around_its_first() -> None:
    palette = tuple(map(Swatch.from_hex, ("#b05040", "#508060", "#506090", "#90884f")))
    changed = oklch.harmonised(palette, "complementary")
    first = oklch.lch_of(palette[0])[2]
    for before, after in zip(palette[1:], changed[1:]):
        assert float(oklch.lch_of(after)[2] - first) % 180 == pytest.approx(0, abs=1) or float(
            oklch.lch_of(after)[2] - first
        ) % 180 == pytest.approx(180, abs=1)
        assert oklch.lch_of(after)[0] == pytest.approx(oklch.lch_of(before)[0], abs=1e-3)
    assert changed[0] is palette[0]
    assert oklch.harmonised((), "triad") == ()
