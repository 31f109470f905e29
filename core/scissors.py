"""Intelligent scissors: an outline that snaps to the photo's edges between the points a person sets.

OpenCV's live wire (Mortensen and Barrett 1995) on at most a fifth of a megapixel, which is what a screen shows of a
photo: the closer somebody looks, the smaller the piece and the finer the path. Laying the wire out from a point takes
a tenth of a second and belongs on a background thread; `to` then answers at the speed of the pointer.

    wire = lay_wire(photo, x, y, piece)     # a click; piece: the Box of the photo that is looked at
    points = wire.to(x, y)                  # while the pointer moves; joined legs make a core.selecting.polygon
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.box import Box

if TYPE_CHECKING:
    from core.photo import Photo

WORK_PIXELS = 200_000
_TRUE_PIXELS = 4_000_000  # a larger piece is taken from the photo made small
_SMALL_PIXELS = 2_000_000
_BESIDE = (0, 0), (1, 0), (0, 1), (-1, -1)  # OpenCV 5.0 answers some seeds with circles, but not those beside them


class Scissors:
    """Edge-snapping paths over a piece of a photo.

    luminance: float32 (h, w) 0..100; shape: the (height, width) of the piece in photo pixels; corner: the photo's
    (x, y) at which it begins.
    """

    def __init__(
        self, luminance: np.ndarray, shape: tuple[int, int], corner: tuple[float, float] = (0, 0)
    ) -> None:
        factor = min(1.0, (WORK_PIXELS / luminance.size) ** 0.5)
        size = max(2, round(luminance.shape[1] * factor)), max(2, round(luminance.shape[0] * factor))
        small = cv2.resize(np.ascontiguousarray(luminance, np.float32), size, interpolation=cv2.INTER_AREA)
        self._scale = np.array([shape[1] / size[0], shape[0] / size[1]])
        self._size, self._corner = size, np.array(corner, float)
        self._start: tuple[float, float] | None = None
        self._tool = cv2.segmentation.IntelligentScissorsMB()
        self._tool.setEdgeFeatureCannyParameters(16, 60)
        self._tool.setGradientMagnitudeMaxLimit(120)
        self._tool.applyImage(np.clip(small * 2.55, 0, 255).astype(np.uint8))

    def seed(self, x: float, y: float) -> None:
        """Start from photo pixel (x, y); takes about a tenth of a second."""
        column, row = self._inside(x, y)
        self._start = x, y
        for across, down in _BESIDE:
            self._tool.buildMap(self._inner(column + across, row + down))
            if self._way(self._size[0] - 1, self._size[1] - 1) is not None and self._way(0, 0) is not None:
                return

    def to(self, x: float, y: float) -> np.ndarray:
        """The path from the seed to photo pixel (x, y), float (n, 2) x, y in photo pixels, n >= 2, both ends
        included as they were given. What lies beyond the piece is reached in a straight line from its border, and
        what has no way to it at all in a straight line from the seed."""
        if self._start is None:
            raise RuntimeError("a path needs a seed")
        path = self._way(*self._inside(x, y))
        if path is None:
            return np.array([self._start, (x, y)])
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4  # steps of work pixels are no edges
        path = path * self._scale + self._corner
        return np.concatenate([[self._start], path[1:-1], [(x, y)]])

    def _inside(self, x: float, y: float) -> tuple[int, int]:
        """The work pixel under a photo pixel, the nearest one for a place outside the piece."""
        return self._inner(*np.floor((np.array([x, y]) - self._corner) / self._scale).astype(int).tolist())

    def _inner(self, column: int, row: int) -> tuple[int, int]:
        return min(max(column, 0), self._size[0] - 1), min(max(row, 0), self._size[1] - 1)

    def _way(self, column: int, row: int) -> np.ndarray | None:
        """The path to a work pixel, (n, 2) in work pixels; None where OpenCV has lost itself in a circle."""
        try:
            return self._tool.getContour((column, row)).reshape(-1, 2) + 0.5
        except cv2.error:
            return None


def lay_wire(photo: Photo, x: float, y: float, piece: Box) -> Scissors:
    """Scissors over a piece of a photo, seeded at photo pixel (x, y). The piece is cut off at the photo's border,
    and made to hold the seed if it does not."""
    around = Box(int(y), int(x), int(y) + 1, int(x) + 1)
    piece = piece.union(around).grow(4).clip(*photo.size)
    if piece.empty:  # the seed lies outside the photo, and nothing else is looked at
        piece = Box(0, 0, *photo.size)
    wire = Scissors(_light(photo, piece), (piece.height, piece.width), (piece.left, piece.top))
    wire.seed(x, y)
    return wire


def _light(photo: Photo, piece: Box) -> np.ndarray:
    """L* of a piece, float32, from the photo made small where the piece is large."""
    if piece.height * piece.width <= _TRUE_PIXELS:
        return photo.luminance(piece)
    scale = min(1.0, (_SMALL_PIXELS / (photo.height * photo.width)) ** 0.5)
    size = round(photo.height * scale), round(photo.width * scale)
    down, across = size[0] / photo.height, size[1] / photo.width
    rows = slice(int(piece.top * down), max(int(piece.bottom * down), int(piece.top * down) + 2))
    columns = slice(int(piece.left * across), max(int(piece.right * across), int(piece.left * across) + 2))
    return photo.luminance_at(size)[rows, columns]
