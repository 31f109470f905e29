"""The hand: mouse, pen, wheel and keys over the canvas, turned into gestures of tools.

Which tool a press belongs to is settled when it begins: the divider's if it is under the pointer, the hand's for
the middle button and held Space, the picker's for held Alt, else the current tool's. The gesture keeps its tool
and its pane until it ends, wherever the pointer goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)

from gui.canvas.views import Pane, View
from gui.tools import Host, PanTool, PickerTool, Pointer, Tool, ToolOptions

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

GRAB = 7  # logical pixels around the divider that take hold of it
_PAN_KEYS = {
    Qt.Key.Key_Left: (1, 0), Qt.Key.Key_Right: (-1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)
}  # fmt: skip
_PAN_STEP = 60  # logical pixels
_NOTCH = 120  # eighths of a degree
_ZOOM_NOTCH = 2**0.25
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_NO_KEYS = Qt.KeyboardModifier.NoModifier
_LEFT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


class DividerTool(Tool):
    """Drags the divider of the compare view."""

    name = "divider"
    cursor = Qt.CursorShape.SplitHCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._before: float | None = None

    @property
    def busy(self) -> bool:
        return self._before is not None

    def press(self, pointer: Pointer, host: Host) -> None:
        self._before = host.split

    def move(self, pointer: Pointer, host: Host) -> None:
        host.set_split(pointer.widget_x / max(host.width(), 1))

    def release(self, pointer: Pointer, host: Host) -> None:
        self._before = None

    def cancel(self, host: Host) -> None:
        if self._before is not None:
            host.set_split(self._before)
            self._before = None


class Hand:
    """Listens for one canvas. `tool` is the current tool, `at` the pointer's last place over the canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pan = PanTool(canvas.options)
        self._picker = PickerTool(canvas.options)
        self._divider = DividerTool(canvas.options)
        self.tool: Tool = self._pan
        self.at: QPointF | None = None
        self._pressure: float | None = None
        self._gesture: tuple[Tool, Pane, Qt.MouseButton] | None = None
        self._space = False
        self.keys = _NO_KEYS  # held when the pointer or they themselves moved last

    @property
    def busy(self) -> bool:
        """Whether something is under way: a gesture, or what the tool does over several of them."""
        return self._gesture is not None or self.tool.busy

    @property
    def held(self) -> bool:
        """Whether a button is down."""
        return self._gesture is not None

    def pointer(self, at: QPointF, keys: Qt.KeyboardModifier = _NO_KEYS, *, double: bool = False) -> Pointer:
        """The tools' view of a place on the canvas, with these keys held."""
        pane = self._gesture[1] if self._gesture else self._canvas.pane_at(at)
        x, y = self._canvas.viewport.to_photo(at.x() - pane.area.x(), at.y() - pane.area.y())
        scale = self._canvas.viewport.scale
        shift, control, alt = (bool(keys & key) for key in (_SHIFT, _CONTROL, _ALT))
        return Pointer(x, y, at.x(), at.y(), self._pressure, shift, control, double, scale, alt)

    def chosen(self) -> Tool:
        """The tool that a press with the left button would belong to now."""
        if self._gesture:
            return self._gesture[0]
        if self.at is not None and self._near_divider(self.at):
            return self._divider
        return self._pan if self._space else self.tool

    def cancel(self) -> bool:
        """Take the gesture under way back, or else all that the tool has begun; whether there was any."""
        if not self.busy:
            return False
        tool, self._gesture = self._gesture[0] if self._gesture else self.tool, None
        self._pressure = None
        tool.cancel(self._canvas)
        return True

    # -- mouse

    def press(self, event: QMouseEvent) -> None:
        if self._gesture or self._canvas.document is None or event.button() not in (_LEFT, _MIDDLE):
            return
        double = event.type() == QEvent.Type.MouseButtonDblClick
        self._begin(event.position(), event.button(), event.modifiers(), double=double)

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier = _NO_KEYS) -> None:
        self.at, self.keys = at, modifiers
        if self._gesture:
            self._gesture[0].move(self.pointer(at, modifiers), self._canvas)
        elif self.tool.busy:
            self.tool.move(self.pointer(at, modifiers), self._canvas)

    def release(self, event: QMouseEvent) -> None:
        if self._gesture and self._gesture[2] == event.button():
            self._end(event.position(), event.modifiers())

    def tablet(self, event: QTabletEvent) -> bool:
        """A pen: its pressure goes with the gesture, its other end erases. Whether the event was taken."""
        kind, at = event.type(), event.position()
        if kind == QEvent.Type.TabletPress and event.button() == _LEFT:
            if self._gesture or self._canvas.document is None:
                return True
            self._pressure = event.pressure()
            rubber = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._begin(at, _LEFT, event.modifiers(), self._canvas.tools["eraser"] if rubber else None)
            return True
        if not self._gesture or self._pressure is None:
            return False
        if kind == QEvent.Type.TabletMove:
            self._pressure = event.pressure()
            self.move(at, event.modifiers())
        elif kind == QEvent.Type.TabletRelease and event.button() == _LEFT:
            self._end(at, event.modifiers())
        return True

    def _begin(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier,
               pen_tool: Tool | None = None, *, double: bool = False) -> None:
        self.at = at
        tool = self._pan if button == _MIDDLE else pen_tool or self.chosen()
        if tool is self.tool and modifiers & _ALT and not tool.selecting:
            tool = self._picker
        pointer = self.pointer(at, modifiers, double=double)
        self._gesture = tool, self._canvas.pane_at(at), button
        tool.press(pointer, self._canvas)

    def _end(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.at = at
        pointer = self.pointer(at, modifiers)
        tool, self._gesture = self._gesture[0], None
        tool.release(pointer, self._canvas)
        self._pressure = None

    def _near_divider(self, at: QPointF) -> bool:
        canvas = self._canvas
        return canvas.view is View.SPLIT and abs(at.x() - canvas.split * canvas.width()) <= GRAB

    # -- wheel and trackpad

    def wheel(self, event: QWheelEvent) -> None:
        """Plain: zoom at the pointer. Ctrl: the tool's size. Two fingers on a trackpad: pan."""
        turned = event.angleDelta()
        steps = (turned.y() or turned.x()) / _NOTCH
        control = event.modifiers() & _CONTROL
        if control and self.chosen().wheel(steps, self._canvas):
            return
        pixels = event.pixelDelta()
        if not control and event.phase() != Qt.ScrollPhase.NoScrollPhase and not pixels.isNull():
            self._canvas.pan(pixels.x(), pixels.y())
        else:
            self._canvas.zoom_at(event.position(), self._canvas.zoom * _ZOOM_NOTCH**steps)

    def pinch(self, event: QNativeGestureEvent) -> bool:
        """A pinch on a trackpad; whether it was one."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._canvas.zoom_at(event.position(), self._canvas.zoom * max(1 + event.value(), 0.1))
        return True

    # -- keys

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to what is under way, before any shortcut of the window."""
        if self.tool.busy and event.key() in self.tool.keys:
            return True
        return self.busy and (event.key() == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Undo))

    def claimed(self, event: QKeyEvent) -> bool:
        """A key of `claims`; whether the tool has dealt with it. What it has not means to cancel."""
        key = Qt.Key.Key_Undo if event.matches(QKeySequence.StandardKey.Undo) else event.key()
        return key != Qt.Key.Key_Escape and self.tool.key(key, self._canvas)

    def key(self, event: QKeyEvent) -> bool:
        """Any other key; whether it was taken."""
        key = event.key()
        if key == Qt.Key.Key_Shift:
            self.keys |= _SHIFT
        if self.chosen().key(key, self._canvas):
            return True
        if key == Qt.Key.Key_Shift and self.busy:
            self.move(self.at, _SHIFT)
        elif key == Qt.Key.Key_Space:
            self._space = True
        elif key == Qt.Key.Key_Escape and self._canvas.document.view.selection.region is not None:
            self._canvas.document.view.selection.set(None)
        elif key in _PAN_KEYS and not self._gesture:
            across, down = _PAN_KEYS[Qt.Key(key)]
            self._canvas.pan(across * _PAN_STEP, down * _PAN_STEP)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._canvas.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self._canvas.zoom_out()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self._canvas.step_brush(1 if key == Qt.Key.Key_BracketRight else -1)
        else:
            return False
        return True

    def key_up(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Shift:
            self.keys &= ~_SHIFT
            if self.busy:
                self.move(self.at)
                return True
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            return False
        self._space = False
        return True

    def let_go(self) -> None:
        """The keyboard went elsewhere: nothing is held any more."""
        self._space = False
        self.keys = _NO_KEYS
