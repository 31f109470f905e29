"""Line art drawn by code, for tests: a house under a sun, every region closed; and a ring with a gap."""

from __future__ import annotations

import cv2
import numpy as np

PLACES = {"sky": (0.5, 0.1), "sun": (0.84, 0.18), "roof": (0.36, 0.34), "wall": (0.2, 0.6), "door": (0.36, 0.68)}
"""A place (x, y) inside each region, as fractions of width and height; the sky is the paper around all."""


def house(height: int = 300, width: int = 400, stroke: int = 3, ink: tuple[int, int, int] = (0, 0, 0)) -> np.ndarray:
    """Strokes of `ink` on white, softened at the edges: uint8 RGB (height, width, 3)."""
    page = np.full((height, width, 3), 255, np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * width), round(y * height)

    def line(*places: tuple[float, float]) -> None:
        points = np.array([at(*place) for place in places], np.int32)
        cv2.polylines(page, [points], True, ink, stroke, cv2.LINE_AA)

    line((0.12, 0.45), (0.6, 0.45), (0.6, 0.85), (0.12, 0.85))
    line((0.08, 0.45), (0.36, 0.18), (0.64, 0.45))
    line((0.3, 0.55), (0.42, 0.55), (0.42, 0.85), (0.3, 0.85))
    cv2.circle(page, at(0.84, 0.18), round(0.1 * height), ink, stroke, cv2.LINE_AA)
    return page


def ring(size: int = 200, gap: int = 8, stroke: int = 3) -> np.ndarray:
    """A black ring on a white page, with an opening of `gap` pixels at its right: uint8 (size, size)."""
    page = np.full((size, size), 255, np.uint8)
    cv2.circle(page, (size // 2, size // 2), size // 3, 0, stroke, cv2.LINE_AA)
    if gap:
        middle = size // 2
        page[middle - gap // 2 : middle - gap // 2 + gap, middle:] = 255
    return page
