"""The object tool proposes the thing under a click or in a box, and writes it when a person agrees.

    click, or drag a box       -> a proposal, shown over the photo
    Shift+click, Ctrl+click    -> this belongs to it; this does not
    Tab, Shift+Tab             -> finer, coarser
    Enter, or a double click   -> written, as one step
    Backspace, undo            -> without the last point; Escape drops the proposal

Things are found by core/objects from the photo's light and from what the network sees, in a thread: once a photo for
what depends on the photo alone, as soon as the tool is taken, then for every click. A person's own object model
(core/sam) does both instead, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import hypot
from typing import TYPE_CHECKING
from weakref import ref

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from core.document import Document
from core.labels import LabelSet
from core.regions import Region
from gui.tools.base import Host, Pointer, Tool, ToolOptions, step_name
from gui.tools.proposal import Point, ProposalSketch, box_of, path_of, rings_of
from gui.tools.writer import Writer

if TYPE_CHECKING:
    from core.objects import Look
    from core.sam import Sam, SamLook

LOOK_SIDE = 1024
"""Long side at which a photo is looked at."""

_SLACK = 4.0  # logical pixels a click may shake before it counts as a drag
_ENTER = Qt.Key.Key_Return, Qt.Key.Key_Enter
_FINER, _COARSER = Qt.Key.Key_Tab, Qt.Key.Key_Backtab
_BACK = Qt.Key.Key_Backspace, Qt.Key.Key_Undo


@dataclass(frozen=True)
class Wish:
    """What was pointed at: photo points, and two corners of a box, or none."""

    plus: tuple[Point, ...] = ()
    minus: tuple[Point, ...] = ()
    corners: tuple[Point, ...] = ()
    order: tuple[str, ...] = ()  # "plus" or "minus", as the points were set


@dataclass(frozen=True, eq=False)
class Found:
    """The proposals for a wish, coarse to fine, with their outlines; `likely` is the one to show first."""

    regions: tuple[Region, ...]
    rings: tuple[tuple[np.ndarray, ...], ...]
    likely: int


class ObjectTool(Tool):
    """See the module."""

    name = "object"
    title = "Object"
    told = "Click a thing or drag a box; Shift+click: more, Ctrl+click: less, Tab: finer, Enter: write"
    options_shown = ("select",)
    keys = (*_ENTER, _FINER, _COARSER, Qt.Key.Key_Backspace)
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._document: Callable[[], Document | None] = lambda: None  # what `_look` is of; not kept alive by this
        self._labels: LabelSet | None = None
        self._model: Sam | None = None  # by which it was looked at
        self._look: Look | SamLook | None = None
        self._job: object = None  # of the look, or of the proposals, that is being waited for
        self._pressed: Pointer | None = None
        self._how: str | None = None  # as the object was first pointed at
        self._dragged: tuple[Point, ...] = ()
        self._wish: Wish | None = None
        self._found: Found | None = None
        self._index = 0
        self._path: QPainterPath | None = None
        self._write_when_found = False
        self._writer = Writer()

    @property
    def busy(self) -> bool:
        return self._pressed is not None or self._wish is not None or self._writer.busy

    @property
    def proposals(self) -> tuple[Region, ...]:
        """What is proposed now, coarse to fine."""
        return self._found.regions if self._found else ()

    @property
    def proposal(self) -> Region | None:
        """The proposal that is shown, and that Enter writes."""
        return self._found.regions[self._index] if self._found else None

    # -- the hand

    def press(self, pointer: Pointer, host: Host) -> None:
        if self._writer.busy:
            return
        self._labels = host.document.label_set
        if pointer.double and self._wish is not None:
            self._agree(host)
        else:
            self._pressed = pointer

    def move(self, pointer: Pointer, host: Host) -> None:
        start = self._pressed
        if start is None:
            return
        far = hypot(pointer.widget_x - start.widget_x, pointer.widget_y - start.widget_y) > _SLACK
        if far or self._dragged:
            self._dragged = (start.x, start.y), (pointer.x, pointer.y)

    def release(self, pointer: Pointer, host: Host) -> None:
        start = self._pressed
        if start is None:
            return
        self.move(pointer, host)
        self._pressed, corners, self._dragged = None, self._dragged, ()
        height, width = host.document.labels.shape
        if corners:
            if not box_of(corners).clip(height, width).empty:
                self._begin(Wish(corners=corners), start, host)
        elif 0 <= start.x < width and 0 <= start.y < height:
            self._point_at((start.x, start.y), start, host)

    def _point_at(self, point: Point, pointer: Pointer, host: Host) -> None:
        wish = self._wish
        if pointer.control and wish is None:
            host.tell("Click the thing first; Ctrl+click then takes away what is too much.")
        elif pointer.control:
            self._wish = replace(wish, minus=(*wish.minus, point), order=(*wish.order, "minus"))
            self._ask(host)
        elif pointer.straight and wish is not None:
            self._wish = replace(wish, plus=(*wish.plus, point), order=(*wish.order, "plus"))
            self._ask(host)
        else:
            self._begin(Wish(plus=(point,), order=("plus",)), pointer, host)

    def key(self, key: int, host: Host) -> bool:
        if self._wish is None or self._writer.busy:
            return False
        if key in _ENTER:
            self._agree(host)
        elif key in (_FINER, _COARSER):
            self._step(1 if key == _FINER else -1, host)
        elif key in _BACK and len(self._wish.order) > (0 if self._wish.corners else 1):
            self._take_back(host)
        else:
            return False
        return True

    def cancel(self, host: Host) -> None:
        self._writer.cancel()
        self._drop()

    def put_down(self, host: Host) -> None:
        self.cancel(host)

    def take_up(self, host: Host) -> None:
        if host.document is not self._document() or host.object_model is not self._model:
            self._document, self._model, self._look = ref(host.document), host.object_model, None
            self._job = job = object()
            if self._model is None:
                host.see(partial(self._look_at, host, job, host.document))
            else:
                self._look_at(host, job, host.document, None)

    def over(self) -> ProposalSketch | None:
        if self._wish is None and not self._dragged:
            return None
        wish = self._wish if self._wish and not self._dragged else Wish(corners=self._dragged)
        color = self._labels.color(self.options.label)
        return ProposalSketch(None if self._dragged else self._path, wish.plus, wish.minus, wish.corners, color)

    # -- what is looked for

    def _begin(self, wish: Wish, pointer: Pointer, host: Host) -> None:
        self._drop()
        self._wish, self._how = wish, self.how(pointer)
        self._ask(host)

    def _ask(self, host: Host) -> None:
        """Look for what is wished; until it has come the proposal before stays in sight."""
        self.take_up(host)
        host.update()
        if self._look is None:
            host.tell("Looking at the photo; the object comes in a moment.")
            return  # and asks again when it has looked
        self._job = job = object()
        wish, shape = self._wish, host.document.labels.shape
        find = partial(_find, self._look, shape, wish, lambda: job is self._job)
        host.in_background(find, partial(self._came, host, job), partial(self._failed, job))

    def _look_at(self, host: Host, job: object, document: Document, features: np.ndarray | None) -> None:
        if job is self._job:
            host.in_background(partial(_look, document, features, self._model), partial(self._looked, host, job),
                               partial(self._failed, job))  # fmt: skip

    def _looked(self, host: Host, job: object, seen: Look) -> None:
        if job is not self._job:
            return
        self._look = seen
        if self._wish is not None:
            self._ask(host)

    def _came(self, host: Host, job: object, found: Found | None) -> None:
        if job is not self._job or found is None:
            return
        if not found.regions:
            self._drop()
            host.tell("Nothing stands out there; drag a box around the thing.")
            host.update()
            return
        self._found = found
        self._show(found.likely, host)
        if self._write_when_found:
            self._agree(host)

    def _failed(self, job: object) -> None:
        if job is self._job:
            self._document = lambda: None  # to be looked at anew with the next click
            self._drop()

    # -- what is made of it

    def _show(self, index: int, host: Host) -> None:
        self._index = index
        self._path = path_of(self._found.rings[index])
        count, label = len(self._found.regions), host.document.label_set.name(self.options.label)
        which = f"Proposal {index + 1} of {count}; Tab: finer, Shift+Tab: coarser. " if count > 1 else ""
        host.tell(f"{which}Enter writes “{label}”." if self._how is None else f"{which}Enter selects it.")
        host.update()

    def _step(self, by: int, host: Host) -> None:
        if self._found:
            self._show((self._index + by) % len(self._found.regions), host)

    def _take_back(self, host: Host) -> None:
        """Without the point that was set last."""
        wish = self._wish
        last = wish.order[-1]
        self._wish = replace(wish, order=wish.order[:-1], **{last: getattr(wish, last)[:-1]})
        self._ask(host)

    def _agree(self, host: Host) -> None:
        """Write what is shown, or what is being looked for as soon as it has come."""
        region = self.proposal
        if region is None:
            self._write_when_found = True
            return
        label = self.options.label
        self._drop()
        if self._how is not None:
            self._writer.select(host, self._how, lambda: region, most=region.mask.size)
        else:
            self._writer.write(host, step_name("Object", host, label), label, lambda: region, most=region.mask.size)
        host.update()

    def _drop(self) -> None:
        self._pressed, self._dragged = None, ()
        self._wish, self._found, self._path = None, None, None
        self._write_when_found = False


def _look(document: Document, features: np.ndarray | None, model: Sam | None) -> Look | SamLook:
    """What objects of a photo are parted by; takes about a second."""
    if model is not None:
        return model.look(document.photo.small_rgb(LOOK_SIDE))
    from core.objects import look

    return look(document.photo.small_luminance(LOOK_SIDE), features)


def _find(seen: Look | SamLook, shape: tuple[int, int], wish: Wish, wanted: Callable[[], bool]) -> Found | None:
    """The proposals for a wish; None if nobody waits for them any more."""
    from core.objects import propose

    if not wanted():
        return None
    box = box_of(wish.corners) if wish.corners else None
    found = propose(seen, shape, plus=wish.plus, minus=wish.minus, box=box)
    return Found(found.regions, tuple(rings_of(region) for region in found.regions), found.likely)
