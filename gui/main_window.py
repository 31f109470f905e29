"""The main window: puts the pieces together and answers the actions of the table.

It holds no truth of its own: the document has it. What the pieces tell each other goes through `News`. The
worker's thread starts when the window has been painted, so that nothing heavy stands between the click on the
icon and the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.document import Document
from core.labels import LabelSet
from gui import actions, menus, theme
from gui.asking import Asking
from gui.canvas import Canvas, View
from gui.docks import add_docks
from gui.features import FEATURES, Feature
from gui.folder_strip import FolderStrip
from gui.history_panel import HistoryPanel
from gui.labels_panel import LabelsPanel
from gui.news import News
from gui.notice import EmptyState, Notice
from gui.session import Session
from gui.settings import Settings
from gui.status_bar import StatusBar
from gui.tool_options import ToolOptionsBar
from gui.tools.base import REMEMBERED
from gui.worker import Worker

RECENT_KEPT = 20
STARTS_UNPAINTED_MS = 400  # a window that is never shown works all the same


class MainWindow(QMainWindow):
    """The window. `document`, `canvas`, `session`, `worker` and `actions_by_id` are there for who drives it."""

    def __init__(self, worker: Worker, label_set: LabelSet, settings: Settings, out: Path) -> None:
        super().__init__()
        self.setWindowTitle("Huesmith")
        self.setAcceptDrops(True)
        self.worker, self.settings = worker, settings
        self.colorizers = {"guided", "prior"}  # those that can colour; the worker tells
        self._started = False
        self.session = Session(worker, label_set, out, settings["colour.work_size"], self)
        self.asking = Asking(self)
        self.canvas = Canvas(self)
        self.options = self.canvas.options
        self.notice = Notice(self)
        self.labels_panel = LabelsPanel(label_set)
        self.history_panel = HistoryPanel()
        self.strip = FolderStrip()
        self.tool_options = ToolOptionsBar(self.options, self)
        self.status = StatusBar(self)
        self.setStatusBar(self.status)
        self.features: list[Feature] = [feature(self) for feature in FEATURES]
        for feature in self.features:
            setattr(self, feature.name, feature)
        self.actions_by_id: dict[str, QAction] = actions.build(self)
        self._lay_out()
        self.news = News(self)
        self._restore()
        for feature in self.features:
            feature.start()
        self.refresh()

    @property
    def document(self) -> Document | None:
        """The document in work, or None."""
        return self.session.document

    # -- what actions call

    def set_tool(self, name: str) -> None:
        """Take another tool in hand."""
        self.actions_by_id[f"tool.{name}"].setChecked(True)
        self.canvas.set_tool(name)
        self.tool_options.set_tool(self.canvas.tools[name])

    def set_view(self, name: str) -> None:
        """Show another view, by the name of its `View`."""
        self.canvas.set_view(View[name])

    def step_overlay(self, by: float) -> None:
        """Make the label overlay of the present view stronger or weaker."""
        self.canvas.set_overlay_opacity(self.canvas.overlay_opacity + by)

    def step_brush(self, steps: int) -> None:
        """Make the brush larger or smaller."""
        self.options.step_size(steps)

    def set_light(self, light: bool) -> None:
        """Dress in the light theme, or in the dark one."""
        self.settings["window.theme"] = "light" if light else "dark"
        theme.apply(QApplication.instance(), self.settings["window.theme"])
        self._dress()

    def set_full_screen(self, full: bool) -> None:
        """Take the whole screen, or give it back."""
        self.setWindowState(
            self.windowState() | Qt.WindowState.WindowFullScreen
            if full
            else self.windowState() & ~Qt.WindowState.WindowFullScreen
        )

    def set_colorizer(self, name: str) -> None:
        """Colour with another colorizer."""
        self.settings["colour.colorizer"] = name
        self.session.set_colorizer(name)
        self.show_colorizer(name)

    def set_work_size(self, size: int) -> None:
        """Make colours at another size; the long side of the photo then."""
        self.settings["colour.work_size"] = size
        self.session.set_work_size(size)

    def show_colorizer(self, name: str) -> None:
        """Tell which colorizer is at work."""
        action = self.actions_by_id.get(f"colour.colorizer.{name}")
        if action is None:
            return
        action.setChecked(True)
        self.findChild(QToolButton, "colorizerButton").setText(f"{action.text()}  ▾")
        self.status.set_field("colorizer", action.text())

    def forget_recent(self) -> None:
        """Empty the list of recently opened photos."""
        self.settings["files.recent"] = []
        self.refresh()

    def remember_opened(self, paths: Sequence[Path]) -> None:
        """Put what a person opened on top of the recent list."""
        news = [str(path.absolute()) for path in paths]
        old = [text for text in self.settings["files.recent"] if text not in news]
        self.settings["files.recent"] = [*news, *old][:RECENT_KEPT]
        first = paths[0]
        self.settings["files.open_folder"] = str(first if first.is_dir() else first.parent)

    def open(self, paths: Sequence[Path], remember: bool = True) -> None:
        """Open photos, folders and projects, and remember what the person chose."""
        if not paths:
            return
        if remember:
            self.remember_opened(paths)
        if self.document is None:
            self._stack.setCurrentWidget(self._waiting)
        self.session.open(self.project.take(paths))
        self.refresh()

    def conditions(self) -> set[str]:
        """Which conditions of the action table hold now."""
        session, document = self.session, self.document
        answers = {
            "always": True,
            "photo": document is not None,
            "result": document is not None and session.result is not None,
            "undo": document is not None and document.can_undo,
            "redo": document is not None and document.can_redo,
            "segmented": document is not None and document.segmentation_confidence is not None,
            "previous": session.has_previous,
            "photos": bool(session.paths),
            "recent": bool(self.settings["files.recent"]),
        }
        holding = {name for name, holds in answers.items() if holds} | self.colorizers
        return holding.union(*(feature.conditions() for feature in self.features))

    def refresh(self) -> None:
        """Enable what can work now, and say in the Edit menu what would be undone."""
        actions.refresh(self.actions_by_id, self.conditions())
        document = self.document
        for name, word in (("undo", "Undo"), ("redo", "Redo")):
            what = getattr(document, f"{name}_text") if document else ""
            self.actions_by_id[f"edit.{name}"].setText(f"{word}: {what}" if what else word)
        self.setWindowModified(document is not None and document.modified)

    def show_canvas(self, shown: bool) -> None:
        """Show the canvas, or the invitation in its place."""
        if not shown:
            session = self.session
            self._empty.tell_of(session.paths[session.index].name if session.broken else "")
        self._stack.setCurrentWidget(self.canvas if shown else self._empty)

    # -- building

    def _lay_out(self) -> None:
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, menus.build_toolbar(self, self.actions_by_id))
        self.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.tool_options)
        menus.build_tool_strip(self, self.actions_by_id)
        self._stack = QStackedWidget(self)
        open_photo, open_folder = self.actions_by_id["file.open"], self.actions_by_id["file.open_folder"]
        self._empty = EmptyState(open_photo, open_folder, self)
        self._waiting = QWidget(self, objectName="emptyState")  # neither the invitation nor an empty canvas
        self._waiting.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(self.canvas)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(middle)
        extra = [spec for feature in self.features for spec in feature.docks()]
        docks = add_docks(self, self.labels_panel, self.history_panel, self.strip, extra)
        menus.build_menus(self, self.actions_by_id, docks)

    def _restore(self) -> None:
        settings = self.settings
        opacity, name = settings["view.overlay"], settings["view.name"]
        for view in (View.LABELS, View.SIDE):  # the two that show labels; each view has its own opacity
            self.canvas.set_view(view)
            self.canvas.set_overlay_opacity(opacity)
        self.set_view(name)
        self.tool_options.set_overlay(self.canvas.overlay_opacity)
        self.options.set_size(settings["brush.size"])
        self.tool_options.set_size(self.options.size)
        for name in REMEMBERED:
            getattr(self.options, f"set_{name}")(settings[f"tools.{name}"])
        self.set_tool("brush")
        self.news.view_changed(self.canvas.view)
        self.actions_by_id["view.light_theme"].setChecked(settings["window.theme"] == "light")
        self.session.recolour.colorizer = settings["colour.colorizer"]
        self.show_colorizer(settings["colour.colorizer"])
        size = settings["colour.work_size"]
        if action := self.actions_by_id.get(f"colour.work_size.{size}"):
            action.setChecked(True)
        self.status.set_field("size", f"{size} px")
        self._dress()
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.setMinimumSize(720, 480)
        self.resize(min(1440, screen.width()), min(900, screen.height()))
        self.restoreGeometry(settings["window.geometry"])
        self.restoreState(settings["window.state"])
        QTimer.singleShot(STARTS_UNPAINTED_MS, self, self._start)

    def _dress(self) -> None:
        actions.dress(self.actions_by_id)
        self.notice.dress()
        for feature in self.features:
            feature.dress()
        button = self.findChild(QToolButton, "colorizerButton")
        button.setIcon(theme.icon("ph.palette"))
        self.update()

    # -- Qt's

    def event(self, event: QEvent) -> bool:
        """Start the worker after the first paint."""
        done = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._started:
            QTimer.singleShot(0, self, self._start)
        return done

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self.worker.start()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the full-screen switch true when the window manager changes the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.actions_by_id["view.full_screen"].setChecked(self.isFullScreen())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nobody needed leaves a field of a panel for the photo, where the letters are tools again."""
        if event.key() == Qt.Key.Key_Escape:
            self.canvas.setFocus()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files, folders and pictures."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        event.acceptProposedAction()
        self.clipboard.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once if edits would be lost; then remember the window and end the threads. What is to be saved first
        closes the window when it is."""
        unsaved = self.session.unsaved()
        if unsaved and not self.asking.may_lose(unsaved):
            event.ignore()
            return
        self.settings["window.geometry"] = self.saveGeometry()
        self.settings["window.state"] = self.saveState()
        self.settings.sync()
        self.session.close()
        self.canvas.stop()
        for feature in self.features:
            feature.stop()
        self.strip.photos.thumbnails.stop()
        self.worker.stop()
        event.accept()
