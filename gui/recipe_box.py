"""Which recipe a batch is given: none, that of the photo in the window, or one of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from core.guidance import Recipe
from core.recipe import load_recipe
from gui.file_box import CHOOSE, FileBox

WRITTEN = "Recipes (*.json);;All files (*)"
FILES = "Recipes, and results (*.json *.png *.jpg *.tif *.tiff *.webp *.avif *.ora *.psd);;All files (*)"
NONE = "none"


class RecipeBox(FileBox):
    """See the module and `FileBox`."""

    asks, kinds = "Recipe for the batch", FILES

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("batchRecipe")
        self.setAccessibleName("Recipe")
        self.setToolTip("<b>Recipe</b><br>Colours of labels, palette and settings for every photo of the batch")
        self._own: Recipe | None = None
        self.offer(None, ())

    def offer(self, own: Recipe | None, recent: Sequence[str]) -> None:
        """Offer the window's own recipe, if it has one, and files; what was chosen stays where it can."""
        chosen = self.source
        self._own = own
        self.files = list(dict.fromkeys([*self.files, *map(Path, recent)]))
        self.clear()
        self.addItem("None", NONE)
        if own is not None:
            self.addItem("That of the photo in the window", own)
        for path in self.files:
            self.addItem(path.stem, path)
            self.setItemData(self.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole)
        self.addItem("Choose a file…", CHOOSE)
        self.show_choice(own if isinstance(chosen, Recipe) and own is not None else chosen)

    @property
    def source(self) -> Recipe | Path | None:
        """The window's recipe, the file to read one from, or None."""
        found = self.currentData()
        return found if isinstance(found, Recipe | Path) else None

    @property
    def path(self) -> str:
        """The file that is chosen, "" where none is."""
        return str(self.source) if isinstance(self.source, Path) else ""

    def files_grew(self) -> None:
        self.offer(self._own, ())


def read(source: Recipe | Path | None) -> Recipe:
    """The recipe of a box's `source`; reads the file. Raises ProjectError, a sentence that names it."""
    return load_recipe(source) if isinstance(source, Path) else source or Recipe()
