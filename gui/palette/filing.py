"""Palettes in and out of the panel: files, drops and the clipboard. Reading and writing happen in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication

from core.palette_edit import MOST
from gui.palette.mime import carries_swatch, unpack

if TYPE_CHECKING:
    from core.palette_io import PaletteFile
    from gui.features.palette import PaletteFeature
    from gui.palette.given import Given


class Filing(QObject):
    """Answers the panel's buttons for files and the clipboard, and what is dropped on it."""

    def __init__(self, feature: PaletteFeature) -> None:
        super().__init__(feature)
        self._feature = feature

    def open(self) -> None:
        """Which palette files or pictures?"""
        from gui.palette.given import ask_open, given_files

        feature = self._feature
        if paths := ask_open(feature.window, self._folder(), "Open palette"):
            feature.window.settings["palette.folder"] = str(paths[0].parent)
            self._read(given_files(paths, feature.asker.count))

    def paste(self) -> None:
        """Take what is in the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData())

    def take(self, data: QMimeData | None) -> None:
        """Take a palette from what was dropped or pasted; a single colour joins the one there is."""
        from gui.palette.given import NOTHING, given_in

        feature = self._feature
        if data is None:  # an empty clipboard, to some window systems
            feature.fail(NOTHING)
        elif carries_swatch(data) and (swatch := unpack(data)):
            feature.insert(swatch, len(feature.swatches))
        elif given := given_in(data, feature.asker.count):
            self._read(given)
        else:
            feature.fail(NOTHING)

    def copy(self) -> None:
        """Put the hex codes into the clipboard."""
        from core.palette_io import to_text

        self._copy(to_text(self._feature.swatches), "hex codes")

    def copy_css(self) -> None:
        """Put CSS variables into the clipboard."""
        from core.palette_text import write_css

        self._copy(write_css(self._feature.swatches, "").decode(), "CSS")

    def copy_url(self) -> None:
        """Put the address that opens the palette in coolors into the clipboard."""
        from core.palette_io import to_url

        self._copy(to_url(self._feature.swatches), "an address")

    def _copy(self, text: str, kind: str) -> None:
        if self._feature.swatches:
            QGuiApplication.clipboard().setText(text)
            self._say(f"Palette copied as {kind}")

    def save(self) -> None:
        """Where to, in which format?"""
        from core.palette_io import write_palette
        from gui.palette.given import ask_save

        feature, swatches = self._feature, self._feature.swatches
        if not swatches or not (answer := ask_save(feature.window, self._folder())):
            return
        path, replaces = answer
        feature.window.settings["palette.folder"] = str(path.parent)
        feature.background(
            lambda: write_palette(path, swatches, overwrite=replaces), lambda done: self._say(f"Saved {done}")
        )

    def take_file(self, name: str, read: PaletteFile) -> None:
        """Make what was read the palette, and say what was lost."""
        feature, notes = self._feature, list(read.notes)
        if len(read.swatches) > MOST:
            notes.append(f"Of its {len(read.swatches):,} colours the first {MOST} are in the panel.")
        feature.asker.forget()
        feature.locks = frozenset()
        feature.made(name, read.swatches, read.weights)
        if notes:
            feature.window.notice.show_note(" ".join(notes))

    def _read(self, given: Given) -> None:
        def take(read: PaletteFile) -> None:
            feature = self._feature
            if given.joins and len(read.swatches) == 1 and feature.swatches:
                feature.insert(read.swatches[0], feature.panel.strip.current + 1)
                if read.notes:
                    feature.window.notice.show_note(" ".join(read.notes))
            else:
                self.take_file(given.name, read)

        self._feature.background(given.read, take)

    def _folder(self) -> str:
        window = self._feature.window
        return window.settings["palette.folder"] or str(window.session.out)

    def _say(self, sentence: str) -> None:
        self._feature.window.session.said.emit(sentence)
