"""Recipes: what one photo was given goes to the next, by a file or straight from the photo before.

A recipe is the document's rules, palette and settings (core/guidance). Files are read and written in a thread; what
is wrong with one is a sentence that stays.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QFileDialog, QMenu

from core.document import Document
from core.guidance import Recipe
from core.photo_pages import stem_of
from core.recipe import load_recipe, save_recipe
from core.rule_edit import decides
from gui.background import Background
from gui.features.base import Feature
from gui.recipe_box import FILES, WRITTEN
from gui.saving import make_folder

KEPT = 10  # recent recipes


class Recipes(Feature):
    """Saves and loads recipes, and remembers the last photo's."""

    name = "recipes"

    def __init__(self, window) -> None:
        super().__init__(window)
        self._files = Background(self)
        self._document: Document | None = None
        self.last: Recipe | None = None  # of the last photo that had one

    def start(self) -> None:
        """Listen for photos that come and go, and to the panel's buttons."""
        window = self.window
        self.recent: QMenu = window.colour.recent
        self.recent.aboutToShow.connect(self._fill_recent)
        window.actions_by_id["recipe.recent"].setMenu(self.recent)
        window.session.documentChanged.connect(self._document_came)
        window.session.stateChanged.connect(self._show_possible)
        window.colour.panelCame.connect(self._panel_came)

    def conditions(self) -> set[str]:
        document = self.window.document
        answers = {
            "recipe": self.own is not None,
            "last recipe": document is not None and self.last is not None,
            "recent recipes": document is not None and bool(self.window.settings["files.recipes"]),
        }
        return {name for name, holds in answers.items() if holds}

    @property
    def own(self) -> Recipe | None:
        """The recipe of the photo in work, None where it decides nothing."""
        recipe = self.window.document.recipe if self.window.document else Recipe()
        return recipe if decides(recipe) else None

    # -- what the person does

    def save(self) -> None:
        """Where to? Then write it, over what is there: the dialog has asked."""
        window, document = self.window, self.window.document
        stem = stem_of(document.path) if document.path else "photo"
        start = self._folder() / f"{stem}_recipe.json"
        chosen, _ = QFileDialog.getSaveFileName(window, "Save recipe", str(start), WRITTEN)
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(".json")
        recipe = document.recipe
        self._files.run(partial(_write, path, recipe), self._saved, window.session.failed.emit)

    def load(self) -> None:
        """Which file? Then give its recipe to the photo."""
        chosen, _ = QFileDialog.getOpenFileName(self.window, "Load recipe", str(self._folder()), FILES)
        if chosen:
            self.load_from(Path(chosen))

    def load_from(self, path: Path) -> None:
        """Give the recipe of a file to the photo in work."""
        document = self.window.document
        self._files.run(lambda: load_recipe(path), lambda recipe: self._loaded(document, path, recipe),
                        lambda sentence: self._refused(path, sentence))  # fmt: skip

    def use_last(self) -> None:
        """Give this photo what the last photo that had any was given."""
        if self.last is not None:
            self.apply(self.last, "Recipe of the last photo")

    def show_recent(self) -> None:
        """The recent recipes, at the pointer."""
        self.recent.popup(QCursor.pos())

    def apply(self, recipe: Recipe, name: str) -> None:
        """Give the photo in work a recipe, as one step."""
        document = self.window.document
        if document is not None:
            document.set_guidance(name, rules=recipe.rules, palette=recipe.palette, settings=recipe.settings,
                                  palette_map=recipe.palette_map)  # fmt: skip

    # -- inside

    def _folder(self) -> Path:
        return Path(self.window.settings["files.recipe_folder"] or self.window.session.out).absolute()

    def _saved(self, path: Path) -> None:
        self.window.session.said.emit(f"Saved {path}")
        self._remember(path)

    def _loaded(self, document: Document | None, path: Path, recipe: Recipe) -> None:
        self._remember(path)
        if document is not None and document is self.window.document:
            self.apply(recipe, f"Recipe: {path.stem}")

    def _refused(self, path: Path, sentence: str) -> None:
        """A recipe that cannot be read is not offered again."""
        settings = self.window.settings
        settings["files.recipes"] = [text for text in settings["files.recipes"] if text != str(path.absolute())]
        self.window.session.failed.emit(sentence)
        self.window.refresh()
        self._show_possible()

    def _remember(self, path: Path) -> None:
        settings, text = self.window.settings, str(path.absolute())
        settings["files.recipes"] = [text, *(old for old in settings["files.recipes"] if old != text)][:KEPT]
        settings["files.recipe_folder"] = str(path.absolute().parent)
        self.window.refresh()
        self._show_possible()

    def _document_came(self, document: Document | None) -> None:
        """The photo that is left may have had a recipe."""
        before, self._document = self._document, document
        if before is not None and before is not document and decides(before.recipe):
            self.last = before.recipe
        self._show_possible()

    def _panel_came(self) -> None:
        self.window.colour.panel.recipe.connect(lambda what: getattr(self, what)())
        self._show_possible()

    def _show_possible(self) -> None:
        if not self.window.colour.has_panel:
            return
        holds = self.conditions()
        self.window.colour.panel.show_possible(
            self.window.document is not None, "recipe" in holds, "last recipe" in holds, "recent recipes" in holds
        )

    def _fill_recent(self) -> None:
        self.recent.clear()
        for number, text in enumerate(self.window.settings["files.recipes"], start=1):
            path = Path(text)
            entry = self.recent.addAction(f"&{number % 10}  {path.stem}    {path.parent}")
            entry.triggered.connect(lambda _=False, path=path: self.load_from(path))


def _write(path: Path, recipe: Recipe) -> Path:
    make_folder(path.parent)
    return save_recipe(path, recipe, overwrite=True)
