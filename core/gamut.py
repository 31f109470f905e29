"""Colours that the screen cannot show lose chroma, and nothing else: light and hue stay.

A gamut is a matrix from XYZ (relative to white, see `core.cie`) to linear channels that all have to lie in 0..1:
three rows for sRGB, six where a colour must fit two spaces. Along a ray of constant L and hue from the neutral
axis outwards, the slack of the tightest channel falls from positive to negative; where it crosses zero is found by
the Illinois form of false position, for those pixels alone that are outside.
"""

from __future__ import annotations

import numpy as np

from core.cie import XYZ_TO_RGB, cube, mix

SRGB = XYZ_TO_RGB.astype(np.float32)

_DUST = np.float32(2e-6)  # float32 rounding, as light: 0.002 L* at black
_STEPS = 9
_MOST_CHROMA = 200.0  # beyond every colour of sRGB (134)


def linear_channels(fy: np.ndarray, y: np.ndarray, ab: np.ndarray, gamut: np.ndarray = SRGB) -> np.ndarray:
    """The channels (rows of gamut, n), unclipped, of colours with the light `fy` = (L + 16) / 116 and `y` = Y.

    `fy` and `y` are (n,), `ab` (2, n), all float32.
    """
    xyz = np.empty((3, fy.size), np.float32)
    xyz[0] = cube(fy + ab[0] * np.float32(1 / 500))
    xyz[1] = y
    xyz[2] = cube(fy - ab[1] * np.float32(1 / 200))
    return mix(gamut, xyz)


def fitted_channels(fy: np.ndarray, y: np.ndarray, ab: np.ndarray, gamut: np.ndarray = SRGB) -> np.ndarray:
    """As `linear_channels`, but with chroma taken back until every channel lies in 0..1."""
    channels = linear_channels(fy, y, ab, gamut)
    outside = np.flatnonzero(_slack(channels) < -_DUST)
    if outside.size:
        fy, y, ab = fy[outside], y[outside], ab[:, outside]
        channels[:, outside] = linear_channels(fy, y, ab * _largest_scale(fy, y, ab, gamut), gamut)
    return np.clip(channels, 0, 1, out=channels)


def gamut_map(L: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """`ab` (..., 2) of colours with luminance `L` (...), inside sRGB at the same L and hue."""
    fy, y = _light(L)
    flat = np.asarray(ab, np.float32).reshape(-1, 2).T.copy()
    outside = np.flatnonzero(_slack(linear_channels(fy, y, flat)) < -_DUST)
    flat[:, outside] *= _largest_scale(fy[outside], y[outside], flat[:, outside], SRGB)
    return flat.T.reshape(np.shape(ab))


def max_chroma(L: np.ndarray, hue_rad: np.ndarray) -> np.ndarray:
    """The most chroma that sRGB has at luminance `L` and hue `hue_rad` (radians), arrays of one shape."""
    L, hue = np.broadcast_arrays(np.asarray(L, np.float32), np.asarray(hue_rad, np.float32))
    ray = np.stack([np.cos(hue).ravel(), np.sin(hue).ravel()]) * np.float32(_MOST_CHROMA)
    return (_largest_scale(*_light(L), ray, SRGB) * np.float32(_MOST_CHROMA)).reshape(L.shape)


def _light(L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    fy = (np.asarray(L, np.float32).ravel() + np.float32(16)) * np.float32(1 / 116)
    return fy, cube(fy)


def _slack(channels: np.ndarray) -> np.ndarray:
    """How far the tightest channel is from leaving 0..1; negative outside."""
    return np.minimum(channels.min(axis=0), 1 - channels.max(axis=0))


def _largest_scale(fy: np.ndarray, y: np.ndarray, ab: np.ndarray, gamut: np.ndarray) -> np.ndarray:
    """The largest factor 0..1 (n,) with which `ab` of colours outside fits the gamut. Errs to the inside."""
    low, high = np.zeros_like(fy), np.ones_like(fy)
    at_low = np.maximum(_slack(linear_channels(fy, y, 0 * ab, gamut)), 0) + _DUST
    at_high = np.minimum(_slack(linear_channels(fy, y, ab, gamut)) + _DUST, -_DUST)
    was_inside, half = np.full_like(fy, 0.5), np.float32(0.5)
    for _ in range(_STEPS):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        slack = _slack(linear_channels(fy, y, ab * middle, gamut)) + _DUST
        inside = (slack >= 0).astype(np.float32)  # 1 or 0: arithmetic is ten times as fast as masks here
        outside = 1 - inside
        at_high *= 1 - (inside + was_inside == 2) * half  # an end that stays twice loses half its weight
        at_low *= 1 - (inside + was_inside == 0) * half
        low = inside * middle + outside * low
        at_low = inside * slack + outside * at_low
        high = outside * middle + inside * high
        at_high = outside * slack + inside * at_high
        was_inside = inside
    return low
