"""The picker takes the label under the pointer; held Alt makes every tool one for a moment."""

from __future__ import annotations

from math import floor

from PySide6.QtCore import Qt

from core.labels import UNSURE
from gui.tools.base import Host, Pointer, Tool, ToolOptions


class PickerTool(Tool):
    """Picks while the button is down, so that one may search for the label by dragging."""

    name = "picker"
    title = "Label picker"
    told = "Click the photo to take the label under the pointer"
    paints = False
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._before: int | None = None

    @property
    def busy(self) -> bool:
        return self._before is not None

    def press(self, pointer: Pointer, host: Host) -> None:
        self._before = self.options.label
        self.move(pointer, host)

    def move(self, pointer: Pointer, host: Host) -> None:
        label = host.document.label_at(floor(pointer.x), floor(pointer.y))
        if label != UNSURE:
            host.pick(label)

    def release(self, pointer: Pointer, host: Host) -> None:
        self._before = None

    def cancel(self, host: Host) -> None:
        if self._before is not None:
            host.pick(self._before)
            self._before = None
