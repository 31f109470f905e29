"""Work that would hold the window up, done in a thread, with the answer brought back to the window's thread.

    jobs.run(lambda: load_photo(path), then=self._loaded, failed=self._say)

A UserError becomes its sentence and goes to `failed`; anything else is a bug, which is logged with its traceback
and told in one sentence. Jobs of one Background run one after the other, in the order they were given.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from core.errors import UserError

log = logging.getLogger(__name__)


class _Job(QRunnable):
    def __init__(self, work: Callable[[], Any], came: Callable[[object, object], None],
                 then: Callable[[Any], None], failed: Callable[[str], None]) -> None:  # fmt: skip
        super().__init__()
        self._work, self._came, self._then, self._failed = work, came, then, failed

    def run(self) -> None:
        try:
            answer = self._work()
        except UserError as error:
            self._came(self._failed, str(error))
        except Exception as error:
            log.exception("a background job failed")
            self._came(self._failed, f"Something went wrong inside Huesmith ({error}); the log has the details.")
        else:
            self._came(self._then, answer)


class Background(QObject):
    """A queue of jobs with one thread."""

    _came = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._came.connect(self._deliver)
        self._open = 0
        self._stopped = False

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._open > 0

    def run(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        """Do `work` in the thread; then call `then(answer)` or `failed(sentence)` here. After `stop`, nothing."""
        if self._stopped:
            return
        self._open += 1
        self._pool.start(_Job(work, self._came.emit, then, failed))

    def stop(self) -> None:
        """Wait for the jobs that were given; their answers are still delivered by the event loop. No further one is
        begun: Qt takes a window away by waiting for its threads, and would wait for ever for one that needs Python."""
        self._stopped = True
        self._pool.waitForDone()

    def _deliver(self, listener: Callable[[object], None], answer: object) -> None:
        self._open -= 1
        listener(answer)
