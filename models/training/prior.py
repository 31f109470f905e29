"""Counting the label prior (`models.prior`) from the training split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from models.prior import NOT_SAID
from models.training.data import Photos

BINS = 17


def count_prior(photos: Photos, doubt: float = 400.0) -> np.ndarray:
    """Mean ab by label and luminance, float32 (61, BINS, 2), the bins centred on L 0, 6.25 .. 100.

    A cell with few pixels leans on its label's mean, a rare label on the mean of all: `doubt`
    is the number of pixels that weigh as much as that neighbour's opinion.
    """
    sums, counts = np.zeros((NOT_SAID + 1, BINS, 2)), np.zeros((NOT_SAID + 1, BINS))
    for i in range(len(photos)):
        pixels = photos[i][::3, ::3].reshape(-1, 4)
        place = np.rint(pixels[:, 0] / 255 * (BINS - 1)).astype(int)
        ab = pixels[:, 1:3].astype(float) - 128
        for ids, keep in (
            (np.full(len(pixels), NOT_SAID), slice(None)),
            (pixels[:, 3], pixels[:, 3] < NOT_SAID),
        ):
            np.add.at(counts, (ids[keep], place[keep]), 1)
            np.add.at(sums, (ids[keep], place[keep]), ab[keep])
    overall = sums[NOT_SAID] / np.maximum(counts[NOT_SAID], 1)[:, None]
    by_label = (sums.sum(1) + doubt * overall.mean(0)) / (counts.sum(1)[:, None] + doubt)
    return ((sums + doubt * by_label[:, None]) / (counts[..., None] + doubt)).astype(np.float32)


def write_prior(photos: Photos, path: Path) -> None:
    """Count the training split of `photos` and save the table with its card."""
    path.parent.mkdir(parents=True, exist_ok=True)
    train = photos.split("train")
    card = f"Mean ab per label and luminance of {len(train)} training photos. Research, non-commercial."
    save_file({"ab": count_prior(train).astype(np.float16)}, path, {"card": card})
