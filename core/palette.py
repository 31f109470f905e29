"""Palettes: ordered swatches made from a photo, matched with each other, brought to a wished length.

A palette is a `tuple[Swatch, ...]`; there is no class for it, so that guidance can hold it as it is. Made from a
photo it comes with weights, its swatches' shares of the picture. Everything here is deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.color import delta_e2000, lab_to_rgb, rgb_to_lab
from core.guidance import Swatch

if TYPE_CHECKING:
    from core.photo import Photo

FEWEST, MOST = 2, 10  # colours of a palette that is made from a photo

_BINS = 16  # of the histogram, along each channel
_NEAR = 80.0**2  # Chang et al. 2015: how far a chosen seed makes others less likely, squared Lab units
_ROUNDS = 30  # of k-means
_LOOK = 512  # long side of what is looked at: every pixel counts, as part of an average


@dataclass(frozen=True)
class Extracted:
    """A palette with its weights: shares of the picture, adding up to 1, the largest first."""

    swatches: tuple[Swatch, ...]
    weights: tuple[float, ...]


def from_photo(photo: Photo, count: int = 5) -> Extracted:
    """The palette of a photo; see `from_pixels`."""
    return from_pixels(photo.small_rgb(_LOOK), count)


def from_pixels(rgb: np.ndarray, count: int = 5) -> Extracted:
    """The `count` colours (2..10) that stand for sRGB uint8 (..., 3); fewer where the picture has fewer.

    Weighted k-means in Lab over the means of a 16 x 16 x 16 histogram. Transparent pixels are the caller's to
    leave out. ValueError for a picture without pixels.
    """
    pixels = np.asarray(rgb, np.uint8).reshape(-1, 3)
    if not len(pixels):
        raise ValueError("a picture without pixels has no palette")
    colors, weights = _histogram(pixels)
    centres, shares = _k_means(rgb_to_lab(colors), weights, min(max(count, FEWEST), MOST))
    order = np.argsort(-shares, kind="stable")
    return Extracted(swatches_of(centres[order]), tuple(float(share) for share in shares[order]))


def swatches_of(lab: np.ndarray) -> tuple[Swatch, ...]:
    """Swatches of Lab colours (n, 3), RGB clipped."""
    return tuple(Swatch(*(float(part) for part in rgb)) for rgb in np.clip(lab_to_rgb(lab), 0, 1))


def lab_of(swatches: Sequence[Swatch]) -> np.ndarray:
    """Lab float32 (n, 3) of a palette."""
    if not swatches:
        return np.zeros((0, 3), np.float32)
    return rgb_to_lab(np.array([(one.r, one.g, one.b) for one in swatches], np.float32))


def _histogram(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean colours 0..1 (n, 3) and shares (n,) of the bins that are not empty."""
    shift = 8 - (_BINS.bit_length() - 1)
    r, g, b = (pixels >> shift).astype(np.int32).T
    place = (r * _BINS + g) * _BINS + b
    counts = np.bincount(place, minlength=_BINS**3)
    sums = [np.bincount(place, weights=channel, minlength=_BINS**3) for channel in pixels.T]
    used = counts > 0
    means = np.stack(sums, axis=-1)[used] / counts[used, None]
    return (means / 255).astype(np.float32), counts[used] / len(pixels)


