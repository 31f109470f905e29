"""Rows of the action table: what is shown, and how near."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("view.labels", "Label map", "set_view", "ph.map-trifold", ("Ctrl+1",),
           "See the labels over the photo", "View/1", "main/3", True, "view", "photo", ("LABELS",)),
    Action("view.result", "Result", "set_view", "ph.palette", ("Ctrl+2",),
           "See the coloured photo", "View/1", "main/3", True, "view", "photo", ("RESULT",)),
    Action("view.original", "Original", "set_view", "ph.image-square", ("Ctrl+3",),
           "See the photo as it was opened", "View/1", "main/3", True, "view", "photo", ("ORIGINAL",)),
    Action("view.compare", "Compare", "set_view", "ph.square-half", ("Ctrl+4",),
           "Before and after, with a divider to drag", "View/1", "main/3", True, "view", "photo", ("SPLIT",)),
    Action("view.compare_with", "Compare with", "compare.choose", "ph.arrows-left-right", ("Ctrl+Shift+4",),
           "What stands at the left of the divider: the original, or another colorizer's result", "View/1",
           when="photo"),
    Action("view.side_by_side", "Side by side", "set_view", "ph.columns", ("Ctrl+5",),
           "Labels and result beside each other, moving together", "View/1", "main/3", True, "view", "photo",
           ("SIDE",)),
    Action("view.fit", "Fit", "canvas.fit", "ph.corners-out", ("F",),
           "Show the whole photo", "View/2", "main/4", when="photo"),
    Action("view.actual_size", "100 %", "canvas.actual_size", "ph.number-circle-one", ("1",),
           "One pixel of the photo on one of the screen", "View/2", "main/4", when="photo"),
    Action("view.zoom_in", "Zoom in", "canvas.zoom_in", "ph.magnifying-glass-plus", ("Ctrl++", "Ctrl+="),
           "Come closer; the wheel does it at the pointer", "View/2", when="photo"),
    Action("view.zoom_out", "Zoom out", "canvas.zoom_out", "ph.magnifying-glass-minus", ("Ctrl+-",),
           "Step back", "View/2", when="photo"),
    Action("view.overlay_more", "More overlay", "step_overlay", "ph.drop", (".",),
           "Make the label colours stronger", "View/3", when="photo", args=(0.1,)),
    Action("view.overlay_less", "Less overlay", "step_overlay", "ph.drop-half", (",",),
           "Make the label colours weaker", "View/3", when="photo", args=(-0.1,)),
    Action("view.light_theme", "Light theme", "set_light", "ph.sun", ("Ctrl+Shift+T",),
           "Bright panels instead of dark ones", "View/4", checkable=True),
    Action("view.full_screen", "Full screen", "set_full_screen", "ph.arrows-out", ("F11",),
           "Give the window the whole screen", "View/4", checkable=True),
)  # fmt: skip
