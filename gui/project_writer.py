"""Takes the work on a document down as it is at one moment, and hands it to a thread.

    writer.write(document, work -> answer, then, failed)

The label map of a large photo is copied in the thread. When somebody has painted meanwhile the copy is not of one
moment, and is taken again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from gui.background import Background

if TYPE_CHECKING:
    from core.document import Document
    from core.project_work import Work

TRIES = 8  # after which the window waits for the copy


class ProjectWriter(QObject):
    """One thread that writes, one piece of work after the other."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._copies, self._writes = Background(self), Background(self)

    @property
    def busy(self) -> bool:
        """Whether anything is still to be written."""
        return self._copies.busy or self._writes.busy

    def write(self, document: Document, write: Callable[[Work], Any], then: Callable[[Any, int], None],
              failed: Callable[[str], None], history: bool = False, tries: int = TRIES) -> None:  # fmt: skip
        """Do `write` in the thread; then call `then(answer, revision)` with the document's revision that was written,
        or `failed(sentence)`. A stroke that is being drawn is ended."""
        from core.project_work import taken

        work = taken(document)
        if not tries:
            self._hand_over(work.settled(history), write, then, failed)
            return

        def settled(copy: Work) -> None:
            if document.revision == copy.revision:
                self._hand_over(copy, write, then, failed)
            else:
                self.write(document, write, then, failed, history, tries - 1)

        self._copies.run(lambda: work.settled(history), settled, failed)

    def _hand_over(self, work: Work, write: Callable, then: Callable, failed: Callable[[str], None]) -> None:
        self._writes.run(lambda: write(work), lambda answer: then(answer, work.revision), failed)

    def stop(self) -> None:
        """Wait for what was begun."""
        self._copies.stop()
        self._writes.stop()
