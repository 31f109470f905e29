"""Numbers for colour and labels, one definition each, used by every table.

All of them take 8-bit-free values: L (h, w) 0..100, ab (h, w, 2) in a*b* units.
"""

from __future__ import annotations

import numpy as np
from skimage.color import deltaE_ciede2000, lab2rgb


def delta_e(L: np.ndarray, ab: np.ndarray, true_ab: np.ndarray) -> float:
    """Mean CIEDE2000 between (L, ab) and (L, true_ab)."""
    return float(deltaE_ciede2000(_lab(L, true_ab), _lab(L, ab)).mean())


def psnr_ab(ab: np.ndarray, true_ab: np.ndarray) -> float:
    """Peak signal to noise of ab in dB, with the field's peak of 255."""
    return float(10 * np.log10(255**2 / max(1e-9, np.square(ab - true_ab).mean())))


def colorfulness(L: np.ndarray, ab: np.ndarray) -> float:
    """Hasler and Suesstrunk (2003) on 8-bit sRGB."""
    rgb = lab2rgb(_lab(L, ab)) * 255
    rg = rgb[..., 0] - rgb[..., 1]
    yb = (rgb[..., 0] + rgb[..., 1]) / 2 - rgb[..., 2]
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


class LabelScore:
    """Pixel accuracy and mean IoU over many maps; 255 in the truth is ignored."""

    def __init__(self, labels: int = 60):
        self.labels, self.counts = labels, np.zeros((labels, labels), np.int64)

    def add(self, labels: np.ndarray, truth: np.ndarray) -> None:
        """Count one map (h, w) against its truth (h, w)."""
        known = truth < self.labels
        pairs = truth[known].astype(np.int64) * self.labels + labels[known]
        self.counts += np.bincount(pairs, minlength=self.labels**2).reshape(self.counts.shape)

    @property
    def accuracy(self) -> float:
        return float(np.trace(self.counts) / max(1, self.counts.sum()))

    def mean_iou(self, least: int = 2000) -> float:
        """Mean IoU of the labels with at least `least` true pixels."""
        hit = np.diag(self.counts)
        union = self.counts.sum(0) + self.counts.sum(1) - hit
        there = self.counts.sum(1) >= least
        return float((hit[there] / union[there]).mean()) if there.any() else 0.0


def _lab(L: np.ndarray, ab: np.ndarray) -> np.ndarray:
    return np.concatenate([L[..., None], ab], 2).astype(np.float32)
