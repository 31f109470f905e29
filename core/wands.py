"""Magic wands over a whole photo: what looks like one place, quick on a photo of any size.

A wand measures how far every place of a reduced picture is from the place that was pointed at, once. Asking for
another tolerance then costs some milliseconds, so that it can be dragged. Only what is written is brought to the
photo's own size: inside, the reduced answer holds; along its outline the photo's full luminance decides.

    wand = light_wand(photo, x, y)                   # or feature_wand(photo, features, x, y)
    seen = wand.reduced(tolerance, contiguous=True)  # a Region at wand.size, while the hand still drags
    region = wand.region(tolerance, contiguous=True) # a Region of the photo, for core.regions.paint

Nothing here belongs on an event loop. Tolerances are units of L* for light, hundredths of a cosine for features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from core.box import Box
from core.photo import Photo, strips
from core.regions import NOTHING, Region, flood, region_of
from core.selecting import similarity

WORK_PIXELS = 700_000
"""So many pixels a wand looks at; of a smaller photo it sees every pixel, and its answer is exact."""

_SURE, _BORDER = 2, 1
_GUIDE_REACH = 1.5  # places of the features' grid: how far they may be from the edge they mean
_GUIDE_FLAT = 9.0  # variance of L* below which there is no edge (He et al.'s epsilon)

Full = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Wand:
    """What looks like one place of a photo.

    away: float32 (h, w), how unlike each place of the reduced picture is; seed: the place's (column, row) in it;
    full: the same for single photo pixels, from their rows, columns and L*, all (n,).
    """

    photo: Photo
    away: np.ndarray
    seed: tuple[int, int]
    full: Full

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the reduced picture."""
        return self.away.shape

    def reduced(self, tolerance: float, *, contiguous: bool = True) -> Region:
        """What is alike within `tolerance`, at the size `size`; with `contiguous` only what hangs together with
        the place (4 neighbours)."""
        near = (self.away <= tolerance).view(np.uint8)
        column, row = self.seed
        if not contiguous:
            return region_of(near)
        return flood(near, column, row) if near[row, column] else NOTHING

    def region(self, tolerance: float, *, contiguous: bool = True) -> Region:
        """The same at the photo's size, its outline where the photo's own pixels put it."""
        small = self.reduced(tolerance, contiguous=contiguous)
        if small.empty or self.size == self.photo.size:
            return small
        return self._sharpened(small, tolerance, contiguous)

    def _sharpened(self, small: Region, tolerance: float, contiguous: bool) -> Region:
        """Bring a reduced region to the photo's size."""
        kinds, top, left = _kinds(small, self.size)
        rows = _sources(top, kinds.shape[0], self.size[0], self.photo.height)
        columns = _sources(left, kinds.shape[1], self.size[1], self.photo.width)
        box = Box(int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1]))
        mask = np.empty((box.height, box.width), np.uint8)
        down, across = (_back(edges, kinds.shape[axis]) for axis, edges in enumerate((rows, columns)))
        for part in strips(*mask.shape):
            kind = kinds[down[part]][:, across]
            np.equal(kind, _SURE, out=mask[part].view(bool))
            y, x = np.nonzero(kind == _BORDER)
            if len(y):
                at_row, at_column = y + (box.top + part.start), x + box.left
                mask[part][y, x] = self.full(at_row, at_column, self._light(at_row, at_column)) <= tolerance
        smooth = cv2.medianBlur(mask, 5 if self.photo.height >= 2 * self.size[0] else 3)  # grain makes no outline
        if contiguous:
            smooth = self._joined(smooth, kinds, (top, left), box)
        return region_of(smooth.view(bool), box.top, box.left)

    def _light(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """L* of single photo pixels, (n,)."""
        return self.photo.space.luminance(self.photo.pixels[rows, columns][None])[0]

    def _joined(self, mask: np.ndarray, kinds: np.ndarray, corner: tuple[int, int], box: Box) -> np.ndarray:
        """What of a mask hangs together with the inside that is nearest to the place pointed at."""
        inside = np.argwhere(kinds == _SURE)
        if not len(inside):
            return mask
        from_seed = inside + corner - (self.seed[1], self.seed[0])
        row, column = inside[(from_seed**2).sum(1).argmin()] + corner
        y = int((row + 0.5) * self.photo.height / self.size[0]) - box.top
        x = int((column + 0.5) * self.photo.width / self.size[1]) - box.left
        return flood(mask, x, y).full(mask.shape).view(np.uint8) if mask[y, x] else mask


def light_wand(photo: Photo, x: float, y: float) -> Wand | None:
    """What is as light as the photo pixel at (x, y); None outside the photo."""
    place = _place(photo, x, y)
    if place is None:
        return None
    light = photo.luminance_at(_work_size(photo))
    value = float(light[place[::-1]])
    return Wand(photo, np.abs(light - value), place, lambda rows, columns, own: np.abs(own - value))


def feature_wand(photo: Photo, features: np.ndarray, x: float, y: float) -> Wand | None:
    """What looks to a network like the place at photo pixel (x, y); None outside the photo.

    features: float (h', w', c), a vector for each place of a coarse grid over the photo. Their outlines are drawn
    to the photo's edges by the guided filter (He et al. 2010; the coefficients made small, as He and Sun 2015).
    """
    place = _place(photo, x, y)
    if place is None:
        return None
    light = photo.luminance_at(_work_size(photo))
    height, width = light.shape
    alike = 100 * similarity(features, x / photo.width, y / photo.height)
    radius = max(2, round(_GUIDE_REACH * max(light.shape) / max(alike.shape)))
    slope, base = _guided(light, cv2.resize(alike, (width, height), interpolation=cv2.INTER_LINEAR), radius)
    best = slope * light + base
    top = float(best[place[::-1]])

    def full(rows: np.ndarray, columns: np.ndarray, own: np.ndarray) -> np.ndarray:
        at = rows * height // photo.height, columns * width // photo.width
        return np.maximum(top - (slope[at] * own + base[at]), 0)

    return Wand(photo, np.maximum(top - best, 0), place, full)


def light_bytes(photo: Photo, box: Box | None = None) -> np.ndarray:
    """L* of a piece of a photo, or of all, uint8 (h, w), 255 for white: a quarter of the memory of `luminance`."""
    whole = (box or Box(0, 0, *photo.size)).clip(*photo.size)
    light = np.empty((whole.height, whole.width), np.uint8)
    for rows in strips(*light.shape):
        piece = Box(whole.top + rows.start, whole.left, min(whole.top + rows.stop, whole.bottom), whole.right)
        light[rows] = cv2.convertScaleAbs(photo.luminance(piece), alpha=2.55)
    return light


def as_light_as(light: np.ndarray, row: int, column: int, tolerance: float, reach: int = 1) -> np.ndarray:
    """Which pixels are as light as the mean of those at most `reach` rows and columns from one of them.

    light: uint8 (h, w), see `light_bytes`; tolerance: in units of L*; the answer is bool (h, w).
    """
    around = light[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1]
    value = float(around.mean())
    low, high = max(np.ceil(value - 2.55 * tolerance), 0), min(np.floor(value + 2.55 * tolerance), 255)
    if high < low:
        return np.zeros(light.shape, bool)
    return light - np.uint8(low) <= np.uint8(high - low)  # what is darker wraps round to far lighter


def _work_size(photo: Photo) -> tuple[int, int]:
    scale = min(1.0, (WORK_PIXELS / (photo.height * photo.width)) ** 0.5)
    return max(1, round(photo.height * scale)), max(1, round(photo.width * scale))


def _place(photo: Photo, x: float, y: float) -> tuple[int, int] | None:
    """The (column, row) of the reduced picture under a photo pixel."""
    if not (0 <= x < photo.width and 0 <= y < photo.height):
        return None
    height, width = _work_size(photo)
    return min(int(x * width / photo.width), width - 1), min(int(y * height / photo.height), height - 1)


def _guided(guide: np.ndarray, picture: np.ndarray, radius: int) -> tuple[np.ndarray, np.ndarray]:
    """The guided filter's slope and base: `slope * guide + base` is `picture` with the guide's edges."""
    side = 2 * radius + 1

    def mean(plane: np.ndarray) -> np.ndarray:
        return cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT)

    of_guide, of_picture = mean(guide), mean(picture)
    spread = mean(guide * guide) - of_guide * of_guide
    slope = (mean(guide * picture) - of_guide * of_picture) / (spread + _GUIDE_FLAT)
    return mean(slope), mean(of_picture - slope * of_guide)


def _kinds(region: Region, size: tuple[int, int]) -> tuple[np.ndarray, int, int]:
    """A reduced region and its surroundings, uint8: sure inside, border, 0 outside; with its corner."""
    box = region.box.grow(1).clip(*size)
    mask = np.zeros((box.height, box.width), np.uint8)
    top, left = region.box.top - box.top, region.box.left - box.left
    mask[top : top + region.box.height, left : left + region.box.width] = region.mask
    square = np.ones((3, 3), np.uint8)
    reach = cv2.dilate(mask, square)
    inside = cv2.erode(mask, square)  # beyond the photo nothing is outside
    return reach + inside, box.top, box.left


def _sources(start: int, count: int, small: int, full: int) -> np.ndarray:
    """The edges of reduced pixels `start`.. in photo pixels, (count + 1,), rounded up."""
    return -(-np.arange(start, start + count + 1) * full // small)


def _back(edges: np.ndarray, count: int) -> np.ndarray:
    """For each photo pixel between the edges, the reduced pixel (0..count-1) it lies in."""
    return np.repeat(np.arange(count), np.diff(edges))
