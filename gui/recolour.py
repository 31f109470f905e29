"""Keeps the colours up with the document: asks the worker while the hand moves, and again when it rests.

    a dab          -> the label prior's colour under it (gui/features/instant), where the network is not that quick
    change (live)  -> at most one request a frame, at draft size while the full one is too slow to follow
    change         -> one request at the full work size, at once
    answer         -> shown if it belongs to this photo and colorizer and nothing newer has been shown

Requests are values, so an edit that changes nothing at work size asks for nothing. The luminance at both sizes
is taken when the photo is loaded, in the loading thread.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from core.engine import DRAFT_SIZE, Request, Result, Segmentation
from core.guidance import Plane
from core.label_parents import standing
from core.recolor import own_colours
from core.sketch_document import regions_of

if TYPE_CHECKING:
    from core.document import Document
    from gui.worker import Worker

FRAME_MS = 16
FOLLOWS_THE_HAND = 0.06  # seconds: a colouring as fast as this needs no draft
REMEMBERED = 64  # requests whose answers may still come


class Recolour(QObject):
    """Asks for the colours of one document at a time.

    coloured(Result, rgb): something newer to show. settled(): the answer to the newest request has come.
    """

    coloured = Signal(object, object)
    segmented = Signal(object)
    settled = Signal()

    def __init__(self, worker: Worker, work_size: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self.work_size = work_size
        self.colorizer = "guided"
        self._document: Document | None = None
        self._luminance: dict[int, Plane] = {}
        self._own: dict[int, Plane | None] = {}
        self._sent: list[tuple[int, Request]] = []
        self._number = self._shown = 0
        self._seconds = 1.0
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS, timeout=self._ask_live)
        worker.colorized.connect(self._came)
        worker.segmented.connect(self._segmentation_came)

    def set_document(self, document: Document | None, luminance: dict[int, Plane]) -> None:
        """Go over to another document, whose photo's luminance is given by long side."""
        self._frame.stop()
        self._document, self._luminance = document, luminance
        self._own = {}
        self._sent = []

    def set_luminance(self, luminance: dict[int, Plane]) -> None:
        """Take the luminance of the same photo at other sizes; what is asked from now on is asked at `work_size`."""
        self._luminance = luminance

    @property
    def at_size(self) -> bool:
        """Whether the luminance at `work_size` is there; until it is, the largest there is serves."""
        return self.work_size in self._luminance

    @property
    def quick(self) -> bool:
        """Whether the network keeps up with the hand at the full work size."""
        return self._seconds <= FOLLOWS_THE_HAND

    @property
    def luminance(self) -> Plane:
        """The photo's L* at the size that is asked at."""
        return self._luminance[self._size()]

    @property
    def pending(self) -> bool:
        """Whether the newest request has not been answered yet."""
        return self._frame.isActive() or bool(self._sent and self._sent[-1][0] > self._shown)

    def see(self) -> None:
        """Ask what the network sees of the photo; `Worker.seen` answers."""
        if self._document is not None:
            self._worker.see(self._request(self._size()))

    def segment(self) -> None:
        """Ask for the labels of the photo."""
        if self._document is not None:
            self._worker.segment(self._request(self._size()))

    def ask(self, live: bool = False) -> None:
        """Ask for the colours of what the document is now; `live` while a stroke is drawn."""
        if self._document is None:
            return
        if live:
            if not self._frame.isActive():
                self._frame.start()
            return
        self._frame.stop()
        self._submit(self._size())

    def variation(self, colorizer: str = "", **changes: object) -> Request:
        """The request for the document as it is now, by another colorizer, or with other fields of its guidance."""
        request = self._request(self._size())
        guidance = replace(request.guidance, **changes)
        return replace(request, colorizer=colorizer or self.colorizer, guidance=guidance)

    def give_up(self) -> None:
        """The worker failed: nothing is to be waited for any more."""
        self._shown = self._number

    def _ask_live(self) -> None:
        size = self._size()
        self._submit(size if self.quick else min(DRAFT_SIZE, size))

    def _size(self) -> int:
        return self.work_size if self.at_size else max(self._luminance)

    def _request(self, size: int) -> Request:
        plane = self._luminance[size]
        guidance = self._document.guidance(plane.shape)
        own = self._own_colours(size) if guidance.palette_map and not guidance.line_art else None
        parents, regions = standing(self._document.label_set), regions_of(self._document)
        return Request(self._document.photo.key, plane, guidance, self.colorizer, size, own, parents, regions)

    def _own_colours(self, size: int) -> Plane | None:
        """The photo's own chroma at a work size, made when it is first wanted; None for a grey photo."""
        if size not in self._own:
            self._own[size] = own_colours(self._document.photo, size)
        return self._own[size]

    def _submit(self, size: int) -> None:
        request = self._request(size)
        if self._sent and self._sent[-1][1] == request:
            return
        self._number += 1
        self._sent = [*self._sent, (self._number, request)][-REMEMBERED:]
        self._worker.submit(request)

    def _came(self, result: Result, rgb: np.ndarray) -> None:
        number = self._number_of(result.request)
        if number is None or number < self._shown or result.request.colorizer != self.colorizer:
            return
        self._shown = number
        if result.request.work_size == self.work_size:
            self._seconds = result.seconds
        self.coloured.emit(result, rgb)
        if not self.pending:
            self.settled.emit()

    def _number_of(self, request: Request) -> int | None:
        """Which request of this document that was, the newest if it was sent more than once."""
        return next((number for number, sent in reversed(self._sent) if sent == request), None)

    def _segmentation_came(self, segmentation: Segmentation) -> None:
        document = self._document
        if document is not None and segmentation.request.photo_key == document.photo.key:
            self.segmented.emit(segmentation)


def luminance_at(photo, sizes: tuple[int, ...]) -> dict[int, Plane]:
    """The photo's L* at each of the long sides, as request material; to be called off the window's thread."""
    return {size: Plane(photo.small_luminance(size)) for size in sizes}
