"""The status bar: what was said last, what is running, and where and how colours are made.

Messages fade away by themselves and never cover the photo. At the right stand, from the inside out: how many
places to look at, the place under the pointer, zoom, work size, colorizer, time of the last colouring, device.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractAnimation, QPropertyAnimation, QTimer
from PySide6.QtWidgets import QGraphicsOpacityEffect, QLabel, QProgressBar, QSizePolicy, QStatusBar, QWidget

SHOWN_MS = 6000
FADE_MS = 700
FIELDS = ("faults", "pointer", "zoom", "size", "colorizer", "time", "device")
_TIPS = {
    "faults": "Places that are probably wrong; F8 goes to the next",
    "pointer": "Place and label under the pointer",
    "zoom": "Zoom",
    "size": "Long side of the photo while colours are made",
    "colorizer": "Colorizer",
    "time": "Time of the last colouring",
    "device": "Where the networks run",
}


class StatusBar(QStatusBar):
    """One line with a message, a progress and the fields of FIELDS."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._jobs: dict[str, str] = {}
        self._message = QLabel(self, objectName="statusMessage")
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._message.setAccessibleName("Message")
        self._job = QLabel(self, objectName="statusJob")
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(90, 6)
        self._progress.setAccessibleName("Progress of the running job")
        self.addWidget(self._message, 1)
        self.addPermanentWidget(self._job)
        self.addPermanentWidget(self._progress)
        self._fields = {name: self._field(name) for name in FIELDS}
        self._fading = self._make_fade()
        self._hold = QTimer(self, singleShot=True, interval=SHOWN_MS, timeout=self._fading.start)
        self._calm = QTimer(self, singleShot=True, interval=250, timeout=self._show_job)
        self.set_busy(False, "")

    def say(self, sentence: str) -> None:
        """Show a message that fades; an empty one clears what is there."""
        self._fading.stop()
        self._message.graphicsEffect().setOpacity(1.0)
        self._message.setText(sentence)
        self._message.setToolTip(sentence)
        self._hold.start()

    @property
    def message(self) -> str:
        """What is being said now."""
        return self._message.text()

    def set_busy(self, running: bool, what: str, who: str = "") -> None:
        """Tell of the running job of `who`; the one that began last is told.

        Jobs of a blink are not told, so that painting does not flicker.
        """
        self._jobs.pop(who, None)
        if running:
            self._jobs[who] = what
        if self._jobs:
            self._job.setText(list(self._jobs.values())[-1])
            if not self._calm.isActive() and self._progress.isHidden():
                self._calm.start()
        else:
            self._calm.stop()
            self._job.hide()
            self._progress.hide()

    def set_progress(self, done: int, total: int) -> None:
        """How far the running job is; a total of 0 means nobody knows."""
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def set_field(self, name: str, text: str) -> None:
        """Fill one of FIELDS; an empty text takes it away."""
        field = self._fields[name]
        field.setText(text)
        field.setVisible(bool(text))

    def field(self, name: str) -> str:
        """What one of FIELDS says."""
        return self._fields[name].text()

    def _field(self, name: str) -> QLabel:
        label = QLabel(self, objectName=f"status.{name}")
        label.setToolTip(_TIPS[name])
        label.setAccessibleName(_TIPS[name])
        label.hide()
        self.addPermanentWidget(label)
        return label

    def _make_fade(self) -> QPropertyAnimation:
        effect = QGraphicsOpacityEffect(self._message, opacity=1.0)
        self._message.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", self, duration=FADE_MS, startValue=1.0, endValue=0.0)
        fade.stateChanged.connect(self._faded)
        return fade

    def _faded(self, state: QAbstractAnimation.State) -> None:
        if state == QAbstractAnimation.State.Stopped and self._message.graphicsEffect().opacity() == 0:
            self._message.clear()

    def _show_job(self) -> None:
        self.set_progress(0, 0)
        self._job.show()
        self._progress.show()
