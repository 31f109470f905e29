"""The palette as it is seen: big swatches side by side, to be chosen, moved, locked and dragged away.

    mouse   click chooses, a click on the corner's lock locks, a drag moves or carries the colour elsewhere,
            a double click goes to the hex code
    keys    arrows choose, Ctrl+arrows move, Space locks, Delete removes, Enter goes to the hex code
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from core.guidance import Swatch
from gui import theme
from gui.icons import glyph
from gui.keyed import KeyedWidget
from gui.palette.mime import carries_swatch, color_of, pack, unpack

EMPTY = "No colours yet. Type words, take\nthem from the photo, or drop a file."
_LOCK = 22  # logical pixels of the corner that locks
_SHARES = 18  # ... and of the line of shares below
_SEEN = 0.34  # of a swatch's height shows how others see it
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_KEYS = (*_MOVES, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space,
         Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter)  # fmt: skip


class SwatchStrip(KeyedWidget):
    """Shows a palette; says what the person wants with it by signals, and changes nothing but what is chosen."""

    chosen = Signal(int)
    moved = Signal(int, int)  # from, to
    removed = Signal(int)
    locked = Signal(int)  # toggle it
    edited = Signal(int)  # the person wants to type its code
    dropped = Signal(object, int)  # Swatch, before which place
    menuAsked = Signal(QPoint)  # of the current one, at a place of the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.swatches: tuple[Swatch, ...] = ()
        self.current = -1
        self.locks: frozenset[int] = frozenset()
        self._shares: tuple[float, ...] = ()
        self._seen: tuple[Swatch, ...] = ()
        self._dragged: int | None = None
        self._gap: int | None = None  # where a drop would go in
        self._pressed: tuple[int, QPoint] | None = None
        self._hovered = -1
        self.setObjectName("swatchStrip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self._tell()

    def show_palette(self, swatches: Sequence[Swatch], locks: frozenset[int] = frozenset(),
                     shares: Sequence[float] = ()) -> None:  # fmt: skip
        """Show a palette, its locks, and the shares of the picture it is from, if it is from one."""
        self.swatches, self.locks, self._shares = tuple(swatches), locks, tuple(shares)
        self.current = min(max(self.current, 0), len(self.swatches) - 1)
        self.setFixedHeight(self.sizeHint().height())
        self._tell()
        self.update()

    def show_seen(self, seen: Sequence[Swatch]) -> None:
        """Show below each swatch how somebody else sees it; nothing for nothing."""
        self._seen = tuple(seen)
        self.update()

    def choose(self, place: int) -> None:
        """Make a swatch the current one, and say so."""
        if 0 <= place < len(self.swatches) and place != self.current:
            self.current = place
            self._tell()
            self.update()
            self.chosen.emit(place)

    # -- where things are

    def _grid(self) -> tuple[int, int]:
        """Swatches a row, and their height."""
        count = len(self.swatches)
        if count <= 6:
            return max(count, 1), 76
        if count <= 12:
            return -(-count // 2), 52
        return (8, 30) if count <= 40 else (16, 16)

    def _rows(self) -> int:
        return -(-max(len(self.swatches), 1) // self._grid()[0])

    def _has_shares(self) -> bool:
        return bool(self.swatches) and len(self._shares) == len(self.swatches) <= 12

    def sizeHint(self) -> QSize:
        row = self._grid()[1] + (_SHARES if self._has_shares() else 0)
        return QSize(200, self._rows() * row + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def rect_of(self, place: int) -> QRect:
        """Where a swatch is, in the strip's pixels."""
        across, high = self._grid()
        row, column = divmod(place, across)
        step = high + (_SHARES if self._has_shares() else 0)
        left, right = (round(edge * (self.width() - 2) / across) for edge in (column, column + 1))
        return QRect(1 + left, 1 + row * step, right - left, high)

    def place_at(self, point: QPoint) -> int:
        """The swatch at a point, or -1."""
        return next((at for at in range(len(self.swatches)) if self.rect_of(at).contains(point)), -1)

    def lock_rect(self, place: int) -> QRect:
        """The corner of a swatch that locks it; empty where the swatches are too small for one."""
        rect = self.rect_of(place)
        if rect.width() < 30 or rect.height() < 30:
            return QRect()
        return QRect(rect.right() - _LOCK, rect.top() + 2, _LOCK, _LOCK)

    def _gap_at(self, point: QPoint) -> int:
        """Before which swatch something dropped at a point goes in."""
        place = self.place_at(point)
        if place < 0:
            return len(self.swatches)
        return place + (point.x() > self.rect_of(place).center().x())

    # -- what it looks like

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.swatches:
            self._paint_empty(painter)
            return
        for row in range(self._rows()):
            self._paint_row(painter, row)
        for place in range(len(self.swatches)):
            self._paint_marks(painter, place)
        if self._gap is not None:
            self._paint_gap(painter)

    def _paint_empty(self, painter: QPainter) -> None:
        look = theme.current()
        painter.setPen(QPen(QColor(look.accent if self._gap is not None else look.faint), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.setPen(QColor(look.dim))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, EMPTY)

    def _paint_row(self, painter: QPainter, row: int) -> None:
        """The swatches of a row, as one rounded band."""
        across = self._grid()[0]
        places = range(row * across, min((row + 1) * across, len(self.swatches)))
        band = self.rect_of(places[0]).united(self.rect_of(places[-1]))
        path = QPainterPath()
        round_ = band.height() // 6  # small swatches are a block
        path.addRoundedRect(QRectF(band), min(round_, 8), min(round_, 8))
        painter.save()
        painter.setClipPath(path)
        for place in places:
            rect = self.rect_of(place)
            painter.fillRect(rect, color_of(self.swatches[place]))
            if len(self._seen) == len(self.swatches):
                painter.fillRect(rect.adjusted(0, round(rect.height() * (1 - _SEEN)), 0, 0),
                                 color_of(self._seen[place]))  # fmt: skip
        painter.restore()
        painter.setPen(QPen(QColor(128, 128, 128, 110), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _paint_marks(self, painter: QPainter, place: int) -> None:
        rect, ink = self.rect_of(place), ink_on(self.swatches[place])
        if place == self.current:
            painter.setPen(QPen(ink, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(3.5, 3.5, -3.5, -3.5), 5, 5)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.current().accent), 2))
                painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 7, 7)
        corner = self.lock_rect(place)
        if not corner.isNull() and (place in self.locks or place == self._hovered):
            name, code = ("ph.lock-simple" if place in self.locks else "ph.lock-simple-open"), ink.name()
            glyph(name, code, code, code).paint(painter, corner.adjusted(3, 3, -3, -3))
        elif place in self.locks:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(rect.topRight() + QPoint(-4, 5), 2, 2)
        if self._has_shares():
            below = QRect(rect.left(), rect.bottom() + 1, rect.width(), _SHARES)
            painter.setPen(QColor(theme.current().dim))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{self._shares[place] * 100:.0f} %")

    def _paint_gap(self, painter: QPainter) -> None:
        place = min(self._gap, len(self.swatches) - 1)
        rect = self.rect_of(place)
        x = rect.left() if self._gap <= place else rect.right()
        painter.fillRect(QRect(min(max(x - 1, 0), self.width() - 3), rect.top(), 3, rect.height()),
                         QColor(theme.current().accent))  # fmt: skip

    def _tell(self) -> None:
        """For who does not see it."""
        if not self.swatches:
            self.setAccessibleName("Palette, empty")
            return
        swatch = self.swatches[self.current]
        lock = ", locked" if self.current in self.locks else ""
        self.setAccessibleName(f"Palette, swatch {self.current + 1} of {len(self.swatches)}, "
                               f"{swatch.name or swatch.hex}{lock}")  # fmt: skip

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a swatch, or toggle its lock."""
        place = self.place_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or place < 0:
            return
        if self.lock_rect(place).contains(event.position().toPoint()):
            self.locked.emit(place)
            return
        self.choose(place)
        self._pressed = place, event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._hovered != self.place_at(point):
            self._hovered = self.place_at(point)
            self.update()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        place, start = self._pressed
        if (point - start).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self._drag(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to the hex code."""
        place = self.place_at(event.position().toPoint())
        if place >= 0 and not self.lock_rect(place).contains(event.position().toPoint()):
            self.edited.emit(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the swatch under the pointer, or by the key of the current one."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.current if by_key else self.place_at(event.pos())
        if place >= 0:
            self.choose(place)
            self.menuAsked.emit(self.mapToGlobal(self.rect_of(place).center()) if by_key else event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def _drag(self, place: int) -> None:
        drag = QDrag(self)
        drag.setMimeData(pack(self.swatches[place]))
        drag.setPixmap(_chip(self.swatches[place]))
        drag.setHotSpot(QPoint(18, 18))
        self._dragged = place
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)
        self._dragged = self._gap = None
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome swatches; files are the panel's."""
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if carries_swatch(event.mimeData()):
            self._gap = self._gap_at(event.position().toPoint())
            event.acceptProposedAction()
            self.update()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._gap = None
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Move the swatch that was dragged, or take in one from elsewhere."""
        gap, self._gap = self._gap_at(event.position().toPoint()), None
        swatch = unpack(event.mimeData())
        event.acceptProposedAction()
        self.update()
        if self._dragged is not None:
            to = gap - (gap > self._dragged)
            if to != self._dragged:
                self.moved.emit(self._dragged, to)
        elif swatch is not None:
            self.dropped.emit(swatch, gap)

    # -- keys

    def own_keys(self) -> tuple[Qt.Key, ...]:
        return _KEYS

    def event(self, event: QEvent) -> bool:
        """Tips tell the swatch under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tip(event)
            return True
        return super().event(event)

    def _tip(self, event: QHelpEvent) -> None:
        place = self.place_at(event.pos())
        if place < 0:
            QToolTip.hideText()
            return
        swatch = self.swatches[place]
        name = f"<b>{swatch.name}</b>  " if swatch.name else ""
        QToolTip.showText(event.globalPos(), f"{name}{swatch.hex}<br>Drag it onto a label, the photo, or along",
                          self, self.rect_of(place))  # fmt: skip

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the module."""
        key = Qt.Key(event.key())
        if not self.swatches or key not in _KEYS:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edited.emit(self.current)
        elif key == Qt.Key.Key_Space:
            self.locked.emit(self.current)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.current)
        else:
            self._go(key, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def _go(self, key: Qt.Key, carry: bool) -> None:
        """Choose a neighbour, or change places with it."""
        across, last = self._grid()[0], len(self.swatches) - 1
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        by = {**_MOVES, Qt.Key.Key_Up: -across, Qt.Key.Key_Down: across}
        to = ends[key] if key in ends else self.current + by[key]
        if not 0 <= to <= last or to == self.current:
            return
        if carry:
            at, self.current = self.current, to
            self.moved.emit(at, to)
        else:
            self.choose(to)


@lru_cache(512)
def ink_on(swatch: Swatch) -> QColor:
    """Black or white, whichever is seen better on a swatch."""
    from core.vision import contrast

    black, white = Swatch(0, 0, 0), Swatch(1, 1, 1)
    return QColor("#ffffff" if contrast(swatch, white) > contrast(swatch, black) else "#000000")


def _chip(swatch: Swatch) -> QPixmap:
    """What hangs on the pointer while a swatch is dragged."""
    chip = QPixmap(36, 36)
    chip.fill(Qt.GlobalColor.transparent)
    painter = QPainter(chip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(255, 255, 255), 2))
    painter.setBrush(color_of(swatch))
    painter.drawRoundedRect(QRectF(2, 2, 32, 32), 7, 7)
    painter.end()
    return chip
