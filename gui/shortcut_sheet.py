"""The shortcut sheet: all keys on one page, made from the action table, and what the mouse does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.actions import ACTIONS, MENUS, keys_of

MOUSE = (
    ("Wheel", "Zoom at the pointer"),
    ("Ctrl+Wheel", "Brush size"),
    ("Space+Drag", "Move the photo"),
    ("Esc", "Cancel the stroke"),
)
COLUMNS = 3


def sections() -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, [(keys, text)]) for every menu that has shortcuts, then the canvas."""
    told = []
    for menu in MENUS:
        rows = [
            ("  ".join(keys_of(row)), row.text.rstrip("…"))
            for row in ACTIONS
            if row.menu.startswith(f"{menu}/") and row.shortcut
        ]
        if rows:
            told.append((menu, rows))
    return [*told, ("Canvas", list(MOUSE))]


class ShortcutSheet(QDialog):
    """One page; Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self.resize(1000, 660)
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, 12, 0)
        columns.setSpacing(36)
        for part in _split(sections()):
            column = QVBoxLayout()
            column.setSpacing(8)
            for title, rows in part:
                column.addWidget(QLabel(title, objectName="section"))
                column.addLayout(_grid(rows))
                column.addSpacing(14)
            column.addStretch(1)
            columns.addLayout(column, 1)
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(16)
        layout.addWidget(QLabel("Shortcuts", self, objectName="heading"))
        layout.addWidget(area, 1)
        layout.addWidget(buttons)


def _split(parts: list) -> list[list]:
    """The sections in COLUMNS columns of about the same height, in their order."""
    total = sum(len(rows) + 2 for _, rows in parts)
    columns: list[list] = [[] for _ in range(COLUMNS)]
    filled = 0
    for part in parts:
        place = min(COLUMNS - 1, (filled + len(part[1]) // 2) * COLUMNS // total)
        columns[place].append(part)
        filled += len(part[1]) + 2
    return columns


def _grid(rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    for line, (keys, text) in enumerate(rows):
        grid.addWidget(QLabel(text), line, 0)
        cap = QLabel(keys)
        cap.setProperty("key", "true")
        grid.addWidget(cap, line, 1, Qt.AlignmentFlag.AlignRight)
    return grid
