"""The selection in the window: marching ants over the photo, and the actions of the Select menu.

    tool with "Select", or an action -> document.view.selection -> ants; edits keep to it (core/selection)

What takes more than a blink on a large photo is worked out in a thread, on the selection as it was then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from core.regions import Region, grow, label_region, shrink, smooth
from core.selection import inverted
from gui.background import Background
from gui.canvas.ants import Ants
from gui.features.base import Feature

if TYPE_CHECKING:
    from core.document import Document
    from gui.main_window import MainWindow

MARCH_MS = 120
RESHAPES = {"grow": grow, "shrink": shrink, "smooth": smooth}


class Select(Feature):
    """Shows the selection of the document in work, and changes it."""

    name = "select"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.ants = Ants()
        self._document: Document | None = None
        self._jobs = Background(self)
        self._march = QTimer(self, interval=MARCH_MS, timeout=self._step)

    def start(self) -> None:
        """Listen to the session, and draw on the canvas."""
        window = self.window
        window.canvas.over.append(self.ants)
        window.session.documentChanged.connect(self._document_came)
        window.options.changed.connect(self._option_changed)

    def conditions(self) -> set[str]:
        return {"selection"} if self.region is not None else set()

    def stop(self) -> None:
        self._march.stop()
        self._jobs.stop()

    @property
    def region(self) -> Region | None:
        """What is selected."""
        return None if self._document is None else self._document.view.selection.region

    @property
    def busy(self) -> bool:
        """Whether a selection is being worked out."""
        return self._jobs.busy

    # -- what actions call

    def set_switch(self, selects: bool) -> None:
        """Let tools that can select, or label again."""
        self.window.options.set_selects(selects)

    def all(self) -> None:
        """Select the whole photo."""
        self._work(lambda region, shape: inverted(None, shape))

    def none(self) -> None:
        """Let go of the selection."""
        if self._document is not None:
            self._document.view.selection.set(None)

    def invert(self) -> None:
        """Select what is not selected."""
        self._work(inverted)

    def label(self) -> None:
        """Select all pixels of the current label."""
        if self._document is not None:
            labels, label = self._document.labels, self.window.labels_panel.current
            self._work(lambda region, shape: label_region(labels, label))

    def reshape(self, what: str) -> None:
        """Grow, shrink or smooth the selection by the reach that labels are."""
        reach, change = self.window.settings["labels.reach"], RESHAPES[what]
        self._work(lambda region, shape: None if region is None else change(region, reach, shape))

    def fill(self) -> None:
        """Give all that is selected the current label."""
        if self.region is not None:
            region, label = self.region, self.window.labels_panel.current
            self.window.label_actions.fill(region, label)

    # -- inside

    def _work(self, make: Callable[[Region | None, tuple[int, int]], Region | None]) -> None:
        document, before = self._document, self.region
        if document is None:
            return
        shape = document.labels.shape

        def came(region: Region | None) -> None:
            if document is self._document and before is self.region:
                document.view.selection.set(region)
                if region is None or region.box.empty:
                    self.window.status.say("Nothing is selected.")

        self._jobs.run(partial(make, before, shape), came, self.window.status.say)

    def _document_came(self, document: Document | None) -> None:
        if self._document is not None:
            self._document.view.selection.changed.disconnect(self._changed)
        self._document = document
        if document is not None:
            document.view.selection.changed.connect(self._changed)
        self._changed()

    def _changed(self) -> None:
        self._update()  # where ants were
        self.ants.region = self.region
        self._update()
        if self.ants.region is None:
            self._march.stop()
        elif not self._march.isActive():
            self._march.start()
        self.window.refresh()

    def _step(self) -> None:
        if self.window.isActiveWindow() and self.window.canvas.isVisible():  # nobody watches them march elsewhere
            self.ants.step()
            self._update()

    def _update(self) -> None:
        self.window.canvas.update_over(self.ants.rect(self.window.canvas.viewport))

    def _option_changed(self, name: str) -> None:
        if name == "selects":
            self.window.actions_by_id["select.switch"].setChecked(self.window.options.selects)
