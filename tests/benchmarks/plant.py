"""Faults planted in clean label maps, three kinds, drawn by a seed: what a good eye should find."""

from __future__ import annotations

import cv2
import numpy as np

from core.regions import Region, regions

KINDS = ("region relabelled", "edge shifted", "piece merged")
_KNOWN = 60


def plant(kind: str, labels: np.ndarray, common: np.ndarray, draw: np.random.Generator) -> np.ndarray | None:
    """A copy of `labels`, uint8 (h, w), with one fault of that kind; None where the map has no room for it.

    common: (C,) how often each label occurs, by which a wrong one is drawn.
    """
    found = [(label, region) for label, region in regions(labels, smallest=labels.size // 100) if label < _KNOWN]
    for index in draw.permutation(len(found)):
        label, region = found[index]
        changed = _PLANT[kind](labels, label, region, common, draw)
        if changed is not None and _enough(changed != labels):
            return changed
    return None


def _enough(changed: np.ndarray) -> bool:
    return 0.008 <= changed.mean() <= 0.5


def _relabelled(labels, label, region: Region, common, draw) -> np.ndarray:
    """The whole region takes another label."""
    weight = np.sqrt(common)
    weight[label] = 0
    changed = labels.copy()
    changed[region.box.slices][region.mask] = draw.choice(len(common), p=weight / weight.sum())
    return changed


def _shifted(labels, label, region: Region, common, draw) -> np.ndarray | None:
    """The region's edge with one neighbour is pushed into that neighbour, by 6 to 10 % of the short side."""
    mask = region.full(labels.shape)
    far = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    near = (far <= 1.5) & ~mask & (labels < _KNOWN) & (labels != label)
    counts = np.bincount(labels[near], minlength=256)
    if counts.max() < 0.2 * min(labels.shape):
        return None
    band = (far <= draw.uniform(0.06, 0.1) * min(labels.shape)) & (labels == counts.argmax())
    _, parts = cv2.connectedComponents((band | mask).view(np.uint8), connectivity=4)
    y, x = np.argwhere(mask)[0]
    return np.where(band & (parts == parts[y, x]), np.uint8(label), labels)


def _merged(labels, label, region: Region, common, draw) -> np.ndarray | None:
    """The part of the region on one side of a line takes the label of the neighbour that it borders on there."""
    rows, columns = np.nonzero(region.mask)
    angle = draw.uniform(0, 2 * np.pi)
    along = rows * np.sin(angle) + columns * np.cos(angle)
    cut = along >= np.quantile(along, draw.uniform(0.3, 0.7))
    piece = np.zeros(labels.shape, bool)
    piece[rows[cut] + region.box.top, columns[cut] + region.box.left] = True
    around = cv2.dilate(piece.view(np.uint8), np.ones((3, 3), np.uint8)).view(bool) & ~piece
    around &= (labels != label) & (labels < _KNOWN)
    counts = np.bincount(labels[around], minlength=256)
    if counts.max() < 0.1 * min(labels.shape):
        return None
    return np.where(piece, np.uint8(counts.argmax()), labels)


_PLANT = dict(zip(KINDS, (_relabelled, _shifted, _merged)))
