"""The scene of the guide's picture of a scan: its pages in the strip, and a photo that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMainWindow

from core.samples import sample_photos

PAGES = 4
SHOWN = 590  # pixels of the strip


def pages_in_strip(window: QMainWindow, folder: Path, wait: Callable[[Callable[[], bool], float], bool]) -> QPixmap:
    """The strip when an album of four pages is open and a photo was dropped that was cut short on its way."""
    album, cut = folder / "album.pdf", folder / "holiday.jpg"
    sheets = [Image.open(path).convert("L") for path in sample_photos()[:PAGES]]
    sheets[0].save(album, save_all=True, append_images=sheets[1:], resolution=150)
    cut.write_bytes(b"\xff\xd8\xff\xe0")
    window.document.mark_saved()  # nobody is there to be asked
    window.open([album], remember=False)
    wait(lambda: window.session.result is not None and len(window.session.paths) == PAGES, 60)
    window.open([cut], remember=False)
    wait(lambda: len(window.session.paths) == PAGES + 1, 20)
    wait(lambda: False, 2)  # the thumbnails have come
    window.notice.hide()
    return window.strip.grab(QRect(0, 0, SHOWN, window.strip.height()))
