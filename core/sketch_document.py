"""A sketch opened: a document whose labels are the regions between its strokes, and the way there and back.

    photo, document = opened(photo, label_set)      a sketch's regions, or a photo's empty map
    regions_of(document)                            the map finer than at work size, for a Request

Whether a photo is line art is told when it is opened (core/sketch); a person may overrule it, which is one step of the
history: another label set, another map, and the guidance that says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.commands import Change, Segmented, State
from core.document import Document
from core.guidance import Guidance, Plane
from core.labels import UNSURE, LabelSet, count_labels, resize_labels
from core.photo import Photo, fit_size
from core.sketch import is_sketch
from core.sketch import on_paper as laid
from core.sketch_regions import REGION_SIZE, region_map, region_set, usual_of

if TYPE_CHECKING:
    from core.request import Request


def opened(photo: Photo, label_set: LabelSet, sketch: bool | None = None) -> Document:
    """The document of a photo: a sketch's if it is one, or if `sketch` says so. Takes a while for a sketch."""
    photo, labels = as_sketch(photo, sketch)
    if labels is None:
        return Document(photo, usual_of(label_set))
    state = State(photo.size)
    state.guidance = Guidance(line_art=True)
    document = Document(photo, region_set(labels, label_set), state)
    document.set_segmentation(labels, np.ones((1, 1), np.float32))
    return document


def as_sketch(photo: Photo, sketch: bool | None = None) -> tuple[Photo, np.ndarray | None]:
    """The photo and its regions if it is line art, or if `sketch` says so; the photo itself and None otherwise."""
    if not (is_sketch(photo) if sketch is None else sketch):
        return photo, None
    photo = laid(photo)
    return photo, region_map(photo)


def on_paper(document: Document) -> Document:
    """The document, its photo laid on paper if it is a sketch: it may have been read from its file anew."""
    if document.wishes.line_art:
        document.photo = laid(document.photo)
    return document


def regions_of(document: Document) -> Plane | None:
    """The label map of a sketch at REGION_SIZE, for `Request.regions`; None of a photo."""
    if not document.wishes.line_art:
        return None
    return Plane(resize_labels(document.labels, fit_size(*document.labels.shape, REGION_SIZE)))


def sketch_request(request: Request, labels: np.ndarray) -> Request:
    """`request` for a sketch whose regions (or labels that a person gave) are `labels` uint8 of any size."""
    guidance = replace(request.guidance, line_art=True, labels=Plane(resize_labels(labels, request.shape)))
    return replace(request, guidance=guidance, regions=Plane(labels))


class TreatAsSketch:
    """A command (core/commands): from now on the document is a sketch with these regions, uint8 (h, w), or with None a
    photo again, with the label set that is usual.

    The map starts anew; rules and locks, which are of other labels, go. Undo brings everything back.
    """

    def __init__(self, document: Document, labels: np.ndarray | None, name: str = "") -> None:
        self.name = name or ("Treat as photo" if labels is None else "Treat as line art")
        self._document = document
        self._size = document.labels.shape
        usual = usual_of(document.label_set)
        own = usual if labels is None else region_set(labels, usual)
        found = np.full((1, 1), UNSURE, np.uint8) if labels is None else labels
        segmented = Segmented(found, np.full((1, 1), float(labels is not None), np.float32), self._size)
        guidance = replace(document.wishes, line_art=labels is not None, rules=(), locks=())
        self._other = own, guidance, segmented, segmented

    def redo(self, state: State) -> Change:
        document = self._document
        label_set, guidance, segmented, labels = self._other
        before = Segmented(state.labels.copy(), None, self._size)
        self._other = document.label_set, state.guidance, state.segmented, before
        document.label_set, state.guidance, state.segmented = label_set, guidance, segmented
        labels.region(state.box, out=state.labels)
        state.counts = count_labels(state.labels)
        return Change("segmentation", state.box)

    undo = redo
