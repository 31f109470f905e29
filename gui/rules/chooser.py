"""What a click on a chip opens: the palette, the colours used last, the hex code, and a way to all colours.

It hangs below the chip, changes the colour at once, and goes away at a click elsewhere or Escape.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QColorDialog, QFrame, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from core.guidance import Swatch
from gui import theme
from gui.palette.mime import color_of
from gui.palette.widgets import ColorButton, IconButton, dim, row

_ACROSS, _MOST = 6, 18
_RECENT = 6

_SHEET = """
QFrame#chooser {{ background: {panel}; border: 1px solid {line}; border-radius: 8px; }}
QFrame#chooser QLabel {{ background: transparent; }}
QFrame#chooser QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 4px 8px; color: {text}; }}
QFrame#chooser QToolButton:hover {{ background: {hover}; }}
QFrame#chooser QToolButton:focus {{ border: 1px solid {accent}; }}
"""


class Chooser(QFrame):
    """chosen(Swatch) says a colour, as often as the person tries one, or None for what was there before the first;
    began() and ended() frame what belongs together."""

    began = Signal()
    chosen = Signal(object)
    ended = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("chooser")
        self.recent: list[Swatch] = []
        self._swatch: Swatch | None = None
        self._dialog: QColorDialog | None = None
        self.code = QLineEdit(self, objectName="chooserCode")
        self.code.setPlaceholderText("#rrggbb")
        self.code.setAccessibleName("Hex code")
        self.code.setMaxLength(9)
        self.code.textEdited.connect(self._typed)
        self.code.returnPressed.connect(self.close)
        self.more = IconButton("ph.palette", "All colours", "Choose among all colours", self, "All colours…")
        self.more.clicked.connect(self._ask)
        self._fields = QGridLayout()
        self._fields.setSpacing(4)
        self._about = dim("", self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 10, 10, 10)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._about)
        self._layout.addLayout(self._fields)
        self._layout.addLayout(row(QLabel("Code", self, objectName="dim"), self.code))
        self._layout.addWidget(self.more)

    def open_below(self, chip: QWidget, title: str, swatch: Swatch | None, palette: Sequence[Swatch]) -> None:
        """Show for a chip what can be chosen; `swatch` is what it has now."""
        self._swatch = swatch
        self._about.setText(title)
        self.code.setText(swatch.hex if swatch else "")
        self._fill(palette)
        self.setStyleSheet(_SHEET.format(**theme.codes()))
        self.more.dress()
        self.adjustSize()
        self.move(self._place(chip))
        self.began.emit()
        self.show()
        self.code.setFocus()
        self.code.selectAll()

    def _place(self, chip: QWidget) -> QPoint:
        """Below the chip, and on the screen."""
        corner = chip.mapToGlobal(QPoint(0, chip.height() + 4))
        screen = (chip.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        x = min(corner.x(), screen.right() - self.width())
        above = corner.y() + self.height() > screen.bottom()
        return QPoint(max(x, screen.left()), corner.y() - self.height() - chip.height() - 8 if above else corner.y())

    def _fill(self, palette: Sequence[Swatch]) -> None:
        while self._fields.count():
            self._fields.takeAt(0).widget().deleteLater()
        offered = list(dict.fromkeys([*palette[:_MOST], *self.recent]))
        for at, swatch in enumerate(offered):
            button = ColorButton("Take", True, self)
            button.show_swatch(swatch)
            button.setToolTip(swatch.name or swatch.hex)
            button.clicked.connect(lambda _=False, swatch=swatch: self._take(swatch))
            self._fields.addWidget(button, at // _ACROSS, at % _ACROSS)

    def _take(self, swatch: Swatch) -> None:
        self.code.setText(swatch.hex)
        self._say(swatch)

    def _typed(self, text: str) -> None:
        """Half a code changes nothing and is marked."""
        try:
            swatch = Swatch.from_hex(text)
        except ValueError:
            self.code.setStyleSheet(f"border: 1px solid {theme.current().bad};" if text else "")
            return
        self.code.setStyleSheet("")
        self._say(swatch)

    def _say(self, swatch: Swatch) -> None:
        self._swatch = swatch
        self.recent = [swatch, *(old for old in self.recent if old.hex != swatch.hex)][:_RECENT]
        self.chosen.emit(swatch)

    def _ask(self) -> None:
        """All colours, in Qt's dialog; live, and back to what was with Cancel."""
        before = self._swatch
        self._dialog = dialog = QColorDialog(self.parentWidget())
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Choose a colour")
        if before is not None:
            dialog.setCurrentColor(color_of(before))
        dialog.currentColorChanged.connect(lambda color: self._say(swatch_of(color)))
        dialog.rejected.connect(lambda: self.chosen.emit(before))
        dialog.finished.connect(self.ended)
        self.close()
        self.began.emit()
        dialog.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event) -> None:
        super().hideEvent(event)
        self.ended.emit()


def swatch_of(color: QColor) -> Swatch:
    """Qt's colour as a swatch."""
    return Swatch(color.redF(), color.greenF(), color.blueF())
