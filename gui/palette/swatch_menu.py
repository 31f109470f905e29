"""The menu of a swatch, by the right button or the menu key: what dragging it does, and what the buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from gui.features.palette import PaletteFeature


def swatch_menu(feature: PaletteFeature) -> QMenu:
    """The menu of the chosen swatch."""
    window, at = feature.window, feature.panel.strip.current
    swatch = feature.swatches[at]
    menu = QMenu(feature.panel)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    label = window.session.label_set.name(window.options.label)
    give = menu.addAction(f"Colour “{label}” with it")
    give.triggered.connect(feature.give_to_label)
    give.setEnabled(window.document is not None)
    menu.addSeparator()
    menu.addAction("Unlock" if at in feature.locks else "Lock").triggered.connect(feature.lock)
    menu.addAction("Add one like it").triggered.connect(feature.add)
    menu.addAction("Remove").triggered.connect(feature.remove)
    menu.addSeparator()
    copy = menu.addAction(f"Copy {swatch.hex}")
    copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(swatch.hex))
    return menu