def _k_means(points: np.ndarray, weights: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Centres (k, 3) and shares (k,) of weighted Lab points; k is less than `count` where points are few."""
    points = points.astype(np.float64)
    centres = points[_seeds(points, weights, count)]
    for _ in range(_ROUNDS):
        nearest = _nearest(points, centres)
        shares = np.bincount(nearest, weights, len(centres))
        sums = np.stack([np.bincount(nearest, weights * axis, len(centres)) for axis in points.T], axis=-1)
        kept = shares > 0
        moved = sums[kept] / shares[kept, None]
        if moved.shape == centres.shape and np.allclose(moved, centres, atol=1e-3):
            return moved, shares
        centres = moved
    return centres, np.bincount(_nearest(points, centres), weights, len(centres))


def _seeds(points: np.ndarray, weights: np.ndarray, count: int) -> list[int]:
    """Chang's choice: the heaviest, then again and again the heaviest that is not near one chosen."""
    left, chosen = weights.astype(np.float64).copy(), []
    while len(chosen) < count and left.max() > 1e-12:
        chosen.append(int(left.argmax()))
        left *= 1 - np.exp(-((points - points[chosen[-1]]) ** 2).sum(axis=-1) / _NEAR)
    return chosen


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return ((points[:, None] - centres[None]) ** 2).sum(axis=-1).argmin(axis=-1)


def with_length(swatches: Sequence[Swatch], count: int) -> tuple[Swatch, ...]:
    """Exactly `count` swatches for a network that wants so many.

    Too few are repeated in their order; of too many those are kept that stand for the rest best, in their order.
    ValueError for an empty palette.
    """
    swatches = tuple(swatches)
    if not swatches:
        raise ValueError("an empty palette cannot be made longer")
    if len(swatches) <= count:
        return tuple(swatches[at % len(swatches)] for at in range(count))
    lab = lab_of(swatches)
    centres, _ = _k_means(lab, np.full(len(lab), 1 / len(lab)), count)
    kept = sorted({int(((lab - centre) ** 2).sum(axis=-1).argmin()) for centre in centres})
    left = [at for at in range(len(swatches)) if at not in kept][: count - len(kept)]
    return tuple(swatches[at] for at in sorted([*kept, *left]))


def match(source: Sequence[Swatch], target: Sequence[Swatch]) -> tuple[int, ...]:
    """For every swatch of `source` the index of its partner in `target`, least ΔE2000 in all.

    Nobody in `target` is taken twice before everybody is taken once; what `source` has more takes its nearest.
    ValueError for an empty target.
    """
    if not target:
        raise ValueError("nothing can be matched with an empty palette")
    if not source:
        return ()
    cost = delta_e2000(lab_of(source)[:, None], lab_of(target)[None]).astype(np.float64)
    if len(source) <= len(target):
        return tuple(_assignment(cost))
    partners = cost.argmin(axis=1)
    for index, place in enumerate(_assignment(cost.T)):
        partners[place] = index
    return tuple(int(partner) for partner in partners)


def distance(one: Sequence[Swatch], other: Sequence[Swatch]) -> float:
    """Mean ΔE2000 of two palettes under their best match, the longer one's every swatch counted once."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    partners = match(longer, shorter)
    return float(delta_e2000(lab_of(longer), lab_of(shorter)[list(partners)]).mean())


def _assignment(cost: np.ndarray) -> list[int]:
    """The column of each row in the cheapest one-to-one assignment; rows <= columns. Hungarian method, O(n² m)."""
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + 1)
    owner = np.zeros(columns + 1, int)  # row, counted from 1, that has each column; column 0 is the newcomer's
    for row in range(1, rows + 1):
        owner[0], at = row, 0
        least, way = np.full(columns + 1, np.inf), np.zeros(columns + 1, int)
        done = np.zeros(columns + 1, bool)
        while owner[at]:
            done[at] = True
            slack = cost[owner[at] - 1] - row_price[owner[at]] - column_price[1:]
            better = ~done[1:] & (slack < least[1:])
            least[1:][better], way[1:][better] = slack[better], at
            following = int(np.where(done, np.inf, least).argmin())
            step = least[following]
            row_price[owner[done]] += step
            column_price[done] -= step
            least[~done] -= step
            at = following
        while at:
            owner[at], at = owner[way[at]], way[at]
    columns_of = {int(owner[column]) - 1: column - 1 for column in range(1, columns + 1) if owner[column]}
    return [columns_of[row] for row in range(rows)]
