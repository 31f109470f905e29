"""Colorizers without a network that take their colours from references: honest measures of what a network is worth.

They know nothing of what a photo shows (models/transfer says what they go by), cost next to nothing, work at any
size, and give the same answer every time. All references count together, each by its weight. Without one they
colour as the label prior does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.asked import Asked
from core.lru import Lru

_KEPT = 8  # samples of references


class BaselineColorizer:
    """A way of `models/transfer`: `carry(luminance, samples)` answers ab (h, w, 2), `sample(lab, mask, weight)` is what
    it is given of a reference; `usual(luminance, labels)` is the label prior's colour."""

    network = "none"
    device = "cpu"
    runtime = "NumPy"

    def __init__(
        self,
        info: object,
        carry: Callable[[np.ndarray, list], np.ndarray],
        sample: Callable[[np.ndarray, np.ndarray | None, float], object],
        usual: Callable[[np.ndarray, np.ndarray], np.ndarray],
    ) -> None:
        self.info, self._carry, self._sample, self._usual = info, carry, sample, usual
        self._samples: Lru[tuple] = Lru(_KEPT)

    def encode(self, luminance: np.ndarray) -> None:
        return None

    def colorize(
        self, encoded: object, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked | None = None
    ) -> tuple[np.ndarray, None]:
        """Chroma (h, w, 2) after the references of `asked`; no confidence, for nothing is known."""
        if asked is None or not asked.references:
            return self._usual(luminance, labels), None
        samples = [self._sampled(lab, mask, weight) for lab, weight, mask in asked.seen]
        return self._carry(luminance, samples), None

    def _sampled(self, lab: np.ndarray, mask: np.ndarray | None, weight: float) -> object:
        """The sample of a reference, whose arrays are the same ones as long as its file and its region are."""
        key = id(lab), id(mask), weight
        known = self._samples.get(key)
        if known is None or known[0] is not lab or known[1] is not mask:
            known = self._samples.put(key, (lab, mask, self._sample(lab, mask, weight)))
        return known[2]
