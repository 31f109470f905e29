"""Everything a person can do in the window, as one table, in files by topic.

Menus, toolbar, tool strip, shortcut sheet, command palette and tests read the same rows; a QAction's objectName
is its id. `call` names the method behind it, as a dotted path from the window; `when` names the condition that
must hold for it to work (`MainWindow.conditions()` says which do). Adding an action is adding a row.

A place is "where/section": a new section of a menu or bar begins with a separator.
"""

from gui.table import (
    colour,
    edit,
    faults,
    file,
    help,
    hints,
    labels,
    object_model,
    palette,
    recipes,
    references,
    select,
    sketch,
    tools,
    variants,
    view,
)
from gui.table.row import Action

MENUS = ("File", "Edit", "Select", "Tools", "View", "Labels", "Colour", "Sketch", "Help")
ACTIONS: tuple[Action, ...] = (
    file.ROWS + edit.ROWS + select.ROWS + tools.ROWS + object_model.ROWS + view.ROWS + labels.ROWS
    + faults.ROWS + colour.ROWS + palette.ROWS + references.ROWS + recipes.ROWS + hints.ROWS
    + variants.ROWS + sketch.ROWS + help.ROWS
)
BY_ID = {action.id: action for action in ACTIONS}
CONDITIONS = tuple(sorted({action.when for action in ACTIONS}))

__all__ = ["ACTIONS", "BY_ID", "CONDITIONS", "MENUS", "Action"]
