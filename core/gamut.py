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
_UNSEEN = np.float32(0.05)  # chroma: a twentieth of what an eye can tell apart
_WORTH_SORTING = 0.75  # of the pixels: while more are going on, none is taken out
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
    slack = _slack(channels)
    outside = np.flatnonzero(slack < -_DUST)
    if outside.size:
        fy, y, ab = fy[outside], y[outside], ab.take(outside, axis=1)
        fitted = linear_channels(fy, y, ab * _largest_scale(fy, y, ab, slack[outside], gamut), gamut)
        for row, values in zip(channels, fitted, strict=True):  # much faster than all rows at once
            row[outside] = values
    return np.clip(channels, 0, 1, out=channels)


def gamut_map(L: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """`ab` (..., 2) of colours with luminance `L` (...), inside sRGB at the same L and hue."""
    fy, y = _light(L)
    flat = np.asarray(ab, np.float32).reshape(-1, 2).T.copy()
    slack = _slack(linear_channels(fy, y, flat))
    outside = np.flatnonzero(slack < -_DUST)
    flat[:, outside] *= _largest_scale(fy[outside], y[outside], flat[:, outside], slack[outside], SRGB)
    return flat.T.reshape(np.shape(ab))


def max_chroma(L: np.ndarray, hue_rad: np.ndarray) -> np.ndarray:
    """The most chroma that sRGB has at luminance `L` and hue `hue_rad` (radians), arrays of one shape."""
    L, hue = np.broadcast_arrays(np.asarray(L, np.float32), np.asarray(hue_rad, np.float32))
    ray = np.stack([np.cos(hue).ravel(), np.sin(hue).ravel()]) * np.float32(_MOST_CHROMA)
    fy, y = _light(L)
    slack = _slack(linear_channels(fy, y, ray))
    return (_largest_scale(fy, y, ray, slack, SRGB) * np.float32(_MOST_CHROMA)).reshape(L.shape)


def _light(L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    fy = (np.asarray(L, np.float32).ravel() + np.float32(16)) * np.float32(1 / 116)
    return fy, cube(fy)


def _slack(channels: np.ndarray) -> np.ndarray:
    """How far the tightest channel is from leaving 0..1; negative outside."""
    return np.minimum(channels.min(axis=0), 1 - channels.max(axis=0))


def _largest_scale(fy: np.ndarray, y: np.ndarray, ab: np.ndarray, slack: np.ndarray, gamut: np.ndarray) -> np.ndarray:
    """The largest factor 0..1 (n,) with which `ab` of colours outside fits the gamut. Errs to the inside.

    `slack` (n,) is what these colours have at factor 1. Pixels whose next step would not be seen are done.
    """
    scale, todo = np.zeros_like(fy), np.arange(fy.size)
    low, high, chroma = np.zeros_like(fy), np.ones_like(fy), np.sqrt(ab[0] * ab[0] + ab[1] * ab[1])
    at_low = np.maximum(np.minimum(y, 1 - y), 0) + _DUST  # a neutral colour is (y, y, y) in every gamut
    at_high = np.minimum(slack + _DUST, -_DUST)
    was_inside, half = np.full_like(fy, 0.5), np.float32(0.5)
    alive = np.ones_like(fy)  # 0 from when a pixel is done: its answer must not depend on who else is there
    for number in range(_STEPS):
        step = at_low / (at_low - at_high) * (high - low)
        if number > 1:
            alive *= step * chroma > _UNSEEN
        going = np.flatnonzero(alive)
        if number > 1 and going.size < _WORTH_SORTING * todo.size:
            scale[todo] = low
            todo, ab = todo[going], ab.take(going, axis=1)
            fy, y, chroma, step = fy[going], y[going], chroma[going], step[going]
            low, high, at_low, at_high = low[going], high[going], at_low[going], at_high[going]
            was_inside, alive = was_inside[going], alive[going]
        step *= alive
        middle = low + step
        slack = _slack(linear_channels(fy, y, ab * middle, gamut)) + _DUST
        inside = (slack >= 0).astype(np.float32)  # 1 or 0: arithmetic is ten times as fast as masks here
        outside = 1 - inside
        at_high *= 1 - (inside + was_inside == 2) * half  # an end that stays twice loses half its weight
        at_low *= 1 - (inside + was_inside == 0) * half
        low += inside * step
        at_low = inside * slack + outside * at_low
        high = outside * middle + inside * high
        at_high = outside * slack + inside * at_high
        was_inside = inside
    scale[todo] = low
    return scale
