"""The last decision: how likely a candidate is a fault, from its features.

A logistic regression over the features and their products two by two, fitted on planted faults, so that an edge
beside the border counts only where the light agrees. Its weights are a row of the tables
(`python -m tests.benchmarks.faults learn`).
"""

from __future__ import annotations

import numpy as np

_CLIP = 4.0  # a feature counts no more than so many times its usual size


def scores(features: np.ndarray, judge: np.ndarray) -> np.ndarray:
    """Log odds of each candidate being a fault, (k,).

    features: (k, F); judge: (F + F (F + 1) / 2,), the usual size of each feature, then the weight of each product.
    """
    count = features.shape[1]
    return products(features, judge[:count]) @ judge[count:]


def products(features: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """The features, in units of their usual size, two by two: (k, F (F + 1) / 2). The first feature is 1."""
    first, second = np.triu_indices(features.shape[1])
    scaled = np.clip(features / usual, -_CLIP, _CLIP)
    return scaled[:, first] * scaled[:, second]
