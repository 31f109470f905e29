"""The reference that is looked at, large, in the References panel, with what can be done on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.palette.widgets import IconButton, row
from gui.reference_preview import BOX, LABELS, LASSO, LOOK, PAIR, ReferencePreview

_MODES = (
    (PAIR, "ph.link", "Point pair", "Click here, then in the photo: this spot gets that colour. Delete takes one away"),
    (BOX, "ph.selection", "Box", "Draw a box, then drag it onto a label or onto the photo: it colours that label"),
    (LASSO, "ph.scribble-loop", "Lasso", "Draw around something, then drag it onto a label or onto the photo"),
    (LABELS, "ph.map-trifold", "Labels of the reference", "Click a region to name it; drag it onto a label or onto the "
     "photo"),
)  # fmt: skip
_TOLD = {
    LOOK: "",
    PAIR: "Click where the colour is, then in the photo where it belongs.",
    BOX: "Draw a box around what is to lend its colours.",
    LASSO: "Draw around what is to lend its colours.",
    LABELS: "Looking at the reference…",
}


class ReferenceViewer(QFrame):
    """See the module. moded(str): another mode was chosen, LOOK for none; closed(); bound(): what is drawn, or all of
    it, is to colour the current label."""

    moded = Signal(str)
    closed = Signal()
    bound = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referenceViewer")
        self.path = ""
        self.name = QLabel(self, objectName="referenceName")
        self.close_button = IconButton("ph.x", "Close the reference", "Only its card stays", self)
        self.close_button.clicked.connect(self.closed)
        self.preview = ReferencePreview(self)
        self.line = QLabel(self, objectName="dim")
        self.line.setWordWrap(True)
        self.use = QPushButton(self)
        self.use.clicked.connect(self.bound)
        self.modes: dict[str, IconButton] = {}
        group = QButtonGroup(self)
        group.setExclusive(False)  # the chosen one can be put down again
        for mode, icon, name, tip in _MODES:
            button = self.modes[mode] = IconButton(icon, name, tip, self)
            button.setCheckable(True)
            button.setObjectName(f"reference.mode.{mode}")
            button.clicked.connect(lambda on, mode=mode: self.set_mode(mode if on else LOOK))
            group.addButton(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(row(self.name, 1, *self.modes.values(), self.close_button, spacing=0))
        layout.addWidget(self.preview)
        layout.addWidget(self.line)
        layout.addWidget(self.use)
        self.tell("")
        self.hide()

    @property
    def mode(self) -> str:
        """What the mouse does on the picture."""
        return self.preview.mode

    def set_mode(self, mode: str) -> None:
        """Let the mouse do something else, and say what."""
        for name, button in self.modes.items():
            button.setChecked(name == mode)
        self.preview.set_mode(mode)
        self.tell(_TOLD[mode])
        self.moded.emit(mode)

    def show_reference(self, path: str) -> None:
        """Show which one it is; its picture comes later."""
        self.path = path
        self.preview.show_picture(None)
        self.show()
        self._elide()

    def show_label(self, name: str, part: bool) -> None:
        """Offer it, or the `part` of it that is drawn, for the label of that name."""
        text = f"This part for {name}" if part else f"Colour {name} with it"
        self.use.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(self.width() - 40, 120)))
        self.use.setAccessibleName(text)

    def tell(self, sentence: str) -> None:
        """A line under the picture."""
        self.line.setText(sentence)
        self.line.setVisible(bool(sentence))

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - 5 * 30 - 24
        text = self.fontMetrics().elidedText(Path(self.path).name, Qt.TextElideMode.ElideMiddle, max(room, 40))
        self.name.setText(text)
        self.name.setToolTip(self.path)

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        for button in (*self.modes.values(), self.close_button):
            button.dress()
        self.update()
