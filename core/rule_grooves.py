"""What the grooves of the Colour panel's sliders show: the colours each slider leads to, from one label's colour.

The same steps as in `core.rules` and `core.tones`, taken by one colour that stands for the label: a factor on chroma,
a turn of hue, a shift of temperature or tint, and the way from no colour to the swatch.
"""

from __future__ import annotations

import numpy as np

from core.color import gamut_map, lab_to_rgb
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

_DARKEST, _LIGHTEST = 35.0, 78.0  # L* that grooves are drawn at, or nobody would see a hue in them
_LIMITED = ("chroma_gain",)  # the axes on which the gamut ends
_HAIR = 0.5  # units of chroma that the gamut may take unseen


def groove(axis: str, light: float, chroma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Colours uint8 (STEPS, 3) from the low to the high end of `axis`, and which of them (STEPS,) exist: beyond
    the gamut more chroma is asked for in vain.

    `light` is L* and `chroma` a*b* (2,) of the colour that stands for the label, before `axis` changes it.
    """
    low, high = RANGES[axis]
    values = low + (np.arange(STEPS, dtype=np.float32) + 0.5) * np.float32((high - low) / STEPS)
    L = np.full(STEPS, min(max(light, _DARKEST), _LIGHTEST), np.float32)
    start = gamut_map(L[:1], np.float32([chroma]))[0]
    wanted = _along(axis, values, start).astype(np.float32)
    ab = gamut_map(L, wanted)
    rgb = np.clip(lab_to_rgb(np.concatenate([L[:, None], ab], axis=1)), 0, 1)
    inside = (np.hypot(*(wanted - ab).T) <= _HAIR) | (axis not in _LIMITED)
    return (rgb * 255 + 0.5).astype(np.uint8), inside


def _along(axis: str, values: np.ndarray, chroma: np.ndarray) -> np.ndarray:
    """a*b* (n, 2) of the colour at every value of `axis`."""
    if axis == "hue_shift":
        hue = np.deg2rad(values) + np.arctan2(chroma[1], chroma[0])
        return np.hypot(*chroma) * np.stack([np.cos(hue), np.sin(hue)], axis=1)
    if axis == "temperature":
        return np.stack([shifted(chroma, value, 0.0) for value in values])
    if axis == "tint":
        return np.stack([shifted(chroma, 0.0, value) for value in values])
    return values[:, None] * chroma
