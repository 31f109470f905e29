"""The document: one photo with everything the person decided about it, and the history of how.

Tools paint strokes, panels set guidance, the worker brings segmentations; all of it becomes commands
(core/commands), each one undoable, with a readable name. Whoever shows something of the document listens to
`changed`. Whoever computes takes `guidance(size)`, a frozen value. Nobody else writes to the label map:
`labels` is a read-only view of it, and stays the same memory as long as the document lives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.box import Box
from core.commands import Change, ChangeGuidance, Command, Segmented, Snapshot, State, Stroke, reset
from core.events import Event
from core.guidance import Guidance, Hint, Plane, Recipe, Recoloured, Settings
from core.label_view import LabelView
from core.labels import UNSURE, LabelSet, resize_labels
from core.locks import current, make_lock
from core.resegment import Resegment

if TYPE_CHECKING:
    from core.commands import EditLabels
    from core.photo import Photo

ERASE = -1
"""Painted in place of a label: writes back the segmentation's."""

_SETTING_NAMES = {"vividness": "Vividness", "seed": "Another try"}


class Document:
    """A photo being coloured.

    photo, label_set: as given; a project also gives the state and the steps that led there. labels: uint8 (H, W) at
    the photo's full size, read-only, all UNSURE at first. changed: Event emitting a Change after every change.
    revision: counts the changes. refused: Event emitting the locked labels, a tuple of ids, that kept an edit from
    changing anything at all.
    """

    def __init__(self, photo: Photo, label_set: LabelSet, state: State | None = None,
                 steps: Sequence[Command] = ()) -> None:
        self.photo = photo
        self.label_set = label_set
        self.changed = Event()
        self.refused = Event()
        self.revision = 0
        self._state = state or State((photo.height, photo.width))
        self.labels = self._state.labels.view()
        self.labels.flags.writeable = False
        self._stroke: Stroke | None = None
        self._waiting: tuple | None = None  # a segmentation that arrived in the middle of a stroke
        self._steps: list[Command] = list(steps)
        self._index = len(self._steps)
        self._saved: int | None = self._index
        self._open_key: object = None  # merge key of the last step, while changes may still join it

    # -- what there is

    @property
    def path(self) -> Path | None:
        return self.photo.path

    @property
    def segmented(self) -> np.ndarray | None:
        """The segmentation at the photo's size, a new uint8 (H, W), or None before there is one."""
        segmented = self._state.segmented
        return None if segmented is None else segmented.region(self._state.box)

    @property
    def segmentation_confidence(self) -> np.ndarray | None:
        """What came with the segmentation: float (h, w), usually smaller than the photo, or None."""
        return None if self._state.segmented is None else self._state.segmented.confidence

    @property
    def view(self) -> LabelView:
        """Which labels are locked, hidden or alone, and the selection; no edit changes the pixels of a locked one."""
        return self._state.view

    @property
    def ignored_faults(self) -> frozenset[str]:
        """The keys of places that the person has found right (core/fault_ignored)."""
        return self._state.ignored_faults

    @property
    def settings(self) -> Settings:
        return self._state.guidance.settings

    @property
    def wishes(self) -> Guidance:
        """The guidance as the person made it: without the label map, locks as they were set."""
        return self._state.guidance

    @property
    def recipe(self) -> Recipe:
        """Rules, palette with its links, and settings: what of the guidance can be applied to another photo."""
        guidance = self._state.guidance
        return Recipe(guidance.rules, guidance.palette, guidance.settings, guidance.palette_map)

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The points and scribbles with a wanted colour."""
        return self._state.guidance.hints

    def label_at(self, x: int, y: int) -> int:
        """The label of the pixel in column x, row y; UNSURE outside the photo."""
        height, width = self.labels.shape
        return int(self.labels[y, x]) if 0 <= x < width and 0 <= y < height else UNSURE

    def area(self, label: int) -> float:
        """The label's share of the photo, 0..1. Costs nothing: the pixels are counted as they change."""
        return float(self._state.counts[label]) / self.labels.size

    def guidance(self, size: tuple[int, int]) -> Guidance:
        """All that a result depends on besides the photo, with the label map at `size` (height, width)."""
        guidance = self._state.guidance
        locks = tuple(current(lock, self.labels) for lock in guidance.locks)
        return replace(guidance, labels=Plane(resize_labels(self.labels, size)), locks=locks)

    # -- strokes

    @property
    def painting(self) -> bool:
        """Whether a stroke is being drawn."""
        return self._stroke is not None

    def begin_stroke(self, name: str) -> None:
        """Start an edit of the label map that will be one step, such as "Brush: sky"."""
        self.end_stroke()
        self._stroke = Stroke(self._state, name, limited=True)

    def paint(self, mask: np.ndarray, top: int, left: int, label: int) -> None:
        """Give the pixels under `mask` a label (0..255, or ERASE), with the mask's corner at row `top`,
        column `left` of the photo. The mask, bool or uint8 (h, w), may reach over the photo's border.

        Costs as much as the mask is large, whatever the photo's size.
        """
        if self._stroke is None:
            raise RuntimeError("paint outside begin_stroke and end_stroke")
        if not (label == ERASE or 0 <= label <= 255):
            raise ValueError(f"{label} is not a label")
        box = Box(top, left, top + mask.shape[0], left + mask.shape[1]).clip(*self.labels.shape)
        if box.empty:
            return
        inside = mask[box.top - top:box.bottom - top, box.left - left:box.right - left]
        labels = self._state.machine_labels(box) if label == ERASE else label
        if self._stroke.write(box, inside.astype(bool, copy=False), labels):
            self._announce(Change("labels", box, live=True))

    def end_stroke(self) -> None:
        """Make the stroke a step of the history, unless it changed nothing. Without a stroke: nothing."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self._record(stroke)
            self._take_waiting()

    def cancel_stroke(self) -> None:
        """Put back what the stroke painted. Without a stroke: nothing."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            stroke.cancel()
            self._announce(stroke.change)
            self._take_waiting()

    # -- other edits

    def set_segmentation(self, labels: np.ndarray, confidence: np.ndarray | None = None, *,
                         keep_edits: bool = True) -> None:
        """Take a segmentation, uint8 (h, w) of any size with the photo's proportions.

        The first one belongs to opening the photo and is no step: it goes below what the person may have painted
        meanwhile. A later one is a step "Re-segment" that leaves edited pixels alone, or with keep_edits=False resets
        them. During a stroke it waits for the stroke's end.
        """
        if self._stroke is not None:
            self._waiting = labels, confidence, keep_edits
            return
        segmented = Segmented(np.array(labels, np.uint8), confidence, self._state.size)
        if self._state.segmented is None:
            self._open_with(segmented)
        elif not segmented.same_as(self._state.segmented):
            self.do(Resegment(segmented, keep_edits))
        elif not keep_edits:
            self.reset_labels()

    def reset_labels(self) -> None:
        """Go back to the segmentation everywhere: one step, if anything differs."""
        self.end_stroke()
        self._record(reset(self._state))

    def import_labels(self, labels: np.ndarray, name: str = "Import labels") -> None:
        """Take a label map of the photo's size, uint8 (H, W), as one step, but for locked pixels. ValueError for
        another size."""
        if labels.shape != self.labels.shape:
            raise ValueError(f"a label map of {labels.shape} for a photo of {self.labels.shape}")
        self.end_stroke()
        stroke = Stroke(self._state, name)
        for tile in self._state.tiles():
            stroke.write(tile, None, labels[tile.slices])
        self._record(stroke)

    def snapshot(self, *, limited: bool = False) -> Snapshot:
        """What an edit that takes longer than a blink is worked out from, in a thread; see `carry_out`. limited:
        whether the edit keeps to the selection."""
        selection = self.view.selection if limited else None
        within = selection.region if limited else None
        return Snapshot(self.labels, self.revision, self.view.shut, self._state.segmented, selection, within)

    def carry_out(self, edit: EditLabels | None, since: Snapshot) -> bool:
        """Make an edit that was worked out from a snapshot a step; None is no step. False, and nothing is done, if
        anything has changed since, or while a stroke is drawn: the edit is then to be worked out anew."""
        if self.painting or self.revision != since.revision or self.view.shut is not since.shut or not since.holds:
            return False
        if edit is not None:
            self.do(edit)
        return True

    def set_settings(self, *, merge_key: object = None, **changes: float) -> None:
        """Change settings, such as vividness=1.2, as one step named after the first of them. Changes that follow each
        other with the same merge_key (not None) become one step: a slider gives every drag its own key."""
        name = _SETTING_NAMES.get(next(iter(changes), ""), "Settings")
        self.set_guidance(name, merge_key=merge_key, settings=replace(self.settings, **changes))

    def set_guidance(self, name: str, *, merge_key: object = None, **changes: object) -> None:
        """Replace fields of Guidance (rules, palette, hints, references, settings) as one step called `name`;
        merge_key as in set_settings. Nothing is recorded if nothing differs."""
        self.end_stroke()
        before = self._state.guidance
        after = replace(before, **changes)
        if after == before:
            return
        if merge_key is not None and merge_key == self._open_key:
            step = self._steps[-1] = replace(self._steps[-1], after=after)
            self._announce(step.redo(self._state))
        else:
            self.do(ChangeGuidance(name, before, after))
            self._open_key = merge_key

    def take_back(self, merge_key: object) -> None:
        """Undo the step that changes with this merge_key have made, as if it had never been: a drag was cancelled.

        Nothing happens when there was no such change, or something else has followed it.
        """
        if merge_key is not None and merge_key == self._open_key:
            step = self._steps.pop()
            self._index, self._open_key = self._index - 1, None
            self._announce(step.undo(self._state))

    def lock_label(self, label: int, chroma: np.ndarray, moved: Recoloured | None = None,
                   light: Plane | None = None) -> None:
        """Keep the label's pixels as they are in `chroma` (h, w, 2), the newest result's, whatever comes: one step.
        `moved` is that result's `recoloured`, `light` its `fill_light`. A label that is locked already stays as it is;
        one that is nowhere in the photo cannot be locked.
        """
        if label in self.locked or not self._state.counts[label]:
            return
        locks, plane = self._state.guidance.locks, Plane(np.asarray(chroma, np.float32))
        shared = next((lock.chroma for lock in locks if lock.chroma == plane), plane)
        locks = (*locks, make_lock(label, self.labels, shared, moved, light))
        self.set_guidance(f"Lock {self.label_set.name(label)}", locks=locks)

    def unlock_label(self, label: int) -> None:
        """Let go of a locked label: one step. Without a lock on it: nothing."""
        locks = tuple(lock for lock in self._state.guidance.locks if lock.label != label)
        self.set_guidance(f"Unlock {self.label_set.name(label)}", locks=locks)

    @property
    def locked(self) -> tuple[int, ...]:
        """The labels that are locked, in the order in which they were."""
        return tuple(lock.label for lock in self._state.guidance.locks)

    # -- history

    def do(self, command: Command) -> None:
        """Carry out a command as a new step. What had been undone is forgotten."""
        self.end_stroke()
        change = command.redo(self._state)
        self._push(command)
        self._announce(change)

    def undo(self) -> None:
        """Take the last step back; during a stroke, cancel the stroke instead. Without either: nothing."""
        if self._stroke is not None:
            self.cancel_stroke()
        elif self._index:
            self.jump_to(self._index - 1)

    def redo(self) -> None:
        """Carry out again what was undone last, unless a stroke is being drawn."""
        if self.can_redo:
            self.jump_to(self._index + 1)

    @property
    def can_undo(self) -> bool:
        return self._index > 0 or self.painting

    @property
    def can_redo(self) -> bool:
        return self._index < len(self._steps) and not self.painting

    @property
    def undo_text(self) -> str:
        """The name of what `undo` takes back, "" if there is nothing."""
        if self._stroke is not None:
            return self._stroke.name
        return self._steps[self._index - 1].name if self._index else ""

    @property
    def redo_text(self) -> str:
        """The name of what `redo` carries out again, "" if there is nothing."""
        return self._steps[self._index].name if self.can_redo else ""

    def history(self) -> list[str]:
        """The names of all steps, those undone included: the first `index` of them are in effect."""
        return [step.name for step in self._steps]

    @property
    def steps(self) -> tuple[Command, ...]:
        """The steps in effect, oldest first."""
        return tuple(self._steps[: self._index])

    @property
    def index(self) -> int:
        """How many steps are in effect; 0 is the photo as it was opened."""
        return self._index

    def jump_to(self, index: int) -> None:
        """Undo or redo until `index` steps are in effect. IndexError if there are not so many."""
        if not 0 <= index <= len(self._steps):
            raise IndexError(f"step {index} of {len(self._steps)}")
        self.cancel_stroke()
        self._open_key = None
        while self._index != index:
            self._announce(self._move(1 if index > self._index else -1))

    @property
    def modified(self) -> bool:
        """Whether the document differs from what was saved (or opened) by any step."""
        return self._index != self._saved

    def mark_saved(self, saved: bool = True) -> None:
        """Remember the present step as saved, or all of them as not."""
        self._saved, self._open_key = self._index if saved else None, None

    # -- inside

    def _move(self, direction: int) -> Change:
        """One step forwards or back, silently."""
        if direction > 0:
            self._index += 1
            return self._steps[self._index - 1].redo(self._state)
        self._index -= 1
        return self._steps[self._index].undo(self._state)

    def _record(self, stroke: Stroke) -> None:
        """Push what a stroke has done, if anything. Whoever followed it live hears that it is over."""
        command = stroke.finish()
        if command is not None:
            self._push(command)
        elif stroke.spared or stroke.kept_in:
            self.refused.emit(stroke.spared)
        self._announce(stroke.change)

    def _push(self, command: Command) -> None:
        if self._saved is not None and self._saved > self._index:
            self._saved = None
        self._steps[self._index:] = [command]
        self._index += 1
        self._open_key = None

    def _announce(self, change: Change | None) -> None:
        if change is not None:
            self.revision += 1
            self.changed.emit(change)

    def _take_waiting(self) -> None:
        if self._waiting is not None:
            (labels, confidence, keep_edits), self._waiting = self._waiting, None
            self.set_segmentation(labels, confidence, keep_edits=keep_edits)

    def _open_with(self, segmented: Segmented) -> None:
        """Put the first segmentation below all steps, as if it had been there when the photo was opened."""
        index = self._index
        for _ in range(index):
            self._move(-1)
        self._state.adopt(segmented, self._steps)
        for _ in range(index):
            self._move(1)
        self._announce(Change("segmentation", self._state.box))
