"""A photo becomes a sketch: the extended difference of Gaussians with the five numbers that a person turns.

Widths are thousandths of the photo's long side, so that a small preview shows what the full size will be. A photo of
any size is drawn in strips, each with as much around it as the blurs reach; only a blur that reaches over a large part
of the photo needs it whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from core.box import Box
from core.color import luminance_to_gray
from core.photo import Photo, strips

_STRIP = 1 << 22  # pixels drawn at a time
_REACH = 3.5  # sigmas that a blur reaches


@dataclass(frozen=True)
class Hand:
    """How a photo is drawn. sigma: half the width of strokes, in thousandths of the long side; k: how much wider the
    ground is that they stand out from; sharpness: how much they stand out; threshold: how light a place must be to
    stay paper; softness 0..1: from hard ink to soft pencil."""

    sigma: float = 1.3
    k: float = 1.8
    sharpness: float = 19.0
    threshold: float = 0.1
    softness: float = 0.15

    @property
    def phi(self) -> float:
        """The slope of the paper's tanh: 400, a pen, to 2, a pencil."""
        return 400.0 * (2.0 / 400.0) ** min(max(self.softness, 0.0), 1.0)


RANGES = {
    "sigma": (0.3, 6.0),
    "k": (1.1, 8.0),
    "sharpness": (2.0, 60.0),
    "threshold": (-0.3, 0.9),
    "softness": (0.0, 1.0),
}
"""Lowest and highest of each number of a Hand."""

HANDS = {
    "Ink": Hand(),
    "Fine pen": Hand(sigma=0.7, k=1.6, sharpness=24.0, threshold=0.05, softness=0.0),
    "Brush": Hand(sigma=2.6, k=2.2, sharpness=16.0, threshold=0.3, softness=0.05),
    "Pencil": Hand(sigma=1.1, k=3.0, sharpness=12.0, threshold=0.55, softness=0.6),
}
"""Ways to draw, by the names that a person sees."""


def drawn(gray: np.ndarray, hand: Hand, long_side: int | None = None) -> np.ndarray:
    """The sketch uint8 (h, w) of grey (h, w) 0..1, which is all of a photo, or a piece of one of that long side."""
    from models.xdog import sharpened

    sigma = max(hand.sigma * (long_side or max(gray.shape)) / 1000, 0.25)
    ink = sharpened(gray.astype(np.float32), sigma, hand.k, hand.sharpness, hand.threshold, hand.phi)
    return (ink * 255 + 0.5).astype(np.uint8)


def preview(photo: Photo, hand: Hand, long_side: int) -> np.ndarray:
    """The sketch of a photo averaged down to `long_side`, uint8 (h, w)."""
    return drawn(luminance_to_gray(photo.small_luminance(long_side)), hand)


def sketch_of(photo: Photo, hand: Hand) -> np.ndarray:
    """The sketch of a photo at its full size, uint8 (H, W)."""
    long_side = max(photo.size)
    reach = ceil(_REACH * max(hand.sigma * long_side / 1000, 0.25) * hand.k) + 2
    page = np.empty(photo.size, np.uint8)
    for rows in strips(*photo.size, max(_STRIP, 2 * reach * photo.width)):
        around = Box(rows.start - reach, 0, rows.stop + reach, photo.width).clip(*photo.size)
        made = drawn(luminance_to_gray(photo.luminance(around)), hand, long_side)
        page[rows] = made[rows.start - around.top : rows.stop - around.top]
    return page


def turned(hand: Hand, name: str, value: float) -> Hand:
    """A hand with one number changed, kept inside its range."""
    low, high = RANGES[name]
    return replace(hand, **{name: min(max(float(value), low), high)})
