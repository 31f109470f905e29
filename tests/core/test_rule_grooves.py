"""Grooves show where a slider leads: their middle is the colour as it is, their ends what the rule would make of it."""

from __future__ import annotations

import numpy as np
import pytest

from core.color import gamut_map, rgb_to_lab
from core.guidance import Rule
from core.rule_grooves import RANGES, STEPS, Groove, before_rule, grooves
from core.rules import apply_rules

LIGHT, CHROMA = 60.0, np.float32([20.0, 16.0])


def groove(axis: str, light: float, chroma: np.ndarray) -> Groove:
    return grooves((axis,), light, chroma)[axis]


def lab(colors: np.ndarray) -> np.ndarray:
    return rgb_to_lab(colors.astype(np.float32) / 255)


@pytest.mark.parametrize("axis", ["chroma_gain", "hue_shift", "temperature", "tint"])
@pytest.mark.parametrize("place", [3, STEPS // 2, STEPS - 4])
def test_a_groove_shows_what_the_rule_makes_of_the_colour(axis: str, place: int) -> None:
    low, high = RANGES[axis]
    value = low + (place + 0.5) * (high - low) / STEPS
    luminance = np.full((2, 2), LIGHT, np.float32)
    start = CHROMA if axis in ("chroma_gain", "hue_shift") else 0 * CHROMA  # shifts are shown on grey
    chroma = np.broadcast_to(start, (2, 2, 2)).copy()
    made = apply_rules(chroma, luminance, np.zeros((2, 2), np.uint8), (Rule(0, **{axis: float(value)}),))
    expected = gamut_map(luminance, made)[0, 0]
    colors, _ = groove(axis, LIGHT, CHROMA)
    assert lab(colors)[place, 1:] == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize("axis", RANGES)
def test_every_groove_has_its_colours_at_one_light(axis: str) -> None:
    colors, inside = groove(axis, LIGHT, CHROMA)
    assert colors.shape == (STEPS, 3) and colors.dtype == np.uint8 and inside.shape == (STEPS,)
    assert np.abs(lab(colors)[:, 0] - LIGHT).max() < 1
    assert np.abs(np.diff(lab(colors)[:, 1:], axis=0)).max() > 0.05


def test_more_chroma_than_there_is_is_marked_and_nothing_below_it() -> None:
    _, inside = groove("chroma_gain", 75.0, np.float32([5.0, 55.0]))
    assert inside[: STEPS // 2].all() and not inside[-1]
    assert (np.diff(inside.astype(int)) <= 0).all()


@pytest.mark.parametrize("light", [0.0, 100.0])
def test_a_groove_of_a_black_or_white_label_still_shows_hues(light: float) -> None:
    colors, _ = groove("hue_shift", light, CHROMA)
    assert np.ptp(lab(colors)[:, 1]) > 20


def test_grooves_drawn_together_are_those_drawn_alone() -> None:
    axes = tuple(RANGES)
    for axis, (colors, inside) in grooves(axes, LIGHT, CHROMA).items():
        alone, too = groove(axis, LIGHT, CHROMA)
        assert np.abs(colors.astype(int) - alone).max() <= 1 and np.array_equal(inside, too)


def test_the_colour_before_a_rule_is_found_again() -> None:
    rule = Rule(0, hue_shift=70.0, chroma_gain=1.6)
    made = apply_rules(CHROMA[None, None], np.full((1, 1), LIGHT), np.zeros((1, 1), np.uint8), (rule,))[0, 0]
    assert before_rule(made, rule) == pytest.approx(CHROMA, abs=1e-3)
