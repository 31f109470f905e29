"""The fill tool gives the region under the pointer a label; with Shift, everything that has the region's label."""

from __future__ import annotations

from math import floor

from PySide6.QtCore import Qt

from core.regions import label_region, region_at
from gui.tools.base import Host, Pointer, Tool, ToolOptions, step_name


class FillTool(Tool):
    """Fills when the button goes down, so that what it did can be seen and taken back before it comes up."""

    name = "fill"
    title = "Fill"
    told = "Click a region to give it the label; Shift+click for all that has the region's label"
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._busy = False

    @property
    def busy(self) -> bool:
        return self._busy

    def press(self, pointer: Pointer, host: Host) -> None:
        document, label = host.document, self.options.label
        self._busy = True
        document.begin_stroke(step_name("Fill", host, label))
        x, y = floor(pointer.x), floor(pointer.y)
        height, width = document.labels.shape
        if not (0 <= x < width and 0 <= y < height):
            return
        if pointer.straight:
            region = label_region(document.labels, document.label_at(x, y))
        else:
            region = region_at(document.labels, x, y)
        document.paint(region.mask, region.box.top, region.box.left, label)

    def release(self, pointer: Pointer, host: Host) -> None:
        if self._busy:
            self._busy = False
            host.document.end_stroke()

    def cancel(self, host: Host) -> None:
        if self._busy:
            self._busy = False
            host.document.cancel_stroke()
