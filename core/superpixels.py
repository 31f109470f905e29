"""Superpixels: a photo cut into small pieces that follow its edges, so that strokes snap to what is there.

SLIC (Achanta et al. 2012, scikit-image's) runs once for each size on at most half a megapixel, which takes about
a quarter of a second and belongs on a background thread; a stroke then costs a lookup.

    cut = cut_superpixels(photo.small_luminance(WORK_LONG_SIDE), (photo.height, photo.width), size="middle")
    region = cut.stroke([(x0, y0), (x1, y1), ...], radius)      # photo pixels, for core.regions.paint
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.regions import NOTHING, Region, region_of
from core.selecting import enlarge

WORK_PIXELS = 500_000
"""So many pixels are cut; a larger picture is made smaller first."""

SIZES = {"fine": 2400, "middle": 800, "coarse": 250}
"""How many superpixels a photo gets, by the name of their size."""

_COMPACT = 8.0  # units of L* that weigh as much as a superpixel's width


@dataclass(frozen=True, eq=False)
class Superpixels:
    """A cut photo. ids: int32 (h, w), 0..count-1, at work size; shape: the photo's (height, width)."""

    ids: np.ndarray
    shape: tuple[int, int]
    count: int

    def at(self, x: float, y: float) -> int:
        """The superpixel at photo pixel (x, y); -1 outside the photo."""
        if not (0 <= x < self.shape[1] and 0 <= y < self.shape[0]):
            return -1
        column, row = self._to_work((x, y))
        height, width = self.ids.shape
        return int(self.ids[min(int(row), height - 1), min(int(column), width - 1)])

    def touched(self, points: Sequence[tuple[float, float]], radius: float = 0) -> np.ndarray:
        """The superpixels a stroke runs through, sorted ids: those whose middle part lies under it, and the
        one under its first point. points: (x, y) in photo pixels; radius: of the brush, in photo pixels."""
        if not len(points):
            return np.empty(0, np.int64)
        under = np.zeros(self.ids.shape, np.uint8)
        steps = np.rint((np.asarray([self._to_work(point) for point in points]) - 0.5) * 16).astype(np.int32)
        thick = max(1, round(2 * radius * self.ids.shape[1] / self.shape[1]))
        cv2.polylines(under, [steps], False, 1, thick, shift=4)
        if len(points) == 1:
            cv2.circle(under, tuple(steps[0].tolist()), thick * 8, 1, -1, shift=4)
        hit = np.bincount(self.ids[under > 0], minlength=self.count)
        chosen = hit > 0.35 * np.bincount(self.ids.ravel(), minlength=self.count)
        for point in points:
            if (one := self.at(*point)) >= 0:
                chosen[one] = True
        return np.flatnonzero(chosen)

    def region(self, chosen: Sequence[int] | np.ndarray) -> Region:
        """The pixels of some superpixels, at the photo's size, with a smooth outline."""
        picked = np.zeros(self.count, bool)
        picked[np.asarray(chosen, np.intp)] = True
        if not picked.any():
            return NOTHING
        return enlarge(region_of(picked[self.ids]), self.ids.shape, self.shape)

    def stroke(self, points: Sequence[tuple[float, float]], radius: float = 0) -> Region:
        """What a stroke takes: all superpixels it touches."""
        return self.region(self.touched(points, radius))

    def _to_work(self, point: tuple[float, float]) -> tuple[float, float]:
        height, width = self.ids.shape
        return point[0] * width / self.shape[1], point[1] * height / self.shape[0]


def cut_superpixels(
    luminance: np.ndarray, shape: tuple[int, int], size: str | int = "middle", chroma: np.ndarray | None = None
) -> Superpixels:
    """Cut a photo.

    luminance: L*, float32 (h, w), at most WORK_PIXELS large or it is made so; shape: the photo's (height, width),
    in which strokes and answers are; size: one of SIZES, or how many superpixels; chroma: ab (h, w, 2) of a colour
    photo, if its edges should count as well. The same input always gives the same cut.
    """
    from skimage.segmentation import slic  # half a second to import, which only this needs

    count = SIZES[size] if isinstance(size, str) else size
    factor = min(1.0, (WORK_PIXELS / luminance.size) ** 0.5)
    small = _shrunk(luminance, factor)
    channels = [small] if chroma is None else [small, *cv2.split(_shrunk(chroma, factor))]
    picture = np.stack(channels, axis=2).astype(np.float32)
    ids = slic(
        picture,
        n_segments=max(1, min(count, small.size // 16)),
        compactness=_COMPACT / max(1.0, float(np.ptp(picture))),  # SLIC stretches the picture to 0..1
        max_num_iter=5,
        sigma=0.6,
        convert2lab=False,
        start_label=0,
        channel_axis=2,
    )
    return Superpixels(ids.astype(np.int32), (int(shape[0]), int(shape[1])), int(ids.max()) + 1)


def _shrunk(picture: np.ndarray, factor: float) -> np.ndarray:
    if factor == 1:
        return np.ascontiguousarray(picture, np.float32)
    size = max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
