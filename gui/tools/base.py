"""What a tool is: a small state machine that turns the hand's movements into edits of the document.

The canvas hands every tool the same Pointer (where, in photo pixels) and the same Host (on what), and knows no
tool by name. Adding a tool is adding a class with press, move and release; cancel must leave no trace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtCore import Qt

from core.document import Document
from core.events import Event

if TYPE_CHECKING:
    from gui.canvas.scene import Over

SMALLEST, LARGEST = 1, 2000


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is.

    x, y: photo pixels, the first pixel reaches from 0 to 1; widget_x, widget_y: logical pixels of the canvas;
    pressure: 0..1 of a tablet's pen, None for a mouse; straight: whether Shift asks for something
    regular: a straight line, a square; of fill, for everything of one label; control: whether Ctrl asks for the
    opposite; double: whether this is the second press of a double click.
    """

    x: float
    y: float
    widget_x: float = 0.0
    widget_y: float = 0.0
    pressure: float | None = None
    straight: bool = False
    control: bool = False
    double: bool = False


class Host(Protocol):
    """What a tool may ask of the canvas."""

    document: Document

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical pixels."""

    def pick(self, label: int) -> None:
        """Make `label` the one that is painted."""

    def in_background(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        """Do what is too long for the event loop in a thread, then call `then(answer)` here."""

    def see(self, then: Callable[[np.ndarray | None], None]) -> None:
        """Call `then` with what the network sees of the photo, float32 (h, w, c), a vector for each place of a
        coarse grid over it; with None where there is no network. At once if that is known, else when it has come."""

    def tell(self, sentence: str) -> None:
        """Say something that fades."""

    def update(self) -> None:
        """Repaint what lies over the photo."""


@dataclass
class ToolOptions:
    """What the tools can be told, shared by all: the label, and the size of the brush in photo pixels."""

    label: int = 0
    size: int = 32
    changed: Event = field(default_factory=Event, repr=False, compare=False)

    def set_label(self, label: int) -> None:
        """Paint with this label from now on."""
        self._set("label", label)

    def set_size(self, size: int) -> None:
        """Set the brush's diameter in photo pixels, kept within SMALLEST..LARGEST."""
        self._set("size", min(max(int(size), SMALLEST), LARGEST))

    def step_size(self, steps: float) -> None:
        """Make the brush larger or smaller by a seventh a step, and by one pixel at least."""
        wanted = round(self.size * 1.15**steps)
        self.set_size(wanted if wanted != self.size else self.size + (1 if steps > 0 else -1))

    def _set(self, name: str, value: int) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit(name)


@dataclass(frozen=True)
class Outline:
    """The footprint a tool would leave, for the cursor: a disc of `size` photo pixels around x, y."""

    x: float
    y: float
    size: int
    label: int


@dataclass(frozen=True)
class Band:
    """The rubber band of a shape under way: a closed line through `points` (n, 2) in photo pixels, or with `oval`
    the ellipse between two opposite corners."""

    points: np.ndarray
    label: int
    oval: bool = False


@dataclass(frozen=True)
class Trail:
    """The stroke that is being drawn: its points (n, 2) in photo pixels, its size and label."""

    points: np.ndarray
    size: int
    label: int


def step_name(what: str, host: Host, label: int) -> str:
    """What a step of a tool is called: "Fill: sky"."""
    return f"{what}: {host.document.label_set.name(label)}"


class Tool:
    """The base of all tools, which does nothing.

    name: of its action. title, told: what the bar of tool options calls it and says about it. options_shown: the
    groups of that bar it shows, such as "size". paints: whether it gives pixels the current label, so that who chooses
    a label keeps it in hand.
    """

    name = ""
    title = ""
    told = ""
    options_shown: tuple[str, ...] = ()
    paints = True
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, options: ToolOptions) -> None:
        self.options = options

    @property
    def busy(self) -> bool:
        """Whether a gesture is under way."""
        return False

    def press(self, pointer: Pointer, host: Host) -> None:
        """The button, or the pen, went down."""

    def move(self, pointer: Pointer, host: Host) -> None:
        """The pointer moved during a gesture."""

    def release(self, pointer: Pointer, host: Host) -> None:
        """The button came up: the gesture counts."""

    def cancel(self, host: Host) -> None:
        """The gesture is taken back."""

    def put_down(self, host: Host) -> None:
        """Another tool or another photo is taken: what was begun over several gestures is dropped."""

    def key(self, key: int, host: Host) -> bool:
        """A key that the tool may take for itself, Tab and Backtab too; whether it did."""
        return False

    def wheel(self, steps: float, host: Host) -> bool:
        """The wheel with Ctrl, in notches; whether the tool took it."""
        return False

    def paint_cursor(self, pointer: Pointer) -> Outline | Band | None:
        """The outline to draw at the pointer, or the shape under way, or None for the plain `cursor`."""
        return None

    def over(self) -> Over | None:
        """What the tool has to show over the photo besides, in every pane."""
        return None

    def trail(self) -> Trail | None:
        """The stroke under way, for views that do not show labels."""
        return None
