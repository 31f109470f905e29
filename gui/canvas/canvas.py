"""The canvas: the widget that shows the photo and lets tools work on it.

It draws layers through one viewport into the panes of a view, follows `document.changed` box by box, and hands
mouse, pen and keys to `Hand`. It computes no colours: when somebody looks closer than the result's preview it
says so with `detailWanted`, and draws what `set_detail` brings.
"""

from __future__ import annotations

from functools import partial
from math import floor

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from core.box import Box
from core.commands import Change
from core.document import Document
from core.labels import UNSURE
from gui import theme
from gui.background import Background
from gui.canvas import chrome
from gui.canvas.backing import Backing
from gui.canvas.hand import Hand
from gui.canvas.layers import Overview
from gui.canvas.scene import Scene
from gui.canvas.viewport import Viewport
from gui.canvas.views import Pane, Picture, View, panes
from gui.tools import TOOLS, Outline, Tool, ToolOptions

_ZOOM_STEP = 2**0.5
_OVERLAY = 0.45
_DETAIL_DELAY = 120  # ms of calm before a sharper piece is asked for
_AT_ONCE = 1_000_000  # photos of so many pixels are shown without a thread's help
_LOOKS = QEvent.Type.StyleChange, QEvent.Type.PaletteChange
_NOWHERE = QRect()


