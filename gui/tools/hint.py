"""The hint tool: a click puts a colour on a spot, a drag draws with it, and what is there can be taken up again.

    press beside all hints     a new hint, and a scribble if the hand goes on
    press on a hint            it is selected, and goes with the hand
    keys                       Tab from hint to hint, arrows move, Delete removes, Enter puts one, Escape lets go

Every gesture is one step of the document, live while it lasts. The tool has the colour in hand and the selection;
`changed` tells of both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Qt

from core.document import ERASE, Document
from core.events import Event
from core.guidance import Hint, Spot, Swatch
from core.hints import moved_hint
from gui.tools.base import Host, Outline, Pointer, Tool, ToolOptions

GRAB = 10.0  # logical pixels around a point, or a scribble, that take hold of it
_SLACK = 4.0  # ... that are no drag yet
_SPACING = 6.0  # ... between two points of a scribble
_NUDGE = 2.0  # ... that an arrow key moves a hint
_GREY = Swatch(0.5, 0.5, 0.5)
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


@dataclass
class _Gesture:
    """A press until its release. `hint` is as it was at the press, `last` where the scribble's end is."""

    start: Pointer
    index: int
    hint: Hint
    new: bool
    selected: int | None  # before
    last: Pointer
    key: object = field(default_factory=object)
    moving: bool = False


