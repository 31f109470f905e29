"""The scene of the guide's picture about projects: the start after a crash, with work that was left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMainWindow

from core.autosave import Autosave
from core.document import Document
from core.photo import load_photo
from core.project import Draft
from core.project_lock import Holder
from core.project_work import taken

HEIGHT = 200  # of the photo below the bars: enough to see where the offer stands
Wait = Callable[[Callable[[], bool], float], bool]
Settle = Callable[[float], None]


@contextmanager
def offered(window: QMainWindow, wait: Wait, settle: Settle) -> Iterator[QPixmap]:
    """Work on another sample photo, of a process that is gone; inside there is the upper part of the window."""
    path = next(path for path in window.session.paths if path.stem == "chelsea")
    document = Document(load_photo(path), window.session.label_set)
    document.begin_stroke("Brush: cat")
    document.paint(np.ones((40, 40), bool), 60, 60, document.label_set.id("cat"))
    document.end_stroke()
    mine = Holder.new()
    gone = Holder(mine.pid, mine.host, "before the last start of the computer", "gone")
    Autosave(gone).keep(Draft(taken(document).settled(), path, document.photo))
    window.notice.hide()
    window.autosaves.look()
    wait(lambda: bool(window.autosaves.offered), 20)
    settle(1.0)
    middle = window.centralWidget()
    yield window.grab(QRect(0, 0, middle.geometry().right(), middle.geometry().top() + HEIGHT))
    window.autosaves.give_up(window.autosaves.left)
    wait(lambda: not window.autosaves.offered, 20)
