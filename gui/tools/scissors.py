"""Intelligent scissors: between the corners a person clicks, the outline follows the photo's edges.

The wire is laid out from the last corner in a thread (core/scissors), over what the screen shows around it; until it
is there the rubber band is straight, then it snaps live. Who clicks faster than that is not held up: legs that are
not known yet stay straight and are found one after the other, before the outline is written.
"""

from __future__ import annotations

import numpy as np

from core.box import Box
from core.scissors import Scissors, lay_wire
from gui.tools.base import Host, Pointer, ToolOptions
from gui.tools.outline import OutlineTool, Point

_REACH = 600  # logical pixels around a corner in which edges are looked for


class ScissorsTool(OutlineTool):
    """See OutlineTool. With Shift a leg is straight, where the photo has no edge to follow."""

    name = "scissors"
    title = "Scissors"
    told = "Click along an edge; Shift keeps straight; double click or Enter closes, Backspace goes back"

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._wire: Scissors | None = None
        self._from: Point | None = None  # the corner the wire starts from
        self._laying: object = None
        self._closing = False
        self._scale = 1.0

    def press(self, pointer: Pointer, host: Host) -> None:
        if not self._closing:
            self._scale = pointer.scale
            super().press(pointer, host)

    def move(self, pointer: Pointer, host: Host) -> None:
        if not self._closing:
            super().move(pointer, host)

    def cancel(self, host: Host) -> None:
        super().cancel(host)
        self._let_go()

    def leg(self, pointer: Pointer) -> np.ndarray | None:
        x, y = self._place(pointer)
        if pointer.straight or not self._knots:
            return np.array([(x, y)])
        if self._wire is None or self._from != self._knots[-1]:
            return None
        return self._wire.to(x, y)[1:]

    def changed(self, host: Host) -> None:
        """Lay the wire where it is wanted next: to the first leg that is not known, or from the last corner."""
        if self._laying is not None or not self._knots:
            return
        while (wanted := self._wanted()) is not None and self._from == self._knots[wanted]:
            self._legs[wanted] = self._wire.to(*self._knots[wanted + 1])[1:]
        if wanted is None and self._closing:
            self._finish(host)
            return
        start = self._knots[-1 if wanted is None else wanted]
        if start != self._from:
            self._lay(start, host)

    def close(self, host: Host) -> None:
        """Lead back to the first corner, then write what is enclosed."""
        self._closing = True
        self._pressed, self._at = None, None
        self._legs.append(None)
        self._knots.append(self._knots[0])
        self.changed(host)
        host.update()

    def key(self, key: int, host: Host) -> bool:
        return not self._closing and super().key(key, host)

    def _finish(self, host: Host) -> None:
        super().close(host)
        self._let_go()

    def _wanted(self) -> int | None:
        """The first leg that is not known yet."""
        return next((index for index, leg in enumerate(self._legs) if leg is None), None)

    def _lay(self, start: Point, host: Host) -> None:
        self._laying = job = object()
        photo, reach = host.document.photo, _REACH / self._scale
        x, y = start
        piece = Box(int(y - reach), int(x - reach), int(y + reach), int(x + reach))

        def came(wire: Scissors) -> None:
            if job is self._laying:
                self._laying = None
                self._wire, self._from = wire, start
                self.changed(host)
                host.update()

        def failed() -> None:
            if job is self._laying:
                self.cancel(host)

        host.in_background(lambda: lay_wire(photo, x, y, piece), came, failed)

    def _let_go(self) -> None:
        self._wire = self._from = self._laying = None
        self._closing = False
