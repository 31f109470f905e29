"""Holes in a map are filled from what lies nearest: specks of labels, lines between regions."""

from __future__ import annotations

import cv2
import numpy as np


def from_nearest(numbers: np.ndarray, holes: np.ndarray) -> np.ndarray:
    """`numbers` (h, w) of any integer type with every pixel of `holes` (h, w, bool) taken from the nearest pixel
    outside; as they are where there are no holes, or nothing else."""
    if not holes.any() or holes.all():
        return numbers
    _, sources = cv2.distanceTransformWithLabels(
        holes.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    lookup = np.zeros(int(sources.max()) + 1, numbers.dtype)
    lookup[sources[~holes]] = numbers[~holes]
    filled = numbers.copy()
    filled[holes] = lookup[sources[holes]]
    return filled
