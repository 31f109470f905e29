"""Hints: between the tool, which draws them, the panel, which shows the selected one, and the document.

    tool     -> document                        places, moves, removes
    panel    -> document                        recolours the selected hint, live; else the colour in hand changes
    document -> marks over the photo, panel     and newest colours -> how well the hint is met, measured in a thread

The panel's tab is there while the tool is in hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDockWidget

from core.guidance import Hint, Swatch
from core.hint_spots import color_at, light_at, spot_of
from gui.background import Background
from gui.features.base import PanelFeature
from gui.tools.hint_marks import HintMarks

if TYPE_CHECKING:
    from core.document import Document
    from core.engine import Result
    from core.hint_spots import Spot
    from gui.hints_panel import HintsPanel
    from gui.main_window import MainWindow

RECENT_KEPT = 12
_FOLLOW_MS = 60  # between two looks at the pixel under the pointer


class Hints(PanelFeature):
    """The hints of the document in work."""

    name = "hints"
    title, dock = "Hints", "dock.hints"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.tool = window.canvas.tools["hint"]
        self.marks = HintMarks(self.tool, lambda: self.document)
        self._measuring = Background(self)
        self._stale = False  # there are newer colours, or another hint, than those being measured
        self._suggested_for: tuple[tuple[float, float], ...] = ()  # whose suggestions are shown
        self._change: object = object()  # merge key of what the picker is doing
        self._hovered: tuple[int, int] | None = None
        self._look = QTimer(self, singleShot=True, interval=_FOLLOW_MS, timeout=self._follow)
        self._before: QDockWidget | None = None  # the panel in front when the tool was taken

    def make_panel(self) -> HintsPanel:
        from gui.hints_panel import HintsPanel

        return HintsPanel()

    def panel_came(self) -> None:
        """Listen to the panel."""
        panel = self.panel
        panel.picker.chosen.connect(self._chosen)
        panel.exactWished.connect(self._set_exact)
        panel.removed.connect(self.remove)
        panel.shownWished.connect(self.set_shown)
        panel.show_eye(self.marks.shown)
        panel.dress()
        self._show_recent()
        self.show()
        self._measure()

    def start(self) -> None:
        """Listen to the tool, the session and the pointer."""
        window, session = self.window, self.window.session
        window.canvas.over.append(self.marks)
        self.tool.colour_at = self._colour_at
        self.tool.changed.connect(self._tool_changed)
        session.documentChanged.connect(lambda _: self._document_came())
        session.edited.connect(self._edited)
        session.coloured.connect(lambda *_: self._measure())
        window.canvas.hovered.connect(self._pointer_moved)
        self._dock = window.findChild(QDockWidget, "dock.hints")
        self._dock.hide()
        window.actions_by_id["tool.hint"].toggled.connect(self._held)
        window.actions_by_id["hints.show"].setChecked(True)
        self.show()

    def conditions(self) -> set[str]:
        document = self.document
        answers = {"hints": document is not None and bool(document.hints), "hint": self.tool.hint is not None}
        return {name for name, holds in answers.items() if holds}

    @property
    def document(self) -> Document | None:
        return self.window.document

    # -- what actions call

    def remove(self) -> None:
        """Take the selected hint away."""
        self.tool.remove()

    def clear(self) -> None:
        """Take all hints away."""
        if self.document is not None:
            self.document.set_guidance("Remove all hints", hints=())

    def set_shown(self, shown: bool) -> None:
        """Show the hints over the photo, or not."""
        self.marks.shown = shown
        self.window.actions_by_id["hints.show"].setChecked(shown)
        if self.has_panel:
            self.panel.show_eye(shown)
        self.window.canvas.update()

    # -- what the person does in the panel

    def _chosen(self, swatch: Swatch, final: bool) -> None:
        self.tool.swatch = swatch
        self.tool.change("Recolour hint", self._change, swatch=swatch)
        if final:
            self._change = object()
            self._remember(swatch)

    def _set_exact(self, exact: bool) -> None:
        self.tool.exact = exact
        self.tool.change("Exact hint" if exact else "Hint not exact", exact=exact)

    def _remember(self, swatch: Swatch) -> None:
        old = [code for code in self.window.settings["hints.recent"] if code != swatch.hex]
        self.window.settings["hints.recent"] = [swatch.hex, *old][:RECENT_KEPT]
        self._show_recent()

    def _show_recent(self) -> None:
        if not self.has_panel:
            return
        swatches = []
        for code in self.window.settings["hints.recent"][:RECENT_KEPT]:
            try:
                swatches.append(Swatch.from_hex(code))
            except ValueError:  # a settings file changed by hand
                continue
        self.panel.picker.set_recent(swatches)

    # -- what there is to show

    def _held(self, held: bool) -> None:
        """The tool was taken, or put down: its tab comes and goes."""
        dock = self._dock
        if held:
            self._before = next((one for one in self._beside() if not one.visibleRegion().isEmpty()), None)
            self.set_shown(True)
            dock.show()
            dock.raise_()
        else:
            dock.hide()
            if self._before is not None and self._before.toggleViewAction().isChecked():
                self._before.raise_()

    def _beside(self) -> list[QDockWidget]:
        """The other panels at the dock's side, whose tabs it comes among."""
        window, area = self.window, self.window.dockWidgetArea(self._dock)
        return [one for one in window.findChildren(QDockWidget)
                if one is not self._dock and not one.isFloating() and window.dockWidgetArea(one) == area]  # fmt: skip

    def _tool_changed(self) -> None:
        """Another hint is selected, or none."""
        self._change = object()
        self.show()
        self._measure()
        self.window.canvas.update()
        self.window.refresh()

    def _document_came(self) -> None:
        self._suggested_for = ()
        if self.has_panel:
            self.panel.picker.set_suggestions(())
        self._tool_changed()

    def _edited(self, change) -> None:
        if change.kind != "labels":
            self.show()
            self.window.canvas.update()

    def show(self) -> None:
        """Show the selected hint, or the colour in hand."""
        hint, tool = self.tool.hint, self.tool
        count = len(self.document.hints) if self.document else 0
        if hint is not None:
            tool.swatch, tool.exact = hint.swatch, hint.exact  # undo may have changed them
        if not self.has_panel:
            return
        self.panel.picker.set_free(self.document is not None and self.document.wishes.line_art)
        number = None if hint is None else tool.selected + 1
        self.panel.show_hint(number, count, tool.exact)
        if self.panel.picker.swatch != tool.swatch:
            self.panel.picker.set_swatch(tool.swatch)

    def _measure(self) -> None:
        """Look at the selected hint in the newest result, one look at a time."""
        result, hint = self.window.session.result, self.tool.hint
        if result is None or hint is None or not self.has_panel:
            return
        if self._measuring.busy:
            self._stale = True
            return
        self._stale = False
        suggest = hint.points != self._suggested_for and not self.tool.busy  # they rest while colours are tried
        self._measuring.run(lambda: (hint, result, spot_of(hint, result, suggest=suggest)), self._measured,
                            self.window.session.failed.emit)  # fmt: skip

    def _measured(self, found: tuple[Hint, Result, Spot | None]) -> None:
        hint, result, spot = found
        known = self.window.session.result
        mine = known is not None and known.request.photo_key == result.request.photo_key
        if mine and spot is not None and self.tool.hint is not None and self.tool.hint.points == hint.points:
            self.panel.picker.set_light(spot.light)
            if spot.suggested:
                self._suggested_for = hint.points
                self.panel.picker.set_suggestions([(swatch, 0.0) for swatch in spot.suggested])
            name = "" if spot.label is None else self.window.session.label_set.name(spot.label)
            if hint in result.request.guidance.hints:  # else these colours do not know of it yet
                self.panel.show_met(spot.met, name)
        if self._stale:
            self._measure()

    # -- the spot under the pointer

    def _colour_at(self, x: float, y: float) -> Swatch:
        """The colour that is there now; the photo's light before there are colours."""
        result = self.window.session.result
        return Swatch(0.5, 0.5, 0.5) if result is None else color_at(x, y, result)

    def _pointer_moved(self, x: int, y: int, label: int) -> None:
        if x >= 0 and self.window.canvas.tool is self.tool:
            self._hovered = x, y
            if not self._look.isActive():
                self._look.start()

    def _follow(self) -> None:
        """With no hint selected, the picker shows what the pixel under the pointer could wear."""
        result, document = self.window.session.result, self.document
        if result is None or document is None or self.tool.hint is not None or not self.has_panel:
            return
        if document.wishes.line_art:
            return  # paper takes any light
        x, y = self._hovered
        self.panel.picker.set_light(light_at(x / document.photo.width, y / document.photo.height, result))
