"""The two curves and the one matrix between sRGB and CIE L*a*b*, on float32 arrays of any shape.

IEC 61966-2-1 and CIE 15:2004, D65. XYZ is kept relative to the white point, so that a neutral colour is (y, y, y)
and white is (1, 1, 1). All curves are continued straight below zero, so that nothing is lost outside the gamut.
"""

from __future__ import annotations

import numpy as np

_SRGB_TO_XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
RGB_TO_XYZ = _SRGB_TO_XYZ / _SRGB_TO_XYZ.sum(axis=1, keepdims=True)
"""Linear sRGB -> XYZ relative to white, float64 (3, 3)."""
XYZ_TO_RGB = np.linalg.inv(RGB_TO_XYZ)

DELTA = 6 / 29  # where CIE's cube root gives way to a straight line
LINEAR_END = 0.04045  # where the straight piece of the sRGB curve ends


def srgb_to_linear(encoded: np.ndarray) -> np.ndarray:
    """sRGB values 0..1 -> linear light 0..1."""
    encoded = np.asarray(encoded, np.float32)
    curve = np.power((np.maximum(encoded, LINEAR_END) + np.float32(0.055)) / np.float32(1.055), np.float32(2.4))
    return np.where(encoded <= LINEAR_END, encoded / np.float32(12.92), curve)


def linear_to_srgb(linear: np.ndarray) -> np.ndarray:
    """Linear light 0..1 -> sRGB values 0..1."""
    linear = np.asarray(linear, np.float32)
    end = np.float32(LINEAR_END / 12.92)
    curve = np.asarray(np.power(np.maximum(linear, end), np.float32(1 / 2.4)))
    curve *= np.float32(1.055)
    curve -= np.float32(0.055)
    np.multiply(linear, np.float32(12.92), out=curve, where=linear <= end)
    return curve


def root(t: np.ndarray) -> np.ndarray:
    """CIE's f: the cube root, with a straight tangent near black. `root(Y)` is (L + 16) / 116."""
    low = np.minimum(t - np.float32(DELTA**3), np.float32(0))
    low *= np.float32(1 / (3 * DELTA**2))
    low += np.cbrt(np.maximum(t, np.float32(DELTA**3)))
    return low


def cube(f: np.ndarray) -> np.ndarray:
    """The inverse of `root`."""
    if f.size and f.min() >= np.float32(DELTA):  # no pixel is near black: the same, in a quarter of the time
        return f * f * f
    high = np.maximum(f, np.float32(DELTA))
    result = high * high
    result *= high
    high -= f  # what lies below the knee, sign turned
    high *= np.float32(3 * DELTA**2)
    result -= high
    return result


def mix(matrix: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """`matrix` (m, 3) times `planes` (3, n), float32 (m, n).

    Not by BLAS, which starts its threads for this, spins in them, and takes a hundred times as long on a busy machine.
    """
    return np.einsum("ij,jn->in", matrix.astype(np.float32, copy=False), planes)
