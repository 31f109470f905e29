"""Rows of the action table: undo and redo, and what is pasted."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("edit.undo", "Undo", "session.undo", "ph.arrow-u-up-left", ("Ctrl+Z",),
           "Take the last change back", "Edit/1", "main/2", when="undo"),
    Action("edit.redo", "Redo", "session.redo", "ph.arrow-u-up-right", ("Ctrl+Shift+Z", "Ctrl+Y"),
           "Do again what was taken back", "Edit/1", "main/2", when="redo"),
    Action("edit.paste_photo", "Paste photo", "clipboard.paste", "ph.clipboard", ("Ctrl+V",),
           "Open a copied picture, or copied files", "Edit/3"),
    Action("edit.copy_picture", "Copy colour picture", "exports.copy", "ph.copy", ("Ctrl+Shift+C",),
           "Put the coloured photo on the clipboard, at its full size", "Edit/2", when="result"),
)  # fmt: skip
