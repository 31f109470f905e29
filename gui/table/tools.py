"""Rows of the action table: the tools of the canvas."""

from __future__ import annotations

from gui.table.row import Action

ROWS = (
    Action("tool.brush", "Brush", "set_tool", "ph.paint-brush", ("B",),
           "Paint the current label", "Tools/1", "tools/1", True, "tool", args=("brush",)),
    Action("tool.eraser", "Eraser", "set_tool", "ph.eraser", ("E",),
           "Bring the segmented labels back", "Tools/1", "tools/1", True, "tool", args=("eraser",)),
    Action("tool.superpixel", "Superpixel brush", "set_tool", "ph.puzzle-piece", ("U",),
           "Paint small pieces of the photo that follow its edges", "Tools/1", "tools/1", True, "tool",
           args=("superpixel",)),
    Action("tool.fill", "Fill", "set_tool", "ph.paint-bucket", ("G",),
           "Give a whole region the current label; with Shift, all of the region's label", "Tools/2", "tools/2",
           True, "tool", args=("fill",)),
    Action("tool.wand", "Magic wand", "set_tool", "ph.magic-wand", ("W",),
           "Give what looks alike the current label; drag up or down for more or less", "Tools/2", "tools/2", True,
           "tool", args=("wand",)),
    Action("tool.rectangle", "Rectangle", "set_tool", "ph.rectangle", ("R",),
           "Give a rectangle the current label; Shift keeps it square", "Tools/2", "tools/2", True, "tool",
           args=("rectangle",)),
    Action("tool.ellipse", "Ellipse", "set_tool", "ph.circle", ("O",),
           "Give an ellipse the current label; Shift makes it a circle", "Tools/2", "tools/2", True, "tool",
           args=("ellipse",)),
    Action("tool.lasso", "Lasso", "set_tool", "ph.scribble-loop", ("L",),
           "Give what a freehand line encloses the current label", "Tools/2", "tools/2", True, "tool",
           args=("lasso",)),
    Action("tool.polygon", "Polygon", "set_tool", "ph.polygon", ("P",),
           "Give what lies between the corners you click the current label", "Tools/2", "tools/2", True, "tool",
           args=("polygon",)),
    Action("tool.scissors", "Scissors", "set_tool", "ph.scissors", ("S",),
           "Draw an outline that snaps to edges between the points you click", "Tools/2", "tools/2", True, "tool",
           args=("scissors",)),
    Action("tool.hint", "Hint", "set_tool", "ph.push-pin", ("J",),
           "Put a colour on a spot, or draw with it; the colours around follow", "Tools/3", "tools/3", True, "tool",
           args=("hint",)),
    Action("tool.picker", "Label picker", "set_tool", "ph.eyedropper", ("I",),
           "Take the label under the pointer", "Tools/3", "tools/3", True, "tool", args=("picker",)),
    Action("tool.pan", "Hand", "set_tool", "ph.hand", ("H",),
           "Move the photo; hold Space for it with any tool", "Tools/3", "tools/3", True, "tool", args=("pan",)),
)  # fmt: skip
