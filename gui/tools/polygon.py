"""The polygon tool: straight lines from corner to corner, and freehand pieces between them where one drags."""

from __future__ import annotations

from gui.tools.outline import OutlineTool


class PolygonTool(OutlineTool):
    """See OutlineTool."""

    name = "polygon"
    title = "Polygon"
    told = "Click corners, or drag by hand; double click or Enter closes, Backspace goes back"
