"""Measures beside those of `scores`: does colour follow what was asked, and does it stay where it belongs?

spill                   chroma that crosses true label edges
label_control           how far a repainted region goes towards its new label's usual colour
palette_distance        how far results lie from the asked swatches, and which swatches went unused
histogram_intersection  how much of the reference's colours is in the result
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000

from models.prior import apply_prior
from models.training.data import UNSURE

NEAR, FAR = 3, 15  # pixels from an edge: the band that is looked at, and how far its surroundings reach
APART = 8.0  # ab distance of two surroundings below which spilling could not be told
STEPS = 21


def spill(ab: np.ndarray, labels: np.ndarray) -> float:
    """Mean share (0..1) that pixels within 3 px of a label edge took from the other side; NaN without such edges.

    A pixel's own side and the other side are the result's own mean chroma there, away from the edge.
    """
    shares = []
    edge = _edges(labels)
    band = cv2.dilate(edge, np.ones((2 * NEAR + 1,) * 2, np.uint8)) > 0
    for label in np.unique(labels[band]):
        if label == UNSURE:
            continue
        mine = labels == label
        others = ~mine & (labels != UNSURE)
        own, has_own = _surroundings(ab, mine & ~band)
        other, has_other = _surroundings(ab, others & ~band)
        step = other - own
        length = np.square(step).sum(2)
        here = mine & band & has_own & has_other & (length > APART**2)
        if here.any():
            along = ((ab - own) * step).sum(2)[here] / length[here]
            shares.append(np.clip(along, 0, 1))
    return float(np.concatenate(shares).mean()) if shares else float("nan")


def _edges(labels: np.ndarray) -> np.ndarray:
    """1 at pixels with another known label to the right or below."""
    edge = np.zeros(labels.shape, np.uint8)
    for a, b, out in (
        (labels[:, :-1], labels[:, 1:], edge[:, :-1]),
        (labels[:-1], labels[1:], edge[:-1]),
    ):
        out |= ((a != b) & (a != UNSURE) & (b != UNSURE)).astype(np.uint8)
    return edge


def _surroundings(ab: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean ab (h, w, 2) of ``mask`` within FAR pixels, and where there is any."""
    size = (2 * FAR + 1,) * 2
    weight = mask.astype(np.float32)
    count = cv2.boxFilter(weight, -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
    total = cv2.boxFilter(
        ab.astype(np.float32) * weight[..., None], -1, size, normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    return total / np.maximum(count, 1e-6)[..., None], count > 8


def label_control(
    colorize: Callable[[np.ndarray], np.ndarray],
    L: np.ndarray,
    labels: np.ndarray,
    table: np.ndarray,
    rng: np.random.Generator,
) -> float:
    """Share of the way (1 = all of it) that a region's mean chroma goes when it is repainted as another label.

    ``colorize(labels)`` answers ab. The largest label is repainted as one whose prior (``table``) is at least 12
    away; the way is from the prior of the old label to that of the new one. NaN where there is nothing to repaint.
    """
    counts = np.bincount(labels.ravel(), minlength=256)[:60]
    old = int(counts.argmax())
    region = labels == old
    if counts[old] < 200:
        return float("nan")

    def usual(label: int) -> np.ndarray:
        return apply_prior(L[region][None], np.full((1, int(region.sum())), label, np.uint8), table)[0].mean(
            0
        )

    start = usual(old)
    ways = {new: usual(new) - start for new in range(60) if new != old}
    far = [new for new, way in ways.items() if np.hypot(*way) >= 12]
    if not far:
        return float("nan")
    new = int(rng.choice(far))
    repainted = np.where(region, new, labels).astype(np.uint8)
    moved = colorize(repainted)[region].mean(0) - colorize(labels)[region].mean(0)
    return float(np.clip(moved @ ways[new] / (ways[new] @ ways[new]), -1, 2))


def palette_distance(L: np.ndarray, ab: np.ndarray, palette: np.ndarray) -> tuple[float, float]:
    """Mean ΔE2000 from pixels to the nearest asked colour (k, 3) Lab, and the share of colours left unused.

    Light is not the colorizer's to choose, so that distances are taken at the pixel's own L. A colour is used if
    it is the nearest of 1 % of the pixels.
    """
    lab = np.dstack([L, ab]).reshape(-1, 3)[::7].astype(np.float64)
    distances = []
    for color in palette:
        asked = lab.copy()
        asked[:, 1:] = color[1:]
        distances.append(deltaE_ciede2000(lab, asked))
    distances = np.array(distances)
    share = np.bincount(distances.argmin(0), minlength=len(palette)) / lab.shape[0]
    return float(distances.min(0).mean()), float((share < 0.01).mean())


def histogram_intersection(ab: np.ndarray, reference: np.ndarray) -> float:
    """Sum of the smaller shares of 21 x 21 bins of ab within ±110, 0..1."""
    return float(np.minimum(_histogram(ab), _histogram(reference)).sum())


def _histogram(ab: np.ndarray) -> np.ndarray:
    bins = np.clip(np.rint((ab.reshape(-1, 2) / 110 + 1) * (STEPS - 1) / 2), 0, STEPS - 1).astype(int)
    counts = np.bincount(bins[:, 0] * STEPS + bins[:, 1], minlength=STEPS**2)
    return counts / counts.sum()
