"""Rows of the action table: the selection that edits keep to."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("select.switch", "Select with tools", "select.set_switch", "ph.selection", ("M",),
           "Shapes, wand, fill and the like choose pixels instead of labelling them; every edit keeps to these",
           "Select/1", checkable=True),
    Action("select.all", "Select all", "select.all", "ph.selection-all", ("Ctrl+A",),
           "Choose the whole photo", "Select/2", when="photo"),
    Action("select.none", "Select nothing", "select.none", "ph.selection-slash", ("Ctrl+Shift+A",),
           "Let go of the selection; Escape does it too", "Select/2", when="selection"),
    Action("select.invert", "Invert selection", "select.invert", "ph.selection-inverse", ("Ctrl+Alt+I",),
           "Choose what is not chosen", "Select/2", when="photo"),
    Action("select.label", "Select current label", "select.label", "ph.tag", ("Ctrl+Alt+A",),
           "Choose all that has the current label", "Select/2", when="photo"),
    Action("select.grow", "Grow selection", "select.reshape", "ph.arrows-out-simple", (),
           "Let the selection reach further, by the reach that labels have", "Select/3", when="selection",
           args=("grow",)),
    Action("select.shrink", "Shrink selection", "select.reshape", "ph.arrows-in-simple", (),
           "Draw the selection back, by the reach that labels have", "Select/3", when="selection", args=("shrink",)),
    Action("select.smooth", "Smooth selection", "select.reshape", "ph.waves", (),
           "Round the selection's outline", "Select/3", when="selection", args=("smooth",)),
    Action("select.fill", "Fill with the label", "select.fill", "ph.paint-bucket", ("Alt+Backspace",),
           "Give all that is selected the current label", "Select/4", when="selection"),
)  # fmt: skip
