"""The scene of the guide's picture of Export as: a small JPEG for the web, as it will look and weigh."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLineEdit, QMainWindow

from gui.export_presets import READY


def export_dialog(window: QMainWindow, wait: Callable[[Callable[[], bool], float], bool]) -> QPixmap:
    """The dialog over the photo in work, when the preview and the size have come."""
    dialog = window.exports.make_dialog()
    dialog.set_settings(READY["For the web"])
    dialog.findChild(QLineEdit, "exportPath").setText(f"coloured/{window.document.path.stem}_color.jpg")
    dialog.show()
    wait(lambda: dialog.preview.image() is not None and not dialog.preview.busy, 60)
    wait(lambda: False, 0.3)  # the last of it is drawn
    picture = dialog.grab()
    dialog.reject()
    return picture
