"""Rows of the action table: labels."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("labels.search", "Find a label", "labels_panel.focus_search", "ph.magnifying-glass", ("Ctrl+L",),
           "Type a few letters, Enter takes the first", "Labels/1"),
    Action("labels.edit_set", "Edit label set…", "label_sets.edit", "ph.list-plus", ("Ctrl+Alt+L",),
           "Labels of your own, their colours and order; or another set", "Labels/1", when="label_set"),
    Action("labels.larger_brush", "Larger brush", "step_brush", "ph.plus-circle", ("]",),
           "Make the brush larger; Ctrl+wheel does it too", "Labels/2", args=(1,)),
    Action("labels.smaller_brush", "Smaller brush", "step_brush", "ph.minus-circle", ("[",),
           "Make the brush smaller", "Labels/2", args=(-1,)),
    Action("labels.resegment", "Segment again", "session.resegment", "ph.sparkle", ("Ctrl+R",),
           "Find the labels anew; what you painted stays", "Labels/3", when="photo"),
    Action("labels.reset", "Reset labels", "session.reset_labels", "ph.arrow-counter-clockwise",
           ("Ctrl+Shift+R",), "Throw all painting away; can be undone", "Labels/3", when="segmented"),
)  # fmt: skip
