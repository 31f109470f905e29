"""Colours as the rest of the program speaks of them: sRGB 0..1, CIE L*a*b*, their differences.

Float32, D65, by the exact formulae (`core.cie`): OpenCV's RGB->Lab is off by up to 0.2 L*, and its Lab->RGB clips.
Nothing is clipped here: RGB outside 0..1 means "outside the gamut of sRGB", and `gamut_map` brings such colours
back at constant luminance and hue.
"""

from __future__ import annotations

import numpy as np

from core.cie import RGB_TO_XYZ, XYZ_TO_RGB, cube, linear_to_srgb, mix, root, srgb_to_linear
from core.delta_e import delta_e2000
from core.gamut import gamut_map, max_chroma

__all__ = [
    "colorfulness", "delta_e2000", "gamut_map", "lab_to_rgb", "linear_to_srgb", "luminance", "luminance_to_gray",
    "max_chroma", "rgb_to_lab", "srgb_to_linear",
]  # fmt: skip


def rgb_to_lab(rgb: np.ndarray) -> np.ndarray:
    """L*a*b* (..., 3) float32 of sRGB (..., 3) in 0..1."""
    fx, fy, fz = root(_mixed(RGB_TO_XYZ, srgb_to_linear(rgb)))
    return np.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], axis=-1)


def lab_to_rgb(lab: np.ndarray) -> np.ndarray:
    """sRGB (..., 3) float32 of L*a*b* (..., 3), not clipped: values outside 0..1 are outside the gamut."""
    lab = np.asarray(lab, np.float32)
    fy = (lab[..., 0] + 16) * np.float32(1 / 116)
    f = np.stack([fy + lab[..., 1] * np.float32(1 / 500), fy, fy - lab[..., 2] * np.float32(1 / 200)], axis=-1)
    return linear_to_srgb(np.stack(_mixed(XYZ_TO_RGB, cube(f)), axis=-1))


def _mixed(matrix: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """`matrix` (m, 3) applied to colours (..., 3), as planes (m, ...)."""
    return mix(matrix, colors.reshape(-1, 3).T).reshape(-1, *colors.shape[:-1])


def luminance(rgb: np.ndarray) -> np.ndarray:
    """L* (...) float32, 0..100, of sRGB (..., 3) in 0..1."""
    return 116 * root(_mixed(RGB_TO_XYZ[1:2], srgb_to_linear(rgb))[0]) - 16


def luminance_to_gray(L: np.ndarray) -> np.ndarray:
    """The sRGB value 0..1 that all three channels of a neutral colour with luminance `L` have."""
    return linear_to_srgb(cube((np.asarray(L, np.float32) + 16) * np.float32(1 / 116)))


def colorfulness(rgb: np.ndarray) -> float:
    """Hasler and Süsstrunk's M3 (2003) of a photo in 0..255: 0 is grey, about 33 moderate, above 80 gaudy."""
    r, g, b = np.moveaxis(np.asarray(rgb, np.float32), -1, 0)
    rg, yb = r - g, (r + g) / 2 - b
    spread = np.hypot(rg.std(), yb.std())
    return float(spread + 0.3 * np.hypot(rg.mean(), yb.mean()))
