"""The scene of the guide's picture of Export layers: what there is, over a photo halfway to colour."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMainWindow


def layers_dialog(window: QMainWindow, wait: Callable[[Callable[[], bool], float], bool]) -> QPixmap:
    """The dialog over the photo in work, with layers and a comparison ticked."""
    window.layers.export_layers()
    wait(lambda: window.layers.dialog is not None and window.layers.dialog.wipe.has_pair, 60)
    dialog = window.layers.dialog
    dialog.folder.setText("coloured")
    dialog.boxes["side-by-side"].setChecked(True)
    wait(lambda: 0.5 < dialog.wipe.share() < 0.7, 10)
    picture = dialog.grab()
    dialog.reject()
    wait(lambda: window.layers.dialog is None, 5)
    return picture
