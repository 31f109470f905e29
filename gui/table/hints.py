"""Rows of the action table: hints."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("hints.show", "Show hints", "hints.set_shown", "ph.eye", ("Shift+J",),
           "Show the hints over the photo, or only what they do", "View/3", checkable=True),
    Action("hints.remove", "Remove hint", "hints.remove", "ph.trash", (),
           "Take the selected hint away; Delete over the photo does it too", "Colour/hints", when="hint"),
    Action("hints.clear", "Remove all hints", "hints.clear", "ph.trash-simple", (),
           "Take all hints of this photo away; can be undone", "Colour/hints", when="hints"),
)  # fmt: skip
