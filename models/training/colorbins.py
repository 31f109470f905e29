"""The ab plane as a set of bins, so that a network can answer with a distribution.

Regression answers the mean of what is possible, which for colour is sepia. After
Zhang, Isola and Efros (ECCV 2016) the network gives a probability per ab bin and the
answer is the *annealed mean* of it; rare, vivid colours weigh more in training.
The bins are k-means centres of the training photos' ab, with density evened out, so
that they lie close where colours are common and far where they are rare.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

NEIGHBOURS = 4
SPREAD = 6.0


@dataclass(frozen=True)
class ColorBins:
    """`centers` (K, 2) a*b*; `weights` (K,) training weight of each, mean 1 over the photos;
    `near` (256, 256, n) the nearest bins of each 8-bit (a, b) and `share` their soft votes."""

    centers: np.ndarray
    weights: np.ndarray
    near: np.ndarray
    share: np.ndarray


def histogram(photos, every: int = 1) -> np.ndarray:
    """Counts of 8-bit (a, b) over the photos, (256, 256)."""
    counts = np.zeros(65536, np.int64)
    for i in range(0, len(photos), every):
        pixels = photos[i][::2, ::2]
        counts += np.bincount(
            (pixels[..., 1].astype(np.int32) * 256 + pixels[..., 2]).ravel(), minlength=65536
        )
    return counts.reshape(256, 256)


def make_bins(counts: np.ndarray, bins: int = 128, boldness: float = 0.5, seed: int = 0) -> ColorBins:
    """Bins from an ab histogram (256, 256).

    `boldness` is the paper's lambda turned round: 0 weighs all bins alike, 1 weighs a bin by
    the inverse of its frequency. The smoothed histogram to the power 0.4 places the centres.
    """
    share = cv2.GaussianBlur(counts.astype(np.float32), (0, 0), 3)
    share /= share.sum()
    a, b = np.nonzero(share > 1e-7)
    points = np.stack([a, b], 1).astype(np.float32) - 128
    density = share[a, b] ** 0.4
    rng = np.random.default_rng(seed)
    sample = points[rng.choice(len(points), 60000, p=density / density.sum())]
    cv2.setRNGSeed(seed)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 60, 0.05)
    centers = cv2.kmeans(sample, bins, None, criteria, 2, cv2.KMEANS_PP_CENTERS)[2]
    centers = centers[np.argsort(np.hypot(*centers.T))].astype(np.float32)
    near, votes = _soft_votes(centers)
    frequency = np.bincount(near.ravel(), (votes * share[..., None]).ravel(), bins)
    weights = 1 / ((1 - boldness) * frequency + boldness / bins)
    weights /= (weights * frequency).sum()
    return ColorBins(centers, weights.astype(np.float32), near, votes)


def _soft_votes(centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    grid = np.stack(np.meshgrid(np.arange(256), np.arange(256), indexing="ij"), -1).reshape(-1, 2) - 128.0
    distance = ((grid[:, None] - centers) ** 2).sum(-1)
    near = np.argsort(distance, 1)[:, :NEIGHBOURS]
    closest = np.take_along_axis(distance, near, 1)
    votes = np.exp(-(closest - closest[:, :1]) / (2 * SPREAD**2))
    votes /= votes.sum(1, keepdims=True)
    shape = (256, 256, NEIGHBOURS)
    return near.reshape(shape).astype(np.int64), votes.reshape(shape).astype(np.float32)
