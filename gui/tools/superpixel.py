"""The superpixel brush: strokes snap to small pieces of the photo that follow its edges.

The photo is cut in a thread when the tool is first taken up, once for each size (core/superpixels); the status bar
tells of it. Then the piece under the pointer is outlined, and a stroke gives every piece on its way the label.
"""

from __future__ import annotations

import weakref

import cv2
import numpy as np
from PySide6.QtCore import Qt

from core.document import Document
from core.regions import Region
from core.selection import Selection, combined
from core.superpixels import Superpixels, cut_photo
from gui.tools.base import Host, Pointer, Rings, Tool, ToolOptions, step_name


class SuperpixelTool(Tool):
    """See the module. `options.superpixels` is the size of the pieces."""

    name = "superpixel"
    title = "Superpixels"
    told = "Click or drag over pieces of the photo"
    options_shown = ("superpixels", "select")
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._cuts: dict[str, Superpixels] = {}  # of the document of `_of`, by size
        self._of: weakref.ref[Document] | None = None
        self._cutting: set[str] = set()
        self._host: Host | None = None  # while the tool is in hand
        self._taken: set[int] = set()  # by the stroke under way
        self._with: Superpixels | None = None  # during a stroke
        self._at: tuple[float, float] = (0.0, 0.0)
        self._label = 0
        self._how: str | None = None  # of the stroke under way, if it selects
        self._before: Region | None = None  # the selection when it began
        self._ring: tuple[Superpixels, int, Rings] | None = None
        options.changed.connect(self._option_changed)

    @property
    def busy(self) -> bool:
        return self._with is not None

    def take_up(self, host: Host) -> None:
        self._host = host
        if self._of is None or self._of() is not host.document:
            self._of, self._cuts, self._cutting = weakref.ref(host.document), {}, set()
        self._cut(host)

    def put_down(self, host: Host) -> None:
        self._host = self._ring = None

    def press(self, pointer: Pointer, host: Host) -> None:
        cut = self._ready()
        if cut is None:
            host.tell("The superpixels are not ready yet; they are still being looked for.")
            return
        self._with, self._label, self._taken = cut, self.options.label, set()
        self._at = pointer.x, pointer.y
        self._how, self._before = self.how(pointer), host.document.view.selection.region
        if self._how is None:
            host.document.begin_stroke(step_name(self.title, host, self._label))
        self.move(pointer, host)

    def move(self, pointer: Pointer, host: Host) -> None:
        if not self.busy:
            return
        here = pointer.x, pointer.y
        new = set(self._with.touched([self._at, here]).tolist()) - self._taken
        self._at = here
        if not new:
            return
        first = not self._taken
        self._taken |= new
        if self._how is not None:
            self._select(sorted(new), host.document.view.selection, first)
        else:
            region = self._with.region(sorted(self._taken), around=sorted(new))
            host.document.paint(region.mask, region.box.top, region.box.left, self._label)

    def _select(self, new: list[int], selection: Selection, first: bool) -> None:
        """Take new pieces into the selection; what is common has to be found anew with every piece."""
        if self._how == "intersect":
            selection.set(combined(self._before, self._with.region(sorted(self._taken)), self._how))
        else:
            how = self._how if first or self._how == "subtract" else "add"
            selection.set(combined(selection.region, self._with.region(new), how))

    def release(self, pointer: Pointer, host: Host) -> None:
        if self.busy:
            self.move(pointer, host)
            self._with = None
            if self._how is None:
                host.document.end_stroke()

    def cancel(self, host: Host) -> None:
        if self.busy:
            self._with = None
            if self._how is None:
                host.document.cancel_stroke()
            else:
                host.document.view.selection.set(self._before)

    def paint_cursor(self, pointer: Pointer) -> Rings | None:
        cut = self._ready()
        one = -1 if cut is None else cut.at(pointer.x, pointer.y)
        if one < 0:
            return None
        if self._ring is None or self._ring[:2] != (cut, one) or self._ring[2].label != self.options.label:
            self._ring = cut, one, Rings(_rings(cut.region([one])), self.options.label)
        return self._ring[2]

    def _ready(self) -> Superpixels | None:
        """The pieces of the chosen size, once they are there."""
        return self._cuts.get(self.options.superpixels)

    def _option_changed(self, name: str) -> None:
        if name == "superpixels" and self._host is not None:
            self._cut(self._host)

    def _cut(self, host: Host) -> None:
        """Cut the photo into pieces of the chosen size, unless that has been done."""
        size, of, photo = self.options.superpixels, self._of, host.document.photo
        if size in self._cuts or size in self._cutting:
            return
        self._cutting.add(size)
        host.tell("Looking for superpixels…")

        def came(cut: Superpixels) -> None:
            if of is not self._of:
                return
            self._cutting.discard(size)
            self._cuts[size] = cut
            if self._host is not None and size == self.options.superpixels:
                host.tell(f"{cut.count} superpixels are ready.")
                host.update()

        def failed() -> None:
            if of is self._of:
                self._cutting.discard(size)

        host.in_background(lambda: cut_photo(photo, size), came, failed)


def _rings(region: Region) -> tuple[np.ndarray, ...]:
    """The border of a region, through the middle of its outermost pixels."""
    lines, _ = cv2.findContours(
        region.mask.view(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE,
        offset=(region.box.left, region.box.top),
    )  # fmt: skip
    return tuple(line.reshape(-1, 2) + 0.5 for line in lines)
