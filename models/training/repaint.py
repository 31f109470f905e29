"""Regions painted as something else, for training: a person's label is to be obeyed.

A network that sees the light believes it, and a label that contradicts it changes little. So in some crops a region,
or a blob of one, is given another label, and what is right there is how that label looks elsewhere: the colours of
one photo of the training split where it stands, by luminance, with half of the region's own texture of colour.
"""

from __future__ import annotations

import cv2
import numpy as np

from models.training.data import Photos

LABELS = 60
TONES = 5  # steps of luminance at which a label's colours in a photo are kept
LEAST = 0.02  # of a photo or crop, to count as a region
TEXTURE = 0.5


class LabelColors:
    """How each label looks, photo by photo: `of[label]` is (photos, TONES, 2) mean ab by luminance."""

    def __init__(self, photos: Photos) -> None:
        seen: list[list[np.ndarray]] = [[] for _ in range(LABELS)]
        for i in range(len(photos)):
            for label, colors in _looks(photos[i][::2, ::2]):
                seen[label].append(colors)
        self.of = [np.array(looks, np.float32).reshape(-1, TONES, 2) for looks in seen]
        self.known = np.flatnonzero([len(looks) >= 5 for looks in self.of])

    def draw(self, not_these: np.ndarray, rng: np.random.Generator) -> tuple[int, np.ndarray] | None:
        """A label that is not among those given, and its look (TONES, 2) in one photo; None where none is known."""
        labels = np.setdiff1d(self.known, not_these)
        if not len(labels):
            return None
        label = int(rng.choice(labels))
        return label, self.of[label][rng.integers(len(self.of[label]))]


def _looks(pixels: np.ndarray) -> list[tuple[int, np.ndarray]]:
    labels = pixels[..., 3].ravel()
    tone = np.minimum(pixels[..., 0].ravel().astype(np.intp) * TONES // 256, TONES - 1)
    place = labels * TONES + tone
    count = np.bincount(place, minlength=256 * TONES).reshape(256, TONES)
    total = [np.bincount(place, pixels[..., c].ravel(), 256 * TONES).reshape(256, TONES) for c in (1, 2)]
    out = []
    for label in np.flatnonzero(count[:LABELS].sum(1) >= LEAST * labels.size):
        some = count[label] >= 8
        if some.any():
            means = np.stack([np.interp(np.arange(TONES), np.flatnonzero(some), t[label, some] / count[label, some])
                              for t in total], 1)  # fmt: skip
            out.append((int(label), means - 128))
    return out


def repaint(
    L: np.ndarray, ab: np.ndarray, labels: np.ndarray, colors: LabelColors, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | None:
    """`ab` (s, s, 2) and `labels` (s, s) with one to three regions painted as other labels; L is 0..100.

    None where the crop has no labels to repaint.
    """
    ab, labels = ab.copy(), labels.copy()
    count = np.bincount(labels.ravel(), minlength=256)
    regions = np.flatnonzero(count[:LABELS] >= LEAST * labels.size)
    rng.shuffle(regions)
    for old in regions[: rng.integers(1, 4)]:
        drawn = colors.draw(regions, rng)
        if drawn is None:
            return None
        mask = labels == old
        if rng.random() < 0.4:
            part = mask & _blob(labels.shape, rng)
            mask = part if part.any() else mask
        labels[mask] = drawn[0]
        ab[mask] = _look(L[mask], drawn[1]) + TEXTURE * (ab[mask] - ab[mask].mean(0))
    return (ab, labels) if len(regions) else None


def _look(L: np.ndarray, look: np.ndarray) -> np.ndarray:
    """ab (n, 2) of a look at L (n,); its steps are centred in their fifths."""
    place = L / 100 * TONES - 0.5
    return np.stack([np.interp(place, np.arange(TONES), look[:, c]) for c in (0, 1)], 1)


def _blob(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A turned ellipse somewhere, as bool."""
    side = min(shape)
    canvas = np.zeros(shape, np.uint8)
    centre = tuple(int(v) for v in rng.integers(0, side, 2))
    axes = tuple(int(v) for v in rng.integers(side // 10, side // 2, 2))
    cv2.ellipse(canvas, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
    return canvas > 0
