"""Compare: what stands at the left of the divider, the original or another colorizer's colours.

    chosen, or the hand rests -> worker (another colorizer, the same guidance) -> the canvas's left side

While a stroke is drawn the left side stays as it was. A colorizer that cannot be used gives way to the original.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QActionGroup, QCursor
from PySide6.QtWidgets import QMenu

from core.engine import Request, Result
from core.preview import PREVIEW_SIZE
from gui.canvas import View
from gui.features.base import Feature
from gui.worker import Detail

REST_MS = 250
PURPOSE = "compare"
ORIGINAL = ""


class Compare(Feature):
    """Chooses the left side. `left` is a colorizer's id, or ORIGINAL; `there` tells whether its colours have come."""

    name = "compare"

    def __init__(self, window) -> None:
        super().__init__(window)
        self.menu = QMenu(window)
        self.left = ORIGINAL
        self._titles: dict[str, str] = {}
        self._asked: Request | None = None  # on its way, or shown
        self.there = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS, timeout=self._ask)

    def start(self) -> None:
        """Listen to the window."""
        window, canvas, worker = self.window, self.window.canvas, self.window.worker
        self.menu.aboutToShow.connect(self._fill)
        window.actions_by_id["view.compare_with"].setMenu(self.menu)
        window.session.documentChanged.connect(lambda _: self._forget())
        window.session.recolour.settled.connect(self._rest.start)
        canvas.viewChanged.connect(lambda _: self._ask())
        canvas.besideWanted.connect(worker.render_beside)
        worker.colorizersChanged.connect(self._colorizers_came)
        worker.triedOut.connect(self._came)
        worker.besideDetailed.connect(self._detail_came)
        worker.failed.connect(lambda _: self._failed())

    def choose(self) -> None:
        """What may stand at the left, at the pointer."""
        self.menu.popup(QCursor.pos())

    def set_left(self, colorizer: str) -> None:
        """Compare the result with another colorizer's, or with the ORIGINAL, and show it."""
        self.left = colorizer
        self._asked, self.there = None, False
        self.window.canvas.set_beside(self._titles.get(colorizer, ""), None)
        self.window.actions_by_id["view.compare"].trigger()
        self._ask()

    # -- inside

    def _ask(self) -> None:
        document, recolour = self.window.document, self.window.session.recolour
        resting = document is not None and not document.painting and self.window.session.result is not None
        if self.left == ORIGINAL or not resting or self.window.canvas.view is not View.SPLIT:
            return
        request = recolour.variation(self.left)
        if request != self._asked:
            self._asked, self.there = request, False
            self.window.worker.try_out(PURPOSE, request, PREVIEW_SIZE)

    def _came(self, purpose: str, result: Result, rgb) -> None:
        if purpose == PURPOSE and result.request == self._asked:
            self.there = True
            self.window.canvas.set_beside(self._titles[self.left], rgb)

    def _detail_came(self, detail: Detail) -> None:
        if detail.request == self._asked:
            self.window.canvas.set_beside_detail(detail.box, detail.scale, detail.rgb)

    def _failed(self) -> None:
        """The sentence is told by others; what cannot be had is not waited for."""
        if self._asked is not None and not self.there:
            self.set_left(ORIGINAL)

    def _forget(self) -> None:
        self._asked, self.there = None, False

    def _colorizers_came(self, infos) -> None:
        self._titles = {info.id: info.title for info in infos}
        if self.left not in (ORIGINAL, *self._titles):
            self.set_left(ORIGINAL)

    def _fill(self) -> None:
        """The original, then every colorizer there is; the one at the left is checked."""
        self.menu.clear()
        group = QActionGroup(self.menu)
        for colorizer, title in {ORIGINAL: "Original", **self._titles}.items():
            entry = self.menu.addAction(title)
            entry.setObjectName(f"compare.{colorizer or 'original'}")
            entry.setCheckable(True)
            entry.setChecked(colorizer == self.left)
            group.addAction(entry)
            entry.triggered.connect(lambda _=False, chosen=colorizer: self.set_left(chosen))
            if colorizer == ORIGINAL:
                self.menu.addSeparator()
