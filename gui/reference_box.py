"""Which photos a batch takes its colours from: none, the references of the photo in the window, or a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from core.errors import PhotoError
from core.guidance import Reference
from core.references import look_at
from gui.file_box import CHOOSE, FileBox
from gui.found import PHOTO_FILES

References = tuple[Reference, ...]


class ReferenceBox(FileBox):
    """See the module and `FileBox`."""

    asks, kinds = "Reference for the batch", PHOTO_FILES

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("batchReference")
        self.setAccessibleName("Reference")
        self.setToolTip("<b>Reference</b><br>Every photo of the batch takes its colours from it")
        self._own: Mapping[str, References] = {}
        self.offer({})

    def offer(self, own: Mapping[str, References]) -> None:
        """Offer references of the window by their titles; what was chosen stays where it can."""
        chosen = self.source
        self._own = dict(own)
        self.clear()
        self.addItem("None", ())
        for title, references in own.items():
            self._add(title, references)
        for path in self.files:
            self._add(path.name, self.data_of(path))
        self.addItem("Choose a photo…", CHOOSE)
        self.show_choice(chosen)

    @property
    def source(self) -> References:
        """The references that are chosen; none for None."""
        found = self.currentData()
        return found if isinstance(found, tuple) else ()

    def files_grew(self) -> None:
        self.offer(self._own)

    def data_of(self, path: Path) -> References:
        return (Reference(str(path)),)

    def _add(self, title: str, references: References) -> None:
        self.addItem(title, references)
        told = "\n".join(reference.path for reference in references)
        self.setItemData(self.count() - 1, told, Qt.ItemDataRole.ToolTipRole)


def checked(references: References) -> References:
    """`references`, each of which has colours to lend. Takes long. PhotoError, a sentence, where one has none."""
    for reference in references:
        problem = look_at(reference.path).problem
        if problem:
            raise PhotoError(problem)
    return references
