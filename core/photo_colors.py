"""A photo's own colours as L*a*b*, piece by piece, at any size; small sizes are kept while the photo lives."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

import cv2
import numpy as np

from core.box import Box
from core.color import rgb_to_lab
from core.photo import Photo, strips

_KEPT = 1 << 22  # pixels of a whole photo that is kept: 48 MB, at most
_kept: WeakKeyDictionary[Photo, np.ndarray] = WeakKeyDictionary()
_guard = Lock()


def photo_lab(photo: Photo, size: tuple[int, int], piece: Box) -> np.ndarray:
    """Lab float32 (h, w, 3) of the pixels inside `piece` of the photo averaged down to `size` (height, width)."""
    if size[0] * size[1] > _KEPT:
        return rgb_to_lab(_rgb(photo, size)[piece.slices] if size != photo.size else photo.rgb(piece))
    with _guard:
        whole = _kept.get(photo)
        if whole is None or whole.shape[:2] != size:
            whole = _kept[photo] = _whole(photo, size)
    return whole[piece.slices]


def _whole(photo: Photo, size: tuple[int, int]) -> np.ndarray:
    rgb = photo.rgb() if size == photo.size else _rgb(photo, size)
    lab = np.empty((*size, 3), np.float32)
    for rows in strips(*size):
        lab[rows] = rgb_to_lab(rgb[rows])
    return lab


def _rgb(photo: Photo, size: tuple[int, int]) -> np.ndarray:
    """sRGB float32 (h, w, 3) in 0..1 of the photo averaged down."""
    small = photo.small_rgb(max(size))
    if small.shape[:2] != size:  # a side may be rounded otherwise
        small = cv2.resize(small, size[::-1], interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / np.float32(255)
