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
    from core.sam import Sam
    from gui.canvas.scene import Over

SMALLEST, LARGEST = 1, 2000
MOST_TOLERANCE = 100
ALIKE_BY = "light", "network"
REMEMBERED = "tolerance", "contiguous", "alike_by", "snap", "superpixels"
"""Options that a person finds as they were at the next start: the settings `tools.<name>`."""


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is.

    x, y: photo pixels, the first pixel reaches from 0 to 1; widget_x, widget_y: logical pixels of the canvas;
    pressure: 0..1 of a tablet's pen, None for a mouse; straight: whether Shift asks for something
    regular: a straight line, a square; of fill, for everything of one label; control: whether Ctrl asks for the
    opposite; alt: whether Alt is held, which a tool hears of only while it selects; double: whether this is the
    second press of a double click; scale: logical pixels per photo pixel.
    """

    x: float
    y: float
    widget_x: float = 0.0
    widget_y: float = 0.0
    pressure: float | None = None
    straight: bool = False
    control: bool = False
    double: bool = False
    scale: float = 1.0
    alt: bool = False


class Host(Protocol):
    """What a tool may ask of the canvas."""

    document: Document
    object_model: Sam | None  # a person's own, which proposes objects

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical pixels."""

    def pick(self, label: int) -> None:
        """Make `label` the one that is painted."""

    def in_background(
        self, work: Callable[[], object], then: Callable[[object], None], failed: Callable[[], None] = lambda: None
    ) -> None:
        """Do what is too long for the event loop in a thread, then call `then(answer)` here, or `failed` when it
        was told that it went wrong."""

    def see(self, then: Callable[[np.ndarray | None], None]) -> None:
        """Call `then` with what the network sees of the photo, float32 (h, w, c), a vector for each place of a
        coarse grid over it; with None where there is no network. At once if that is known, else when it has come."""

    def tell(self, sentence: str) -> None:
        """Say something that fades."""

    def update(self) -> None:
        """Repaint what lies over the photo."""


@dataclass
class ToolOptions:
    """What the tools can be told, shared by all.

    label; size: of the brush, in photo pixels; tolerance: how unlike pixels may be that still count as alike, in
    units of L* or hundredths; contiguous: whether only what hangs together counts; alike_by: one of ALIKE_BY;
    snap: whether the brush keeps to pixels as light as those under its centre; superpixels: one of SIZES; selects:
    whether tools that can select do so instead of labelling; select_how: what they do without keys, one of
    core.selection.HOWS.
    """

    label: int = 0
    size: int = 32
    tolerance: int = 10
    contiguous: bool = True
    alike_by: str = "light"
    snap: bool = False
    superpixels: str = "middle"
    selects: bool = False
    select_how: str = "replace"
    changed: Event = field(default_factory=Event, repr=False, compare=False)

    def set_label(self, label: int) -> None:
        """Paint with this label from now on."""
        self._set("label", label)

    def set_size(self, size: int) -> None:
        """Set the brush's diameter in photo pixels, kept within SMALLEST..LARGEST."""
        self._set("size", min(max(int(size), SMALLEST), LARGEST))

    def set_tolerance(self, tolerance: float) -> None:
        """Set the tolerance, kept within 0..MOST_TOLERANCE."""
        self._set("tolerance", min(max(round(tolerance), 0), MOST_TOLERANCE))

    def set_contiguous(self, contiguous: bool) -> None:
        """Take only what hangs together, or what is alike everywhere."""
        self._set("contiguous", bool(contiguous))

    def set_alike_by(self, what: str) -> None:
        """Compare by "light" or by what the "network" sees."""
        self._set("alike_by", what)

    def set_snap(self, snap: bool) -> None:
        """Let the brush keep to pixels as light as those under its centre, or not."""
        self._set("snap", bool(snap))

    def set_superpixels(self, size: str) -> None:
        """Paint with superpixels of this size."""
        self._set("superpixels", size)

    def set_selects(self, selects: bool) -> None:
        """Select with tools that can, or label with them."""
        self._set("selects", bool(selects))

    def set_select_how(self, how: str) -> None:
        """Change the selection in this way where no key says another."""
        self._set("select_how", how)

    def step_size(self, steps: float) -> None:
        """Make the brush larger or smaller by a seventh a step, and by one pixel at least."""
        wanted = round(self.size * 1.15**steps)
        self.set_size(wanted if wanted != self.size else self.size + (1 if steps > 0 else -1))

    def _set(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit(name)


@dataclass(frozen=True)
class Outline:
    """The footprint a tool would leave, for the cursor: a disc of `size` photo pixels around x, y, reached in a
    straight line from `start`, if given."""

    x: float
    y: float
    size: int
    label: int
    start: tuple[float, float] | None = None


@dataclass(frozen=True)
class Band:
    """The rubber band of a shape under way: a closed line through `points` (n, 2) in photo pixels, or with `oval`
    the ellipse between two opposite corners."""

    points: np.ndarray
    label: int
    oval: bool = False


@dataclass(frozen=True)
class Rings:
    """The border of some pixels: closed lines, each (n, 2) photo points."""

    rings: tuple[np.ndarray, ...]
    label: int


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
    a label keeps it in hand. keys: those that are its own while it is busy, besides Escape and undo.
    """

    name = ""
    title = ""
    told = ""
    options_shown: tuple[str, ...] = ()
    paints = True
    keys: tuple[Qt.Key, ...] = ()
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, options: ToolOptions) -> None:
        self.options = options

    @property
    def selecting(self) -> bool:
        """Whether the tool selects pixels instead of labelling them."""
        return self.options.selects and "select" in self.options_shown

    def how(self, pointer: Pointer) -> str | None:
        """How what the hand begins now changes the selection, one of core.selection.HOWS; None: it labels. Shift adds,
        Alt subtracts, both together keep what is common; without them the options tell."""
        if not self.selecting:
            return None
        return ((self.options.select_how, "subtract"), ("add", "intersect"))[pointer.straight][pointer.alt]

    @property
    def busy(self) -> bool:
        """Whether something is under way, which `cancel` takes back: a gesture, or several that belong together."""
        return False

    def press(self, pointer: Pointer, host: Host) -> None:
        """The button, or the pen, went down."""

    def move(self, pointer: Pointer, host: Host) -> None:
        """The pointer moved during a gesture, or between two while the tool is busy."""

    def release(self, pointer: Pointer, host: Host) -> None:
        """The button came up: the gesture counts."""

    def cancel(self, host: Host) -> None:
        """What is under way is taken back."""

    def take_up(self, host: Host) -> None:
        """The tool is in hand, and there is a photo: what takes time to prepare can be begun."""

    def put_down(self, host: Host) -> None:
        """Another tool or another photo is taken: what was begun over several gestures is dropped."""

    def key(self, key: int, host: Host) -> bool:
        """A key that the tool may take for itself, Tab and Backtab too; whether it did. While it is busy, undo
        comes as Key_Undo, and means to cancel if it is not taken."""
        return False

    def wheel(self, steps: float, host: Host) -> bool:
        """The wheel with Ctrl, in notches; whether the tool took it."""
        return False

    def paint_cursor(self, pointer: Pointer) -> Outline | Band | Rings | None:
        """The outline to draw at the pointer, or the shape under way, or None for the plain `cursor`."""
        return None

    def over(self) -> Over | None:
        """What the tool has to show over the photo besides, in every pane."""
        return None

    def trail(self) -> Trail | None:
        """The stroke under way, for views that do not show labels."""
        return None
