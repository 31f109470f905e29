"""Colour profiles: what a photo's numbers mean as light, and back into the same numbers.

Nearly every profile in a photo (sRGB, Display P3, Adobe RGB, ProPhoto, a camera's or a screen's own) is a curve for
each channel and a matrix. Those are read here and computed exactly: value -> curve -> linear light -> matrix ->
linear sRGB, which may lie outside 0..1, and the same way back, so that a pixel keeps its light. Profiles made of
tables (print, CMYK) are converted to sRGB when the photo is opened, by LittleCMS (`convert_to_srgb`).

ICC.1:2022 (matrix/TRC model of 8.3.3); values are relative to the profile's white, as in relative colorimetry.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np

from core import gamut
from core.cie import RGB_TO_XYZ, XYZ_TO_RGB, linear_to_srgb, root, srgb_to_linear

_LEVELS = 65536
_SRGB_D50 = np.array([
    [0.4360747, 0.3850649, 0.1430804],
    [0.2225045, 0.7168786, 0.0606169],
    [0.0139322, 0.0971045, 0.7141733],
])  # sRGB's primaries in the profile connection space (D50, Bradford)  # fmt: skip


class ProfileError(ValueError):
    """A profile that is broken, or made of tables."""


@dataclass(frozen=True, eq=False)
class Space:
    """An RGB space, or a grey one: `curves` (1 or 3, 65536) from value to linear light, `matrix` to linear sRGB."""

    curves: np.ndarray
    matrix: np.ndarray

    @property
    def is_gray(self) -> bool:
        return len(self.curves) == 1

    @cached_property
    def _light_tables(self) -> np.ndarray:
        """What each value of each channel adds to Y, float32 (channels, 65536)."""
        weights = RGB_TO_XYZ[1] @ self.matrix
        return (self.curves * weights[:, None]).astype(np.float32)

    def light(self, pixels: np.ndarray) -> np.ndarray:
        """Y (h, w) float32 in 0..1 of `pixels` (h, w) or (h, w, 3), uint8 or uint16. L* is 116 root(Y) - 16."""
        if pixels.ndim == 2:
            return _look_up(self._light_tables.sum(axis=0, keepdims=True), pixels[..., None])[..., 0]
        light = cv2.transform(_look_up(self._light_tables, pixels), np.ones((1, 3), np.float32))
        return light.reshape(pixels.shape[:2])

    def luminance(self, pixels: np.ndarray) -> np.ndarray:
        """L* (h, w) float32 of `pixels`."""
        L = root(self.light(pixels))
        L *= 116
        L -= 16
        return L

    def to_srgb(self, pixels: np.ndarray) -> np.ndarray:
        """sRGB (h, w, 3) float32 of `pixels`, not clipped."""
        if pixels.ndim == 2:
            linear = _look_up(self.curves[:1], pixels[..., None]).repeat(3, axis=-1)
        else:
            linear = cv2.transform(_look_up(self.curves, pixels), self.matrix)
        return linear_to_srgb(linear)

    @cached_property
    def gamut(self) -> np.ndarray:
        """The rows that a colour has to fit (see `core.gamut`): this space's channels, and sRGB's if they differ.

        The preview is sRGB; what fits both spaces looks the same in the preview and in the exported photo.
        """
        if self is SRGB:
            return gamut.SRGB
        own = np.linalg.inv(self.matrix) @ XYZ_TO_RGB
        return np.vstack([own, XYZ_TO_RGB]).astype(np.float32)

    def encode(self, channels: np.ndarray, depth: int) -> np.ndarray:
        """Linear light of this space (3, n) in 0..1 -> values (3, n), uint8 or uint16, rounded."""
        if self is SRGB and depth == 8:  # a table is three times as quick, and never a fortieth of a value off
            index = channels * np.float32(_LEVELS - 1)
            index += np.float32(0.5)
            return cv2.LUT(index.astype(np.uint16), _SRGB_8)
        values = linear_to_srgb(channels)
        if self is not SRGB:
            index = (values * np.float32(_LEVELS - 1) + np.float32(0.5)).astype(np.uint16)
            values = np.stack([table.take(row) for table, row in zip(self._from_srgb, index)])
        values *= np.float32(2**depth - 1)
        values += np.float32(0.5)
        return values.astype(np.uint8 if depth == 8 else np.uint16)

    @cached_property
    def _from_srgb(self) -> np.ndarray:
        """Value 0..1 for linear light, by the light's sRGB value in 65536 steps (even steps for the eye)."""
        steps = np.linspace(0, 1, _LEVELS)
        light = srgb_to_linear(steps)
        rising = np.maximum.accumulate(self.curves, axis=1)
        return np.stack([np.interp(light, curve, steps) for curve in rising]).astype(np.float32)


