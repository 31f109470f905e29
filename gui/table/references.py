"""Rows of the action table: photos whose colours are wanted."""

from __future__ import annotations

from gui.table.row import Action

_MENU = "Colour/5>References"

ROWS = (
    Action("references.show", "Show references", "references.raise_tab", "ph.cards", ("Ctrl+Shift+F",),
           "The tab with the photos whose colours are wanted", _MENU),
    Action("references.add", "Add reference…", "references.ask", "ph.image-square", ("Ctrl+Shift+I",),
           "Take colours from another photo", _MENU, when="photo"),
    Action("references.paste", "Paste reference", "references.paste", "ph.clipboard", (),
           "Take colours from a copied picture or file", _MENU, when="photo"),
    Action("references.bind", "For this label only", "references.bind_first", "ph.tag", (),
           "The current label takes its colours from the reference that is chosen, or the first; nothing else does",
           _MENU, when="references"),
    Action("references.matches", "Show matches", "reference_sight.set_matches", "ph.crosshair-simple",
           ("Ctrl+Shift+M",), "Where the colour under the pointer came from: a ring in the reference, and how sure",
           _MENU, checkable=True, when="photo"),
    Action("references.lend", "Use the result as the reference of the next photos", "references.lend_result",
           "ph.film-strip", (), "The next photos of the folder take their colours from this one", _MENU,
           when="result"),
    Action("references.lend_all", "Use the result as the reference of the whole folder", "references.lend_to_all",
           "ph.cards", (), "All other photos of the folder take their colours from this one", _MENU, when="result"),
    Action("references.stop", "No reference for the next photos", "references.stop_album", "ph.prohibit", (),
           "The next photos are coloured by themselves again", _MENU, when="album"),
    Action("references.clear", "Remove all references", "references.clear", "ph.trash", (),
           "Nothing takes its colours from another photo", _MENU, when="references"),
)  # fmt: skip
