"""The action table come to life: a QAction for every row, wired to the window."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from gui import theme
from gui.table import ACTIONS, BY_ID, CONDITIONS, MENUS, Action

if TYPE_CHECKING:
    from gui.main_window import MainWindow

__all__ = ["ACTIONS", "BY_ID", "CONDITIONS", "MENUS", "Action", "build", "dress", "handler", "keys_of", "refresh",
           "tip_of"]  # fmt: skip


def build(window: MainWindow) -> dict[str, QAction]:
    """A QAction for every row, wired to the window; radio groups are made on the way."""
    groups: dict[str, QActionGroup] = {}
    built = {}
    for row in ACTIONS:
        action = QAction(row.text, window)
        action.setObjectName(row.id)
        action.setCheckable(row.checkable)
        action.setShortcuts([QKeySequence(keys) for keys in row.shortcut])
        action.setToolTip(tip_of(row))
        action.setStatusTip(row.tip)
        # On the menu bar's menus too: macOS would otherwise move "About" and "Quit" by guessing from texts.
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.triggered.connect(partial(_run, window, row, action))
        if row.group:
            group = groups.setdefault(row.group, QActionGroup(window))
            group.addAction(action)
        window.addAction(action)
        built[row.id] = action
    dress(built)
    return built


def dress(built: dict[str, QAction]) -> None:
    """Give every action its icon in the colours of the current theme."""
    for row in ACTIONS:
        if row.icon:
            built[row.id].setIcon(theme.icon(row.icon))


def refresh(built: dict[str, QAction], holding: set[str]) -> None:
    """Enable what can work: `holding` are the conditions that hold now."""
    for row in ACTIONS:
        built[row.id].setEnabled(row.when in holding)


def handler(window: MainWindow, row: Action):
    """The method behind a row; AttributeError when the table names one that is not there."""
    return attrgetter(row.call)(window)


def keys_of(row: Action) -> list[str]:
    """The row's shortcuts as a person reads them on this system."""
    native = QKeySequence.SequenceFormat.NativeText
    return [QKeySequence(keys).toString(native) for keys in row.shortcut]


def tip_of(row: Action) -> str:
    """The tool tip: what it does and the key for it."""
    keys = keys_of(row)
    name = f"<b>{row.text.rstrip('…')}</b>"
    return f"{name}{'  ' + keys[0] if keys else ''}<br>{row.tip}"


def _run(window: MainWindow, row: Action, action: QAction) -> None:
    method = handler(window, row)
    if row.checkable and not row.group:
        method(action.isChecked(), *row.args)
    else:
        method(*row.args)

