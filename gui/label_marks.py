"""The marks at the right of a label's row: the number key of a favourite, its lock and its eye.

Lock and eye are buttons. What is as usual (open, seen) shows only where the pointer is and in the chosen row, so
that the list stays calm; what is not shows always.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen

from gui import theme

LOCKED = Qt.ItemDataRole.UserRole + 3
SEEN = Qt.ItemDataRole.UserRole + 4  # one of the words below
KEY = Qt.ItemDataRole.UserRole + 5  # of the favourite, such as "3", or ""
SHOWN, HIDDEN, SOLO, OUTSHONE = "shown", "hidden", "solo", "outshone"
"""A label in the overlay; taken out of it; alone in it; or not in it because another is alone."""

LOCK, EYE = "lock", "eye"
WIDTH = 66
"""What the marks take of a row, in logical pixels."""

_SIDE, _ICON, _CAP = 22, 15, 16  # of a button, of the icon in it, of a key's cap


def rect_of(row: QRect, mark: str) -> QRect:
    """Where a mark is clicked in a row."""
    left = row.right() - (2 if mark == LOCK else 1) * _SIDE
    return QRect(left, row.top(), _SIDE, row.height())


def mark_at(row: QRect, point: QPoint) -> str | None:
    """The mark under a point of a row, or None."""
    return next((mark for mark in (LOCK, EYE) if rect_of(row, mark).contains(point)), None)


def tip_of(mark: str, index: QModelIndex) -> str:
    """What a click on a mark does."""
    name = index.data()
    if mark == LOCK:
        return (f"<b>Unlock “{name}”</b>  Shift+L<br>Let it be painted over again" if index.data(LOCKED) else
                f"<b>Lock “{name}”</b>  Shift+L<br>Nothing can be painted over its pixels")  # fmt: skip
    if index.data(SEEN) == SOLO:
        return "<b>Show all labels again</b>  Shift+S"
    what = "Show" if index.data(SEEN) == HIDDEN else "Hide"
    return f"<b>{what} “{name}”</b> in the overlay  Shift+H<br>Alt+click shows it alone  Shift+S"


def told(index: QModelIndex) -> str:
    """The marks in words, for screen readers: ", locked, hidden, key 3"."""
    words = ["locked"] if index.data(LOCKED) else []
    if index.data(SEEN) in (HIDDEN, SOLO):
        words.append({HIDDEN: "hidden", SOLO: "shown alone"}[index.data(SEEN)])
    if index.data(KEY):
        words.append(f"key {index.data(KEY)}")
    return "".join(f", {word}" for word in words)


def paint_marks(painter: QPainter, row: QRect, index: QModelIndex, active: bool) -> None:
    """Draw them; `active` is whether the row is chosen or under the pointer."""
    if index.data(KEY):
        _paint_cap(painter, row, index.data(KEY))
    if index.data(LOCKED):
        _paint_icon(painter, rect_of(row, LOCK), theme.icon("ph.lock-simple-fill"))
    elif active:
        _paint_icon(painter, rect_of(row, LOCK), theme.icon("ph.lock-simple-open"), faint=True)
    seen = index.data(SEEN)
    if seen == SOLO:
        _paint_icon(painter, rect_of(row, EYE), theme.accent_icon("ph.eye-fill"))
    elif seen == SHOWN and active:
        _paint_icon(painter, rect_of(row, EYE), theme.icon("ph.eye"), faint=True)
    elif seen != SHOWN:
        _paint_icon(painter, rect_of(row, EYE), theme.icon("ph.eye-slash"), faint=seen == OUTSHONE)


def _paint_icon(painter: QPainter, rect: QRect, icon: QIcon, *, faint: bool = False) -> None:
    inside = QRect(0, 0, _ICON, _ICON)
    inside.moveCenter(rect.center())
    mode = QIcon.Mode.Disabled if faint else QIcon.Mode.Normal
    icon.paint(painter, inside, Qt.AlignmentFlag.AlignCenter, mode)


def _paint_cap(painter: QPainter, row: QRect, key: str) -> None:
    cap = QRectF(0, 0, _CAP, _CAP)
    cap.moveCenter(QRectF(row).center())
    cap.moveRight(row.right() - 2 * _SIDE - 2)
    look = theme.current()
    painter.setPen(QPen(QColor(look.line), 1))
    painter.setBrush(QColor(look.field))
    painter.drawRoundedRect(cap, 3, 3)
    painter.save()
    font = QFont(painter.font())
    font.setPointSizeF(font.pointSizeF() * 0.82)
    painter.setFont(font)
    painter.setPen(QColor(look.dim))
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()
