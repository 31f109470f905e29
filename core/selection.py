"""The selection: pixels a person has chosen, to which edits of the label map are kept from then on.

    selection = document.view.selection
    selection.set(combined(selection.region, rectangle(a, b, shape), "add"))       one of HOWS
    selection.set(None)                                                            edits reach everywhere again

It is view state, as locks are (core/label_view): with the document while the program runs, neither undone nor saved.
Strokes, fills, replacing and reshaping keep to it; loading a label map, segmenting and repairs of faults do not.
"""

from __future__ import annotations

import numpy as np

from core.box import Box
from core.events import Event
from core.regions import NOTHING, Region, intersect, region_of, subtract, union

HOWS = "replace", "add", "subtract", "intersect"


class Selection:
    """region: the chosen pixels, None for no selection, which limits nothing. changed: Event emitting nothing."""

    def __init__(self) -> None:
        self.changed = Event()
        self.region: Region | None = None

    def set(self, region: Region | None) -> None:
        """Choose these pixels; None, or none at all, lets go."""
        wanted = None if region is None or region.box.empty else region
        if wanted is not self.region:
            self.region = wanted
            self.changed.emit()


def combined(before: Region | None, region: Region, how: str) -> Region | None:
    """A selection and another region, put together by one of HOWS. None if nothing is left."""
    if region.box.empty:
        found = before if how in ("add", "subtract") else None
    elif how == "replace" or (how == "add" and before is None):
        found = region
    elif before is None:  # nothing can be taken from, or be common with, nothing
        found = None
    else:
        found = {"add": union, "subtract": subtract, "intersect": intersect}[how](before, region)
    return None if found is None or found.box.empty else found


def inverted(region: Region | None, shape: tuple[int, int]) -> Region | None:
    """All the photo's other pixels, `shape` (height, width); all of them without a selection."""
    whole = Region(Box(0, 0, *shape), np.ones(shape, bool))
    return whole if region is None else combined(whole, region, "subtract")


def inside(region: Region, box: Box) -> np.ndarray:
    """Which pixels of a box of the photo belong to a region, bool (box.height, box.width)."""
    top, left = max(box.top, region.box.top), max(box.left, region.box.left)
    bottom, right = min(box.bottom, region.box.bottom), min(box.right, region.box.right)
    own = region.mask[top - region.box.top : bottom - region.box.top, left - region.box.left : right - region.box.left]
    if (top, left, bottom, right) == tuple(box):
        return own  # a view: boxes that lie inside cost nothing
    mask = np.zeros((box.height, box.width), bool)
    if top < bottom and left < right:
        mask[top - box.top : bottom - box.top, left - box.left : right - box.left] = own
    return mask


def limited(region: Region, within: Region | None) -> Region:
    """What of a region is selected, in the smallest box that is cheap to find; all of it without a selection."""
    if within is None or region.box.empty:
        return region
    box = Box(max(region.box.top, within.box.top), max(region.box.left, within.box.left),
              min(region.box.bottom, within.box.bottom), min(region.box.right, within.box.right))  # fmt: skip
    if box.empty:
        return NOTHING
    return region_of(inside(region, box) & inside(within, box), box.top, box.left)
