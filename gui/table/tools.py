"""Rows of the action table: the tools of the canvas."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("tool.brush", "Brush", "set_tool", "ph.paint-brush", ("B",),
           "Paint the current label", "Tools/1", "tools/1", True, "tool", args=("brush",)),
    Action("tool.eraser", "Eraser", "set_tool", "ph.eraser", ("E",),
           "Bring the segmented labels back", "Tools/1", "tools/1", True, "tool", args=("eraser",)),
    Action("tool.fill", "Fill", "set_tool", "ph.paint-bucket", ("G",),
           "Give a whole region the current label; with Shift, all of the region's label", "Tools/2", "tools/2",
           True, "tool", args=("fill",)),
    Action("tool.rectangle", "Rectangle", "set_tool", "ph.rectangle", ("R",),
           "Give a rectangle the current label; Shift keeps it square", "Tools/2", "tools/2", True, "tool",
           args=("rectangle",)),
    Action("tool.ellipse", "Ellipse", "set_tool", "ph.circle", ("O",),
           "Give an ellipse the current label; Shift makes it a circle", "Tools/2", "tools/2", True, "tool",
           args=("ellipse",)),
    Action("tool.lasso", "Lasso", "set_tool", "ph.scribble-loop", ("L",),
           "Give what a freehand line encloses the current label", "Tools/2", "tools/2", True, "tool",
           args=("lasso",)),
    Action("tool.picker", "Label picker", "set_tool", "ph.eyedropper", ("I",),
           "Take the label under the pointer", "Tools/3", "tools/3", True, "tool", args=("picker",)),
    Action("tool.pan", "Hand", "set_tool", "ph.hand", ("H",),
           "Move the photo; hold Space for it with any tool", "Tools/3", "tools/3", True, "tool", args=("pan",)),
)  # fmt: skip