class HintTool(Tool):
    """See the module. `swatch`: the colour in hand, None for that of the photo's spot; `exact`: whether new hints
    are; `colour_at(x, y)`: the colour of a spot, photo fractions; `spot`: of a reference, where the colour in hand is
    from, for the next hint to be a pair with."""

    name = "hint"
    title = "Hint"
    told = "Click or draw to put the colour there; drag a hint to move it, Delete removes it"
    options_shown = ("size",)
    paints = False
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self.swatch: Swatch | None = None
        self.exact = False
        self.spot: Spot | None = None
        self.colour_at: Callable[[float, float], Swatch] = lambda x, y: _GREY
        self.changed = Event()
        self._document: Document | None = None  # while the tool is in hand
        self._index: int | None = None
        self._gesture: _Gesture | None = None
        self._pointer: Pointer | None = None
        self._size: int | None = None  # of hints, kept apart from the brush's
        self._brush = options.size
        options.changed.connect(self._option_changed)

    @property
    def busy(self) -> bool:
        return self._gesture is not None

    @property
    def selected(self) -> int | None:
        """Which hint of the document is selected."""
        there = self._document is not None and self._index is not None and self._index < len(self._document.hints)
        return self._index if there else None

    @property
    def hint(self) -> Hint | None:
        """The selected hint."""
        return None if self.selected is None else self._document.hints[self.selected]

    def select(self, index: int | None) -> None:
        """Select a hint, or none; its colour is in hand then."""
        self._index = index
        hint = self.hint
        if hint is not None:
            self.swatch, self.exact = hint.swatch, hint.exact
            self.options.set_size(self._size_of(hint))
        self.changed.emit()

    def change(self, name: str, merge_key: object = None, **fields: object) -> None:
        """Change fields of the selected hint, as a step called `name`. With another colour it is no pair any more."""
        if "swatch" in fields:
            fields.setdefault("spot", None)
        if self.hint is not None:
            self._put(name, self.selected, replace(self.hint, **fields), merge_key)

    def remove(self) -> None:
        """Take the selected hint away."""
        at = self.selected
        if at is not None:
            hints = self._document.hints
            self._index = None
            self._document.set_guidance("Remove hint", hints=(*hints[:at], *hints[at + 1:]))
            self.changed.emit()

    # -- gestures

    def press(self, pointer: Pointer, host: Host) -> None:
        if self.busy:
            return
        index = hint_under(host.document, pointer)
        if index is None:
            self._place(pointer, host.document)
            return
        hint = host.document.hints[index]
        self._gesture = _Gesture(pointer, index, hint, False, self.selected, pointer)
        self.select(index)

    def move(self, pointer: Pointer, host: Host) -> None:
        gesture = self._gesture
        if gesture is None:
            return
        if gesture.new:
            self._draw(gesture, pointer, host.document)
        elif gesture.moving or _far(pointer, gesture.start) > _SLACK:
            gesture.moving = True
            photo = host.document.photo
            across, down = (pointer.x - gesture.start.x) / photo.width, (pointer.y - gesture.start.y) / photo.height
            self._put("Move hint", gesture.index, moved_hint(gesture.hint, across, down), gesture.key)

    def release(self, pointer: Pointer, host: Host) -> None:
        if self.busy:
            self.move(pointer, host)
            self._gesture = None
            self.changed.emit()

    def cancel(self, host: Host) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            host.document.take_back(gesture.key)
            self.select(gesture.selected)

    def _place(self, pointer: Pointer, document: Document) -> None:
        """A new hint where the pointer is; beside the photo nothing is selected any more."""
        photo = document.photo
        x, y = pointer.x / photo.width, pointer.y / photo.height
        if not (0 <= x < 1 and 0 <= y < 1):
            self.select(None)
            return
        swatch = self.swatch or self.colour_at(x, y)
        radius = self.options.size / 2 / max(photo.width, photo.height)
        hint, before = Hint(((x, y),), swatch, radius, self.exact, self.spot), document.hints
        self.spot = None
        gesture = self._gesture = _Gesture(pointer, len(before), hint, True, self.selected, pointer)
        document.set_guidance(_step_name(hint), merge_key=gesture.key, hints=(*before, hint))
        self.select(len(before))

    def _draw(self, gesture: _Gesture, pointer: Pointer, document: Document) -> None:
        if _far(pointer, gesture.last) < _SPACING or gesture.index >= len(document.hints):
            return
        gesture.last, photo = pointer, document.photo
        x, y = (min(max(part, 0.0), 1.0) for part in (pointer.x / photo.width, pointer.y / photo.height))
        hint = document.hints[gesture.index]
        self._put(_step_name(hint), gesture.index, replace(hint, points=(*hint.points, (x, y))), gesture.key)

    def _put(self, name: str, at: int, hint: Hint, merge_key: object) -> None:
        hints = self._document.hints
        if at < len(hints):
            self._document.set_guidance(name, merge_key=merge_key, hints=(*hints[:at], hint, *hints[at + 1:]))

    # -- keys, wheel and size

    def key(self, key: int, host: Host) -> bool:
        if self.busy or key in (Qt.Key.Key_Undo, Qt.Key.Key_Shift):
            return False
        key = Qt.Key(key)
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return self._step(1 if key == Qt.Key.Key_Tab else -1)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._place(self._pointer_inside(host.document), host.document)
            self._gesture = None
            return True
        if self.hint is None:
            return False
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove()
        elif key == Qt.Key.Key_Escape:
            self.select(None)
        elif key in _ARROWS:
            self._nudge(*_ARROWS[key], host.document)
        else:
            return False
        return True

    def wheel(self, steps: float, host: Host) -> bool:
        self.options.step_size(steps)
        return True

    def _pointer_inside(self, document: Document) -> Pointer:
        """Where the pointer was last, or the photo's middle."""
        photo, there = document.photo, self._pointer
        if there is not None and 0 <= there.x < photo.width and 0 <= there.y < photo.height:
            return there
        return Pointer(photo.width / 2, photo.height / 2)

    def _step(self, by: int) -> bool:
        """Select the next hint or the one before; beyond the last one the keys go on to the next widget."""
        count, at = len(self._document.hints), self.selected
        there = (0 if by > 0 else count - 1) if at is None else at + by
        self.select(there if 0 <= there < count else None)
        return self.selected is not None

    def _nudge(self, across: int, down: int, document: Document) -> None:
        photo, far = document.photo, _NUDGE / (self._pointer.scale if self._pointer else 1.0)
        moved = moved_hint(self.hint, across * far / photo.width, down * far / photo.height)
        self._put("Move hint", self.selected, moved, ("nudge", self.selected))

    def _option_changed(self, name: str) -> None:
        """The size is the selected hint's."""
        if name != "size" or self._document is None or self.busy:
            return
        hint, size = self.hint, self.options.size
        if hint is not None and self._size_of(hint) != size:
            photo = self._document.photo
            radius = size / 2 / max(photo.width, photo.height)
            self.change("Hint radius", ("hint radius", self.selected), radius=radius)

    def _size_of(self, hint: Hint) -> int:
        photo = self._document.photo
        return max(round(2 * hint.radius * max(photo.width, photo.height)), 1)

    # -- in hand

    def take_up(self, host: Host) -> None:
        self._document, self._index, self._pointer = host.document, None, None
        self._brush = self.options.size
        if self._size is not None:
            self.options.set_size(self._size)
        self.changed.emit()

    def put_down(self, host: Host) -> None:
        if self._document is None:
            return
        self.cancel(host)
        self._document, self._index = None, None
        self._size = self.options.size
        self.options.set_size(self._brush)
        self.changed.emit()

    def paint_cursor(self, pointer: Pointer) -> Outline | None:
        self._pointer = pointer
        over = self._document is not None and not self.busy and hint_under(self._document, pointer) is not None
        held = self.busy and not self._gesture.new
        self.cursor = Qt.CursorShape.SizeAllCursor if over or held else Qt.CursorShape.CrossCursor
        return None if over or held else Outline(pointer.x, pointer.y, self.options.size, ERASE)


def _step_name(hint: Hint) -> str:
    return "Point pair" if hint.spot else f"Hint: {hint.swatch.name or hint.swatch.hex}"


def hint_under(document: Document, pointer: Pointer) -> int | None:
    """The hint under the pointer, the topmost of several, within GRAB logical pixels."""
    photo, reach = document.photo, GRAB / pointer.scale
    for index in range(len(document.hints) - 1, -1, -1):
        places = [(x * photo.width, y * photo.height) for x, y in document.hints[index].points]
        if _distance((pointer.x, pointer.y), places) <= reach:
            return index
    return None


def _distance(place: tuple[float, float], line: list[tuple[float, float]]) -> float:
    """How far a place is from a line through points, or from its only point."""
    return min(_to_segment(place, start, end) for start, end in zip(line, line[1:] or line))


def _to_segment(place: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((place[0] - start[0]) * dx + (place[1] - start[1]) * dy) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    away = place[0] - start[0] - along * dx, place[1] - start[1] - along * dy
    return (away[0] ** 2 + away[1] ** 2) ** 0.5


def _far(one: Pointer, other: Pointer) -> float:
    """Logical pixels between two places of the pointer."""
    return ((one.widget_x - other.widget_x) ** 2 + (one.widget_y - other.widget_y) ** 2) ** 0.5

