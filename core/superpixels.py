"""Superpixels: a photo cut into small pieces that follow its edges, so that strokes snap to what is there.

SLIC (Achanta et al. 2012, scikit-image's) runs once for each size on at most half a megapixel, which takes about
a quarter of a second and belongs on a background thread; a stroke then costs a lookup.

    cut = cut_photo(photo, "middle")
    region = cut.stroke([(x0, y0), (x1, y1), ...], radius)      # photo pixels, for core.regions.paint
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.box import Box
from core.regions import NOTHING, Region, region_of
from core.selecting import enlarge

if TYPE_CHECKING:
    from core.photo import Photo

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
        """The superpixels a stroke takes, sorted ids: those its middle line runs through, and those of which a
        good part lies under it. points: (x, y) in photo pixels; radius: of the brush, in photo pixels."""
        if not len(points):
            return np.empty(0, np.int64)
        steps = np.asarray([self._to_work(point) for point in points])
        thick = max(1, round(2 * radius * self.ids.shape[1] / self.shape[1]))
        (left, top), (right, bottom) = np.floor(steps.min(0)).astype(int), np.ceil(steps.max(0)).astype(int)
        box = Box(top, left, bottom + 1, right + 1).grow(thick // 2 + 2).clip(*self.ids.shape)
        if box.empty:
            return np.empty(0, np.int64)
        ids = self.ids[box.slices]
        steps = steps - (box.left, box.top)
        under = np.zeros(ids.shape, np.uint8)
        middle = np.floor(steps[[0, *range(len(steps))]]).astype(np.int32)  # a line of one point is none
        cv2.polylines(under, [middle], False, 1, 1)
        chosen = np.zeros(self.count, bool)
        chosen[ids[under > 0]] = True
        if thick > 1:
            fine = np.rint((steps - 0.5) * 16).astype(np.int32)
            cv2.polylines(under, [fine], False, 1, thick, shift=4)
            cv2.circle(under, tuple(fine[-1].tolist()), thick * 8, 1, -1, shift=4)
            chosen |= np.bincount(ids[under > 0], minlength=self.count) > 0.35 * self._areas
        return np.flatnonzero(chosen)

    def region(
        self, chosen: Sequence[int] | np.ndarray, around: Sequence[int] | np.ndarray | None = None
    ) -> Region:
        """The pixels of some superpixels, at the photo's size, with a smooth outline; only what of them lies at
        the superpixels `around`, if given, so that a stroke that grows costs what is new."""
        picked = np.zeros(self.count, bool)
        picked[np.asarray(chosen, np.intp)] = True
        if not picked.any():
            return NOTHING
        wanted = self._boxes[np.flatnonzero(picked) if around is None else np.asarray(around, np.intp)]
        box = Box(*wanted[:, :2].min(0).tolist(), *wanted[:, 2:].max(0).tolist())
        margin = box.grow(3).clip(*self.ids.shape)
        piece = region_of(picked[self.ids[margin.slices]], margin.top, margin.left)
        large = enlarge(piece, self.ids.shape, self.shape)
        return large if around is None else _cut_off(large, self._full(box.grow(1)))

    @cached_property
    def _areas(self) -> np.ndarray:
        """How many pixels each has, (count,)."""
        return np.bincount(self.ids.ravel(), minlength=self.count)

    @cached_property
    def _boxes(self) -> np.ndarray:
        """The box around each, (count, 4), at work size."""
        from scipy.ndimage import find_objects

        return np.array([(y.start, x.start, y.stop, x.stop) for y, x in find_objects(self.ids + 1)])

    def _full(self, box: Box) -> Box:
        """A box at work size in photo pixels."""
        down, across = self.shape[0] / self.ids.shape[0], self.shape[1] / self.ids.shape[1]
        edges = box.top * down, box.left * across, box.bottom * down, box.right * across
        return Box(*(round(edge) for edge in edges)).clip(*self.shape)

    def stroke(self, points: Sequence[tuple[float, float]], radius: float = 0) -> Region:
        """What a stroke takes: all superpixels it touches."""
        return self.region(self.touched(points, radius))

    def _to_work(self, point: tuple[float, float]) -> tuple[float, float]:
        height, width = self.ids.shape
        return point[0] * width / self.shape[1], point[1] * height / self.shape[0]


def _cut_off(region: Region, box: Box) -> Region:
    """What of a region lies inside a box."""
    top, left = max(region.box.top, box.top), max(region.box.left, box.left)
    part = Box(top, left, min(region.box.bottom, box.bottom), min(region.box.right, box.right))
    if part.empty:
        return NOTHING
    rows = slice(part.top - region.box.top, part.bottom - region.box.top)
    columns = slice(part.left - region.box.left, part.right - region.box.left)
    return Region(part, region.mask[rows, columns])


def cut_photo(photo: Photo, size: str = "middle") -> Superpixels:
    """Cut a photo by its luminance, into pieces of one of SIZES, ready for strokes."""
    scale = min(1.0, (WORK_PIXELS / (photo.height * photo.width)) ** 0.5)
    work = max(1, round(photo.height * scale)), max(1, round(photo.width * scale))
    cut = cut_superpixels(photo.luminance_at(work), photo.size, size)
    cut.touched([(0, 0)])
    cut.region([0])  # what these keep is made here, and not under the first stroke
    return cut


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
