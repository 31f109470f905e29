"""What a batch of training crops looks like.

Crops of several scales are brought to one size; luminance gets the tones of old
photographs (gamma, contrast, fog, grain, softness), colour stays the photo's own.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Batch:
    """`L` (n, s, s) float32 0..100 as the network will see it, `ab` (n, s, s, 2) uint8 (a + 128),
    `labels` (n, s, s) uint8 with 255 = unsure, `trust` (n,) how much the labels are believed."""

    L: np.ndarray
    ab: np.ndarray
    labels: np.ndarray
    trust: np.ndarray


TRUST = {"true": 1.0, "fused": 1.0, "pseudo": 0.7, "none": 0.0}


def random_crop(pixels: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """A random part of (H, W, 4) with slightly changed aspect, at (size, size, 4), flipped half the time."""
    height, width = pixels.shape[:2]
    side = rng.uniform(0.62, 1.0) * min(height, width)
    stretch = np.exp(rng.uniform(-0.15, 0.15))
    h = int(np.clip(side * stretch, 24, height))
    w = int(np.clip(side / stretch, 24, width))
    top, left = rng.integers(0, height - h + 1), rng.integers(0, width - w + 1)
    part = pixels[top : top + h, left : left + w]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    method = cv2.INTER_AREA if h > size else cv2.INTER_LINEAR
    lab = cv2.resize(np.ascontiguousarray(part[..., :3]), (size, size), interpolation=method)
    labels = cv2.resize(np.ascontiguousarray(part[..., 3]), (size, size), interpolation=cv2.INTER_NEAREST)
    return np.dstack([lab, labels])


def age(L: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Luminance (s, s) 0..100 with the tone of another camera, paper or century."""
    x = L / 100
    if rng.random() < 0.6:
        x = x ** np.exp(rng.normal(0, 0.22))
    if rng.random() < 0.5:
        low, high = rng.uniform(0, 0.12), rng.uniform(0.85, 1)
        x = low + x * (high - low)
    if rng.random() < 0.15:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.0))
    if rng.random() < 0.3:
        x = x + rng.normal(0, rng.uniform(0.005, 0.035), x.shape).astype(np.float32)
    return np.clip(x, 0, 1).astype(np.float32) * 100


def known_share(pack: str) -> float:
    """How far the labels of a pack are believed: those of illustrations are guesses."""
    return 0.3 if pack.startswith("illus") else 1.0


class Prefetch:
    """Batches made ahead by a thread; OpenCV releases the interpreter while it works."""

    def __init__(self, make, ahead: int = 4):
        self._queue: queue.Queue = queue.Queue(ahead)
        self._make, self._stopped = make, threading.Event()
        self._thread = threading.Thread(target=self._fill, daemon=True)
        self._thread.start()

    def _fill(self) -> None:
        while not self._stopped.is_set():
            try:
                item = self._make()
            except Exception as error:  # handed to the consumer, who raises it where it can be seen
                item = error
            while not self._stopped.is_set():
                try:
                    self._queue.put(item, timeout=0.2)
                    break
                except queue.Full:
                    continue

    def __next__(self):
        item = self._queue.get()
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        """Stop the thread and wait for it."""
        self._stopped.set()
        self._thread.join(5)
