"""The sliders' grooves: they show the colour they lead to, and end where the gamut ends."""

from __future__ import annotations

import numpy as np
import pytest

from core.guidance import Swatch
from core.oklch import lch_of, max_chroma
from core.palette_grooves import AXES, MOST_CHROMA, RANGES, groove, shift_groove

ROSE = Swatch.from_hex("#c08081")


@pytest.mark.parametrize("axis", AXES)
def test_the_groove_shows_the_swatch_where_the_swatch_stands(axis: str) -> None:
    lch = lch_of(ROSE)
    colors, inside = groove(lch, axis)
    low, high = RANGES[axis]
    place = int((lch[AXES.index(axis)] - low) / (high - low) * len(colors))
    assert np.abs(colors[place].astype(int) - (0xC0, 0x80, 0x81)).max() <= 6
    assert inside[place]


def test_chroma_ends_where_the_gamut_ends_at_this_lightness_and_hue() -> None:
    lch = lch_of(ROSE)
    _, inside = groove(lch, "chroma")
    edge = float(max_chroma(lch[0], lch[2]))
    assert inside.sum() == pytest.approx(edge / MOST_CHROMA * len(inside), abs=1)
    assert not inside[-1]
    assert inside[: inside.sum()].all()


def test_every_lightness_of_grey_exists_and_not_every_one_of_a_strong_blue() -> None:
    assert groove(np.float32([0.5, 0, 0]), "lightness")[1].all()
    assert not groove(lch_of(Swatch(0, 0, 1)), "lightness")[1].all()


@pytest.mark.parametrize("axis", AXES)
def test_a_shift_of_nothing_is_in_the_middle(axis: str) -> None:
    colors, inside = shift_groove(lch_of(ROSE), axis)
    middle = colors[len(colors) // 2]
    assert np.abs(middle.astype(int) - (0xC0, 0x80, 0x81)).max() <= 6
    assert inside[len(inside) // 2]
    assert len(np.unique(colors, axis=0)) > 20
