"""Exports: the dialog that asks where and how, the coloured picture on the clipboard, and on paper.

What takes time runs in threads that live as long as the window: an encoder at work knows no stop, and a dialog that
closes does not wait for one.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from core.formats import ExportSettings
from gui import export_presets, handing
from gui.background import Background
from gui.features.base import Feature
from gui.saving import Work


class Exports(Feature):
    """The window's ways out for one picture, beside Save."""

    name = "exports"

    def __init__(self, window) -> None:
        super().__init__(window)
        self._looks, self._weighs, self.jobs = Background(self), Background(self), Background(self)

    def stop(self) -> None:
        for jobs in (self._looks, self._weighs, self.jobs):
            jobs.stop()

    # -- the dialog

    def ask(self) -> None:
        """Where to, in which format?"""
        dialog = self.make_dialog()
        if dialog.exec():
            self._remember(dialog.path.parent, dialog.settings)
            self.window.session.export(dialog.path, dialog.settings)
        self.window.settings["export.presets"] = export_presets.to_lines(dialog.presets)
        dialog.preview.stop()
        dialog.deleteLater()

    def make_dialog(self):
        """The dialog for the photo in work, with the settings of the last export."""
        from gui.export_dialog import ExportDialog

        settings = self.window.settings
        folder = Path(settings["files.out_folder"] or self.window.session.out).absolute()
        presets = export_presets.from_lines(settings["export.presets"])
        return ExportDialog(self._work(), folder, self._last(), presets, self._looks, self._weighs, self.window)

    def _last(self) -> ExportSettings:
        try:
            return ExportSettings.from_dict(json.loads(self.window.settings["export.last"]))
        except (TypeError, ValueError, RecursionError):
            return ExportSettings()

    def _remember(self, folder: Path, settings: ExportSettings) -> None:
        self.window.settings["files.out_folder"] = str(folder)
        self.window.settings["export.last"] = json.dumps(asdict(settings))

    def _work(self) -> Work:
        return Work.of(self.window.document, self.window.session.result)

    # -- clipboard and paper

    def copy(self) -> None:
        """Put the coloured picture on the clipboard, at its full size."""
        work, session = self._work(), self.window.session
        session.loading.emit(True, "Copying the picture")
        self.jobs.run(lambda: handing.for_clipboard(work), self._copied, self._failed)

    def _copied(self, made: tuple[QImage, bytes]) -> None:
        image, png = made
        mime = QMimeData()
        mime.setData("image/png", png)  # at hand for who asks; the image itself is converted for others
        mime.setImageData(image)
        QGuiApplication.clipboard().setMimeData(mime)
        self._done(f"Copied {image.width()} × {image.height()} pixels.")

    def print(self) -> None:
        """On which printer? Then the coloured picture, as large as the page holds it."""
        work, session = self._work(), self.window.session
        session.loading.emit(True, "Preparing to print")
        self.jobs.run(lambda: handing.image_of(work), self._print, self._failed)

    def _print(self, image: QImage) -> None:
        from gui.printing import asked_printer, draw

        self.window.session.loading.emit(False, "")
        printer = asked_printer(self.window, image, self.window.document)
        if printer is not None:
            self.window.session.loading.emit(True, "Printing")
            self.jobs.run(lambda: draw(printer, image), lambda _: self._done("Sent to the printer."), self._failed)

    def _done(self, text: str) -> None:
        self.window.session.loading.emit(False, "")
        self.window.session.said.emit(text)

    def _failed(self, sentence: str) -> None:
        self.window.session.loading.emit(False, "")
        self.window.session.failed.emit(sentence)
