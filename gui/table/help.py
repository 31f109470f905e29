"""Rows of the action table: help."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("help.commands", "Find a command…", "asking.command", "ph.command", ("Ctrl+Shift+P",),
           "Search everything that can be done", "Help/1"),
    Action("help.shortcuts", "Shortcuts", "asking.shortcuts", "ph.keyboard", ("F1", "?"),
           "All keys on one sheet", "Help/1"),
    Action("help.hints", "What to try", "notice.show_hints", "ph.lightbulb", (),
           "Three lines for the first minutes", "Help/1", when="photo"),
    Action("help.about", "About Huesmith", "asking.about", "ph.info", (),
           "Version, licence and what runs where", "Help/2"),
)  # fmt: skip
