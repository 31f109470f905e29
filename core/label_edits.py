"""Edits of a label map that follow from one word: grow, shrink, smooth, fill holes, remove specks, replace.

Each works on the connected region around a place, or on all of a label, and answers with what `Snapshot.edit`
(core/commands) writes: a box and the labels in it. On a large photo that takes some tenths of a second.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.box import Box
from core.regions import (
    Region,
    changed_label,
    fill_holes,
    grow,
    label_region,
    region_at,
    remove_specks,
    shrink,
    smooth,
)

NAMES = {
    "grow": "Grow",
    "shrink": "Shrink",
    "smooth": "Smooth",
    "fill_holes": "Fill holes",
    "remove_specks": "Remove specks",
}
"""The edits of a shape, and what their steps are called."""

Piece = tuple[Box, np.ndarray]


def reshaped(labels: np.ndarray, what: str, label: int, reach: int, at: tuple[int, int] | None = None) -> Piece:
    """The map with `label` in another shape; with `at` (x, y) only its region there.

    what: one of NAMES; reach: in pixels; a speck is a part of up to (2 * reach + 1) ** 2 pixels.
    """
    shape = labels.shape
    changes: dict[str, Callable[[Region], Region]] = {
        "grow": lambda region: grow(region, reach, shape),
        "shrink": lambda region: shrink(region, reach, shape),
        "smooth": lambda region: smooth(region, reach, shape),
        "fill_holes": fill_holes,
        "remove_specks": lambda region: remove_specks(region, (2 * reach + 1) ** 2),
    }
    within = None if at is None else region_at(labels, *at)
    return changed_label(labels, label, changes[what], within)


def replaced(labels: np.ndarray, old: int, new: int, at: tuple[int, int] | None = None) -> Piece:
    """The map with `new` in place of `old`; with `at` (x, y) only in the region there."""
    region = label_region(labels, old) if at is None else region_at(labels, *at)
    return region.box, np.where(region.mask, np.uint8(new), labels[region.box.slices])
