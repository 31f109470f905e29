"""Writing a region that may take a while: found and worked out in a thread, carried out in one blink.

    self._writer.write(host, "Polygon: sky", sky, lambda: polygon(points, shape))
    self._writer.select(host, "add", lambda: polygon(points, shape))

A region that is small for sure is written at once. Otherwise the tool stays `busy` until the map has changed; if
somebody else changes the map meanwhile, the edit is worked out anew, and after `cancel` nothing comes of it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.commands import EditLabels, Snapshot
from core.document import Document
from core.regions import Region, paint
from core.selection import combined, limited
from gui.tools.base import Host

AT_ONCE = 400_000
"""Pixels of a box that the event loop can find a shape in, and write, without a thread's help."""

Answer = tuple[Region, EditLabels | None, tuple[int, ...] | None]


class Writer:
    """Writes one region at a time, each as one step of the document."""

    def __init__(self) -> None:
        self._job: object = None  # of the region being worked out

    @property
    def busy(self) -> bool:
        """Whether a region is still to be written."""
        return self._job is not None

    def write(
        self, host: Host, name: str, label: int, find: Callable[[], Region], *, most: int | None = None,
        old: int | None = None,
    ) -> None:
        """Give the region that `find` answers with a label, as a step called `name`. most: how many pixels its
        box can have, old: the label that all of it has in the map as it is now; where that is known."""
        if most is not None and most <= AT_ONCE:
            paint(host.document, name, find(), label)
            return
        self._job = job = object()
        self._ask(host, job, host.document, name, label, find, old)

    def select(self, host: Host, how: str, find: Callable[[], Region], *, most: int | None = None) -> None:
        """Change the selection by the region that `find` answers with; how: one of core.selection.HOWS."""
        selection = host.document.view.selection
        before, at_once = selection.region, most is not None and most <= AT_ONCE
        if at_once and (before is None or before.mask.size <= AT_ONCE):
            selection.set(combined(before, find(), how))
            return
        self._job = job = object()

        def came(region: Region | None) -> None:
            if job is self._job:
                self._job = None
                selection.set(region)

        def failed() -> None:
            if job is self._job:
                self._job = None

        host.in_background(lambda: combined(before, find(), how), came, failed)

    def cancel(self) -> None:
        """Drop what is being worked out."""
        self._job = None

    def _ask(
        self, host: Host, job: object, document: Document, name: str, label: int, find: Callable, old: int | None = None
    ) -> None:
        snapshot = document.snapshot(limited=True)

        def failed() -> None:
            if job is self._job:
                self._job = None

        def came(answer: Answer) -> None:
            if job is not self._job:
                return
            region, edit, spared = answer
            if document is not host.document or document.carry_out(edit, snapshot):
                self._job = None
                if edit is None and spared is not None and document is host.document:
                    document.refused.emit(spared)
                host.update()
            else:
                self._ask(host, job, document, name, label, lambda: region)

        host.in_background(lambda: _worked_out(snapshot, name, label, find(), old), came, failed)


def _worked_out(snapshot: Snapshot, name: str, label: int, region: Region, old: int | None) -> Answer:
    """A region, the edit that gives it a label, and what keeps it from that: locked labels in its way, none of them
    where it lies beside the selection, None where nothing does."""
    spared: tuple[int, ...] | None = None
    reached = limited(region, snapshot.within)
    if reached.box.empty and not region.box.empty:
        spared = ()
    elif snapshot.shut is not None:
        now = snapshot.labels[reached.box.slices]
        counts = np.bincount(now[reached.mask], minlength=256) * (snapshot.shut.ravel() > 0)
        spared = tuple(np.flatnonzero(counts).tolist()) or None
    return region, snapshot.paint(name, region.box, region.mask, label, old), spared
