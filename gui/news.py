"""News: what the pieces of the window tell each other.

    session, worker          -> canvas, panels, strip, status bar    what there is
    panels, options, canvas  -> session, tools, settings             what the person wants

Two-way bindings go through the document and the tool options, never from panel to panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.document import Document
from core.engine import Result
from core.labels import UNSURE
from core.photo_pages import name_of
from gui import actions
from gui.canvas import View
from gui.tools.base import REMEMBERED
from gui.worker import Detail

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class News(QObject):
    """Carries the news of one window, from its first breath."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hear_session()
        self._hear_worker()
        self._hear_person()

    def _hear_session(self) -> None:
        window, session = self._window, self._window.session
        photos, status = window.strip.photos, window.status
        session.listChanged.connect(lambda: photos.set_paths(session.paths))
        session.currentChanged.connect(self.gone_to)
        session.documentChanged.connect(self.document_came)
        session.edited.connect(self.edited)
        session.coloured.connect(self.coloured)
        session.said.connect(status.say)
        session.failed.connect(self.failed)
        session.loading.connect(lambda running, what: status.set_busy(running, what, "session"))
        session.photoDone.connect(lambda path: photos.mark(path, done=True))
        session.photoBroken.connect(lambda path, reason: photos.mark(path, broken=reason))
        session.stateChanged.connect(window.refresh)

    def _hear_worker(self) -> None:
        worker, status = self._window.worker, self._window.status
        worker.busy.connect(lambda running, what: status.set_busy(running, what, "worker"))
        worker.batchProgress.connect(lambda done, total, _: status.set_progress(done, total))
        worker.engineReady.connect(lambda line: status.set_field("device", line))
        worker.colorizersChanged.connect(self.colorizers_came)
        worker.detailed.connect(self.detail_came)

    def _hear_person(self) -> None:
        window, canvas, options = self._window, self._window.canvas, self._window.options
        window.strip.photoChosen.connect(window.session.go_to)
        window.labels_panel.labelChosen.connect(self.label_chosen)
        window.labels_panel.searched.connect(canvas.setFocus)  # who searched wants to paint
        window.history_panel.stepChosen.connect(self.step_chosen)
        window.tool_options.sizeChanged.connect(options.set_size)
        window.tool_options.overlayChanged.connect(canvas.set_overlay_opacity)
        window.notice.dismissed.connect(self.dismissed)
        options.changed.connect(self.option_changed)
        canvas.overlayChanged.connect(self.overlay_changed)
        canvas.detailWanted.connect(window.worker.render_detail)
        canvas.hovered.connect(self.hovered)
        canvas.zoomChanged.connect(self.zoom_changed)
        canvas.viewChanged.connect(self.view_changed)
        canvas.message.connect(window.status.say)

    # -- what there is

    def gone_to(self, index: int) -> None:
        """Another photo was chosen; it is being loaded."""
        self._window.strip.set_current(index)
        if self._window.notice.kind in ("error", "note"):
            self._window.notice.hide()  # it was about the photo before

    def document_came(self, document: Document | None) -> None:
        """Another document is in work, or none."""
        window = self._window
        window.canvas.set_document(document)
        window.show_canvas(document is not None)
        name = name_of(document.path) if document and document.path else ""
        window.setWindowTitle(f"{name}[*] – Huesmith" if name else "Huesmith")
        if document is not None and document.path is not None:
            window.strip.photos.mark(document.path, broken="")
        window.labels_panel.show_areas(document)
        window.history_panel.show_history(document)
        window.status.set_field("pointer", "")
        window.status.set_field("time", "")
        if document is not None and document.photo.notes:
            window.notice.show_note(" ".join(document.photo.notes))
        window.refresh()

    def failed(self, sentence: str) -> None:
        """Something went wrong; the notice says what, until it is dismissed."""
        self._window.notice.show_error(sentence)
        if self._window.document is None:
            self._window.show_canvas(False)

    def edited(self, change) -> None:
        """The document changed; panels hold still while a stroke is drawn."""
        window = self._window
        if not change.live:
            window.labels_panel.show_areas(window.document)
            window.history_panel.show_history(window.document)

    def coloured(self, result: Result, rgb) -> None:
        """New colours are there."""
        status = self._window.status
        self._window.canvas.set_result(rgb, result.chroma)
        status.set_field("time", f"{result.seconds * 1000:.0f} ms")
        status.set_field("size", f"{result.work_size or result.request.work_size} px")

    def colorizers_came(self, infos) -> None:
        """The engine says which colorizers it has; the first takes over from one that is not there."""
        window, recolour = self._window, self._window.session.recolour
        window.colorizers = {info.id for info in infos}
        if recolour.colorizer not in window.colorizers and infos:
            window.session.set_colorizer(infos[0].id)
        window.show_colorizer(recolour.colorizer)
        window.refresh()

    def detail_came(self, detail: Detail) -> None:
        """A sharper piece of the result, if it is still the result shown."""
        result = self._window.session.result
        if result is not None and detail.request == result.request:
            self._window.canvas.set_detail(detail.box, detail.scale, detail.rgb)

    # -- what the person wants

    def overlay_changed(self, opacity: float) -> None:
        """The overlay of the present view is at `opacity`; those of the views that show labels are remembered."""
        window = self._window
        window.tool_options.set_overlay(opacity)
        if window.canvas.view in (View.LABELS, View.SIDE):
            window.settings["view.overlay"] = opacity

    def label_chosen(self, label: int) -> None:
        """Who chooses a label wants to paint it: with the tool in hand if it can, else with the brush."""
        self._window.options.set_label(label)
        if not self._window.canvas.tool.paints:
            self._window.set_tool("brush")

    def step_chosen(self, index: int) -> None:
        """Back or forth to a step of the history."""
        if self._window.document is not None:
            self._window.document.jump_to(index)

    def option_changed(self, name: str) -> None:
        """A tool option changed, from wherever."""
        window, options = self._window, self._window.options
        if name == "label":
            window.labels_panel.set_current(options.label)
        if name in REMEMBERED:
            window.settings[f"tools.{name}"] = getattr(options, name)
        if name == "size":
            window.settings["brush.size"] = options.size
            window.tool_options.set_size(options.size)

    def hovered(self, x: int, y: int, label: int) -> None:
        """Tell the place under the pointer and its label."""
        inside = x >= 0 and y >= 0
        name = self._window.session.label_set.name(label) if label != UNSURE else "not decided"
        self._window.status.set_field("pointer", f"{x}, {y}   {name}" if inside else "")

    def zoom_changed(self, zoom: float) -> None:
        """Tell the zoom."""
        self._window.status.set_field("zoom", f"{zoom * 100:.0f} %" if self._window.document else "")

    def view_changed(self, view: View) -> None:
        """Check the action of the view, and remember it."""
        row = next(row for row in actions.ACTIONS if row.group == "view" and row.args == (view.name,))
        self._window.actions_by_id[row.id].setChecked(True)
        self._window.settings["view.name"] = view.name

    def dismissed(self) -> None:
        """Hints that were dismissed do not come back."""
        if self._window.notice.kind == "hints":
            self._window.settings["window.hints"] = False