class Canvas(QWidget):
    """See the module. Photo points are (x, y) in photo pixels; the first pixel reaches from 0 to 1.

    hovered(x, y, label): the pixel under the pointer, -1, -1, -1 outside the photo. zoomChanged(zoom): device
    pixels per photo pixel. detailWanted(Box, scale): see `set_detail`. viewChanged(View).
    """

    hovered = Signal(int, int, int)
    zoomChanged = Signal(float)
    viewChanged = Signal(object)
    overlayChanged = Signal(float)
    brushSizeChanged = Signal(int)
    labelPicked = Signal(int)
    detailWanted = Signal(object, float)
    message = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._backing = Backing()
        self.setObjectName("canvas")
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("The photo with its labels and its colours; tools paint on it")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.viewport = Viewport()
        self.document: Document | None = None
        self.options = ToolOptions()
        self.options.changed.connect(self._option_changed)
        self.tools: dict[str, Tool] = {kind.name: kind(self.options) for kind in TOOLS}
        self._scene: Scene | None = None
        self._view = View.LABELS
        self._overlay = dict.fromkeys(View, 0.0) | {View.LABELS: _OVERLAY, View.SIDE: _OVERLAY}
        self._split = 0.5
        self._cursor_rect = _NOWHERE
        self._hand = Hand(self)
        self._background = Background(self)
        self.set_tool("brush")
        self._detail_timer = QTimer(self, singleShot=True, interval=_DETAIL_DELAY)
        self._detail_timer.timeout.connect(self._ask_for_detail)
        self._more_timer = QTimer(self, singleShot=True, interval=0)
        self._more_timer.timeout.connect(self._redraw)

    # -- what is shown

    def set_document(self, document: Document | None) -> None:
        """Show another document, fitted, or none. A stroke under way is cancelled."""
        self.cancel()
        if self.document is not None:
            self.document.changed.disconnect(self._on_change)
        self.document = document
        self._scene = None
        if document is not None:
            document.changed.connect(self._on_change)
            self._scene = Scene(document, self.viewport)
            self.viewport.set_photo(document.photo.height, document.photo.width)
            self._make_overview(self._scene)
        self._viewport_changed()
        self._update_cursor()

    def _make_overview(self, scene: Scene) -> None:
        photo = scene.document.photo
        if photo.height * photo.width <= _AT_ONCE:
            scene.photo.overview = Overview(photo)
        else:
            self._background.run(lambda: Overview(photo), partial(self._overview_came, scene), self.message.emit)

    def _overview_came(self, scene: Scene, overview: Overview) -> None:
        scene.photo.overview = overview
        self._redraw()

    def set_result(self, rgb: np.ndarray | None, chroma: np.ndarray | None = None) -> None:
        """Show a new result: a preview of the whole photo, uint8 (h, w, 3) sRGB of any size, or None for none
        yet. Detail of the result before is dropped. `chroma` is not needed for drawing."""
        if self._scene is None:
            return
        self._scene.result.set_preview(rgb)
        for pane in self._panes():
            if pane.picture is Picture.RESULT:
                self._redraw(pane.clip.toAlignedRect())
        self._detail_timer.start()

    def set_detail(self, box: Box, scale: float, rgb: np.ndarray) -> None:
        """Show a sharper piece of the present result: uint8 (h, w, 3) that covers `box` of the photo."""
        if self._scene is not None:
            self._scene.result.set_detail(box, scale, rgb)
            self._update_box(box)

    @property
    def view(self) -> View:
        return self._view

    def set_view(self, view: View) -> None:
        """Show labels, result or original, or two of them."""
        if view is self._view:
            return
        self.cancel()
        self._view = view
        self._fit_pane()
        self._update_cursor()
        self.viewChanged.emit(view)
        self.overlayChanged.emit(self.overlay_opacity)

    @property
    def overlay_opacity(self) -> float:
        """How strongly the present view shows label colours, 0..1; every view has its own."""
        return self._overlay[self._view]

    def set_overlay_opacity(self, opacity: float) -> None:
        """Show the label colours of the present view this strongly, 0..1."""
        opacity = min(max(float(opacity), 0.0), 1.0)
        if opacity != self.overlay_opacity:
            self._overlay[self._view] = opacity
            self._redraw()
            self.overlayChanged.emit(opacity)

    @property
    def split(self) -> float:
        """The divider's place in the compare view, 0..1 from the left."""
        return self._split

    def set_split(self, split: float) -> None:
        """Move the divider."""
        before, self._split = self._split, min(max(split, 0.0), 1.0)
        left, right = sorted(round(value * self.width()) for value in (before, self._split))
        self._redraw(QRect(left - 1, 0, right - left + 2, self.height()))
        self.update()

    # -- tools

    @property
    def tool(self) -> Tool:
        return self._hand.tool

    def set_tool(self, tool: Tool | str) -> None:
        """Work with a tool, given itself or by name: brush, eraser, picker, pan."""
        self.cancel()
        self._hand.tool = self.tools[tool] if isinstance(tool, str) else tool
        self._update_cursor()

    @property
    def label(self) -> int:
        """The label that is painted."""
        return self.options.label

    def set_label(self, label: int) -> None:
        """Paint with another label."""
        self.options.set_label(label)

    @property
    def brush_size(self) -> int:
        """The brush's diameter in photo pixels, 1..2000."""
        return self.options.size

    @brush_size.setter
    def brush_size(self, size: int) -> None:
        self.options.set_size(size)

    def step_brush(self, steps: float) -> None:
        """Make the brush larger (or smaller, if negative) in proportion to its size."""
        self.options.step_size(steps)

    def pick(self, label: int) -> None:
        """Take a label from the photo: it is painted from now on, and `labelPicked` says so."""
        self.options.set_label(label)
        self.labelPicked.emit(label)

    def cancel(self) -> None:
        """Take the stroke or drag under way back, if there is one."""
        if self._hand.cancel():
            self.message.emit("Cancelled")
            self._follow_pointer()
            self.update()

    # -- zoom and place

    @property
    def zoom(self) -> float:
        """Device pixels per photo pixel; 1.0 is 100 %."""
        return self.viewport.zoom

    def fit(self) -> None:
        """Show the whole photo."""
        self.viewport.fit()
        self._viewport_changed()

    def actual_size(self) -> None:
        """Show one photo pixel on one device pixel."""
        self._zoom_middle(1.0)

    def zoom_in(self) -> None:
        self._zoom_middle(self.zoom * _ZOOM_STEP)

    def zoom_out(self) -> None:
        self._zoom_middle(self.zoom / _ZOOM_STEP)

    def zoom_at(self, at: QPointF, zoom: float) -> None:
        """Zoom and keep the photo point under `at` where it is."""
        place = at - self.pane_at(at).area.topLeft()
        self.viewport.zoom_at(place.x(), place.y(), zoom)
        self._viewport_changed()

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical pixels."""
        self.viewport.pan(dx, dy)
        self._viewport_changed()

    def pane_at(self, at: QPointF) -> Pane:
        """The pane under a point of the canvas, or the one beside it."""
        shown = self._panes()
        return next((pane for pane in shown if at.x() < pane.clip.right()), shown[-1])

    def to_photo(self, at: QPointF) -> tuple[float, float]:
        """The photo point under a point of the canvas."""
        place = at - self.pane_at(at).area.topLeft()
        return self.viewport.to_photo(place.x(), place.y())

    def to_widget(self, x: float, y: float, pane: int = 0) -> QPointF:
        """The point of the canvas over a photo point, in one of the view's panes."""
        return QPointF(*self.viewport.to_widget(x, y)) + self._panes()[pane].area.topLeft()

    def _zoom_middle(self, zoom: float) -> None:
        self.viewport.zoom_at(self.viewport.width / 2, self.viewport.height / 2, zoom)
        self._viewport_changed()

    def _panes(self) -> tuple[Pane, ...]:
        return panes(self._view, self.width(), self.height(), self._split)

    def _fit_pane(self) -> None:
        area = self._panes()[0].area
        self.viewport.set_pane(area.width(), area.height(), self.devicePixelRatioF())
        self._viewport_changed()

    def _viewport_changed(self) -> None:
        self._redraw()
        self._follow_pointer()
        self._detail_timer.start()
        self.zoomChanged.emit(self.zoom)

    def _ask_for_detail(self) -> None:
        shows_result = any(pane.picture is Picture.RESULT for pane in self._panes())
        if shows_result and self._scene and (wanted := self._scene.result.wanted(self.viewport)):
            self.detailWanted.emit(*wanted)

    # -- changes

    def _on_change(self, change: Change) -> None:
        if change.box is not None:
            self._scene.labels.changed(change.box)
            self._update_box(change.box)

    def _option_changed(self, name: str) -> None:
        if name == "size":
            self.brushSizeChanged.emit(self.options.size)
        self._follow_pointer()

    def _update_box(self, box: Box) -> None:
        """Repaint a box of photo pixels in every pane."""
        rect = self._scene.rect_of(box).adjusted(-2, -2, 2, 2)
        for pane in self._panes():
            self._redraw(rect.translated(pane.area.topLeft()).intersected(pane.clip).toAlignedRect())

    # -- the pointer

    def _outline(self) -> Outline | None:
        hand = self._hand
        if self.document is None or hand.at is None:
            return None
        return hand.chosen().paint_cursor(hand.pointer(hand.at))

    def _follow_pointer(self) -> None:
        """Repaint the brush's outline where it was and where it is."""
        outline = self._outline()
        self.update(self._cursor_rect)
        self._cursor_rect = _NOWHERE
        if outline is None:
            return
        around = chrome.outline_path(self.viewport, outline).boundingRect().adjusted(-3, -3, 3, 3)
        for pane in self._panes():
            self._cursor_rect |= (around.translated(pane.area.topLeft()) & pane.clip).toAlignedRect()
        self.update(self._cursor_rect)

    def _update_cursor(self) -> None:
        free = self.document is None
        self.setCursor(Qt.CursorShape.ArrowCursor if free else self._hand.chosen().cursor)
        self._follow_pointer()

    def _tell_hovered(self) -> None:
        if self.document is None or self._hand.at is None:
            self.hovered.emit(-1, -1, -1)
            return
        x, y = (floor(value) for value in self.to_photo(self._hand.at))
        photo = self.document.photo
        inside = 0 <= x < photo.width and 0 <= y < photo.height
        self.hovered.emit(*((x, y, self.document.label_at(x, y)) if inside else (-1, -1, -1)))

    # -- Qt's events

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and self._hand.claims(event):
            event.accept()
            return True
        if kind == QEvent.Type.NativeGesture and self._hand.pinch(event):
            return True
        if kind in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.ScreenChangeInternal):
            self._fit_pane()
        return super().event(event)

    def resizeEvent(self, event: QEvent) -> None:
        self._fit_pane()

    def mousePressEvent(self, event: QEvent) -> None:
        self._hand.press(event)
        self._update_cursor()

    def mouseMoveEvent(self, event: QEvent) -> None:
        self._hand.move(event.position())
        self._update_cursor()
        self._tell_hovered()
        if self._hand.busy:
            self.update()  # the stroke so far, over panes without labels

    def mouseReleaseEvent(self, event: QEvent) -> None:
        self._hand.release(event)
        self._update_cursor()
        self.update()

    def tabletEvent(self, event: QEvent) -> None:
        event.setAccepted(self._hand.tablet(event))
        self._follow_pointer()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if not self._hand.busy:
            self._hand.at = None
        self._follow_pointer()
        self._tell_hovered()

    def wheelEvent(self, event: QEvent) -> None:
        if self.document is not None:
            self._hand.wheel(event)
        event.accept()

    def keyPressEvent(self, event: QEvent) -> None:
        if self._hand.claims(event):
            self.cancel()
        elif self.document is None or not self._hand.key(event):
            super().keyPressEvent(event)
        self._update_cursor()

    def keyReleaseEvent(self, event: QEvent) -> None:
        if not self._hand.key_up(event):
            super().keyReleaseEvent(event)
        self._update_cursor()

    def focusOutEvent(self, event: QEvent) -> None:
        self._hand.let_go()
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the label under the pointer."""
        if self.document is None or self._hand.busy:
            return
        x, y = (floor(value) for value in self.to_photo(QPointF(event.pos())))
        label = self.document.label_at(x, y)
        if label != UNSURE:
            self._label_menu(label).popup(event.globalPos())

    def _label_menu(self, label: int) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        swatch = QPixmap(16, 16)
        swatch.fill(QColor(*self.document.label_set.color(label)))
        name = self.document.label_set.name(label)
        menu.addAction(QIcon(swatch), f"Paint with “{name}”", lambda: self.pick(label))
        return menu

    # -- painting

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in _LOOKS:
            self._redraw()  # another theme has another grey
        super().changeEvent(event)

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        if self._scene is None:
            painter.fillRect(event.rect(), QColor(theme.current().canvas))
            chrome.draw_empty(painter, QRectF(self.rect()), QColor(theme.current().dim))
            return
        painter.drawPixmap(0, 0, self._backing.fresh(self.size(), self.devicePixelRatioF(), self._paint_panes))
        shown = self._panes()
        trail, outline = self._hand.chosen().trail(), self._outline()
        for pane in shown:
            self._scene.paint_over(painter, pane, None if self._overlay_in(pane) else trail, outline)
        if self._view is View.SPLIT:
            chrome.draw_divider(painter, shown[0].clip.right(), self.height())
        for pane in shown:
            if pane.labelled:
                chrome.draw_caption(painter, pane.clip, pane.picture.value, right=pane is shown[-1])

    def _redraw(self, rect: QRect | None = None) -> None:
        """Pictures or labels inside `rect` (all, if None) have changed: draw them anew with the next repaint."""
        rect = self.rect() if rect is None else rect
        self._backing.mark(rect)
        self.update(rect)

    def _paint_panes(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(rect, QColor(theme.current().canvas))
        missing = False
        for pane in self._panes():
            if pane.clip.intersects(QRectF(rect)):
                missing |= self._scene.paint(painter, pane, rect, self._overlay_in(pane))
        if missing:
            self._more_timer.start()

    def _overlay_in(self, pane: Pane) -> float:
        return 0.0 if pane.bare else self.overlay_opacity
