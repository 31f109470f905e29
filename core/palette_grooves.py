"""What the grooves of the Adjust sliders show: the colours each slider leads to, and which of them sRGB has.

One swatch is adjusted by its own OKLCH numbers; a whole palette by what is added to all of it, shown on one swatch
that stands for it.
"""

from __future__ import annotations

import numpy as np

from core.oklch import fit, max_chroma, oklch_to_rgb

MOST_CHROMA = 0.33  # of sRGB in OKLCH: its magenta has 0.3225
_STEPS = 96
_HAIR = 1e-3  # of chroma: nobody sees it

AXES = ("lightness", "chroma", "hue")
"""The sliders, in the order of OKLCH."""

RANGES = {"lightness": (0.0, 1.0), "chroma": (0.0, MOST_CHROMA), "hue": (0.0, 360.0)}
"""Of one swatch."""

SHIFTS = {"lightness": (-0.5, 0.5), "chroma": (0.0, 2.0), "hue": (-180.0, 180.0)}
"""Of a whole palette: added, a factor, degrees turned."""


def groove(lch: np.ndarray, axis: str) -> tuple[np.ndarray, np.ndarray]:
    """Colours uint8 (n, 3) along `axis` through the OKLCH colour (3,), and whether sRGB has each of them (n,)."""
    colors = np.repeat(np.asarray(lch, np.float32)[None], _STEPS, axis=0)
    colors[:, AXES.index(axis)] = _middles(*RANGES[axis])
    return _shown(colors)


def shift_groove(lch: np.ndarray, axis: str) -> tuple[np.ndarray, np.ndarray]:
    """The same for what is done to a whole palette, seen on one of its colours (3,)."""
    colors = np.repeat(np.asarray(lch, np.float32)[None], _STEPS, axis=0)
    steps = _middles(*SHIFTS[axis])
    place = AXES.index(axis)
    colors[:, place] = colors[:, place] * steps if axis == "chroma" else colors[:, place] + steps
    return _shown(colors)


def _middles(low: float, high: float) -> np.ndarray:
    return low + (np.arange(_STEPS, dtype=np.float32) + 0.5) * np.float32((high - low) / _STEPS)


def _shown(colors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    L = colors[:, 0]
    inside = (colors[:, 1] <= max_chroma(np.clip(L, 0, 1), colors[:, 2]) + _HAIR) & (L >= 0) & (L <= 1)
    rgb = np.clip(oklch_to_rgb(fit(colors)), 0, 1)
    return (rgb * 255 + 0.5).astype(np.uint8), inside
