"""How far two colours look apart: CIEDE2000."""

from __future__ import annotations

import numpy as np


def delta_e2000(lab1: np.ndarray, lab2: np.ndarray) -> np.ndarray:
    """ΔE2000 (...) between L*a*b* colours (..., 3) that broadcast against each other.

    As Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula", 2005, with kL = kC = kH = 1; computed in
    float64, returned as float32.
    """
    L1, a1, b1 = np.moveaxis(np.asarray(lab1, np.float64), -1, 0)
    L2, a2, b2 = np.moveaxis(np.asarray(lab2, np.float64), -1, 0)
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_c7 / (mean_c7 + 25.0**7))
    c1, h1 = _polar(a1 * stretch, b1)
    c2, h2 = _polar(a2 * stretch, b2)
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    turn = np.where(~grey & (h2 - h1 == 180), 180, turn)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    h = np.where(grey, h1 + h2, _mean_hue(h1, h2))
    L, c = (L1 + L2) / 2, (c1 + c2) / 2
    t = (
        1 - 0.17 * np.cos(np.radians(h - 30)) + 0.24 * np.cos(np.radians(2 * h))
        + 0.32 * np.cos(np.radians(3 * h + 6)) - 0.20 * np.cos(np.radians(4 * h - 63))
    )  # fmt: skip
    s_l = 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    s_c = 1 + 0.045 * c
    s_h = 1 + 0.015 * c * t
    c7 = c**7
    rotation = -2 * np.sqrt(c7 / (c7 + 25.0**7)) * np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    l_term, c_term, h_term = (L2 - L1) / s_l, (c2 - c1) / s_c, dh / s_h
    return np.sqrt(l_term**2 + c_term**2 + h_term**2 + rotation * c_term * h_term).astype(np.float32)


def _polar(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chroma, and hue in degrees 0..360."""
    return np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _mean_hue(h1: np.ndarray, h2: np.ndarray) -> np.ndarray:
    """The hue half way on the shorter arc, degrees."""
    total = h1 + h2
    across = np.where(total < 360, total + 360, total - 360)
    return np.where(np.abs(h1 - h2) <= 180, total, across) / 2
