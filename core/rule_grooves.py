"""What the grooves of the Colour panel's sliders show: the colours each slider leads to, from one label's colour.

The same steps as in `core.rules` and `core.tones`, taken by one colour that stands for the label: a factor on chroma,
a turn of hue, a shift of temperature or tint, and the way from no colour to the swatch.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from core.color import gamut_map, lab_to_rgb
from core.guidance import Rule
from core.tones import shifted

STEPS = 64
RANGES = {
    "strength": (0.0, 1.0),
    "chroma_gain": (0.0, 2.0),
    "hue_shift": (-180.0, 180.0),
    "temperature": (-100.0, 100.0),
    "tint": (-100.0, 100.0),
    "vividness": (0.0, 2.0),
    "toning_strength": (0.0, 1.0),
}
"""What each slider reaches; a rule or a setting from a recipe may lie beyond."""

Groove = tuple[np.ndarray, np.ndarray]
"""Colours uint8 (STEPS, 3) from the low to the high end, and which of them (STEPS,) exist: beyond the gamut more
chroma is asked for in vain."""

_DARKEST, _LIGHTEST = 35.0, 78.0  # L* that grooves are drawn at, or nobody would see a hue in them
_GRAIN = 2.0  # units of L* and chroma: finer differences are not worth another drawing
_SHIFTS = ("temperature", "tint")  # shown on grey, where they are seen best
_LIMITED = ("chroma_gain",)  # the axes on which the gamut ends
_HAIR = 0.5  # units of chroma that the gamut may take unseen


def grooves(axes: Sequence[str], light: float, chroma: np.ndarray) -> dict[str, Groove]:
    """The grooves of `axes` for the colour of L* `light` and a*b* `chroma` (2,), as it is before they change it."""
    L = min(max(light, _DARKEST), _LIGHTEST)
    return _drawn(tuple(axes), *(round(float(value) / _GRAIN) for value in (L, *chroma)))


def before_rule(chroma: np.ndarray, rule: Rule) -> np.ndarray:
    """About the a*b* (2,) that a rule's hue shift and chroma gain made into `chroma`, a colour that is seen."""
    turn, gain = np.deg2rad(-rule.hue_shift), max(rule.chroma_gain, 0.1)
    cos, sin = np.cos(turn), np.sin(turn)
    a, b = (float(value) for value in chroma)
    return np.float32([cos * a - sin * b, sin * a + cos * b]) / np.float32(gain)


@lru_cache(32)
def _drawn(axes: tuple[str, ...], light: int, a: int, b: int) -> dict[str, Groove]:
    """The grooves for a colour in steps of _GRAIN, all of them brought into the gamut at once."""
    L = np.full(STEPS * len(axes), light * _GRAIN, np.float32)
    start = gamut_map(L[:1], np.float32([[a * _GRAIN, b * _GRAIN]]))[0]
    wanted = np.concatenate([_along(axis, start) for axis in axes]).astype(np.float32)
    ab = gamut_map(L, wanted)
    rgb = np.clip(lab_to_rgb(np.concatenate([L[:, None], ab], axis=1)), 0, 1)
    colors, inside = (rgb * 255 + 0.5).astype(np.uint8), np.hypot(*(wanted - ab).T) <= _HAIR
    parts = {axis: slice(at * STEPS, (at + 1) * STEPS) for at, axis in enumerate(axes)}
    return {axis: (colors[part], inside[part] | (axis not in _LIMITED)) for axis, part in parts.items()}


def _along(axis: str, chroma: np.ndarray) -> np.ndarray:
    """a*b* (STEPS, 2) of the colour at every value of `axis`."""
    low, high = RANGES[axis]
    values = low + (np.arange(STEPS, dtype=np.float32) + 0.5) * np.float32((high - low) / STEPS)
    if axis == "hue_shift":
        hue = np.deg2rad(values) + np.arctan2(chroma[1], chroma[0])
        return np.hypot(*chroma) * np.stack([np.cos(hue), np.sin(hue)], axis=1)
    if axis in _SHIFTS:
        grey = np.zeros(2, np.float32)
        return np.stack([shifted(grey, *((value, 0.0) if axis == "temperature" else (0.0, value))) for value in values])
    return values[:, None] * chroma
