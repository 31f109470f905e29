"""Which photos a batch takes its colours from: none, the references of the photo in the window, or a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from core.errors import PhotoError
from core.guidance import Reference
from core.references import look_at

FILES = "Photos (*.jpg *.jpeg *.png *.tif *.tiff *.webp *.bmp);;All files (*)"
CHOOSE = "choose"
References = tuple[Reference, ...]


class ReferenceBox(QComboBox):
    """A list to choose from; the last entry asks for a file, which then is one of the list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("batchReference")
        self.setAccessibleName("Reference")
        self.setToolTip("<b>Reference</b><br>Every photo of the batch takes its colours from it")
        self._own: Mapping[str, References] = {}
        self._files: list[Path] = []
        self._before = 0
        self.offer({})
        self.activated.connect(self._chosen)

    def offer(self, own: Mapping[str, References]) -> None:
        """Offer references of the window by their titles; what was chosen stays where it can."""
        chosen = self.source
        self._own = dict(own)
        self.clear()
        self.addItem("None", ())
        for title, references in own.items():
            self._add(title, references)
        for path in self._files:
            self._add(path.name, (Reference(str(path)),))
        self.addItem("Choose a photo…", CHOOSE)
        self._show(chosen)

    @property
    def source(self) -> References:
        """The references that are chosen; none for None."""
        found = self.currentData()
        return found if isinstance(found, tuple) else ()

    def choose(self, path: Path) -> None:
        """Choose a photo, new or known."""
        if path not in self._files:
            self._files.insert(0, path)
            self.offer(self._own)
        self._show((Reference(str(path)),))

    def _add(self, title: str, references: References) -> None:
        self.addItem(title, references)
        told = "\n".join(reference.path for reference in references)
        self.setItemData(self.count() - 1, told, Qt.ItemDataRole.ToolTipRole)

    def _show(self, wanted: References) -> None:
        places = [at for at in range(self.count()) if self.itemData(at) == wanted and wanted]
        self.setCurrentIndex(places[0] if places else 0)
        self._before = self.currentIndex()

    def _chosen(self, index: int) -> None:
        if self.itemData(index) != CHOOSE:
            self._before = index
            return
        self.setCurrentIndex(self._before)
        folder = str(self._files[0].parent) if self._files else ""
        chosen, _ = QFileDialog.getOpenFileName(self, "Reference for the batch", folder, FILES)
        if chosen:
            self.choose(Path(chosen).absolute())


def checked(references: References) -> References:
    """`references`, each of which has colours to lend. Takes long. PhotoError, a sentence, where one has none."""
    for reference in references:
        problem = look_at(reference.path).problem
        if problem:
            raise PhotoError(problem)
    return references
