"""The bar of tool options: what the current tool can be told, and nothing else.

A tool names the groups it shows (`Tool.options_shown`); each group reads and writes one field of ToolOptions. The
label overlay has an opacity, which any tool that reads labels needs to see. Size runs on a square scale, so that
small brushes are as easy to set as large ones.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolBar,
    QWidget,
)

from gui.tools import LARGEST, MOST_TOLERANCE, SMALLEST, BrushTool, Tool, ToolOptions

STEPS = 200
_ALIKE = {"light": "Luminance", "network": "Network"}
SELECTS = "Selects; Shift adds, Alt takes away"
_HOWS = {"replace": "New", "add": "Add", "subtract": "Take away", "intersect": "Common"}
_PIECES = {"fine": "Fine", "middle": "Middle", "coarse": "Coarse"}


def size_at(step: int) -> int:
    """The brush size of a slider's step 0..STEPS."""
    return round(SMALLEST + (LARGEST - SMALLEST) * (step / STEPS) ** 2)


def step_at(size: int) -> int:
    """The slider's step nearest to a brush size."""
    return round(((size - SMALLEST) / (LARGEST - SMALLEST)) ** 0.5 * STEPS)


class ToolOptionsBar(QToolBar):
    """Shows and sets `options`. `sizeChanged(int)` in photo pixels and `overlayChanged(float)` 0..1 come from the
    person only."""

    sizeChanged = Signal(int)
    overlayChanged = Signal(float)

    def __init__(self, options: ToolOptions, parent: QWidget | None = None) -> None:
        super().__init__("Tool options", parent)
        self._options = options
        self.setObjectName("toolOptions")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._tool = QLabel(self, objectName="section")
        self._tool.setMinimumWidth(86)
        self._told = QLabel(self, objectName="dim")
        self.addWidget(self._tool)
        makers = {
            "size": self._make_size,
            "snap": self._make_snap,
            "tolerance": self._make_tolerance,
            "contiguous": self._make_contiguous,
            "alike": self._make_alike,
            "superpixels": self._make_superpixels,
            "select": self._make_select,
        }
        self._groups = {name: self.addWidget(make()) for name, make in makers.items()}
        self.addSeparator()
        self.addWidget(self._make_overlay())
        self._told_action = self.addWidget(self._told)  # last: in a narrow window it is what may go
        self.ensurePolished()
        self.setMinimumHeight(self.sizeHint().height())  # the photo stays where it is when another tool is taken
        self.set_tool(BrushTool)
        options.changed.connect(self._option_changed)

    def set_tool(self, tool: Tool | type[Tool]) -> None:
        """Show the options of a tool."""
        self._shown = tool
        self._tool.setText(tool.title)
        selects = self._options.selects and "select" in tool.options_shown
        self._told.setText(SELECTS if selects else tool.told)
        self._tool.setToolTip(self._told.text())
        self._told_action.setVisible(bool(selects or tool.told))
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

    def _make_snap(self) -> QWidget:
        self.snap = QCheckBox("Snap to edges")
        self.snap.setToolTip(
            "<b>Snap to edges</b><br>Paint only pixels as light as those under the brush's centre, within the tolerance"
        )
        self.snap.setChecked(self._options.snap)
        self.snap.toggled.connect(self._options.set_snap)
        return _group("", self.snap)

    def _make_tolerance(self) -> QWidget:
        self.tolerance = QSpinBox()
        self.tolerance.setRange(0, MOST_TOLERANCE)
        self.tolerance.setFixedWidth(72)
        self.tolerance.setAccessibleName("Tolerance")
        self.tolerance.setToolTip(
            "<b>Tolerance</b><br>How much pixels may differ and still count as alike, 0 to 100.<br>"
            "With the magic wand: Ctrl+wheel, or drag up and down"
        )
        self.tolerance.setValue(self._options.tolerance)
        self.tolerance.valueChanged.connect(self._options.set_tolerance)
        return _group("Tolerance", self.tolerance)

    def _make_contiguous(self) -> QWidget:
        self.contiguous = QCheckBox("Contiguous")
        self.contiguous.setToolTip("<b>Contiguous</b><br>Only what hangs together with the place you click")
        self.contiguous.setChecked(self._options.contiguous)
        self.contiguous.toggled.connect(self._options.set_contiguous)
        return _group("", self.contiguous)

    def _make_alike(self) -> QWidget:
        self.alike = _choice(_ALIKE, self._options.alike_by, self._options.set_alike_by)
        self.alike.setAccessibleName("What the magic wand compares")
        self.alike.setToolTip("<b>Compare</b><br>By how light the photo is, or by what the network takes it for")
        return _group("Compare", self.alike)

    def _make_superpixels(self) -> QWidget:
        self.superpixels = _choice(_PIECES, self._options.superpixels, self._options.set_superpixels)
        self.superpixels.setAccessibleName("Size of the superpixels")
        self.superpixels.setToolTip("<b>Size of the pieces</b><br>Each size is computed once for a photo")
        return _group("Size", self.superpixels)

    def _make_select(self) -> QWidget:
        self.selects = QCheckBox("Select")
        self.selects.setToolTip(
            "<b>Select</b>  M<br>Choose pixels instead of labelling them; every edit then keeps to them.<br>"
            "Shift adds, Alt takes away, both together keep what is common"
        )
        self.selects.setChecked(self._options.selects)
        self.selects.toggled.connect(self._options.set_selects)
        self.select_how = _choice(_HOWS, self._options.select_how, self._options.set_select_how)
        self.select_how.setAccessibleName("What becomes of the selection")
        self.select_how.setToolTip("<b>What becomes of the selection</b><br>Shift adds and Alt takes away in any case")
        self.select_how.setVisible(self._options.selects)
        return _group("", self.selects, self.select_how)

    def _option_changed(self, name: str) -> None:
        """Show what a tool, or the keyboard, has set; setting what is shown already tells nobody."""
        options = self._options
        if name == "tolerance":
            self.tolerance.setValue(options.tolerance)
        elif name in ("snap", "contiguous"):
            getattr(self, name).setChecked(getattr(options, name))
        elif name == "alike_by":
            self.alike.setCurrentIndex(self.alike.findData(options.alike_by))
        elif name == "selects":
            self.selects.setChecked(options.selects)
            self.select_how.setVisible(options.selects)
            self.set_tool(self._shown)
        elif name == "select_how":
            self.select_how.setCurrentIndex(self.select_how.findData(options.select_how))
        elif name == "superpixels":
            self.superpixels.setCurrentIndex(self.superpixels.findData(options.superpixels))

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


def _choice(texts: dict[str, str], value: str, tell: Callable[[str], None]) -> QComboBox:
    """A box to choose one of some values by their texts."""
    box = QComboBox()
    for data, text in texts.items():
        box.addItem(text, data)
    box.setCurrentIndex(box.findData(value))
    box.currentIndexChanged.connect(lambda _: tell(box.currentData()))
    return box


def _group(name: str, *widgets: QWidget) -> QWidget:
    group = QWidget()
    group.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    line = QHBoxLayout(group)
    line.setContentsMargins(0, 0, 10, 0)
    line.setSpacing(9)
    if name:
        line.addWidget(QLabel(name, objectName="optionName"))
    for widget in widgets:
        line.addWidget(widget)
    return group
