"""The whole photo's colours after all: vividness, temperature, tint, and toning as of old prints.

Everything here moves a* and b* alone, by the pixel, at constant light; what leaves the gamut by it is brought back
by `core.chroma` at constant L and hue. So nothing is lost for good: neutral values give the very same array back.

    chroma * vividness -> shifted by temperature (b*) and tint (a*) -> drawn to the toning's colours by light
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.color import rgb_to_lab
from core.guidance import Settings, Swatch

REACH = 0.4  # units of a* or b* for one step of temperature or tint, both -100..100
_WARM = 0.15  # a* of a step of temperature, against b*: warm light is a little red as well
_LEAST_APART = 20.0  # L* between the ends of a range: nearer ones would make a hard edge


def adjusted(chroma: np.ndarray, luminance: np.ndarray, settings: Settings) -> np.ndarray:
    """`chroma` (h, w, 2) under the settings' vividness, temperature, tint and toning; `luminance` L* (h, w).

    Returns `chroma` itself when there is nothing to change, else a new array.
    """
    if settings.vividness != 1.0:
        chroma = chroma * np.float32(settings.vividness)
    chroma = shifted(chroma, settings.temperature, settings.tint)
    if settings.toning and settings.toning_strength > 0:
        tones = range_chroma(settings.toning, luminance)
        chroma = chroma + np.float32(settings.toning_strength) * (tones - chroma)
    return chroma


def shifted(chroma: np.ndarray, temperature: float, tint: float) -> np.ndarray:
    """`chroma` (..., 2) made warmer (temperature above 0) or cooler, and more magenta (tint above 0) or greener.

    Both -100..100; a full step is 40 units of b* or a*. Returns `chroma` itself where both are 0.
    """
    if temperature == 0 and tint == 0:
        return chroma
    return chroma + np.float32([REACH * (tint + _WARM * temperature), REACH * temperature])


def range_chroma(swatches: Sequence[Swatch], luminance: np.ndarray) -> np.ndarray:
    """a*b* (..., 2) of a range of swatches at every `luminance` (...): linear from the darkest to the lightest.

    Each swatch stands at its own L*, and the ends are at least 20 L* apart; beyond an end its colour goes on.
    """
    rgb = np.array([(one.r, one.g, one.b) for one in swatches], np.float32)
    lab = rgb_to_lab(rgb).astype(np.float64)
    lab = lab[np.argsort(lab[:, 0], kind="stable")]
    stands, middle = lab[:, 0], (lab[0, 0] + lab[-1, 0]) / 2
    apart = stands[-1] - stands[0]
    if len(lab) > 1 and apart < _LEAST_APART:
        stands = np.linspace(middle - _LEAST_APART / 2, middle + _LEAST_APART / 2, len(lab))
    light = np.asarray(luminance, np.float32)
    return np.stack([np.interp(light, stands, ab) for ab in lab.T[1:]], axis=-1).astype(np.float32)


def swatch_lab(swatch: Swatch) -> np.ndarray:
    """L*a*b* of a swatch, float32 (3,)."""
    return rgb_to_lab(np.array([swatch.r, swatch.g, swatch.b], np.float32))
