"""Line drawings from photos: the extended difference of Gaussians (Winnemöller, Kyprianidis and Olsen, 2012).

    difference = G(sigma) - gamma G(sigma scale)         1 where it reaches epsilon, 1 + tanh(phi (...)) below

The paper's later form says the same with a sharpness p: S = (1 + p) G(sigma) - p G(sigma k); `sharpened` takes it.
NumPy and OpenCV alone: the program extracts sketches with it, and training makes its sketches so.
"""

from __future__ import annotations

import cv2
import numpy as np


def xdog(
    gray: np.ndarray,
    sigma: float = 0.5,
    scale: float = 200.0,
    gamma: float = 0.98,
    epsilon: float = 0.01,
    phi: float = 10.0,
) -> np.ndarray:
    """Line drawing 0..1 of grey (h, w) 0..1: white where G1 - gamma G2 reaches epsilon, tanh below it."""
    wide = _blur(gray, min(sigma * scale, 2.0 * max(gray.shape)))
    difference = _blur(gray, sigma) - gamma * wide
    ink = np.where(difference >= epsilon, 1.0, 1.0 + np.tanh(phi * (difference - epsilon)))
    return np.clip(ink, 0, 1).astype(np.float32)


def sharpened(
    gray: np.ndarray, sigma: float, k: float, sharpness: float, epsilon: float, phi: float
) -> np.ndarray:
    """`xdog` by the sharpness of the paper's later form, to which epsilon and phi then refer."""
    whole = 1 + sharpness
    return xdog(gray, sigma, k, sharpness / whole, epsilon / whole, phi * whole)


def _blur(gray: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur; a wide one is made on a smaller picture, where it costs nothing."""
    shrink = int(sigma // 4)
    if shrink < 2:
        return cv2.GaussianBlur(gray, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    height, width = gray.shape
    size = (max(1, width // shrink), max(1, height // shrink))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REFLECT)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
