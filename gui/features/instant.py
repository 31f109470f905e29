"""Instant: the prior's colour under the brush while the network is not yet there, and which stage is seen.

    a dab, the network slow or not there -> the label prior's colour over it, in the same frame    "prior"
    the network at draft size while the hand moves, at work size when it rests                     "256 px", "384 px"

Where the network keeps up with the hand by itself nothing is put over its answers. The status bar tells the stages
that a stroke has gone through, and a moment later the last of them alone.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QPainter

from core.box import Box
from core.color import luminance_to_gray
from core.commands import Change
from core.engine import Result
from core.instant import Patch, patch, prior
from core.label_parents import standing
from core.labels import UNSURE
from gui.background import Background
from gui.canvas.images import draw_box
from gui.canvas.viewport import Viewport
from gui.canvas.views import Pane, Picture
from gui.features.base import Feature

TOLD_MS = 2000
MOST = 200  # patches of one stroke; then the oldest go


class Instant(Feature):
    """Draws patches over the result. `stages` are those of the present stroke."""

    name = "instant"

    def __init__(self, window) -> None:
        super().__init__(window)
        self.stages: list[str] = []
        self._patches: list[tuple[Patch, QImage]] = []
        self._painted = Box(0, 0, 0, 0)  # since the network's last answer
        self._stroke = False  # whether `stages` are of a stroke under way
        self._rgb: np.ndarray | None = None
        self._opening = Background(self)
        self._told = QTimer(self, singleShot=True, interval=TOLD_MS, timeout=self._tell_last)

    def start(self) -> None:
        """Listen to the session and draw over the canvas."""
        session = self.window.session
        session.documentChanged.connect(lambda _: self._document_came())
        session.edited.connect(self._edited)
        session.coloured.connect(self._coloured)
        session.recolour.settled.connect(lambda: None if self._stroke else self._told.start())
        self.window.canvas.over.append(self)

    def stop(self) -> None:
        self._opening.stop()

    @property
    def empty(self) -> bool:
        """Whether nothing lies over the network's colours."""
        return not self._patches

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """The patches, over panes that show the result."""
        if pane.picture is Picture.RESULT:
            for made, image in self._patches:
                draw_box(painter, viewport, image, made.box, smooth=True)

    # -- inside

    def _edited(self, change: Change) -> None:
        if change.kind != "labels" or change.box is None or self.window.document.wishes.line_art:
            return  # what a label usually looks like says nothing of a sketch's regions
        if not self._stroke:
            self.stages = []
            self._told.stop()
        self._stroke = change.live
        if not self.window.session.recolour.quick:
            self._painted = change.box if self._painted.empty else self._painted.union(change.box)
            if change.live:
                self._put(change.box)
            else:
                self._patches = []  # a cancelled stroke is gone
                self._put(self._painted)
                self.window.canvas.update()

    def _put(self, box: Box) -> None:
        """The prior's colours inside a box of the photo, if its labels are newer than what is shown."""
        document, result = self.window.document, self.window.session.result
        shown, before = self._rgb, None
        if result is not None:
            before = result.request.guidance.labels
        if shown is None:
            shown = self._grey()
        before = np.full((1, 1), UNSURE, np.uint8) if before is None else before.array
        made = patch(shown, document.labels, before, box, standing(document.label_set), document.recipe.rules)
        if made is None:
            return
        height, width = made.rgba.shape[:2]
        image = QImage(made.rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        self._patches = [*self._patches, (made, image)][-MOST:]
        self.window.canvas.update()
        self._tell("prior")

    def _grey(self) -> np.ndarray:
        """The photo's light at work size, uint8, for before there are any colours."""
        light = self.window.session.recolour.luminance.array
        return (np.clip(luminance_to_gray(light), 0, 1) * 255 + 0.5).astype(np.uint8)

    def _coloured(self, result: Result, rgb: np.ndarray | None) -> None:
        self._rgb, self._patches = rgb, []
        self._tell(f"{result.work_size or result.request.work_size} px")
        painted, self._painted = self._painted, Box(0, 0, 0, 0)
        if not painted.empty and not self.window.session.recolour.quick and self.window.document.painting:
            self._painted = painted
            self._put(painted)  # what has been painted since the network was asked

    def _tell(self, stage: str) -> None:
        if self.stages[-1:] != [stage]:
            self.stages = [*(one for one in self.stages if one != stage), stage]
        self.window.status.set_field("size", " → ".join(self.stages))

    def _tell_last(self) -> None:
        self.stages = self.stages[-1:]
        self.window.status.set_field("size", "".join(self.stages))

    def _document_came(self) -> None:
        self._rgb, self._patches, self._painted, self.stages = None, [], Box(0, 0, 0, 0), []
        if self.window.document is not None:
            self._opening.run(prior, lambda _: None, self.window.session.failed.emit)
