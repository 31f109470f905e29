"""Which recipe a batch is given: none, that of the photo in the window, or one of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from core.guidance import Recipe
from core.recipe import load_recipe

FILES = "Recipes (*.json);;All files (*)"
NONE, CHOOSE = "none", "choose"


class RecipeBox(QComboBox):
    """A list to choose from; the last entry asks for a file, which then is one of the list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("batchRecipe")
        self.setAccessibleName("Recipe")
        self.setToolTip("<b>Recipe</b><br>Colours of labels, palette and settings for every photo of the batch")
        self._paths: list[Path] = []
        self._own: Recipe | None = None
        self._before = 0
        self.offer(None, ())
        self.activated.connect(self._chosen)

    def offer(self, own: Recipe | None, recent: Sequence[str]) -> None:
        """Offer the window's own recipe, if it has one, and files; what was chosen stays where it can."""
        chosen = self.source
        self._own = own
        self._paths = list(dict.fromkeys([*self._paths, *map(Path, recent)]))
        self.clear()
        self.addItem("None", NONE)
        if own is not None:
            self.addItem("That of the photo in the window", own)
        for path in self._paths:
            self.addItem(path.stem, path)
            self.setItemData(self.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole)
        self.addItem("Choose a file…", CHOOSE)
        self._show(own if isinstance(chosen, Recipe) and own is not None else chosen)

    @property
    def source(self) -> Recipe | Path | None:
        """The window's recipe, the file to read one from, or None."""
        found = self.currentData()
        return found if isinstance(found, Recipe | Path) else None

    @property
    def path(self) -> str:
        """The file that is chosen, "" where none is."""
        return str(self.source) if isinstance(self.source, Path) else ""

    def choose(self, path: Path) -> None:
        """Choose a file, new or known."""
        if path not in self._paths:
            self._paths.insert(0, path)
            self.offer(self._own, ())
        self._show(path)

    def _show(self, wanted: Recipe | Path | None) -> None:
        places = [at for at in range(self.count()) if self.itemData(at) == wanted and wanted is not None]
        self.setCurrentIndex(places[0] if places else 0)
        self._before = self.currentIndex()

    def _chosen(self, index: int) -> None:
        if self.itemData(index) != CHOOSE:
            self._before = index
            return
        self.setCurrentIndex(self._before)
        folder = str(self._paths[0].parent) if self._paths else ""
        chosen, _ = QFileDialog.getOpenFileName(self, "Recipe for the batch", folder, FILES)
        if chosen:
            self.choose(Path(chosen))


def read(source: Recipe | Path | None) -> Recipe:
    """The recipe of a box's `source`; reads the file. Raises ProjectError, a sentence that names it."""
    return load_recipe(source) if isinstance(source, Path) else source or Recipe()
