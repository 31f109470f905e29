"""One reference of the References panel: its thumbnail, its palette, how much it counts, and whose it is.

A card is taken along by its thumbnail: onto another card to change the order, onto a label's row or the photo to be
that label's own. Its colours are dragged away as swatches.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from core.guidance import Swatch
from core.references import Listed, Look
from gui import theme
from gui.palette.mime import color_of
from gui.palette.mime import pack as pack_swatch
from gui.palette.widgets import IconButton, dim, row, silently, swatch_icon
from gui.reference_drag import pack

THUMBNAIL = QSize(76, 56)


class Thumbnail(QWidget):
    """The picture; `carried` when a person drags it away, `clicked` when not."""

    carried = Signal()
    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(THUMBNAIL)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("<b>Reference</b><br>Click: see it large.<br>"
                        "Drag it onto a label or onto the photo: for that label only.<br>"
                        "Drag it onto another reference: change the order")  # fmt: skip
        self.pixmap: QPixmap | None = None
        self.broken = False
        self.faint = False
        self.ring: tuple[float, float, QColor] | None = None  # where a colour came from, in fractions
        self._pressed: QPoint | None = None

    def show_ring(self, ring: tuple[float, float, QColor] | None) -> None:
        """Show where a colour came from: x, y in fractions and the colour."""
        if ring != self.ring:
            self.ring = ring
            self.update()

    def show_picture(self, rgb: np.ndarray | None) -> None:
        """Show uint8 (h, w, 3) sRGB, or that there is nothing to show."""
        self.broken = rgb is None
        if rgb is not None:
            height, width = rgb.shape[:2]
            image = QImage(np.ascontiguousarray(rgb).tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
            self.pixmap = QPixmap.fromImage(image.copy())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(frame, 5, 5)
        painter.setClipPath(shape)
        painter.fillRect(frame, QColor(theme.current().field))
        if self.broken:
            theme.icon("ph.warning").paint(painter, self.rect().adjusted(26, 16, -26, -16))
        elif self.pixmap is not None:
            painter.setOpacity(0.4 if self.faint else 1.0)
            part = THUMBNAIL.scaled(self.pixmap.size(), Qt.AspectRatioMode.KeepAspectRatio)
            across, down = self.pixmap.width() - part.width(), self.pixmap.height() - part.height()
            painter.drawPixmap(self.rect(), self.pixmap, self.pixmap.rect().adjusted(
                across // 2, down // 2, across // 2 - across, down // 2 - down))  # fmt: skip
            if self.ring is not None:
                self._paint_ring(painter, across, down)

    def _paint_ring(self, painter: QPainter, across: int, down: int) -> None:
        """The ring over the part of the picture that is seen; `across` and `down` are what is cut off."""
        x, y, color = self.ring
        wide, high = self.pixmap.width() - across, self.pixmap.height() - down
        at = QPointF((x * self.pixmap.width() - across / 2) / wide * self.width(),
                     (y * self.pixmap.height() - down / 2) / high * self.height())  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tint, width in ((QColor(0, 0, 0, 210), 5.0), (QColor(255, 255, 255), 3.5), (color, 2.0)):
            painter.setPen(QPen(tint, width))
            painter.drawEllipse(at, 6.0, 6.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        self.parentWidget().setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.carried.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            self._pressed = None
            self.clicked.emit()


class Stripe(QWidget):
    """The reference's own palette, each colour as wide as its share, to be dragged onto a label or into the palette."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(14)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Palette of the reference")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._look = Look(None)
        self._pressed: QPoint | None = None

    def show_look(self, look: Look) -> None:
        """Show the palette of a look."""
        self._look = look
        told = ", ".join(swatch.hex for swatch in look.palette)
        self.setToolTip(f"<b>Its palette</b><br>{told}<br>Drag a colour onto a label or into a palette" if told else "")
        self.setAccessibleDescription(told)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._look.palette:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), 3, 3)
        painter.setClipPath(shape)
        ends = self._ends()
        for swatch, left, right in zip(self._look.palette, ends, ends[1:]):
            painter.fillRect(QRectF(QPointF(left, 0), QSize(int(right - left), self.height())), color_of(swatch))

    def _ends(self) -> np.ndarray:
        """Where the colours begin and end, in logical pixels."""
        shares = np.maximum(self._look.shares, 0.06)
        return np.round(np.concatenate([[0], np.cumsum(shares / shares.sum())]) * self.width())

    def swatch_at(self, x: int) -> Swatch | None:
        """The colour at a column of the widget."""
        palette = self._look.palette
        return palette[min(max(int(np.searchsorted(self._ends(), x, "right")) - 1, 0), len(palette) - 1)] \
            if palette else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        start, at = self._pressed, event.position().toPoint()
        if start is None or (at - start).manhattanLength() < QApplication.startDragDistance():
            return
        self._pressed, swatch = None, self.swatch_at(start.x())
        if swatch is not None:
            drag = QDrag(self)
            drag.setMimeData(pack_swatch(swatch))
            drag.setPixmap(swatch_icon(swatch).pixmap(16, 16))
            drag.exec(Qt.DropAction.CopyAction)


