"""Who colours by the references: the colorizers that take them, and what each cannot do, in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from core.asked import REFERENCES
from gui.palette.widgets import dim, silently

if TYPE_CHECKING:
    from core.colorizers import ColorizerInfo


class NetworkBox(QWidget):
    """See the module. chosen(str): the id of another colorizer."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("networkBox")
        self.box = QComboBox(self)
        self.box.setAccessibleName("Colorizer for references")
        self.box.setToolTip("<b>Colorizer</b><br>Who colours by the references")
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.box.activated.connect(lambda at: self.chosen.emit(self.box.itemData(at)))
        self.limits = dim("", self)
        self.limits.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(2)
        layout.addWidget(self.box)
        layout.addWidget(self.limits)

    def show_networks(self, infos: Sequence[ColorizerInfo], present: str) -> None:
        """Offer those of `infos` that take references, and show the one with the id `present`, if it is among them."""
        able = [info for info in infos if REFERENCES in info.takes]
        now = next((info for info in infos if info.id == present), None)
        silently(self.box, lambda: self._fill(able, now))
        note = now.note if now in able else ""
        self.limits.setText(f"{note[:1].upper()}{note[1:]}." if note else "")
        self.limits.setVisible(bool(note))

    def _fill(self, able: Sequence[ColorizerInfo], now: ColorizerInfo | None) -> None:
        self.box.clear()
        for info in able:
            self.box.addItem(info.title, info.id)
            self.box.setItemData(self.box.count() - 1, info.note, Qt.ItemDataRole.ToolTipRole)
        self.box.setPlaceholderText(now.title if now else "")
        self.box.setCurrentIndex(able.index(now) if now in able else -1)
