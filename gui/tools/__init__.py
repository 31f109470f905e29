"""The tools of the canvas: small state machines that act on `core.document`, sharing one ToolOptions."""

from gui.tools.base import (
    LARGEST,
    MOST_TOLERANCE,
    SMALLEST,
    Band,
    Host,
    Outline,
    Pointer,
    Rings,
    Tool,
    ToolOptions,
    Trail,
)
from gui.tools.brush import BrushTool, EraserTool
from gui.tools.fill import FillTool
from gui.tools.hint import HintTool
from gui.tools.object import ObjectTool
from gui.tools.pan import PanTool
from gui.tools.picker import PickerTool
from gui.tools.polygon import PolygonTool
from gui.tools.scissors import ScissorsTool
from gui.tools.shapes import EllipseTool, LassoTool, RectangleTool
from gui.tools.superpixel import SuperpixelTool
from gui.tools.wand import WandTool

TOOLS: tuple[type[Tool], ...] = (
    BrushTool, EraserTool, SuperpixelTool, FillTool, WandTool, ObjectTool, RectangleTool, EllipseTool, LassoTool,
    PolygonTool, ScissorsTool, HintTool, PickerTool, PanTool,
)  # fmt: skip

__all__ = [
    "LARGEST", "MOST_TOLERANCE", "SMALLEST", "TOOLS", "Band", "BrushTool", "EllipseTool", "EraserTool", "FillTool",
    "HintTool", "Host", "LassoTool", "ObjectTool", "Outline", "PanTool", "PickerTool", "Pointer", "PolygonTool",
    "RectangleTool", "Rings", "ScissorsTool", "SuperpixelTool", "Tool", "ToolOptions", "Trail", "WandTool",
]  # fmt: skip
