"""The list of named export settings, with a button that saves one and a button that deletes one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QToolButton, QWidget

from core.formats import ExportSettings
from gui import theme
from gui.export_presets import name_of

OWN = "Own settings"


class PresetBox(QWidget):
    """Choosing one emits `chosen(ExportSettings)`; `presets` is what there is now."""

    chosen = Signal(object)

    def __init__(self, presets: dict[str, ExportSettings], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presets = dict(presets)
        self._settings = ExportSettings()
        self._list = QComboBox(self, objectName="exportPreset")
        self._list.setAccessibleName("Preset")
        self._list.activated.connect(self._activated)
        self._save = self._button("ph.plus", "Save these settings under a name", self.save_as, "exportPresetSave")
        self._delete = self._button("ph.trash", "Delete this preset", self.delete, "exportPresetDelete")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self._list, 1)
        line.addWidget(self._save)
        line.addWidget(self._delete)
        self._fill()

    def show_name_of(self, settings: ExportSettings) -> None:
        """Show the preset that says just that, if one does."""
        self._settings = settings
        name = name_of(self.presets, settings)
        self._list.setCurrentIndex(max(0, self._list.findData(name)))
        self._delete.setEnabled(bool(name))

    def save_as(self) -> None:
        """Under which name? One that is there is replaced."""
        name, yes = QInputDialog.getText(self, "Save preset", "Name", text=name_of(self.presets, self._settings))
        if yes and name.strip():
            self.presets[name.strip()] = self._settings
            self._fill()
            self.show_name_of(self._settings)

    def delete(self) -> None:
        """Forget the preset that is shown; the settings stay as they are."""
        self.presets.pop(self._list.currentData(), None)
        self._fill()
        self.show_name_of(self._settings)

    def _fill(self) -> None:
        self._list.clear()
        self._list.addItem(OWN, "")
        for name in sorted(self.presets, key=str.casefold):
            self._list.addItem(name, name)

    def _activated(self, index: int) -> None:
        settings = self.presets.get(self._list.itemData(index))
        if settings is None:
            self.show_name_of(self._settings)
        else:
            self.chosen.emit(settings)

    def _button(self, icon: str, tip: str, call, name: str) -> QToolButton:
        button = QToolButton(self, objectName=name)
        button.setIcon(theme.icon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.clicked.connect(call)
        return button
