"""The bar of tool options: what the current tool can be told, and nothing else.

Brush and eraser have a size; the label overlay has an opacity, which any tool that reads labels needs to see.
Size runs on a square scale, so that small brushes are as easy to set as large ones.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QSpinBox, QToolBar, QWidget

from gui.tools import LARGEST, SMALLEST, BrushTool, Tool

STEPS = 200


def size_at(step: int) -> int:
    """The brush size of a slider's step 0..STEPS."""
    return round(SMALLEST + (LARGEST - SMALLEST) * (step / STEPS) ** 2)


def step_at(size: int) -> int:
    """The slider's step nearest to a brush size."""
    return round(((size - SMALLEST) / (LARGEST - SMALLEST)) ** 0.5 * STEPS)


class ToolOptionsBar(QToolBar):
    """`sizeChanged(int)` in photo pixels and `overlayChanged(float)` 0..1 come from the person only."""

    sizeChanged = Signal(int)
    overlayChanged = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Tool options", parent)
        self.setObjectName("toolOptions")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._tool = QLabel(self, objectName="section")
        self._tool.setMinimumWidth(86)
        self._told = QLabel(self, objectName="dim")
        self.addWidget(self._tool)
        self._groups = {"size": self.addWidget(self._make_size())}
        self._told_action = self.addWidget(self._told)
        self.addSeparator()
        self.addWidget(self._make_overlay())
        self.set_tool(BrushTool)

    def set_tool(self, tool: Tool | type[Tool]) -> None:
        """Show the options of a tool."""
        self._tool.setText(tool.title)
        self._told.setText(tool.told)
        self._told_action.setVisible(bool(tool.told))
        for name, group in self._groups.items():
            group.setVisible(name in tool.options_shown)

    def set_size(self, size: int) -> None:
        """Show a brush size without telling anybody."""
        for widget, value in ((self.size, size), (self._size_slider, step_at(max(size, SMALLEST)))):
            widget.blockSignals(True)
            widget.setValue(value)
            widget.blockSignals(False)

    def set_overlay(self, opacity: float) -> None:
        """Show an overlay opacity without telling anybody."""
        self.overlay.blockSignals(True)
        self.overlay.setValue(round(opacity * 100))
        self.overlay.blockSignals(False)
        self._percent.setText(f"{round(opacity * 100)} %")

    def _make_size(self) -> QWidget:
        self._size_slider = QSlider(Qt.Orientation.Horizontal)
        self._size_slider.setRange(0, STEPS)
        self._size_slider.setFixedWidth(140)
        self._size_slider.setAccessibleName("Brush size")
        self._size_slider.setToolTip("<b>Brush size</b>  [  ]<br>Ctrl+wheel over the photo does it too")
        self.size = QSpinBox()
        self.size.setRange(SMALLEST, LARGEST)
        self.size.setSuffix(" px")
        self.size.setFixedWidth(92)
        self.size.setAccessibleName("Brush size in pixels of the photo")
        self._size_slider.valueChanged.connect(lambda step: self._size_told(size_at(step)))
        self.size.valueChanged.connect(self._size_told)
        return _group("Size", self._size_slider, self.size)

    def _make_overlay(self) -> QWidget:
        self.overlay = QSlider(Qt.Orientation.Horizontal)
        self.overlay.setRange(0, 100)
        self.overlay.setFixedWidth(110)
        self.overlay.setAccessibleName("Opacity of the label overlay")
        self.overlay.setToolTip("<b>Label overlay</b>  ,  .<br>How strongly the label colours cover the photo")
        self.overlay.valueChanged.connect(self._overlay_told)
        self._percent = QLabel(objectName="dim")
        self._percent.setFixedWidth(44)
        return _group("Overlay", self.overlay, self._percent)

    def _size_told(self, size: int) -> None:
        self.set_size(size)
        self.sizeChanged.emit(size)

    def _overlay_told(self, percent: int) -> None:
        self._percent.setText(f"{percent} %")
        self.overlayChanged.emit(percent / 100)


def _group(name: str, *widgets: QWidget) -> QWidget:
    group = QWidget()
    group.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    line = QHBoxLayout(group)
    line.setContentsMargins(0, 0, 10, 0)
    line.setSpacing(9)
    line.addWidget(QLabel(name, objectName="optionName"))
    for widget in widgets:
        line.addWidget(widget)
    return group
