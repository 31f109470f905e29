"""The tools of the canvas: small state machines that act on `core.document`, sharing one ToolOptions."""

from gui.tools.base import LARGEST, SMALLEST, Band, Host, Outline, Pointer, Tool, ToolOptions, Trail
from gui.tools.brush import BrushTool, EraserTool
from gui.tools.fill import FillTool
from gui.tools.pan import PanTool
from gui.tools.picker import PickerTool
from gui.tools.shapes import EllipseTool, LassoTool, RectangleTool

TOOLS: tuple[type[Tool], ...] = (
    BrushTool, EraserTool, FillTool, RectangleTool, EllipseTool, LassoTool, PickerTool, PanTool
)  # fmt: skip

__all__ = [
    "LARGEST", "SMALLEST", "TOOLS", "Band", "BrushTool", "EllipseTool", "EraserTool", "FillTool", "Host",
    "LassoTool", "Outline", "PanTool", "PickerTool", "Pointer", "RectangleTool", "Tool", "ToolOptions", "Trail",
]  # fmt: skip
