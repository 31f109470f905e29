"""From class probabilities to a label map: upsampled, decided, swept.

A segmenter answers at a half or a quarter of the work size. Its probabilities (not its labels) are enlarged,
so that borders come out smooth; the highest one wins and is the confidence. Specks, which no person would
paint and no photo needs, join what surrounds them.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.labels import count_labels
from models.nearest import from_nearest

SPECK = 0.0002  # of the photo: a smaller region of one label is a speck


def labels_from_probabilities(
    probabilities: np.ndarray, shape: tuple[int, int], *, speck: float = SPECK
) -> tuple[np.ndarray, np.ndarray]:
    """uint8 labels and float32 confidence, both of `shape` (h, w), from float (C, h', w') probabilities."""
    height, width = shape
    confidence = np.full(shape, -np.inf, np.float32)
    labels = np.zeros(shape, np.uint8)
    for label, plane in enumerate(
        probabilities
    ):  # one plane at a time: C full planes would be C times the memory
        large = cv2.resize(
            np.ascontiguousarray(plane, np.float32), (width, height), interpolation=cv2.INTER_LINEAR
        )
        higher = large > confidence
        np.copyto(confidence, large, where=higher)
        labels[higher] = label
    return merge_specks(labels, int(speck * height * width)), np.clip(confidence, 0.0, 1.0)


def features_from_probabilities(probabilities: np.ndarray, long_side: int = 128) -> np.ndarray:
    """What a segmenter sees, as vectors to compare places by: float32 (h, w, C) from float (C, h', w').

    Square roots of the probabilities: their cosine is how far two distributions overlap (Bhattacharyya 1943), from
    0, surely different things, to 1. No larger than `long_side`, as segmenters answer no finer.
    """
    height, width = probabilities.shape[1:]
    scale = min(1.0, long_side / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    planes = [cv2.resize(np.ascontiguousarray(plane, np.float32), size, interpolation=cv2.INTER_AREA)
              for plane in probabilities]  # fmt: skip
    return np.sqrt(np.maximum(np.stack(planes, axis=2), 0))


def merge_specks(labels: np.ndarray, largest: int) -> np.ndarray:
    """`labels` without regions of `largest` pixels or fewer: they take the label of the nearest pixel around."""
    if largest < 1:
        return labels
    specks = np.zeros(labels.shape, bool)
    for label in np.flatnonzero(count_labels(labels)):
        mask = (labels == label).view(np.uint8)
        left, top, width, height = cv2.boundingRect(mask)  # most labels fill a part of the photo
        box = slice(top, top + height), slice(left, left + width)
        _, parts, stats, _ = cv2.connectedComponentsWithStats(mask[box], connectivity=8)
        small = stats[:, cv2.CC_STAT_AREA] <= largest
        small[0] = False  # part 0 is everything that is not this label
        if small.any():
            specks[box] |= small[parts]
    return from_nearest(labels, specks)
