"""The hand moves the photo; the middle button and held Space make every tool a hand for a moment."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gui.tools.base import Host, Pointer, Tool, ToolOptions


class PanTool(Tool):
    """Moves the photo with the pointer."""

    name = "pan"
    title = "Hand"
    told = "Drag to move the photo, turn the wheel to zoom"
    paints = False
    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._at: tuple[float, float] | None = None

    @property
    def busy(self) -> bool:
        return self._at is not None

    def press(self, pointer: Pointer, host: Host) -> None:
        self._at = pointer.widget_x, pointer.widget_y

    def move(self, pointer: Pointer, host: Host) -> None:
        if self._at is not None:
            host.pan(pointer.widget_x - self._at[0], pointer.widget_y - self._at[1])
            self._at = pointer.widget_x, pointer.widget_y

    def release(self, pointer: Pointer, host: Host) -> None:
        self.move(pointer, host)
        self._at = None

    def cancel(self, host: Host) -> None:
        self._at = None
