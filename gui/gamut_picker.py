"""A colour picker that knows what a pixel can wear: all colours of one luminance, in the plane of a* and b*.

    plane         what sRGB has at that luminance; press, drag or arrow keys choose
    code          the hex code, to read and to type
    suggestions   colours the caller thinks likely, with their weights
    recent        colours the caller remembers

The wish need not exist at that luminance: it then stays as a ring outside, with a line to the colour it becomes.
Where the picker is `free`, as in a sketch, light is chosen too. Whoever uses the picker tells it by `set_...`, which
says nothing back, and hears `chosen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from core.guidance import Swatch
from core.hints import EXTENT, gamut_plane, realisable, swatch_at
from core.rules import swatch_chroma
from core.tones import swatch_lab
from gui import theme
from gui.keyed import KeyedWidget
from gui.palette.mime import color_of
from gui.palette.widgets import ColorButton, dim, row
from gui.swatch_row import SwatchRow

_SIZE = 160  # pixels of the plane's picture, which is enlarged smoothly
_STEP = 2.0  # of L* between two pictures
_LARGEST, _SMALLEST = 208, 120  # logical pixels of the plane's side
_MARK = 6.5
_MOVES = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_LIGHTER = 3.0  # units of L* for a notch of the wheel
_LIGHTS = {Qt.Key.Key_PageUp: _LIGHTER, Qt.Key.Key_PageDown: -_LIGHTER}
_LARGE = 10  # units of a* and b* for an arrow with Shift; one without
_GREY = Swatch(0.5, 0.5, 0.5)
_DARK, _LIGHT = QColor(0, 0, 0, 190), QColor(255, 255, 255, 240)
WHAT_CODES_ARE = "six digits 0-9 and a-f, such as #4a6fa0"


@lru_cache(64)
def _picture(L: float) -> QImage:
    """The colours of one luminance, transparent where there are none, with a soft edge."""
    rgb, inside = gamut_plane(L, _SIZE)
    near = np.pad(inside.astype(np.uint8), 1)
    count = sum(near[y:y + _SIZE, x:x + _SIZE] for y in range(3) for x in range(3))
    rgba = np.dstack([rgb, (count * np.uint8(255 // 9))])
    rgba[count == 9, 3] = 255
    image = QImage(rgba.data, _SIZE, _SIZE, 4 * _SIZE, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy: the array goes away


class GamutPlane(KeyedWidget):
    """The plane with its mark. moved(Swatch) while it is chosen from, settled() when that is over."""

    moved = Signal(object)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.light = 50.0
        self.free = False  # whether light is a choice as well
        self.swatch: Swatch | None = None
        self._pressed = self._open = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Colours at this luminance")
        self.setToolTip("<b>Colours that exist at this light</b><br>Red to the right, yellow up; drag or use the "
                        "arrow keys, with Shift for more, Home for no colour")  # fmt: skip

    def sizeHint(self) -> QSize:
        return QSize(_LARGEST, _LARGEST)

    def minimumSizeHint(self) -> QSize:
        return QSize(_SMALLEST, _SMALLEST)

    def resizeEvent(self, event: QEvent) -> None:
        """Stay a square of the width there is."""
        self.setFixedHeight(min(max(self.width(), _SMALLEST), _LARGEST))

    # -- where colours are

    def _square(self) -> QRectF:
        side = min(self.width(), self.height()) - 2
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def place_of(self, ab: Sequence[float]) -> QPointF:
        """Where a*b* is in the widget; what lies beyond the plane, on its border."""
        square, unit = self._square(), self._square().width() / (2 * EXTENT)
        a, b = (min(max(float(value), -EXTENT), EXTENT) for value in ab)
        return square.center() + QPointF(a * unit, -b * unit)

    def chroma_at(self, place: QPointF) -> np.ndarray:
        """a*b* (2,) at a place of the widget."""
        square = self._square()
        away = (place - square.center()) * (2 * EXTENT / square.width())
        return np.clip(np.float32([away.x(), -away.y()]), -EXTENT, EXTENT)

    # -- what it looks like

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, square = QPainter(self), theme.current(), self._square()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(QColor(look.accent if self.hasFocus() else look.line), 1))
        painter.setBrush(QColor(look.canvas))
        painter.drawRoundedRect(square, 6, 6)
        painter.setPen(QPen(QColor(look.faint), 1, Qt.PenStyle.DotLine))
        middle = square.center()
        painter.drawLine(QPointF(square.left() + 2, middle.y()), QPointF(square.right() - 2, middle.y()))
        painter.drawLine(QPointF(middle.x(), square.top() + 2), QPointF(middle.x(), square.bottom() - 2))
        painter.drawImage(square, _picture(_STEP * round(self.light / _STEP)))
        if self.swatch is not None:
            self._paint_mark(painter)

    def _paint_mark(self, painter: QPainter) -> None:
        """Where the colour is; where the wish is too, if it is elsewhere."""
        worn = realisable(self.light, self.swatch)
        wish, there = self.place_of(swatch_chroma(self.swatch)), self.place_of(swatch_chroma(worn))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if (wish - there).manhattanLength() > 3:
            for color, width in ((_DARK, 3.0), (_LIGHT, 1.4)):
                painter.setPen(QPen(color, width))
                painter.drawLine(wish, there)
                painter.drawEllipse(wish, _MARK - 3, _MARK - 3)
        painter.setPen(QPen(_DARK, 4))
        painter.drawEllipse(there, _MARK, _MARK)
        painter.setBrush(color_of(worn))
        painter.setPen(QPen(_LIGHT, 2))
        painter.drawEllipse(there, _MARK, _MARK)

    # -- what is done to it

    def _go_to(self, ab: np.ndarray) -> None:
        self._open = True
        self.swatch = swatch_at(self.light, ab)
        self.update()
        self.moved.emit(self.swatch)

    def _lighten(self, step: float) -> None:
        """Choose the same colour lighter, or darker."""
        self.light = min(max(self.light + step, 0.0), 100.0)
        self._go_to(swatch_chroma(self.swatch or _GREY))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Where light is a choice, the wheel makes it."""
        if self.free:
            self._lighten(_LIGHTER * event.angleDelta().y() / 120)
            self._settle()
            event.accept()
        else:
            super().wheelEvent(event)

    def _settle(self) -> None:
        if self._open:
            self._open = False
            self.settled.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the colour there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._settle()
            self._pressed = True
            self._go_to(self.chroma_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed:
            self._go_to(self.chroma_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = False
            self._settle()

    def own_keys(self) -> tuple[Qt.Key, ...]:
        return (*_MOVES, Qt.Key.Key_Home, *(_LIGHTS if self.free else ()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the mark, with Shift by ten; Home takes the colour away."""
        key = Qt.Key(event.key())
        if key in _MOVES:
            far = _LARGE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            here = swatch_chroma(realisable(self.light, self.swatch or _GREY))
            self._go_to(here + far * np.float32(_MOVES[key]))
        elif key in _LIGHTS and self.free:
            self._lighten(_LIGHTS[key])
        elif key == Qt.Key.Key_Home:
            self._go_to(np.zeros(2, np.float32))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat() and not self._pressed:
            self._settle()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys went elsewhere: what they chose counts."""
        super().focusOutEvent(event)
        self._settle()


class GamutPicker(QWidget):
    """See the module. chosen(Swatch, final): a colour, live while the hand chooses, and once more with `final`."""

    chosen = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gamutPicker")
        self.plane = GamutPlane(self)
        self.now = ColorButton("Colour", False, self)
        self.code = QLineEdit(self, objectName="pickerCode")
        self.code.setPlaceholderText("#rrggbb")
        self.code.setAccessibleName("Hex code")
        self.code.setFixedWidth(92)
        self.told = dim("", self)
        self.problem = QLabel(self, objectName="pickerProblem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.suggested, self.recent = SwatchRow("Suggested", self), SwatchRow("Recent", self)
        self._lines = {"suggested": dim("Suggested here", self), "recent": dim("Recent", self)}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.plane)
        layout.addLayout(row(self.now, self.code, self.told, 1, spacing=8))
        layout.addWidget(self.problem)
        for name in ("suggested", "recent"):
            layout.addWidget(self._lines[name])
            layout.addWidget(getattr(self, name))
            self._show_row(name, ())
        layout.addStretch(1)
        self.plane.moved.connect(self._moved)
        self.plane.settled.connect(lambda: self._say(self.plane.swatch, True))
        self.suggested.taken.connect(self._take)
        self.recent.taken.connect(self._take)
        self.code.textEdited.connect(self._typed)
        self.code.editingFinished.connect(self._code_done)
        self.set_light(50.0)

    @property
    def swatch(self) -> Swatch | None:
        """The colour that is wanted, None before there is one."""
        return self.plane.swatch

    def set_light(self, light: float) -> None:
        """Show what exists at this L*."""
        self.plane.light = min(max(float(light), 0.0), 100.0)
        self.told.setText(f"at L* {self.plane.light:.0f}" + (", wheel" if self.plane.free else ""))
        self.told.setToolTip("The wheel over the plane, Page Up and Page Down make it lighter or darker"
                             if self.plane.free else "")  # fmt: skip
        self.plane.update()

    def set_free(self, free: bool) -> None:
        """Let light be a choice as well, as under the lines of a sketch: by the wheel, Page Up and Page Down."""
        self.plane.free = free
        self.set_light(self.plane.light)

    def set_swatch(self, swatch: Swatch | None) -> None:
        """Show which colour is wanted; None for none. A code that is being typed is left alone."""
        self.plane.swatch = swatch
        if self.plane.free and swatch is not None:
            self.set_light(float(swatch_lab(swatch)[0]))
        self.plane.update()
        self.now.show_swatch(swatch or _GREY)
        if not (self.code.hasFocus() and self.code.isModified()):
            self._show_code()

    def set_suggestions(self, suggestions: Sequence[tuple[Swatch, float]]) -> None:
        """Offer colours with their weights (any scale; 0 for all if there are none), the best first."""
        self.suggested.show_swatches(*zip(*suggestions)) if suggestions else self.suggested.show_swatches(())
        self._show_row("suggested", suggestions)

    def set_recent(self, swatches: Sequence[Swatch]) -> None:
        """Offer colours that were used before, the last first."""
        self.recent.show_swatches(swatches)
        self._show_row("recent", swatches)

    def dress(self) -> None:
        """Take the colours of the theme that was just applied."""
        self._mark_problem(self.problem.text())
        for part in (self.plane, self.now, self.suggested, self.recent):
            part.update()

    def _show_row(self, name: str, what: Sequence) -> None:
        for widget in (self._lines[name], getattr(self, name)):
            widget.setVisible(bool(what))

    # -- what the person does

    def _moved(self, swatch: Swatch) -> None:
        self.set_light(self.plane.light)
        self._say(swatch, False)

    def _take(self, swatch: Swatch) -> None:
        self._say(swatch, True)

    def _say(self, swatch: Swatch, final: bool) -> None:
        self.code.setModified(False)
        self._mark_problem("")
        self.set_swatch(swatch)
        self.chosen.emit(swatch, final)

    def _typed(self, text: str) -> None:
        """Six digits count at once; fewer change nothing, as they may be half a code."""
        if len(text.strip().removeprefix("#")) < 6:
            return
        try:
            swatch = Swatch.from_hex(text)
        except ValueError:
            return
        self._mark_problem("")
        self.plane.swatch = swatch
        if self.plane.free:
            self.set_light(float(swatch_lab(swatch)[0]))
        self.plane.update()
        self.now.show_swatch(swatch)
        self.chosen.emit(swatch, False)

    def _code_done(self) -> None:
        """Enter, or the keys went elsewhere: what is no code is said, and the colour stays."""
        if not self.code.isModified():
            return
        text = self.code.text().strip()
        try:
            swatch = Swatch.from_hex(text)
        except ValueError:
            self.code.setModified(False)
            self._show_code()
            self._mark_problem(problem_of(text))
        else:
            self._say(swatch, True)

    def _show_code(self) -> None:
        self.code.setText(self.swatch.hex if self.swatch else "")
        self.code.setModified(False)

    def forget_problem(self) -> None:
        """What was wrong with a code is no matter any more."""
        self._mark_problem("")

    def _mark_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setStyleSheet(f"color: {theme.current().bad}; background: transparent;")
        self.problem.setVisible(bool(sentence))


def problem_of(text: str) -> str:
    """Why a text is no colour code, in one sentence."""
    digits = text.removeprefix("#")
    shown = text if len(text) <= 12 else f"{text[:11]}…"
    if not digits:
        return f"There is no code: type {WHAT_CODES_ARE}."
    if set(digits) <= set("0123456789abcdefABCDEF"):
        return f"“{shown}” has {len(digits)} digit{'s' * (len(digits) > 1)}: a colour has {WHAT_CODES_ARE}."
    return f"“{shown}” is not a colour: type {WHAT_CODES_ARE}."