def _look_up(tables: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """`tables` (channels, 65536) at `pixels` (h, w, channels): float32 (h, w, channels)."""
    if pixels.dtype == np.uint8:
        table = np.ascontiguousarray(tables[:, :: _LEVELS // 255].T, np.float32)[None]
        return cv2.LUT(pixels, table).reshape(pixels.shape)
    return np.stack([table.take(pixels[..., i]) for i, table in enumerate(tables)], axis=-1)


_SRGB_8 = (linear_to_srgb(np.linspace(0, 1, _LEVELS)) * 255 + 0.5).astype(np.uint8)[None]
SRGB = Space(np.tile(srgb_to_linear(np.linspace(0, 1, _LEVELS)), (3, 1)), np.eye(3))


@lru_cache(maxsize=16)
def space_of(icc: bytes | None) -> Space:
    """The space that a profile describes; sRGB for none. Raises ProfileError."""
    if icc is None:
        return SRGB
    try:
        return _parse(icc)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
        raise ProfileError("its colour profile is broken") from error


def color_model(icc: bytes) -> str:
    """"RGB", "GRAY", "CMYK" or another of the profile's own words; "" where it is no profile."""
    return icc[16:20].decode("ascii", "replace").strip() if icc[36:40] == b"acsp" else ""


def _parse(icc: bytes) -> Space:
    model = color_model(icc)
    if model not in ("RGB", "GRAY"):
        raise ProfileError("its colour profile is broken" if not model else "its colour profile is not for RGB")
    count = struct.unpack_from(">I", icc, 128)[0]
    if count > 1000:
        raise ProfileError("its colour profile is broken")
    tags = {}
    for number in range(count):
        name, offset, size = struct.unpack_from(">4sII", icc, 132 + 12 * number)
        tags[name] = icc[offset : offset + size]
    if model == "GRAY":
        return Space(_curve(tags[b"kTRC"])[None], np.ones((3, 1)))
    if b"rXYZ" not in tags and b"A2B0" in tags:
        raise ProfileError("its colour profile is made of tables")
    columns = [struct.unpack_from(">3i", tags[name], 8) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    matrix = np.linalg.inv(_SRGB_D50) @ (np.array(columns).T / 65536)
    white = matrix.sum(axis=1, keepdims=True)
    if np.abs(white - 1).max() > 0.1 or abs(np.linalg.det(matrix)) < 0.01:
        raise ProfileError("its colour profile is broken")
    return Space(np.stack([_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]), matrix / white)


def _curve(tag: bytes) -> np.ndarray:
    """A tone curve in 65536 steps, float32; ICC.1 sections 10.6 (curv) and 10.18 (para)."""
    x = np.linspace(0, 1, _LEVELS)
    if tag[:4] == b"para":
        y = _parametric(x, *struct.unpack_from(">H", tag, 8), tag)
    elif tag[:4] == b"curv":
        count = struct.unpack_from(">I", tag, 8)[0]
        if count == 0:
            y = x
        elif count == 1:
            y = x ** (struct.unpack_from(">H", tag, 12)[0] / 256)
        else:
            points = np.frombuffer(tag, ">u2", count, 12) if len(tag) >= 12 + 2 * count else np.empty(0)
            if not points.size:
                raise ProfileError("its colour profile is broken")
            y = np.interp(x, np.linspace(0, 1, count), points / 65535)
    else:
        raise ProfileError("its colour profile is broken")
    if not np.isfinite(y).all() or y[-1] < 0.5:
        raise ProfileError("its colour profile is broken")
    return np.clip(y, 0, 1).astype(np.float32)


def _parametric(x: np.ndarray, kind: int, tag: bytes) -> np.ndarray:
    """The five parametric curves: (a x + b)^g + e above d, c x + f below it."""
    if kind > 4:
        raise ProfileError("its colour profile is broken")
    given = [value / 65536 for value in struct.unpack_from(f">{(1, 3, 4, 5, 7)[kind]}i", tag, 12)]
    g, a, b, c, d, e, f = given + [0.0] * (7 - len(given))
    if kind == 0:
        return x**g
    if kind in (1, 2):
        c, d, e, f = 0.0, -b / a if a else 0.0, c, c
    return np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f)


def convert_to_srgb(pixels: np.ndarray, icc: bytes, model: str) -> np.ndarray:
    """`pixels` (h, w, channels) of a table profile of `model` "RGB" or "CMYK" as sRGB (h, w, 3), same depth.

    Raises ProfileError where LittleCMS cannot use the profile.
    """
    import imagecodecs

    try:
        return imagecodecs.cms_transform(
            np.ascontiguousarray(pixels), icc, imagecodecs.cms_profile("srgb"),
            colorspace=model.lower(), outcolorspace="rgb", outdtype=pixels.dtype, intent=1,
        )  # fmt: skip
    except (ValueError, RuntimeError) as error:
        raise ProfileError("its colour profile is broken") from error
