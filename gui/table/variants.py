"""Rows of the action table: other tries."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("colour.others", "Show me others", "variants.show", "ph.squares-four", ("V",),
           "Four tries side by side; take one with a click", "Colour/3", "main/5", when="others"),
    Action("colour.others_label", "Show me others of this label", "variants.show_label", "ph.selection-plus",
           ("Shift+V",), "Four tries of the current label; the rest of the photo stays as it is", "Colour/3",
           when="others of label"),
)  # fmt: skip
