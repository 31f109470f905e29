"""A place found at work size, brought to the photo's own pixels.

Maps are weighed at a few hundred pixels. What a repair writes must end where the label ends in the map itself, or
a hairline of the wrong label stays around everything that was healed. A whole region is therefore looked up in the map;
a piece of one is enlarged, cut to its label, and takes the slivers between its outline and the label's border with it.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from core.regions import Region, region_of
from core.selecting import enlarge

_ROWS = 128  # of a strip
_ALIKE = 0.7  # a region of the map that shares less than this with what was found is another one


def at_photo_size(region: Region, shape: tuple[int, int], labels: np.ndarray, label: int, whole: bool) -> Region:
    """The pixels of `label` in `labels` uint8 (H, W) that a region of a map of `shape` (h, w) stands for.

    whole: whether it is all of a connected region. Without such pixels: the region, enlarged. Costs what the box is
    large: some 50 ms for ten million pixels.
    """
    rough = enlarge(region, shape, labels.shape)
    step = int(np.ceil(max(labels.shape[0] / shape[0], labels.shape[1] / shape[1])))
    box = rough.box.grow(2 * step).clip(*labels.shape)
    own = labels[box.slices] == label
    found = np.zeros(own.shape, bool)
    top, left = rough.box.top - box.top, rough.box.left - box.left
    found[top : top + rough.box.height, left : left + rough.box.width] = rough.mask
    mask = _regions_under(own, found, _sums(found, 2 * step + 1) > 0) if whole else None
    if mask is None:
        mask = _with_slivers(own & found, own & ~found, 2 * step + 1)
    exact = region_of(mask, box.top, box.left)
    return rough if exact.empty else exact


def _regions_under(own: np.ndarray, found: np.ndarray, near: np.ndarray) -> np.ndarray | None:
    """The connected parts of `own` that lie mostly `near` what was found, crumbs at its border among them; None if
    those are something else altogether."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(own.view(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    chosen = 2 * _under(near, parts, len(areas)) > areas
    chosen[0] = False  # all that is not `own`
    inside = _under(found, parts, len(areas))
    covered = min(inside[chosen].sum() / max(1, inside[1:].sum()), inside[chosen].sum() / max(1, areas[chosen].sum()))
    if covered <= _ALIKE:
        return None
    mask = np.empty(own.shape, bool)
    for rows in _strips(own.shape[0]):
        np.take(chosen, parts[rows], out=mask[rows])
    return mask


def _under(mask: np.ndarray, parts: np.ndarray, count: int) -> np.ndarray:
    """How many pixels of each part lie under a mask, (count,)."""
    return sum(np.bincount(parts[rows][mask[rows]], minlength=count) for rows in _strips(len(mask)))


def _strips(height: int) -> Iterator[slice]:
    """Rows in strips: NumPy keeps the interpreter while it picks, and the window wants it back every few ms."""
    return (slice(top, top + _ROWS) for top in range(0, height, _ROWS))


def _with_slivers(piece: np.ndarray, rest: np.ndarray, width: int) -> np.ndarray:
    """A piece with what is left over beside it, where that is narrower than `width` pixels."""
    if not piece.any() or not rest.any():
        return piece
    broad = _sums(_sums(rest, width) == width * width, width) > 0
    return piece | (rest & ~broad & (_sums(piece, width) > 0))


def _sums(mask: np.ndarray, width: int) -> np.ndarray:
    """How many pixels of a mask lie in the square around each pixel; beyond the border it goes on as at it."""
    return cv2.boxFilter(mask.view(np.uint8), cv2.CV_32F, (width, width), normalize=False,
                         borderType=cv2.BORDER_REPLICATE)  # fmt: skip
