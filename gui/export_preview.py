"""The picture in the export dialog: a piece of the result as the file will show it, pixel by pixel, to be dragged.

    settings, place -> Background: really encoded, really decoded -> shown, if nothing newer is wanted
    settings        -> Background: the whole file, weighed         -> weighed(bytes)

One job of each kind is at work, and the newest that waits comes next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.box import Box
from core.errors import Cancelled
from core.formats import ExportSettings
from gui import theme
from gui.background import Background
from gui.saving import Work

REST_MS = 250  # of settings that rest: then the whole file is weighed
STEP = 48  # pixels of an arrow key


class Newest:
    """Runs the newest of what is asked for in a thread, one at a time; an answer nobody waits for is dropped."""

    def __init__(self, jobs: Background, then: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        self._jobs, self._then, self._failed = jobs, then, failed
        self._waiting: Callable[[], Any] | None = None
        self._number = 0
        self._running = False

    def ask(self, work: Callable[[Callable[[], bool]], Any]) -> None:
        """Do `work(stale)` soon; `stale()` says that something newer was asked for."""
        self._number += 1
        number = self._number
        self._waiting = lambda: work(lambda: number != self._number)
        if not self._running:
            self._start()

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._running or self._waiting is not None

    def drop(self) -> None:
        """Nothing is wanted any more."""
        self._number += 1
        self._waiting = None

    def _start(self) -> None:
        work, self._waiting = self._waiting, None
        if work is None:
            return
        self._running, number = True, self._number

        def quietly() -> Any:
            try:
                return work()
            except Cancelled:
                return None

        self._jobs.run(quietly, lambda answer: self._came(number, answer), lambda text: self._came(number, None, text))

    def _came(self, number: int, answer: Any, sentence: str = "") -> None:
        self._running = False
        if number == self._number and sentence:
            self._failed(sentence)
        elif number == self._number and answer is not None:
            self._then(answer)
        self._start()


@dataclass(frozen=True)
class _Shown:
    box: Box
    image: QImage


class ExportPreview(QWidget):
    """The piece at 100 %. Drag it, or move it by the arrow keys. `shown` is emitted when a piece has come, `weighed`
    with the bytes of the whole file, `failed` with why there is none."""

    shown = Signal()
    weighed = Signal(object)  # int, which may be more than Qt's own has room for
    failed = Signal(str)

    def __init__(self, work: Work, looks: Background, weighs: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportPreview")
        self.setAccessibleName("The result at 100 %; arrow keys move it")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(300, 240)
        self._work = work
        self._settings: ExportSettings | None = None
        self._center = QPoint(work.photo.width // 2, work.photo.height // 2)
        self._piece: _Shown | None = None
        self._drag: tuple[QPoint, QPoint] | None = None
        self._look = Newest(looks, self._show, self.failed.emit)
        self._weigh = Newest(weighs, self.weighed.emit, self.failed.emit)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS, timeout=self._weigh_now)

    def sizeHint(self) -> QSize:
        return QSize(520, 420)

    @property
    def box(self) -> Box:
        """The photo's pixels that are in sight."""
        photo, ratio = self._work.photo, self.devicePixelRatioF()
        width = min(photo.width, max(1, round(self.width() * ratio)))
        height = min(photo.height, max(1, round(self.height() * ratio)))
        left = min(max(0, self._center.x() - width // 2), photo.width - width)
        top = min(max(0, self._center.y() - height // 2), photo.height - height)
        return Box(top, left, top + height, left + width)

    @property
    def busy(self) -> bool:
        """Whether something is still to come."""
        return self._look.busy or self._weigh.busy or self._rest.isActive()

    def set_settings(self, settings: ExportSettings) -> bool:
        """Show how the file looks and weighs with these settings; whether they are other ones."""
        if settings == self._settings:
            return False
        self._settings = settings
        self._look_again()
        self._weigh.drop()
        self._rest.start()
        return True

    def stop(self) -> None:
        """The dialog closes: nothing is wanted any more. Nobody waits for an encoder that knows no stop."""
        self._rest.stop()
        self._look.drop()
        self._weigh.drop()

    def image(self) -> QImage | None:
        """What is shown, None before anything has come."""
        return self._piece.image if self._piece else None

    # -- what is at work

    def _look_again(self) -> None:
        from core.export_preview import sample

        if self._settings is None:
            return
        work, settings, box = self._work, self._settings, self.box
        self._look.ask(lambda stale: (box, sample(work.photo, work.result, box, settings)))

    def _weigh_now(self) -> None:
        from core.export_preview import file_size

        work, settings = self._work, self._settings
        self._weigh.ask(
            lambda stale: file_size(work.photo, work.result, settings, work.label_set, work.labels_by(), stale)
        )

    def _show(self, answer: tuple[Box, np.ndarray]) -> None:
        box, rgb = answer
        height, width = rgb.shape[:2]
        image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self._piece = _Shown(box, image)
        self.update()
        self.shown.emit()

    # -- Qt's

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().canvas))
        if self._piece is None:
            return
        ratio, box, now = self.devicePixelRatioF(), self._piece.box, self.box
        left = (self.width() - now.width / ratio) / 2 + (box.left - now.left) / ratio
        top = (self.height() - now.height / ratio) / 2 + (box.top - now.top) / ratio
        place = QRect(round(left), round(top), round(box.width / ratio), round(box.height / ratio))
        painter.drawImage(place, self._piece.image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look_again()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = event.position().toPoint(), self._middle()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            start, middle = self._drag
            moved = (event.position().toPoint() - start) * self.devicePixelRatioF()
            self._go_to(middle - moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        if event.key() in steps:
            self._go_to(self._middle() + QPoint(*steps[event.key()]) * STEP)
        else:
            super().keyPressEvent(event)

    def _middle(self) -> QPoint:
        box = self.box
        return QPoint(box.left + box.width // 2, box.top + box.height // 2)

    def _go_to(self, center: QPoint) -> None:
        self._center = center
        self._center = self._middle()  # not beyond the border
        self.update()
        self._look_again()
