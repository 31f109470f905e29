"""How long the event loop was away.

A thread posts an event a millisecond, never two at once; an object of the GUI thread notes when each arrives. The
longest time between two arrivals is the longest moment in which a click would have found nobody at home. It is
measured with posted events, for a QTimer that comes late is silently merged with the next one.

    with LoopWatch() as watch:
        qtbot.waitUntil(done)
    watch.longest_gap    # seconds
"""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject

_TICK = QEvent.Type(QEvent.registerEventType())


class LoopWatch(QObject):
    """Counts the turns of the event loop of the thread it is made in, and keeps the longest gap between two."""

    def __init__(self, interval: float = 0.001) -> None:
        super().__init__()
        self.turns = 0
        self.longest_gap = 0.0
        self._interval = interval
        self._last = 0.0
        self._arrived = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._tick, name="event loop watch", daemon=True)

    def __enter__(self) -> LoopWatch:
        self._last = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._note()  # a loop that is still away when the watch ends was away until now
        self._stop.set()
        self._arrived.set()
        self._thread.join()
        QCoreApplication.removePostedEvents(self)

    def event(self, event: QEvent) -> bool:
        if event.type() != _TICK:
            return super().event(event)
        self.turns += 1
        self._note()
        self._arrived.set()
        return True

    def _note(self) -> None:
        now = time.perf_counter()
        self.longest_gap = max(self.longest_gap, now - self._last)
        self._last = now

    def _tick(self) -> None:
        self._arrived.clear()
        while not self._stop.wait(self._interval):
            QCoreApplication.postEvent(self, QEvent(_TICK))
            self._arrived.wait()
            self._arrived.clear()  # before it is asked whether to stop: what __exit__ sets is never lost
