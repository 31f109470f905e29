"""The tools of the canvas: small state machines that act on `core.document`, sharing one ToolOptions."""

from gui.tools.base import LARGEST, SMALLEST, Host, Outline, Pointer, Tool, ToolOptions, Trail
from gui.tools.brush import BrushTool, EraserTool
from gui.tools.pan import PanTool
from gui.tools.picker import PickerTool

TOOLS: tuple[type[Tool], ...] = (BrushTool, EraserTool, PickerTool, PanTool)

__all__ = [
    "LARGEST", "SMALLEST", "TOOLS", "BrushTool", "EraserTool", "Host", "Outline", "PanTool", "PickerTool",
    "Pointer", "Tool", "ToolOptions", "Trail",
]  # fmt: skip
