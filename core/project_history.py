"""The history inside a project: what can still be undone after it was opened again.

    history.json     the last steps, oldest first: {"kind", "name", ...}; what they change is given as it was *before*
    planes/          which pixels of a label map a step changed, one bit each, tile by tile; and the labels before

A step says what was before it, so from the last one, which leads to the present, each leads to the one before. Steps
are kept back to the first of a kind that stands for more than its pixels (another label set, a new segmentation), to
MOST steps, and to a size.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.box import Box
from core.commands import Change, ChangeGuidance, Command, EditLabels
from core.fault_ignored import IgnoreFaults
from core.guidance import Guidance, Plane
from core.labels import UNSURE
from core.patches import patch
from core.project_parts import guidance_from, guidance_parts

if TYPE_CHECKING:
    from core.project_work import Work

MOST = 200  # steps
_LARGEST = 32 << 20  # bytes of arrays, as they are in memory, and of JSON
_KINDS = "labels", "reset"

Arrays = dict[str, np.ndarray]


def encode(steps: Sequence[Command]) -> tuple[list[dict], Arrays]:
    """history.json of a document's steps in effect, oldest first, and its arrays by name. To be called while none of
    them is undone: they exchange with the map what they hold."""
    told: list[dict] = []
    arrays: Arrays = {}
    size = 0
    for step in reversed(steps[-MOST:]):
        one = _encoded(step)
        if one is None:
            break
        size += sum(array.nbytes for array in one[1].values()) + len(json.dumps(one[0]))
        if size > _LARGEST:
            break
        told.append(one[0])
        arrays |= one[1]
    return told[::-1], arrays


def _encoded(step: Command) -> tuple[dict, Arrays] | None:
    if isinstance(step, IgnoreFaults):
        return {"kind": "faults", "name": step.name, "before": sorted(step.before)}, {}
    if isinstance(step, ChangeGuidance):
        before, arrays = guidance_parts(step.before)
        return {"kind": "guidance", "name": step.name, "before": before}, arrays
    if not isinstance(step, EditLabels):
        return None
    patches = [one.kept() for one in step.patches]
    masks = Plane(np.concatenate([np.packbits(mask) for _, mask, _ in patches]))
    labels = Plane(np.concatenate([before for _, _, before in patches]))
    data = {"kind": step.kind, "name": step.name, "boxes": [list(box) for box, _, _ in patches],
            "changed": masks.digest, "before": labels.digest}  # fmt: skip
    return data, {masks.digest: masks.array, labels.digest: labels.array}


def decode(told: object, plane: Callable[[str], Plane], work: Work) -> tuple[Command, ...]:
    """The steps that led to `work`; `plane` reads an array by its name. ValueError where they are damaged."""
    if not isinstance(told, list) or len(told) > MOST:
        raise ValueError("its history is damaged")
    back = _Back(work, plane)
    try:
        return tuple([back.step(one) for one in reversed(told)][::-1])
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError("its history is damaged") from error


class _Back:
    """Walks from the present state to the one before each step."""

    def __init__(self, work: Work, plane: Callable[[str], Plane]) -> None:
        self._labels, self._guidance, self._ignored = work.labels.copy(), work.guidance, work.ignored
        self._known = len(work.label_set)
        self._plane = plane

    def step(self, told: dict) -> Command:
        """The step that led to the state this is at; it is then at the state before."""
        kind, name = told["kind"], told["name"]
        if not isinstance(name, str):
            raise TypeError("a step without a name")
        if kind == "faults":
            before = frozenset(str(key) for key in told["before"])
            command, self._ignored = IgnoreFaults(name, before, self._ignored), before
            return command
        if kind == "guidance":
            earlier: Guidance = guidance_from(told["before"], self._plane)
            command, self._guidance = ChangeGuidance(name, earlier, self._guidance), earlier
            return command
        if kind not in _KINDS:
            raise ValueError("its history has a step of an unknown kind")
        return self._edit(name, kind, told)

    def _edit(self, name: str, kind: str, told: dict) -> EditLabels:
        masks, before = self._flat(told["changed"]), self._flat(told["before"])
        if any(self._known <= label != UNSURE for label in np.unique(before).tolist()):
            raise ValueError("its history has a label that its label set has not")
        patches, around, pixels, labels = [], Box(0, 0, 0, 0), 0, 0
        for sides in told["boxes"]:
            box = Box(*(int(side) for side in sides))
            if box.empty or box.clip(*self._labels.shape) != box:
                raise ValueError("its history reaches beyond the photo")
            area = box.height * box.width
            size = (area + 7) // 8
            bits = np.unpackbits(masks[pixels : pixels + size], count=area).view(bool)
            changed, pixels = bits.reshape(box.height, box.width), pixels + size
            count = np.count_nonzero(changed)
            now = self._labels[box.slices]
            other = now.copy()
            other[changed] = before[labels : labels + count]
            labels += count
            if not count:
                raise ValueError("its history is damaged")
            patches.append(patch(box, changed, now, other))
            now[...] = other
            around = around.union(box)
        return EditLabels(name, Change(kind, around), patches)

    def _flat(self, name: str) -> np.ndarray:
        array = self._plane(name).array
        if array.dtype != np.uint8 or array.ndim != 1:
            raise ValueError("its history is damaged")
        return array
