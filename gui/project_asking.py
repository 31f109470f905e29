"""What a person is asked about projects: a photo that is gone or has changed, a project that is open elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

if TYPE_CHECKING:
    from core.project import Project
    from core.project_lock import Holder
    from gui.main_window import MainWindow

FILES = "Huesmith projects (*.huesmith);;All files (*)"
_AROUND = 40  # logical pixels beside a button's text
LOCATE, USE, PREVIEW = "Locate…", "Use it all the same", "Open on the preview"
COPY, ANYWAY = "Open a copy", "Open anyway"
SAVE, DROP, CANCEL, REPLACE, DISCARD = "Save", "Don’t save", "Cancel", "Replace", "Discard"


class ProjectAsking(QObject):
    """The questions of one window. Every answer is the text of a button, or a path."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def missing(self, project: Project) -> Path | str:
        """Where is the photo? A path, PREVIEW or CANCEL."""
        name = project.photo.name
        answers = (LOCATE, PREVIEW) if project.preview else (LOCATE,)
        answer = self.ask(
            f"The photo {name} is not to be found",
            f"{project.path.name} is about it. It was at {project.photo.path}. Locate it, or open the labels on the "
            "small preview until it is there again.", *answers,
        )  # fmt: skip
        return self._locate(project) if answer == LOCATE else answer

    def changed(self, project: Project, path: Path) -> Path | str:
        """Is this the photo, although its content differs? A path or CANCEL."""
        answer = self.ask(
            f"{path.name} is not the photo that the project was saved with",
            f"{path} has other content than the photo of {project.path.name} had. If it was only edited, labels and "
            "rules still fit.", USE, LOCATE,
        )  # fmt: skip
        if answer == USE:
            return path
        return self._locate(project) if answer == LOCATE else CANCEL

    def _locate(self, project: Project) -> Path | str:
        chosen, _ = QFileDialog.getOpenFileName(self._window, f"Locate {project.photo.name}", str(project.path.parent))
        return Path(chosen) if chosen else CANCEL

    def held(self, path: Path, holder: Holder) -> str:
        """Open what is open in another window? COPY, ANYWAY or CANCEL."""
        where = "in another window" if holder.here else f"on the computer “{holder.host}”"
        return self.ask(
            f"{path.name} is open {where}",
            "If both save it, the later one wins. A copy is yours alone and is saved under another name.", COPY, ANYWAY,
        )  # fmt: skip

    def may_drop(self, name: str) -> bool:
        """May the work on the photo of this name, which is in the window, be given up for a project's?"""
        return self.ask(f"Your work on {name} is not saved",
                        "Opening the project again gives it up.", "Open all the same") != CANCEL  # fmt: skip

    def may_replace(self, path: Path) -> bool:
        """May the project that is there be written over?"""
        return self.ask(f"{path.name} is there already", f"In {path.parent}.", REPLACE) == REPLACE

    def may_discard(self, told: str) -> bool:
        """May work that a crash left behind be given up?"""
        return self.ask(told, "It cannot be brought back later.", DISCARD) == DISCARD

    def may_close(self, names: str) -> str:
        """What of work that is not saved, when the window closes? SAVE, DROP or CANCEL."""
        return self.ask(f"Your work on {names} is not saved",
                        "Save keeps it in a project beside the photo, to go on from there.", SAVE, DROP)  # fmt: skip

    def ask(self, question: str, more: str, *answers: str) -> str:
        """The text of the button that was pressed; CANCEL is always among them, and the first is the usual one."""
        box = QMessageBox(QMessageBox.Icon.Question, "Huesmith", "", parent=self._window)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(question)
        box.setInformativeText(more.replace("<", "‹"))  # which has no format, and names from elsewhere may hold tags
        roles = QMessageBox.ButtonRole
        buttons = {box.addButton(text, roles.DestructiveRole if text == DROP else roles.AcceptRole): text
                   for text in answers}  # fmt: skip
        for button in buttons:  # the theme makes all as wide as the shortest needs
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + _AROUND)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(next(iter(buttons)))
        box.setEscapeButton(cancel)
        box.exec()
        answer = buttons.get(box.clickedButton(), CANCEL)
        box.deleteLater()
        return answer
