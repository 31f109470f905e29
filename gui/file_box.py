"""A list of choices that files can be added to: the last entry asks for one, which then is one of the list."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

CHOOSE = "choose"  # the data of the entry that asks


class FileBox(QComboBox):
    """The base of such lists. The first entry is none of the choices; `files` are those that were chosen before."""

    asks = ""  # the title of the window that asks
    kinds = ""  # of files, as that window names them

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.files: list[Path] = []
        self._before = 0
        self.activated.connect(self._chosen)

    def choose(self, path: Path) -> None:
        """Choose a file, new or known."""
        if path not in self.files:
            self.files.insert(0, path)
            self.files_grew()
        self.show_choice(self.data_of(path))

    def files_grew(self) -> None:
        """List the files anew."""

    def data_of(self, path: Path) -> object:
        """The data of a file's entry."""
        return path

    def show_choice(self, wanted: object) -> None:
        """Make the entry with the data `wanted` current, the first where there is none or nothing is wanted."""
        places = [at for at in range(self.count()) if self.itemData(at) == wanted and wanted]
        self.setCurrentIndex(places[0] if places else 0)
        self._before = self.currentIndex()

    def _chosen(self, index: int) -> None:
        if self.itemData(index) != CHOOSE:
            self._before = index
            return
        self.setCurrentIndex(self._before)
        folder = str(self.files[0].parent) if self.files else ""
        chosen, _ = QFileDialog.getOpenFileName(self, self.asks, folder, self.kinds)
        if chosen:
            self.choose(Path(chosen))
