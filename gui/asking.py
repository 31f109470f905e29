"""What the window asks a person: which file, where to, whether really.

Every dialog starts where the last one of its kind ended. Nothing here decides anything; the answers go to the
session.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QFileDialog, QMessageBox

from core.photo import PHOTO_SUFFIXES
from core.sketch_regions import usual_of
from gui.project_asking import DROP, SAVE

if TYPE_CHECKING:
    from gui.main_window import MainWindow

PHOTOS = f"Photos and projects ({' '.join(f'*{suffix}' for suffix in (*sorted(PHOTO_SUFFIXES), '.huesmith'))})"
PHOTOS += ";;All files (*)"


class Asking(QObject):
    """The questions of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._batch = None

    def open(self) -> None:
        """Which photos?"""
        folder = self._window.settings["files.open_folder"]
        chosen, _ = QFileDialog.getOpenFileNames(self._window, "Open photos", folder, PHOTOS)
        self._window.open([Path(text) for text in chosen])

    def open_folder(self) -> None:
        """Which folder?"""
        folder = self._window.settings["files.open_folder"]
        chosen = QFileDialog.getExistingDirectory(self._window, "Open a folder of photos", folder)
        if chosen:
            self._window.open([Path(chosen)])

    def recent(self) -> None:
        """Which of those that were open before? (From the keyboard; the menu shows them itself.)"""
        menu = self._window.actions_by_id["file.recent"].menu()
        menu.popup(QCursor.pos())

    def batch(self) -> None:
        """The batch dialog, which stays beside the window while it works."""
        from gui.batch_dialog import BatchDialog

        if self._batch is None:
            window = self._window
            session = window.session
            self._batch = BatchDialog(window.worker, window.settings, session.label_set, session.out, window)
        self._batch.label_set = usual_of(self._window.session.label_set)
        self._batch.colorizer = self._window.session.recolour.colorizer
        self._batch.offer_recipe(self._window.recipes.own)
        self._batch.offer_references(self._window.references.for_batch())
        self._batch.show()
        self._batch.raise_()
        self._batch.activateWindow()

    def command(self) -> None:
        """What to do? (The command palette.)"""
        from gui.command_palette import CommandPalette

        CommandPalette(self._window.actions_by_id, self._window).open_over(self._window)

    def shortcuts(self) -> None:
        """The shortcut sheet."""
        from gui.shortcut_sheet import ShortcutSheet

        ShortcutSheet(self._window).exec()

    def about(self) -> None:
        """What this is, and what runs where."""
        from core.version import VERSION

        device = self._window.status.field("device") or "starting"
        QMessageBox.about(
            self._window, "About Huesmith",
            f"<h3>Huesmith {VERSION}</h3><p>A desktop colour workshop: the photo's light is kept, its colour is made, "
            f"and you can see and change every reason behind it.</p><p>Networks: {device}</p><p>Apache 2.0</p>",
        )  # fmt: skip

    def may_lose(self, unsaved: list[Path]) -> bool:
        """Whether to quit now although these photos have edits that were not saved; who wants them saved quits then."""
        names = ", ".join(path.name for path in unsaved[:3]) + (" and others" if len(unsaved) > 3 else "")
        projects = self._window.project
        answer = projects.ask.may_close(names)
        if answer == SAVE:
            projects.save_all(unsaved, self._window.close)
        return answer == DROP
