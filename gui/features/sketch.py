"""Sketch: line art that was recognised or is to be treated as such, and photos that become line art.

    a photo comes      -> the session has recognised it; the Sketch tab is there while a sketch is in work
    treat as line art  -> regions are found in a thread -> one step: other labels, another map (core/sketch_document)
    flat, careful ...  -> settings of the document
    photo to sketch    -> a dialog with live sliders -> a file, or a new sketch in work
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget, QFileDialog

from core.engine import DRAFT_SIZE
from core.sketch_document import TreatAsSketch
from core.sketch_regions import GAP, is_region_set, region_map
from gui.background import Background
from gui.features.base import PanelFeature

if TYPE_CHECKING:
    from core.document import Document
    from core.photo import Photo
    from core.xdog import Hand
    from gui.main_window import MainWindow
    from gui.sketch_dialog import SketchDialog
    from gui.sketch_panel import SketchPanel

FIELDS = {"fill": "Sketch colours", "manner": "Sketch manner", "lines": "Lines in results"}
FOUND = "This is line art: its lines stay, its paper is coloured. Sketch > Treat as line art changes that."


class Sketch(PanelFeature):
    """Whether the document in work is a sketch, and what a person wants of it."""

    name = "sketch"
    title, dock = "Sketch", "dock.sketch"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.gap = GAP
        self.dialog: SketchDialog | None = None
        self._jobs = Background(self)
        self._had_faults = False
        self._folder: tempfile.TemporaryDirectory | None = None  # of sketches that were made and not saved
        self._drawn: set[Path] = set()  # sketches even where they do not look like it

    def make_panel(self) -> SketchPanel:
        from gui.sketch_panel import SketchPanel

        return SketchPanel(self.window)

    def panel_came(self) -> None:
        """Listen to the panel."""
        panel = self.panel
        panel.wished.connect(self.wish)
        panel.gapWished.connect(self.set_gap)
        panel.saveLines.connect(self.ask_lines)
        panel.extract.connect(self.extract)
        self._show()

    def start(self) -> None:
        """Listen to the session."""
        session = self.window.session
        self._dock = self.window.findChild(QDockWidget, "dock.sketch")
        self._dock.hide()
        session.documentChanged.connect(lambda _: self._document_came())
        session.edited.connect(lambda change: None if change.live else self._show())
        self._show()

    def conditions(self) -> set[str]:
        return {"sketch"} if self.on else set()

    def stop(self) -> None:
        """Wait for what runs in the thread; sketches that were not saved go."""
        self._jobs.stop()
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def document(self) -> Document | None:
        return self.window.document

    @property
    def on(self) -> bool:
        """Whether the document in work is a sketch."""
        return self.document is not None and self.document.wishes.line_art

    @property
    def busy(self) -> bool:
        """Whether something is being worked out or written."""
        return self._jobs.busy

    # -- what actions call

    def set_line_art(self, on: bool) -> None:
        """Treat the photo as line art, or as a photo: one step."""
        document = self.document
        if document is None or on == self.on:
            return
        if on:
            self._find(document, "")
        else:
            document.end_stroke()
            document.do(TreatAsSketch(document, None))
            self.window.session.recolour.segment()

    def wish(self, field: str, value: str) -> None:
        """Set one of FIELDS, as one step."""
        if self.document is not None:
            settings = replace(self.document.settings, **{field: value})
            self.document.set_guidance(FIELDS[field], settings=settings)

    def set_gap(self, share: float) -> None:
        """Close gaps up to this share of the long side: the regions are found anew."""
        if self.on and share != self.gap:
            self.gap = share
            self._find(self.document, "Close gaps")

    def resegment(self) -> None:
        """Find the labels anew: the regions of a sketch, the network's labels of a photo."""
        if self.on:
            self._find(self.document, "Find regions")
        else:
            self.window.session.resegment()

    def ask_lines(self) -> None:
        """Where do the strokes go? Then write them."""
        document, session = self.document, self.window.session
        folder = Path(self.window.settings["files.out_folder"] or str(session.out)).absolute()
        stem = document.path.stem if document.path else "sketch"
        chosen, _ = QFileDialog.getSaveFileName(
            self.window, "Save line art", str(folder / f"{stem}_lines.png"), "PNG (*.png)"
        )
        if chosen:
            self.save_lines(Path(chosen).with_suffix(".png"))

    def save_lines(self, path: Path) -> None:
        """Write the strokes alone to `path`, over what is there."""
        photo, session = self.document.photo, self.window.session
        session.loading.emit(True, f"Writing {path.name}")

        def write() -> Path:
            from core.exporting import write_lines  # which a start need not wait for
            from gui.saving import make_folder

            make_folder(path.parent)
            return write_lines(photo, path)

        self._jobs.run(write, lambda done: self._written(f"Saved {done}."), self._failed)

    def extract(self) -> None:
        """The dialog that draws the photo in work as line art."""
        from gui.sketch_dialog import SketchDialog

        if self.document is None:
            return
        dialog = self.dialog = SketchDialog(self.document.photo, self.window)
        dialog.saved.connect(lambda hand, path: self._draw(dialog.photo, hand, path, False))
        dialog.opened.connect(lambda hand: self._draw(dialog.photo, hand, None, True))
        dialog.finished.connect(lambda _: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: SketchDialog) -> None:
        self.dialog = None
        dialog.deleteLater()

    # -- inside

    def _find(self, document: Document, name: str) -> None:
        """Find regions in the thread, then take them as a step."""
        from core.sketch import on_paper
        from gui.recolour import luminance_at

        photo, gap, revision = document.photo, self.gap, document.revision
        size = self.window.session.recolour.work_size
        self.window.session.loading.emit(True, "Finding regions")

        def work() -> tuple:
            paper = on_paper(photo)
            return paper, luminance_at(paper, (size, min(DRAFT_SIZE, size))), region_map(paper, gap)

        self._jobs.run(work, lambda found: self._take(document, name, revision, *found), self._failed)

    def _take(self, document: Document, name: str, revision: int, paper: Photo, luminance: dict, labels) -> None:
        session = self.window.session
        session.loading.emit(False, "")
        if document is not self.document:
            return
        document.end_stroke()
        if document.revision != revision and not name:
            self._find(document, name)  # the person went on meanwhile
            return
        if paper is not document.photo:
            document.photo = paper  # what was transparent is paper from now on, for everybody who looks at it
            self.window.worker.set_photo(paper)
            session.recolour.set_luminance(luminance)
            self.window.canvas.set_document(document)
        document.do(TreatAsSketch(document, labels, name))

    def _draw(self, photo: Photo, hand: Hand, path: Path | None, opens: bool) -> None:
        """Draw at full size in the thread; write, and take it in work if that is wanted."""
        session = self.window.session
        target = path or self._own_file(photo)
        session.loading.emit(True, f"Drawing {target.name}")

        def work() -> Path:
            import numpy as np

            from core.photo_write import write_photo
            from core.xdog import sketch_of
            from gui.saving import make_folder

            make_folder(target.parent)
            page = sketch_of(photo, hand)
            plain = replace(photo, pixels=page, alpha=None, icc=None, key="drawn")
            return write_photo(target, np.repeat(page[..., None], 3, axis=2), plain, format="png", overwrite=True)

        def done(written: Path) -> None:
            self._written("" if opens else f"Saved {written}.")
            if opens:
                self._drawn.add(written)
                session.paths.insert(session.index + 1, written)
                session.listChanged.emit()
                session.go_to(session.index + 1)

        self._jobs.run(work, done, self._failed)

    def _own_file(self, photo: Photo) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="huesmith-sketch-", ignore_cleanup_errors=True)
        stem = photo.path.stem if photo.path else "photo"
        return Path(self._folder.name) / f"{stem}_sketch-{len(self._drawn) + 1}.png"

    def _written(self, told: str) -> None:
        self.window.session.loading.emit(False, "")
        if told:
            self.window.session.said.emit(told)

    def _failed(self, sentence: str) -> None:
        self.window.session.loading.emit(False, "")
        self.window.session.failed.emit(sentence)

    # -- what is shown

    def _make_room(self, on: bool) -> None:
        """Regions are not wrong as labels are: while a sketch is in work the tab of faults is away."""
        faults = self.window.findChild(QDockWidget, "dock.faults")
        if on:
            self._had_faults = faults.toggleViewAction().isChecked()
            faults.hide()
        elif self._had_faults:
            faults.show()

    def _document_came(self) -> None:
        self.gap = GAP
        if self.on and not self.document.history():
            self.window.session.said.emit(FOUND)
        elif self.document is not None and self.document.path in self._drawn and not self.document.history():
            self.set_line_art(True)
        self._show()

    def _show(self) -> None:
        on, actions = self.on, self.window.actions_by_id
        actions["sketch.line_art"].setChecked(on)
        if on != self._dock.toggleViewAction().isChecked():
            self._dock.setVisible(on)
            self._make_room(on)
        self._dock.toggleViewAction().setVisible(on)
        if not on:
            return
        settings = self.document.settings
        for field in FIELDS:
            if action := actions.get(f"sketch.{field}.{getattr(settings, field)}"):
                action.setChecked(True)
        if self.has_panel:
            self.panel.show_settings(settings)
            own = self.document.label_set
            count = len(own) if is_region_set(own) else sum(self.document.area(label) > 0 for label in range(255))
            self.panel.show_regions(count, self.gap, max(self.document.photo.size))
