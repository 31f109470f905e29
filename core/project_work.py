"""What of a document goes into a project: everything a person decided, as values that a thread may keep.

    work = taken(document)            at once; the label map is still the document's own memory
    work = work.settled()             in a thread; copied, and good if document.revision is still work.revision
    document = document_of(photo, work)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.commands import ChangeGuidance, Command, Segmented, State
from core.document import Document
from core.errors import ProjectError
from core.guidance import Guidance
from core.labels import LabelSet, count_labels, resize_labels
from core.photo import Photo
from core.project_history import encode

_STRETCH = 0.01  # by so much may two shapes differ that are the same photo at two sizes


@dataclass(frozen=True, eq=False)
class Work:
    """labels: uint8 (H, W), full size. segmented, confidence: the segmentation as it came, (h, w), or None. guidance
    is without its label map. locked, hidden, solo: as in core/label_view. steps: the history, those undone left out;
    past: the same as a project keeps it (core/project_history), once the work is settled.
    """

    label_set: LabelSet
    labels: np.ndarray
    segmented: np.ndarray | None = None
    confidence: np.ndarray | None = None
    guidance: Guidance = field(default_factory=Guidance)
    ignored: frozenset[str] = frozenset()
    locked: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    solo: int | None = None
    steps: tuple[Command, ...] = ()
    past: tuple[list[dict], dict[str, np.ndarray]] | None = None
    revision: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the photo."""
        return self.labels.shape

    def settled(self, history: bool = False) -> Work:
        """With a label map of its own and, if wished, its past told. It is good if the document's revision is still
        the one of then."""
        return replace(self, labels=self.labels.copy(), past=encode(self.steps) if history else None)


def taken(document: Document) -> Work:
    """The work on a document as it is now. A stroke that is being drawn is ended."""
    document.end_stroke()
    now, view = document.snapshot(), document.view
    segmented = now.segmented
    return Work(
        document.label_set, now.labels, segmented.labels if segmented else None,
        segmented.confidence if segmented else None, document.wishes, document.ignored_faults,
        view.locked, view.hidden, view.solo, document.steps, revision=now.revision,
    )  # fmt: skip


def document_of(photo: Photo, work: Work) -> Document:
    """A document of `photo` with this work on it, unmodified. A photo of another size takes the label map resized;
    ProjectError for one of another shape."""
    state = State((photo.height, photo.width))
    labels, steps = work.labels, work.steps
    if labels.shape != state.size:
        labels, steps = _resized(labels, state.size, photo), ()
    state.labels[...] = labels
    state.counts = count_labels(state.labels)
    if work.segmented is not None:
        state.segmented = Segmented(work.segmented, work.confidence, state.size)
    state.guidance, state.ignored_faults = work.guidance, work.ignored
    for label in work.locked:
        state.view.lock(label)
    for label in work.hidden:
        state.view.hide(label)
    state.view.show_only(work.solo)
    return Document(photo, work.label_set, state, steps)


def _resized(labels: np.ndarray, size: tuple[int, int], photo: Photo) -> np.ndarray:
    (height, width), (wanted_height, wanted_width) = labels.shape, size
    if abs(height * wanted_width / (width * wanted_height) - 1) > _STRETCH:
        name = photo.path.name if photo.path else "The photo"
        raise ProjectError(f"{name} has {wanted_width} × {wanted_height} pixels, and the project is about a photo of "
                           f"{width} × {height}; find that one.")  # fmt: skip
    return resize_labels(labels, size)


# -- references


def reference_paths(guidance: Guidance) -> tuple[str, ...]:
    """The paths of all references that a guidance names, each once."""
    named = [one.path for one in guidance.references]
    named += [rule.reference for rule in guidance.rules if rule.reference is not None]
    named += [hint.spot.path for hint in guidance.hints if hint.spot is not None]
    named += [graft.path for graft in guidance.grafts]
    return tuple(dict.fromkeys(named))


def with_paths(guidance: Guidance, moved: Mapping[str, str]) -> Guidance:
    """`guidance` with other paths of references: moved[old] is the new one, and those not in it stay."""
    return replace(
        guidance,
        references=tuple(replace(one, path=moved.get(one.path, one.path)) for one in guidance.references),
        rules=tuple(replace(rule, reference=moved.get(rule.reference, rule.reference)) for rule in guidance.rules),
        hints=tuple(
            replace(hint, spot=replace(hint.spot, path=moved.get(hint.spot.path, hint.spot.path)))
            if hint.spot else hint for hint in guidance.hints
        ),
        grafts=tuple(replace(one, path=moved.get(one.path, one.path)) for one in guidance.grafts),
    )  # fmt: skip


def with_moved(work: Work, moved: Mapping[str, str]) -> Work:
    """The work with other paths of references, now and before every step that can be undone."""
    if not moved:
        return work
    steps = tuple(
        replace(step, before=with_paths(step.before, moved), after=with_paths(step.after, moved))
        if isinstance(step, ChangeGuidance) else step for step in work.steps
    )  # fmt: skip
    return replace(work, guidance=with_paths(work.guidance, moved), steps=steps)