class ReferenceCard(QFrame):
    """See the module. It shows what it is told and says what the person wants of the reference at `path`:

    switched(bool); began() and ended() frame a drag of the weight, weighed(float) comes in between; stepped(-1 or 1)
    in the order; removed(); bound(): for the current label only; freed(label): that label no longer; ungrafted(): the
    regions of the photo no longer; opened(): it is to be seen large.
    """

    switched = Signal(bool)
    began = Signal()
    ended = Signal()
    weighed = Signal(float)
    stepped = Signal(int)
    removed = Signal()
    bound = Signal()
    freed = Signal(int)
    opened = Signal()
    ungrafted = Signal()

    def __init__(self, path: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.path = path
        self.setObjectName("referenceCard")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.thumbnail, self.stripe = Thumbnail(self), Stripe(self)
        self.thumbnail.carried.connect(self._carry)
        self.thumbnail.clicked.connect(self.opened)
        self.name = QLabel(self, objectName="referenceName")
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.name.setToolTip(path)
        self.said = QLabel(self, objectName="dim")
        self.said.setWordWrap(True)
        self.said.hide()
        self.on = QCheckBox(self)
        self.on.setAccessibleName("On")
        self.on.setToolTip("<b>On</b>  Space<br>The whole photo takes colours from it")
        self.on.clicked.connect(self.switched)
        self.remove = IconButton("ph.x", "Remove reference", "Delete", self)
        self.remove.clicked.connect(self.removed)
        self.bind = IconButton("ph.tag", "For this label only", "The current label takes its colours from it, and "
                               "nothing else does", self)  # fmt: skip
        self.bind.clicked.connect(self.bound)
        self._make_weight()
        self._labels: dict[int, IconButton] = {}
        beside = QVBoxLayout()
        beside.setSpacing(3)
        beside.addLayout(row(self.name, self.remove, spacing=2))
        beside.addWidget(self.stripe)
        beside.addStretch(1)
        top = row(self.thumbnail, spacing=8)
        top.addLayout(beside, 1)
        self._own = QVBoxLayout()
        self._own.setSpacing(2)
        tip = "They have it as their own; click: they are coloured as the rest"
        self.regions = IconButton("ph.x-circle", "Regions", tip, self, "Regions")
        self.regions.setProperty("segment", True)
        self.regions.clicked.connect(self.ungrafted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.said)
        layout.addLayout(row(self.on, self.weight, self.percent, self.bind, spacing=6))
        layout.addLayout(self._own)
        layout.addWidget(self.regions)
        self.dress()

    def _make_weight(self) -> None:
        self.weight = QSlider(Qt.Orientation.Horizontal, self)
        self.weight.setRange(0, 100)
        self.weight.setMinimumWidth(60)
        self.weight.setAccessibleName("Weight of the reference")
        self.weight.setToolTip("<b>Weight</b><br>How much it counts beside the other references")
        self.weight.valueChanged.connect(lambda value: self.weighed.emit(value / 100))
        self.weight.sliderPressed.connect(self.began)
        self.weight.sliderReleased.connect(self.ended)
        self.percent = dim("", self, 46)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    # -- what is shown

    def show_reference(self, one: Listed, names: Sequence[str]) -> None:
        """Show how much it counts and which labels, by their `names`, have it as their own."""
        silently(self.on, lambda: self.on.setChecked(one.on))
        percent = round(one.weight * 100) if one.whole else 0
        if not self.weight.isSliderDown():
            silently(self.weight, lambda: self.weight.setValue(percent))
        self.weight.setEnabled(one.on or self.weight.isSliderDown())
        self.percent.setText(f"{percent} %" if one.on else "off")
        self.thumbnail.faint = not (one.on or one.labels or one.regions)
        self.regions.setText("1 region" if one.regions == 1 else f"{one.regions} regions")
        self.regions.setVisible(bool(one.regions))
        self.thumbnail.update()
        self.setAccessibleName(f"Reference {Path(self.path).name}, {self.percent.text()}")
        if tuple(self._labels) != one.labels or [button.text() for button in self._labels.values()] != list(names):
            self._show_labels(one.labels, names)

    def _show_labels(self, labels: Sequence[int], names: Sequence[str]) -> None:
        for button in self._labels.values():
            button.deleteLater()
        self._labels = {}
        for label, name in zip(labels, names):
            button = IconButton("ph.x-circle", name, f"Its own reference; click: {name} is coloured as the rest", self,
                                name)  # fmt: skip
            button.setProperty("segment", True)
            button.clicked.connect(lambda _=False, label=label: self.freed.emit(label))
            button.dress()
            self._own.addWidget(button)
            self._labels[label] = button

    def show_look(self, look: Look) -> None:
        """Show what it looks like, or why it cannot be used."""
        self.thumbnail.show_picture(look.rgb)
        self.stripe.show_look(look)
        self.stripe.setVisible(bool(look.palette))
        self.said.setText(look.problem or look.note)
        self.said.setVisible(bool(self.said.text()))

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        room = self.name.width() or 100
        text = self.name.fontMetrics().elidedText(Path(self.path).name, Qt.TextElideMode.ElideMiddle, room)
        self.name.setText(text)

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        for button in (self.remove, self.bind, self.regions, *self._labels.values()):
            button.dress()
        self.update()

    # -- what the person does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes, Space switches, Enter shows it large, Alt with an arrow changes the order."""
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Space:
            self.switched.emit(not self.on.isChecked())
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.ended.emit()

    def _carry(self) -> None:
        drag = QDrag(self)
        drag.setMimeData(pack(self.path))
        drag.setPixmap(self.thumbnail.grab())
        drag.setHotSpot(QPoint(12, 12))
        drag.exec(Qt.DropAction.CopyAction)
