"""Colours as a person turns them: hue, lightness and saturation in OKLCH.

Björn Ottosson's OKLab (2020) and its polar form: L 0..1, C from 0 (sRGB reaches 0.32), h in degrees. A step in it
looks about equally large wherever it is taken, and a hue stays the same hue when it is made lighter, which is why
palettes are adjusted here and not in HSL. Colours that sRGB does not have lose chroma at constant L and h.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from core.cie import linear_to_srgb, mix, srgb_to_linear
from core.guidance import Swatch

_RGB_TO_LMS = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
_LMS_TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip
_LMS_TO_RGB = np.linalg.inv(_RGB_TO_LMS)
_LAB_TO_LMS = np.linalg.inv(_LMS_TO_LAB)

_MOST_CHROMA = 0.4  # beyond every colour of sRGB
_DUST = 1e-4  # how far outside 0..1 rounding may put a channel

HARMONIES: dict[str, tuple[float, ...]] = {
    "complementary": (0, 180),
    "triad": (0, 120, 240),
    "analogous": (0, -30, 30),
    "split": (0, 150, 210),
}
"""Name -> the turns of hue, in degrees, that go with a colour."""


def rgb_to_oklab(rgb: np.ndarray) -> np.ndarray:
    """OKLab (..., 3) float32 of sRGB (..., 3) in 0..1."""
    planes = srgb_to_linear(rgb).reshape(-1, 3).T
    lab = mix(_LMS_TO_LAB, np.cbrt(mix(_RGB_TO_LMS, planes)))
    return lab.T.reshape(np.shape(rgb))


def oklab_to_rgb(lab: np.ndarray) -> np.ndarray:
    """sRGB (..., 3) float32 of OKLab (..., 3), not clipped: outside 0..1 is outside the gamut."""
    planes = np.asarray(lab, np.float32).reshape(-1, 3).T
    linear = mix(_LMS_TO_RGB, mix(_LAB_TO_LMS, planes) ** 3)
    return linear_to_srgb(linear).T.reshape(np.shape(lab))


def rgb_to_oklch(rgb: np.ndarray) -> np.ndarray:
    """OKLCH (..., 3) float32, h in degrees 0..360, of sRGB (..., 3) in 0..1."""
    L, a, b = np.moveaxis(rgb_to_oklab(rgb), -1, 0)
    return np.stack([L, np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360], axis=-1)


def oklch_to_rgb(lch: np.ndarray) -> np.ndarray:
    """sRGB (..., 3) float32 of OKLCH (..., 3), not clipped."""
    L, c, h = np.moveaxis(np.asarray(lch, np.float32), -1, 0)
    turn = np.radians(h)
    return oklab_to_rgb(np.stack([L, c * np.cos(turn), c * np.sin(turn)], axis=-1))


def max_chroma(L: np.ndarray, h: np.ndarray) -> np.ndarray:
    """The most chroma that sRGB has at lightness `L` 0..1 and hue `h` in degrees, arrays of one shape."""
    L, h = np.broadcast_arrays(np.asarray(L, np.float32), np.asarray(h, np.float32))
    low, high = np.zeros(L.shape, np.float32), np.full(L.shape, _MOST_CHROMA, np.float32)
    for _ in range(16):
        middle = (low + high) / 2
        inside = _inside(np.stack([L, middle, h], axis=-1))
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return low


def fit(lch: np.ndarray) -> np.ndarray:
    """OKLCH (..., 3) inside sRGB: L within 0..1, and only as much chroma as there is at this L and h."""
    L, c, h = np.moveaxis(np.asarray(lch, np.float32), -1, 0)
    lch = np.stack([np.clip(L, 0, 1), np.maximum(c, 0), h % 360], axis=-1)
    if not _inside(lch).all():
        lch[..., 1] = np.minimum(lch[..., 1], max_chroma(lch[..., 0], lch[..., 2]))
    return lch


def _inside(lch: np.ndarray) -> np.ndarray:
    rgb = oklch_to_rgb(lch)
    return ((rgb >= -_DUST) & (rgb <= 1 + _DUST)).all(axis=-1)


def gamut_edge(h: float, steps: int = 64) -> np.ndarray:
    """The edge of sRGB at hue `h` degrees, to be drawn: (steps, 2) of L from 0 to 1 and the most chroma there."""
    L = np.linspace(0, 1, steps, dtype=np.float32)
    return np.stack([L, max_chroma(L, np.full_like(L, h))], axis=-1)


def lch_of(swatch: Swatch) -> np.ndarray:
    """OKLCH float32 (3,) of a swatch."""
    return rgb_to_oklch(np.array([swatch.r, swatch.g, swatch.b], np.float32))


def lch_of_all(swatches: Sequence[Swatch]) -> np.ndarray:
    """OKLCH float32 (n, 3) of a palette."""
    return rgb_to_oklch(np.array([(one.r, one.g, one.b) for one in swatches], np.float32).reshape(-1, 3))


def swatch_of(lch: np.ndarray | tuple[float, float, float], name: str = "") -> Swatch:
    """The swatch of an OKLCH colour, brought into sRGB."""
    rgb = np.clip(oklch_to_rgb(fit(np.asarray(lch, np.float32))), 0, 1)
    return Swatch(*(float(part) for part in rgb), name)


def adjusted(swatch: Swatch, hue: float = 0.0, lightness: float = 0.0, saturation: float = 1.0) -> Swatch:
    """`swatch` with its hue turned by `hue` degrees, `lightness` (-1..1) added, chroma times `saturation`.

    Nothing to change gives the swatch itself back, bit by bit. The name is kept.
    """
    return adjusted_all((swatch,), hue, lightness, saturation)[0]


def adjusted_all(
    swatches: Iterable[Swatch], hue: float = 0.0, lightness: float = 0.0, saturation: float = 1.0
) -> tuple[Swatch, ...]:
    """`adjusted` for a whole palette, at once."""
    swatches = tuple(swatches)
    if (hue, lightness, saturation) == (0.0, 0.0, 1.0):
        return swatches
    lch = lch_of_all(swatches)
    return _swatches_of(lch * (1, saturation, 1) + (lightness, 0, hue), swatches)


def _swatches_of(lch: np.ndarray, named: Sequence[Swatch]) -> tuple[Swatch, ...]:
    """The swatches of OKLCH colours (n, 3), brought into sRGB, with the names of others."""
    rgb = np.clip(oklch_to_rgb(fit(lch)), 0, 1).tolist()
    return tuple(Swatch(*parts, one.name) for parts, one in zip(rgb, named))


def harmony(swatch: Swatch, kind: str) -> tuple[Swatch, ...]:
    """The swatch and those that go with it, by a name of HARMONIES; KeyError for another one."""
    return tuple(adjusted(swatch, hue=turn) for turn in HARMONIES[kind])


def harmonised(swatches: Iterable[Swatch], kind: str) -> tuple[Swatch, ...]:
    """A palette whose hues stand in a harmony with its first swatch; lightness and chroma stay each one's own.

    Every swatch turns to the nearest of the harmony's hues. Near-greys hardly change, for they have no hue to turn.
    """
    swatches = tuple(swatches)
    if not swatches:
        return ()
    lch = lch_of_all(swatches)
    allowed = (lch[0, 2] + np.array(HARMONIES[kind], np.float32)) % 360
    turns = (allowed - lch[:, 2:] + 180) % 360 - 180
    lch[:, 2] += np.take_along_axis(turns, np.abs(turns).argmin(axis=1)[:, None], axis=1)[:, 0]
    return (swatches[0], *_swatches_of(lch[1:], swatches[1:]))
