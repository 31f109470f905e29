"""The fill tool gives the region under the pointer a label; with Shift, everything that has the region's label.

A small photo is filled when the button goes down, so that what it did can be taken back before it comes up. In a large
one the region is found, and the step worked out, in a thread: ten million pixels are a blink there, and none here.
"""

from __future__ import annotations

from math import floor

from PySide6.QtCore import Qt

from core.regions import Region, label_region, region_at
from gui.tools import writer
from gui.tools.base import Host, Pointer, Tool, ToolOptions, step_name


class FillTool(Tool):
    """Fills as soon as the button goes down."""

    name = "fill"
    title = "Fill"
    told = "Click a region to give it the label; Shift+click for all that has the region's label"
    options_shown = ("select",)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._writer = writer.Writer()
        self._down = False  # a stroke is open until the button comes up

    @property
    def busy(self) -> bool:
        return self._down or self._writer.busy

    def press(self, pointer: Pointer, host: Host) -> None:
        document, label = host.document, self.options.label
        labels, x, y, everywhere = document.labels, floor(pointer.x), floor(pointer.y), pointer.straight
        height, width = labels.shape
        if self._writer.busy or not (0 <= x < width and 0 <= y < height):
            return
        old = document.label_at(x, y)

        def find() -> Region:
            return label_region(labels, old) if everywhere else region_at(labels, x, y)

        if (how := self.how(pointer)) is not None:
            self._writer.select(host, how, lambda: region_at(labels, x, y), most=labels.size)
            return
        name = step_name("Fill", host, label)
        if labels.size > writer.AT_ONCE:
            self._writer.write(host, name, label, find, old=old)
            return
        self._down = True
        document.begin_stroke(name)
        region = find()
        document.paint(region.mask, region.box.top, region.box.left, label)

    def release(self, pointer: Pointer, host: Host) -> None:
        if self._down:
            self._down = False
            host.document.end_stroke()

    def cancel(self, host: Host) -> None:
        self._writer.cancel()
        if self._down:
            self._down = False
            host.document.cancel_stroke()
