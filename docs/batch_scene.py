"""The scene of the guide's picture of a batch: a tree of scans in work, one of them cut short, resting."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMainWindow

from core.samples import sample_photos

FOLDERS = ("1931", "1938")
HEIGHT = 824  # of the dialog: all options in sight, whatever the screen that the pictures are taken on


def batch_dialog(window: QMainWindow, folder: Path, wait: Callable[[Callable[[], bool], float], bool]) -> QPixmap:
    """The dialog, further options unfolded, when four photos of a tree are done and the batch rests."""
    from gui.batch_dialog import BatchDialog

    scans = _scans(folder / "scans")
    window.actions_by_id["file.batch_export"].trigger()
    dialog = window.findChild(BatchDialog)
    before = dialog.source.text(), dialog.target.text(), dialog.options.recursive.isChecked()
    dialog.source.setText(str(scans))
    dialog.target.setText(str(folder / "coloured"))
    dialog.options.recursive.setChecked(True)
    dialog.options.more.set_open(True)
    dialog.resize(dialog.width(), HEIGHT)
    dialog.start()
    wait(lambda: dialog.table.rowCount() >= 3, 60)
    dialog.pause_button.click()
    wait(lambda: False, 1)  # the photos in work have come to their ends
    dialog.source.setText("/scans/family")
    dialog.target.setText("/scans/coloured")
    dialog.options.report.setText("/scans/coloured/report.html")
    dialog.options.name.setText("{stem}_color")
    picture = dialog.grab()
    dialog.cancel()
    wait(lambda: not dialog.running, 60)
    _as_before(dialog, *before)
    return picture


def _scans(folder: Path) -> Path:
    """The sample photos in folders of years, and a scan that was cut short."""
    for number, path in enumerate(sample_photos()):
        year = folder / FOLDERS[number % len(FOLDERS)]
        year.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, year / path.name)
    (folder / FOLDERS[0] / "album.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    return folder


def _as_before(dialog, source: str, target: str, recursive: bool) -> None:
    options = dialog.options
    options.source.setText(source)
    options.target.setText(target)
    options.recursive.setChecked(recursive)
    options.more.set_open(False)
    options.report.clear()
    options.name.clear()
    dialog.reject()
