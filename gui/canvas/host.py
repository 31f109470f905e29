"""What tools may ask of the canvas besides its document and its view: the options they share, a thread for what is
too long for the event loop, what the network sees, and a line of words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.background import Background
from gui.canvas.pane_view import PaneView
from gui.tools import ToolOptions

if TYPE_CHECKING:
    from core.sam import Sam


class ToolHost(PaneView):
    """See the module. labelPicked(label): it was taken from the photo. message(sentence): to be said, and to fade.

    sight: who answers `see`; gui/features/sight puts itself there. object_model: see gui/features/object_model.
    """

    labelPicked = Signal(int)
    message = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options = ToolOptions()
        self.sight: Callable[[Callable[[np.ndarray | None], None]], None] | None = None
        self.object_model: Sam | None = None
        self._background = Background(self)

    @property
    def label(self) -> int:
        """The label that is painted."""
        return self.options.label

    def set_label(self, label: int) -> None:
        """Paint with another label."""
        self.options.set_label(label)

    @property
    def brush_size(self) -> int:
        """The brush's diameter in photo pixels, 1..2000."""
        return self.options.size

    @brush_size.setter
    def brush_size(self, size: int) -> None:
        self.options.set_size(size)

    def step_brush(self, steps: float) -> None:
        """Make the brush larger (or smaller, if negative) in proportion to its size."""
        self.options.step_size(steps)

    def pick(self, label: int) -> None:
        """Take a label from the photo: it is painted from now on, and `labelPicked` says so."""
        self.options.set_label(label)
        self.labelPicked.emit(label)

    def in_background(
        self, work: Callable[[], object], then: Callable[[object], None], failed: Callable[[], None] = lambda: None
    ) -> None:
        """Do what is too long for the event loop in a thread, then call `then(answer)` here, or `failed` when it
        was told that it went wrong; for tools."""

        def tell(sentence: str) -> None:
            self.message.emit(sentence)
            failed()

        self._background.run(work, then, tell)

    def see(self, then: Callable[[np.ndarray | None], None]) -> None:
        """Call `then` with what the network sees of the photo, float32 (h, w, c), or None; for tools."""
        if self.sight is None:
            then(None)
        else:
            self.sight(then)

    def tell(self, sentence: str) -> None:
        """Say something that fades; for tools."""
        self.message.emit(sentence)
