"""The canvas: the widget that shows the photo and lets tools work on it.

It draws layers through one viewport into the panes of a view, follows `document.changed` box by box, and hands
mouse, pen and keys to `Hand`. It computes no colours: when somebody looks closer than the result's preview it
says so with `detailWanted`, and draws what `set_detail` brings.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import floor

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QMenu, QWidget

from core.box import Box
from core.commands import Change
from core.document import Document
from core.labels import UNSURE
from gui import theme
from gui.canvas import chrome
from gui.canvas.hand import Hand
from gui.canvas.host import ToolHost
from gui.canvas.label_layer import LabelLook
from gui.canvas.layers import Overview
from gui.canvas.scene import Over, Scene
from gui.canvas.views import Pane, Picture, View
from gui.icons import swatch
from gui.tools import TOOLS, Band, Outline, Rings, Tool

_OVERLAY = 0.45
_DETAIL_DELAY = 120  # ms of calm before a sharper piece is asked for
_AT_ONCE = 1_000_000  # photos of so many pixels are shown without a thread's help
_NOWHERE = QRect()
_TABS = Qt.Key.Key_Tab, Qt.Key.Key_Backtab


class Canvas(ToolHost):
    """See the module. Photo points are (x, y) in photo pixels; the first pixel reaches from 0 to 1.

    hovered(x, y, label): the pixel under the pointer, -1, -1, -1 outside the photo. zoomChanged(zoom): device
    pixels per photo pixel. detailWanted(Box, scale): see `set_detail`; besideWanted the same for what is compared.
    viewChanged(View).
    """

    hovered = Signal(int, int, int)
    overlayChanged = Signal(float)
    brushSizeChanged = Signal(int)
    detailWanted = Signal(object, float)
    besideWanted = Signal(object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("The photo with its labels and its colours; tools paint on it")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.document: Document | None = None
        self.options.changed.connect(self._option_changed)
        self.tools: dict[str, Tool] = {kind.name: kind(self.options) for kind in TOOLS}
        self.over: list[Over] = []  # what features draw over the photo
        self.look = LabelLook()  # features change it, and call `redraw`
        self.fill_menu: Callable[[QMenu, int, tuple[int, int]], None] = lambda menu, label, place: None  # features do
        self._scene: Scene | None = None
        self._overlay = dict.fromkeys(View, 0.0) | {View.LABELS: _OVERLAY, View.SIDE: _OVERLAY}
        self._beside_name = ""
        self._cursor_rect = _NOWHERE
        self._hand = Hand(self)
        self.set_tool("brush")
        self._detail_timer = QTimer(self, singleShot=True, interval=_DETAIL_DELAY)
        self._detail_timer.timeout.connect(self._ask_for_detail)
        self._more_timer = QTimer(self, singleShot=True, interval=0)
        self._more_timer.timeout.connect(self._redraw)

    # -- what is shown

    def set_document(self, document: Document | None) -> None:
        """Show another document, fitted, or none. A stroke under way is cancelled."""
        self.cancel()
        self._hand.tool.put_down(self)
        if self.document is not None:
            self.document.changed.disconnect(self._on_change)
        self.document = document
        self._scene = None
        if document is not None:
            document.changed.connect(self._on_change)
            self._scene = Scene(document, self.viewport, self.look)
            self.viewport.set_photo(document.photo.height, document.photo.width)
            self._make_overview(self._scene)
            self._hand.tool.take_up(self)
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

    def set_beside(self, name: str, rgb: np.ndarray | None) -> None:
        """What the compare view has at the left: colours of that name, uint8 (h, w, 3) sRGB or None until they
        come, or the original where there is no name."""
        self._left = Picture.BESIDE if name else Picture.ORIGINAL
        self._beside_name = name
        if self._scene is not None:
            self._scene.beside.set_preview(rgb)
            self._detail_timer.start()
        self._redraw()

    def set_beside_detail(self, box: Box, scale: float, rgb: np.ndarray) -> None:
        """Show a sharper piece of it, as `set_detail` does of the result."""
        if self._scene is not None:
            self._scene.beside.set_detail(box, scale, rgb)
            self._update_box(box)

    def set_view(self, view: View) -> None:
        if view is not self.view:
            if self._hand.held:  # what is between two clicks goes on in the other view
                self.cancel()
            super().set_view(view)
            self._update_cursor()
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

    # -- tools

    @property
    def tool(self) -> Tool:
        return self._hand.tool

    def set_tool(self, tool: Tool | str) -> None:
        """Work with a tool, given itself or by its name, such as brush."""
        self.cancel()
        self._hand.tool.put_down(self)
        self._hand.tool = self.tools[tool] if isinstance(tool, str) else tool
        if self.document is not None:
            self._hand.tool.take_up(self)
        self._update_cursor()

    def stop(self) -> None:
        """Drop what is under way and wait for the threads: a canvas must not go before they do."""
        self._hand.tool.put_down(self)
        self._background.stop()

    def cancel(self) -> None:
        """Take the stroke or drag under way back, if there is one."""
        if self._hand.cancel():
            self.message.emit("Cancelled")
            self._follow_pointer()
            self.update()

    def _viewport_changed(self) -> None:
        super()._viewport_changed()
        self._follow_pointer()
        self._detail_timer.start()

    def _ask_for_detail(self) -> None:
        shows_result = any(pane.picture is Picture.RESULT for pane in self._panes())
        if shows_result and self._scene and (wanted := self._scene.result.wanted(self.viewport)):
            self.detailWanted.emit(*wanted)
        beside = self._left is Picture.BESIDE and self._view is View.SPLIT
        if beside and self._scene and (wanted := self._scene.beside.wanted(self.viewport)):
            self.besideWanted.emit(*wanted)

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

    def update_over(self, rect: QRect) -> None:
        """Repaint what lies over a rectangle of the photo's view, in every pane."""
        for pane in self._panes():
            self.update(rect.translated(pane.area.topLeft().toPoint()).intersected(pane.clip.toAlignedRect()))

    # -- the pointer

    def _outline(self) -> Outline | Band | Rings | None:
        hand = self._hand
        if self.document is None or hand.at is None:
            return None
        return hand.chosen().paint_cursor(hand.pointer(hand.at, hand.keys))

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
        if kind == QEvent.Type.KeyPress and event.key() in _TABS and self.document and self._hand.key(event):
            return True  # else it goes to the next widget
        return super().event(event)

    def enterEvent(self, event: QEvent) -> None:
        self._take_keyboard()
        super().enterEvent(event)

    def _take_keyboard(self) -> None:
        """Keys go where the pointer works, as Space and the arrows need, unless something is being typed."""
        has = QApplication.focusWidget()
        typing = isinstance(has, QLineEdit | QAbstractSpinBox)
        if self.document is not None and not typing and has is not self and self.isActiveWindow():
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mousePressEvent(self, event: QEvent) -> None:
        self._hand.press(event)
        self._update_cursor()

    def mouseMoveEvent(self, event: QEvent) -> None:
        self._take_keyboard()
        self._hand.move(event.position(), event.modifiers())
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
            if not self._hand.claimed(event):
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
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            name, icon = self.document.label_set.name(label), swatch(self.document.label_set.color(label))
            menu.addAction(icon, f"Paint with “{name}”", lambda: self.pick(label))
            self.fill_menu(menu, label, (x, y))
            menu.popup(event.globalPos())

    def closeEvent(self, event: QEvent) -> None:
        self.stop()
        super().closeEvent(event)

    # -- painting

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        if self._scene is None:
            painter.fillRect(event.rect(), QColor(theme.current().canvas))
            chrome.draw_empty(painter, QRectF(self.rect()), QColor(theme.current().dim))
            return
        painter.drawPixmap(0, 0, self._backing.fresh(self.size(), self.devicePixelRatioF(), self._paint_panes))
        shown = self._panes()
        trail, outline = self._hand.chosen().trail(), self._outline()
        own = self.tool.over()
        over = self.over if own is None else [*self.over, own]
        for pane in shown:
            self._scene.paint_over(painter, pane, None if self._overlay_in(pane) else trail, outline, over)
        if self._view is View.SPLIT:
            chrome.draw_divider(painter, shown[0].clip.right(), self.height())
        for pane in shown:
            if pane.labelled:
                name = self._beside_name if pane.picture is Picture.BESIDE else pane.picture.value
                chrome.draw_caption(painter, pane.clip, name, right=pane is shown[-1])

    def _paint_panes(self, painter: QPainter, rect: QRect) -> None:
        painter.fillRect(rect, QColor(theme.current().canvas))
        missing = False
        for pane in self._panes():
            if pane.clip.intersects(QRectF(rect)):
                missing |= self._scene.paint(painter, pane, rect, self._overlay_in(pane))
        if missing:
            self._more_timer.start()

    def _overlay_in(self, pane: Pane) -> float:
        """How strongly a pane shows labels: one that is to be seen alone shows in every view."""
        if pane.bare or self.document is None:
            return 0.0
        return self.overlay_opacity or (_OVERLAY if self.document.view.solo is not None else 0.0)
