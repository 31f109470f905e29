"""The part of the canvas that looks: a view of one or two panes on one viewport, and a backing that keeps them.

It knows where things are, not what they are; `Canvas` adds the document, the tools and the hand.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, Signal
from PySide6.QtWidgets import QWidget

from core.box import Box
from gui.canvas.backing import Backing
from gui.canvas.viewport import Viewport
from gui.canvas.views import Pane, Picture, View, panes

_ZOOM_STEP = 2**0.5
_LOOKS = QEvent.Type.StyleChange, QEvent.Type.PaletteChange


class PaneView(QWidget):
    """See the module. Photo points are (x, y) in photo pixels; the first pixel reaches from 0 to 1.

    zoomChanged(zoom): device pixels per photo pixel. viewChanged(View).
    """

    zoomChanged = Signal(float)
    viewChanged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = Viewport()
        self._backing = Backing()
        self._view = View.LABELS
        self._split = 0.5
        self._left = Picture.ORIGINAL

    # -- the view

    @property
    def view(self) -> View:
        return self._view

    def set_view(self, view: View) -> None:
        """Show labels, result or original, or two of them."""
        if view is self._view:
            return
        self._view = view
        self._fit_pane()
        self.viewChanged.emit(view)

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

    def show_box(self, box: Box) -> None:
        """Come to a box of photo pixels and show it with what is around it."""
        self.viewport.show(box)
        self._viewport_changed()

    def zoom_in(self) -> None:
        """Come closer to the middle."""
        self._zoom_middle(self.zoom * _ZOOM_STEP)

    def zoom_out(self) -> None:
        """Step back from the middle."""
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
        return panes(self._view, self.width(), self.height(), self._split, self._left)

    def _fit_pane(self) -> None:
        area = self._panes()[0].area
        self.viewport.set_pane(area.width(), area.height(), self.devicePixelRatioF())
        self._viewport_changed()

    def _viewport_changed(self) -> None:
        self._redraw()
        self.zoomChanged.emit(self.zoom)

    def redraw(self) -> None:
        """All is to be drawn anew: something that the pictures or labels are drawn by has changed."""
        self._redraw()

    def _redraw(self, rect: QRect | None = None) -> None:
        """Pictures or labels inside `rect` (all, if None) have changed: draw them anew with the next repaint."""
        rect = self.rect() if rect is None else rect
        self._backing.mark(rect)
        self.update(rect)

    # -- Qt's events

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._fit_pane()
        return super().event(event)

    def resizeEvent(self, event: QEvent) -> None:
        self._fit_pane()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in _LOOKS:
            self._redraw()  # another theme has another grey
        super().changeEvent(event)
