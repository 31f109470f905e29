"""The magic wand: a click gives what looks alike the label, by luminance or by what the network sees.

The button's press finds out, in a thread, how unlike the rest of the photo is (core/wands); from then on the choice
is shown over the photo, and dragging up or down widens or narrows its tolerance live. The map changes once, when the
button has come up and the choice has been brought to the photo's full size.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt

from core.regions import Region
from core.wands import Wand, feature_wand, light_wand
from gui.tools.base import Host, Pointer, Tool, ToolOptions, step_name
from gui.tools.sketch import Choice
from gui.tools.writer import Writer

_STEP = 3.0  # logical pixels of a drag for one unit of tolerance
_SLACK = 4.0  # logical pixels that are no drag yet


class WandTool(Tool):
    """See the module. `options` tell tolerance, whether the choice hangs together, and what alike means."""

    name = "wand"
    title = "Magic wand"
    told = "Drag up or down for more or less"
    options_shown = ("tolerance", "contiguous", "alike", "select")
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, options: ToolOptions) -> None:
        super().__init__(options)
        self._start: Pointer | None = None  # where the button went down
        self._how: str | None = None
        self._before = 0  # the tolerance at that time
        self._held = False
        self._job: object = None
        self._wand: Wand | None = None
        self._choice: Choice | None = None
        self._writer = Writer()

    @property
    def busy(self) -> bool:
        return self._start is not None or self._writer.busy

    def press(self, pointer: Pointer, host: Host) -> None:
        if self.busy:
            return
        self._start, self._held, self._before = pointer, True, self.options.tolerance
        self._choice, self._how = None, self.how(pointer)
        self._job = job = object()
        self._prepare(pointer, host, lambda wand: self._came(job, wand, host), lambda: self._failed(job))

    def move(self, pointer: Pointer, host: Host) -> None:
        if not self._held:
            return
        up = self._start.widget_y - pointer.widget_y
        if abs(up) > _SLACK or self.options.tolerance != self._before:
            self.options.set_tolerance(self._before + up / _STEP)
            self._show(host)

    def release(self, pointer: Pointer, host: Host) -> None:
        if not self._held:
            return
        self.move(pointer, host)
        self._held = False
        if self._wand is not None:
            self._write(host)

    def cancel(self, host: Host) -> None:
        if self._start is not None:
            self.options.set_tolerance(self._before)
        self._writer.cancel()
        self._clear()

    def put_down(self, host: Host) -> None:
        self.cancel(host)

    def wheel(self, steps: float, host: Host) -> bool:
        self.options.set_tolerance(self.options.tolerance + (1 if steps > 0 else -1))
        self._show(host)
        return True

    def over(self) -> Choice | None:
        return self._choice if self.busy else None

    def _prepare(
        self, pointer: Pointer, host: Host, came: Callable[[Wand | None], None], failed: Callable[[], None]
    ) -> None:
        """Make a wand in a thread."""
        photo, x, y = host.document.photo, pointer.x, pointer.y

        def seen(features: np.ndarray | None) -> None:
            if features is None:
                host.tell("There is no network to compare by, so the wand goes by luminance.")
                by_light()
            else:
                host.in_background(lambda: feature_wand(photo, features, x, y), came, failed)

        def by_light() -> None:
            host.in_background(lambda: light_wand(photo, x, y), came, failed)

        if self.options.alike_by == "network":
            host.see(seen)
        else:
            by_light()

    def _came(self, job: object, wand: Wand | None, host: Host) -> None:
        if job is not self._job:
            return
        if wand is None:  # beside the photo
            self._clear()
            return
        self._wand = wand
        self._show(host)
        if not self._held:
            self._write(host)

    def _failed(self, job: object) -> None:
        if job is self._job:
            self._clear()

    def _show(self, host: Host) -> None:
        """Show what would get the label now."""
        if self._wand is None:
            return
        options, document = self.options, host.document
        region = self._wand.reduced(options.tolerance, contiguous=options.contiguous)
        self._choice = Choice(
            region.full(self._wand.size), self._wand.photo.size, document.label_set.color(options.label)
        )
        host.update()

    def _write(self, host: Host) -> None:
        wand, options = self._wand, self.options
        label, tolerance, contiguous = options.label, options.tolerance, options.contiguous
        self._start = self._wand = self._job = None

        def find() -> Region:
            return wand.region(tolerance, contiguous=contiguous)

        if self._how is not None:
            self._writer.select(host, self._how, find)
        else:
            self._writer.write(host, step_name(self.title, host, label), label, find)

    def _clear(self) -> None:
        self._start = self._wand = self._job = self._choice = None
        self._held = False
