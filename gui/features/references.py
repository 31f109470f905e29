"""References: photos whose colours are wanted, for the whole photo or for one label.

    panel, drops, clipboard, strip -> (read in the background) -> document.set_guidance -> edited -> panel shows

The list belongs to the document (core/references says how), so that every change of it can be undone. What a
reference looks like is read in a thread and kept by path and time of change. A result can be lent to the photos
after it: each takes it as its reference when it is opened for the first time.

The tab comes with the first reference, or when somebody asks for it; then the side has room for one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDockWidget, QFileDialog, QMenu

from core import references as edit
from core.guidance import Graft, Guidance, Reference
from core.labels import UNSURE
from core.reference_labels import outline_at
from gui import theme
from gui.background import Background
from gui.features.base import PanelFeature
from gui.found import PHOTO_FILES
from gui.reference_album import Album, keep_image, keep_result
from gui.reference_looks import Looks
from gui.reference_offer import offered, one_that_looks

if TYPE_CHECKING:
    from core.colorizers import ColorizerInfo
    from core.document import Document
    from gui.reference_card import ReferenceCard
    from gui.reference_drag import Carried
    from gui.references_panel import ReferencesPanel

NOTHING = "There is no photo in what was given; copy a picture, or the file of one."
WIDE = 388  # of the side, once this tab is among the others: all of them uncut


class References(PanelFeature):
    """See the module."""

    name = "references"
    title, dock = "References", "dock.references"

    def __init__(self, window) -> None:
        super().__init__(window)
        self.jobs = Background(self)
        self.album: Album | None = None
        self._infos: Sequence[ColorizerInfo] = ()
        self._looks = Looks()
        self._weights: dict[str, float] = {}  # what those weighed that were switched off
        self._hold: object = object()  # merge key of the drag that is going on
        self._had = False

    def make_panel(self) -> ReferencesPanel:
        from gui.references_panel import ReferencesPanel

        return ReferencesPanel()

    def panel_came(self) -> None:
        """Listen to the panel."""
        self.panel.wanted.connect(lambda name: getattr(self, name)())
        self.panel.given.connect(self.take)
        self.panel.carried.connect(self.move)
        self.panel.came.connect(self._listen)
        self.space.seen.connect(self._read_all)
        self.show()
        self._read_all()

    def start(self) -> None:
        """Listen to the window, and to what is dropped on labels."""
        window = self.window
        window.session.documentChanged.connect(self._document_came)
        window.session.edited.connect(lambda change: self.show() if change.kind == "guidance" else None)
        window.session.stateChanged.connect(self._show_possible)
        window.worker.colorizersChanged.connect(self._colorizers_came)
        for name, action in window.actions_by_id.items():
            if name.startswith("colour.colorizer."):
                action.toggled.connect(lambda on: self._show_offer() if on else None)
        window.colour.panelCame.connect(
            lambda: window.colour.panel.label.freed.connect(lambda: self.free(window.options.label))
        )
        window.strip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        window.strip.customContextMenuRequested.connect(self._strip_menu)
        self._dock = window.findChild(QDockWidget, self.dock)
        if window.settings["window.state"].isEmpty():
            self._dock.hide()
        from gui.reference_drag import OnPhoto, OnRows

        self._drops = OnRows(window.labels_panel, self.bind), OnPhoto(window.canvas, self._drop_on_photo)

    def conditions(self) -> set[str]:
        answers = {"references": bool(self.listed), "album": self.album is not None}
        return {name for name, holds in answers.items() if holds}

    def stop(self) -> None:
        self.jobs.stop()

    # -- what there is

    @property
    def document(self) -> Document | None:
        return self.window.document

    @property
    def guidance(self) -> Guidance:
        return self.document.wishes if self.document else Guidance()

    @property
    def listed(self) -> tuple[edit.Listed, ...]:
        """The references of the document in work."""
        return edit.listed(self.guidance)

    def for_batch(self) -> dict[str, tuple[Reference, ...]]:
        """What a batch may take its colours from, by title."""
        used = tuple(one for one in self.guidance.references if one.weight > 0)
        offered = {"Those of the photo in the window": used} if used else {}
        if self.album is not None:
            offered[f"The result of {self.album.source.name}"] = (Reference(self.album.path),)
        return offered

    # -- adding

    def ask(self) -> None:
        """Which photos?"""
        settings = self.window.settings
        folder = settings["references.folder"] or settings["files.open_folder"]
        chosen, _ = QFileDialog.getOpenFileNames(self.window, "Add reference", folder, PHOTO_FILES)
        if chosen:
            settings["references.folder"] = str(Path(chosen[0]).parent)
            self.add([Path(text) for text in chosen])

    def paste(self) -> None:
        """Take what was copied."""
        self.take(QGuiApplication.clipboard().mimeData())

    def take(self, data: QMimeData) -> None:
        """Take the photos in a drop or in the clipboard."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        image = QImage(data.imageData()) if not paths and data.hasImage() else QImage()
        if paths:
            self.add(paths)
        elif not image.isNull():
            self.jobs.run(lambda: keep_image(image), lambda path: self.add([path]), self._fail)
        else:
            self._fail(NOTHING)

    def add(self, paths: Sequence[Path]) -> None:
        """Read the photos, and take those as references that have colours to lend; say why of the others."""
        document = self.document
        if document is None:
            return
        texts, key = [str(path.absolute()) for path in paths], document.photo.key
        self.jobs.run(lambda: [(text, self._looks.of(text, key)) for text in texts],
                      lambda found: self._add(document, found), self._fail)  # fmt: skip

    def _add(self, document: Document, found: list[tuple[str, edit.Look]]) -> None:
        problems = [look.problem for _, look in found if look.problem]
        usable = [text for text, look in found if not look.problem]
        if document is self.document and usable:
            name = f"Add reference {Path(usable[0]).name}" if len(usable) == 1 else f"Add {len(usable)} references"
            document.set_guidance(name, **edit.added(document.wishes, usable))
            self.raise_tab()
            self._read_all()
        if problems:
            self._fail(" ".join(problems))

    # -- what is done with one

    def remove(self, path: str) -> None:
        """Take the reference out."""
        self._set(f"Remove reference {Path(path).name}", edit.removed(self.guidance, path))

    def clear(self) -> None:
        """Take all of them out."""
        self._set("Remove all references", edit.cleared(self.guidance))

    def move(self, path: str, to: int) -> None:
        """Put the reference at another place; the first one counts where only one is looked at."""
        self._set("Order of references", edit.moved(self.guidance, path, to))

    def switch(self, path: str, on: bool) -> None:
        """Take colours from it for the whole photo, or not."""
        one = self._one(path)
        if one is None:
            return
        if one.on:
            self._weights[path] = one.weight
        what = "on" if on else "off"
        weight = self._weights.get(path, 1.0) if on else 0.0
        self._set(f"Reference {Path(path).name} {what}", edit.weighted(self.guidance, path, weight))

    def weigh(self, path: str, weight: float) -> None:
        """Let it count that much beside the others; what belongs to one drag is one step."""
        self._weights.pop(path, None)
        key = "weigh", path, self._hold
        self._set(f"Weight of {Path(path).name}", edit.weighted(self.guidance, path, weight), key)

    def bind(self, label: int, what: Carried) -> None:
        """The label takes its colours from a reference, or from a region of one."""
        name = "Part of a reference for" if what.region else "Reference of"
        self._set(f"{name} {self._label(label)}", edit.bound(self.guidance, what.path, label, region=what.region))

    def bind_only(self, path: str) -> None:
        """The current label takes its colours from it, and nothing else does."""
        label = self.window.options.label
        self._set(f"Reference of {self._label(label)} only", edit.bound(self.guidance, path, label, only=True))

    def bind_first(self) -> None:
        """The same for the card that has the keys, or else the first."""
        chosen = [card.path for card in self.panel.cards.values() if card.hasFocus()]
        if self.listed:
            self.bind_only(chosen[0] if chosen else self.listed[0].path)

    def free(self, label: int) -> None:
        """The label has no reference of its own any longer."""
        self._set(f"No own reference of {self._label(label)}", edit.unbound(self.guidance, label))

    def ungraft(self, path: str) -> None:
        """No region of the photo takes its colours from it any longer."""
        self._set(f"No regions by {Path(path).name}", edit.ungrafted(self.guidance, path))

    def _drop_on_photo(self, x: int, y: int, what: Carried) -> None:
        label = self.document.label_at(x, y)
        if self._drops[1].alone:
            points = outline_at(self.document.labels, x, y)
            if points:
                graft = Graft(points, what.path, what.region)
                self._set(f"Region by {Path(what.path).name}", edit.grafted(self.guidance, graft))
            return
        if label != UNSURE:
            self.window.options.set_label(label)
            self.bind(label, what)

    def _set(self, name: str, changes: edit.Changes, merge_key: object = None) -> None:
        if self.document is not None:
            self.document.set_guidance(name, merge_key=merge_key, **changes)
            self.show()

    # -- the album

    def lend_to_all(self) -> None:
        """The same for all other photos of the list, those before this one too."""
        self.lend_result(whole=True)

    def lend_result(self, whole: bool = False) -> None:
        """Keep the result, small, and let the photos after this one take their colours from it."""
        document, result = self.document, self.window.session.result
        if document is None or result is None or document.path is None:
            return
        photo, source = document.photo, document.path
        self.jobs.run(lambda: keep_result(photo, result, source.stem),
                      lambda path: self._lent(Album(str(path), source, whole)), self._fail)  # fmt: skip

    def stop_album(self) -> None:
        """The next photos are coloured by themselves."""
        self.album = None
        self._show_possible()
        self.window.refresh()

    def _lent(self, album: Album) -> None:
        self.album = album
        self.window.session.said.emit(f"{album.takers} take their colours from {album.source.name}.")
        self._show_possible()
        self.window.refresh()

    def _take_album(self, document: Document) -> None:
        """Give a photo the album's reference, unless it comes before it or somebody has worked on it."""
        album = self.album
        if album is not None and album.is_for(document, self.window.session.paths):
            document.set_guidance(f"Reference: {album.source.name}", **edit.added(document.wishes, [album.path]))
            document.mark_saved()  # opening a photo is no work that could be lost

    # -- the colorizer

    def take_one_that_looks(self) -> None:
        """Colour with a colorizer that takes references."""
        other = one_that_looks(self._infos)
        if other is not None:
            self.window.set_colorizer(other.id)
            self._show_offer()

    def _colorizers_came(self, infos: Sequence[ColorizerInfo]) -> None:
        self._infos = tuple(infos)
        self._show_offer()

    def _show_offer(self) -> None:
        """Where the colorizer does not look at references, say so and offer one that does."""
        if self.has_panel:
            self.panel.show_offer(*offered(self._infos, self.window.session.recolour.colorizer, self.listed))

    # -- menus

    def _strip_menu(self, point: QPoint) -> None:
        strip, session = self.window.strip, self.window.session
        index = strip.indexAt(point) if strip.indexAt(point).isValid() else strip.currentIndex()
        if not index.isValid() or self.document is None:
            return
        path = session.paths[index.row()]
        menu = QMenu(strip)
        menu.setObjectName("stripMenu")
        menu.addAction(theme.icon("ph.image-square"), "Use as reference", lambda: self.add([path]))
        if path == self.document.path:
            menu.addAction(self.window.actions_by_id["references.lend"])
            menu.addAction(self.window.actions_by_id["references.lend_all"])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(strip.viewport().mapToGlobal(point))

    def raise_tab(self) -> None:
        """Bring the tab forward; when it was not there, with room for its name."""
        came = self._dock.isHidden()
        self._dock.show()
        self._dock.raise_()
        if came and not self._dock.isFloating() and self.window.width() >= 3 * WIDE:
            self.window.resizeDocks([self._dock], [WIDE], Qt.Orientation.Horizontal)

    # -- showing

    def _listen(self, card: ReferenceCard) -> None:
        path = card.path
        card.switched.connect(lambda on: self.switch(path, on))
        card.weighed.connect(lambda weight: self.weigh(path, weight))
        for frame in (card.began, card.ended):
            frame.connect(self._new_hold)
        card.stepped.connect(lambda by: self.move(path, [one.path for one in self.listed].index(path) + by))
        card.removed.connect(lambda: self.remove(path))
        card.bound.connect(lambda: self.bind_only(path))
        card.freed.connect(self.free)
        card.ungrafted.connect(lambda: self.ungraft(path))

    def _new_hold(self) -> None:
        self._hold = object()

    def _document_came(self, document: Document | None) -> None:
        self._weights = {}
        self._new_hold()
        if document is not None:
            self._take_album(document)
        self.show()
        self._read_all()

    def show(self) -> None:
        """Show what there is."""
        references = self.listed
        if self._had != bool(references):
            self._had = bool(references)
            self.window.refresh()
        if self.has_panel:
            before = set(self.panel.cards)
            parts = {rule.label for rule in self.guidance.rules if rule.region}
            names = {label: self._label(label) + (", a part" if label in parts else "")
                     for one in references for label in one.labels}  # fmt: skip
            self.panel.show_references(references, names)
            if set(self.panel.cards) - before:
                self._read_all()
            self._show_offer()
            self._show_possible()

    def _show_possible(self) -> None:
        if self.has_panel:
            self.panel.show_possible(self.document is not None, self.window.session.result is not None)
            self.panel.show_album(self.album.source.name if self.album else "", self.album.takers if self.album else "")

    def _read_all(self) -> None:
        """Look at every reference that is shown, again where its file has changed."""
        if not self.has_panel or self.document is None:
            return
        key = self.document.photo.key
        for path in self.panel.cards:
            self.jobs.run(lambda path=path: (path, self._looks.of(path, key)), self._seen, self._fail)

    def _seen(self, found: tuple[str, edit.Look]) -> None:
        path, look = found
        card = self.panel.cards.get(path)
        if card is not None:
            card.show_look(look)

    def _one(self, path: str) -> edit.Listed | None:
        return next((one for one in self.listed if one.path == path), None)

    def _label(self, label: int) -> str:
        label_set = self.window.session.label_set
        return label_set.name(label) if label < len(label_set) else f"label {label}"

    def _fail(self, sentence: str) -> None:
        self.window.notice.show_error(sentence)

