"""Intelligent scissors: an outline that snaps to the photo's edges between the points a person sets.

OpenCV's live wire (Mortensen and Barrett 1995) on at most a third of a megapixel: `seed` floods costs from a
point once, `to` then answers at the speed of the pointer.

    wire = Scissors(photo.small_luminance(1200), (photo.height, photo.width))
    wire.seed(x, y)              # a click
    points = wire.to(x, y)       # while the pointer moves; joined legs make a core.selecting.polygon
"""

from __future__ import annotations

import cv2
import numpy as np

WORK_PIXELS = 300_000


class Scissors:
    """Edge-snapping paths over one photo. luminance: float32 (h, w) 0..100; shape: the photo's (height, width)."""

    def __init__(self, luminance: np.ndarray, shape: tuple[int, int]) -> None:
        factor = min(1.0, (WORK_PIXELS / luminance.size) ** 0.5)
        size = max(2, round(luminance.shape[1] * factor)), max(2, round(luminance.shape[0] * factor))
        small = cv2.resize(np.ascontiguousarray(luminance, np.float32), size, interpolation=cv2.INTER_AREA)
        self._shape, self._size = shape, small.shape
        self._tool = cv2.segmentation.IntelligentScissorsMB()
        self._tool.setEdgeFeatureCannyParameters(16, 60)
        self._tool.setGradientMagnitudeMaxLimit(120)
        self._tool.applyImage(np.clip(small * 2.55, 0, 255).astype(np.uint8))
        self._seeded = False

    def seed(self, x: float, y: float) -> None:
        """Start from photo pixel (x, y); takes about a tenth of a second."""
        self._tool.buildMap(self._inside(x, y))
        self._seeded = True

    def to(self, x: float, y: float) -> np.ndarray:
        """The path from the seed to photo pixel (x, y), float (n, 2) x, y in photo pixels, both ends included."""
        if not self._seeded:
            raise RuntimeError("a path needs a seed")
        path = self._tool.getContour(self._inside(x, y)).reshape(-1, 2).astype(np.float64)
        return (path + 0.5) * (self._shape[1] / self._size[1], self._shape[0] / self._size[0])

    def _inside(self, x: float, y: float) -> tuple[int, int]:
        """The work pixel under a photo pixel, the nearest one for a place outside the photo."""
        column, row = int(x * self._size[1] / self._shape[1]), int(y * self._size[0] / self._shape[0])
        return min(max(column, 0), self._size[1] - 1), min(max(row, 0), self._size[0] - 1)
