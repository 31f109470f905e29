"""Outlines set corner by corner: what polygon and scissors have in common.

A click sets a corner, a drag draws a piece by hand, and between clicks a rubber band leads to the pointer. A click on
the first corner, a double click or Enter closes the outline, and what it encloses gets the label; Backspace or undo
take the last corner back, Escape all of them. The map changes when the outline is closed, and only then.
"""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin

import numpy as np
from PySide6.QtCore import Qt

from core.box import Box
from core.labels import LabelSet
from core.selecting import polygon
from gui.tools.base import Host, Pointer, Tool, ToolOptions, step_name
from gui.tools.sketch import Sketch
from gui.tools.writer import Writer

NEAR = 9.0
"""Logical pixels around the first corner that close the outline."""

_SLACK = 4.0  # logical pixels a click may shake before it counts as a drag
_TURN = pi / 4

Point = tuple[float, float]


class OutlineTool(Tool):
    """Corners, and the legs between them. A leg is (n, 2) photo points without the corner it starts from, or None
    while nobody knows it yet."""

    options_shown = ("select",)
    cursor = Qt.CursorShape.CrossCursor
    keys = (Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter)

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._knots: list[Point] = []
        self._legs: list[np.ndarray | None] = []
        self._at: Pointer | None = None
        self._pressed: Pointer | None = None
        self._drawn: list[Point] = []  # by hand, since the button went down
        self._labels: LabelSet | None = None
        self._how: str | None = None  # as the first corner was set
        self._writer = Writer()

    @property
    def busy(self) -> bool:
        return bool(self._knots) or self._writer.busy

    # -- the hand

    def press(self, pointer: Pointer, host: Host) -> None:
        if self._writer.busy or (pointer.double and not self._knots):  # its first click has closed the outline
            return
        self._labels = host.document.label_set
        if self._knots and (pointer.double or self._on_first(pointer)):
            if len(self._line()) > 2:
                self.close(host)
            return
        self._pressed, self._drawn = pointer, []
        if not self._knots:
            self._how = self.how(pointer)
        self._add(self._place(pointer), self.leg(pointer), host)

    def move(self, pointer: Pointer, host: Host) -> None:
        self._at = pointer
        start = self._pressed
        if start is None:
            return
        far = hypot(pointer.widget_x - start.widget_x, pointer.widget_y - start.widget_y) > _SLACK
        if (self._drawn or far) and (pointer.x, pointer.y) != (self._drawn or self._knots)[-1]:
            self._drawn.append((pointer.x, pointer.y))

    def release(self, pointer: Pointer, host: Host) -> None:
        if self._pressed is None:
            return
        self.move(pointer, host)
        self._pressed, drawn = None, self._drawn
        self._drawn = []
        if drawn:
            self._add(drawn[-1], np.array(drawn), host)

    def cancel(self, host: Host) -> None:
        self._writer.cancel()
        self._clear()

    def put_down(self, host: Host) -> None:
        self.cancel(host)

    def key(self, key: int, host: Host) -> bool:
        if self._writer.busy or not self._knots:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if len(self._line()) > 2:
                self.close(host)
            else:
                host.tell("An outline needs three corners.")
            return True
        if key not in (Qt.Key.Key_Backspace, Qt.Key.Key_Undo) or len(self._knots) == 1:
            return False  # without its first corner there is no outline
        self._pressed, self._drawn = None, []
        self._knots.pop()
        self._legs.pop()
        self.changed(host)
        host.update()
        return True

    # -- the outline

    def leg(self, pointer: Pointer) -> np.ndarray | None:
        """The way from the last corner to the pointer."""
        return np.array([self._place(pointer)])

    def changed(self, host: Host) -> None:
        """There are more corners, or fewer."""

    def close(self, host: Host) -> None:
        """Write what the outline encloses."""
        line, label, shape = self._line(), self.options.label, host.document.labels.shape
        self._clear()
        (left, top), (right, bottom) = np.floor(line.min(0)), np.ceil(line.max(0))
        box = Box(int(top), int(left), int(bottom) + 1, int(right) + 1).clip(*shape)
        name, most = step_name(self.title, host, label), box.height * box.width
        if self._how is not None:
            self._writer.select(host, self._how, lambda: polygon(line, shape), most=most)
        else:
            self._writer.write(host, name, label, lambda: polygon(line, shape), most=most)
        host.update()

    def over(self) -> Sketch | None:
        if not self._knots:
            return None
        closes = self._at is not None and len(self._line()) > 2 and self._on_first(self._at)
        return Sketch(self._line(), self._lead(), np.array(self._knots), self._labels.color(self.options.label), closes)

    def _lead(self) -> np.ndarray:
        """What leads from the last corner to the pointer."""
        if self._drawn:
            return np.array(self._drawn)
        if self._at is None or self._pressed is not None:
            return np.empty((0, 2))
        leg = self.leg(self._at)
        return np.array([self._place(self._at)]) if leg is None else leg

    def _line(self) -> np.ndarray:
        """All that is set, (n, 2), straight where a leg is not known yet."""
        legs = [[knot] if leg is None else leg for leg, knot in zip(self._legs, self._knots[1:])]
        return np.concatenate([self._knots[:1], *legs])

    def _place(self, pointer: Pointer) -> Point:
        """Where the pointer counts: with Shift on a line that is level, upright or diagonal."""
        if not (pointer.straight and self._knots):
            return pointer.x, pointer.y
        x0, y0 = self._knots[-1]
        across, down = pointer.x - x0, pointer.y - y0
        angle = round(atan2(down, across) / _TURN) * _TURN
        length = across * cos(angle) + down * sin(angle)
        return x0 + length * cos(angle), y0 + length * sin(angle)

    def _on_first(self, pointer: Pointer) -> bool:
        x, y = self._knots[0]
        return hypot(pointer.x - x, pointer.y - y) * pointer.scale <= NEAR and len(self._knots) > 2

    def _add(self, knot: Point, leg: np.ndarray | None, host: Host) -> None:
        if self._knots:
            self._legs.append(leg)
        self._knots.append(knot)
        self.changed(host)

    def _clear(self) -> None:
        self._knots, self._legs, self._drawn = [], [], []
        self._at = self._pressed = None
