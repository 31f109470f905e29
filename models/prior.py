"""What colour a label usually has, by luminance.

A table of mean ab per label and luminance, taken from the training photos: no network, so
it answers at once and everywhere. It is the first colour under the brush, the fallback when
no network can run, and the honest baseline in every table.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).parent / "weights" / "label_prior.safetensors"
NOT_SAID = 60


@cache
def load_prior(path: Path = WEIGHTS) -> np.ndarray:
    """Mean ab, float32 (61, bins, 2): 60 labels and, last, all photos whatever the label."""
    from safetensors.numpy import load_file

    return load_file(path)["ab"].astype(np.float32)


def apply_prior(luminance: np.ndarray, labels: np.ndarray, table: np.ndarray | None = None) -> np.ndarray:
    """ab (h, w, 2) float32 for L (h, w) 0..100 and labels (h, w) uint8; ids from 60 on mean "not said"."""
    table = load_prior() if table is None else table
    bins = table.shape[1]
    place = np.clip(luminance, 0, 100) * ((bins - 1) / 100)
    low = np.minimum(place.astype(np.intp), bins - 2)
    part = (place - low)[..., None].astype(np.float32)
    ids = np.minimum(labels, NOT_SAID).astype(np.intp)
    return table[ids, low] * (1 - part) + table[ids, low + 1] * part
