"""Everything a person can do in the window, as one table.

Menus, toolbar, tool strip, shortcut sheet, command palette and tests read the same rows; a QAction's objectName
is its id. `call` names the method behind it, as a dotted path from the window; `when` names the condition that
must hold for it to work (`MainWindow.conditions()` says which do). Adding an action is adding a row.

A place is "where/section": a new section of a menu or bar begins with a separator.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from gui import theme

if TYPE_CHECKING:
    from gui.main_window import MainWindow


@dataclass(frozen=True)
class Action:
    """One row: `shortcut` may hold several, the first is the one that is told; `group` makes a radio group."""

    id: str
    text: str
    call: str
    icon: str = ""
    shortcut: tuple[str, ...] = ()
    tip: str = ""
    menu: str = ""
    toolbar: str = ""
    checkable: bool = False
    group: str = ""
    when: str = "always"
    args: tuple = ()


# Conditions of `when`; the window answers them all.
CONDITIONS = (
    "always", "photo", "result", "undo", "redo", "segmented", "previous", "photos", "recent",
    "guided", "prior", "published",  # the colorizers that are there
)  # fmt: skip

MENUS = ("File", "Edit", "Tools", "View", "Labels", "Colour", "Help")

_FILE = (
    Action("file.open", "Open…", "asking.open", "ph.image", ("Ctrl+O",),
           "Open one or more photos", "File/1", "main/1"),
    Action("file.open_folder", "Open folder…", "asking.open_folder", "ph.folder-open", ("Ctrl+Shift+O",),
           "Open all photos of a folder", "File/1", "main/1"),
    Action("file.recent", "Open recent", "asking.recent", "ph.clock-counter-clockwise", ("Ctrl+Alt+O",),
           "Photos and folders that were open before", "File/1", when="recent"),
    Action("file.save", "Save result", "session.save", "ph.floppy-disk", ("Ctrl+S",),
           "Save the coloured photo and its label map, and stay", "File/2", "main/1", when="result"),
    Action("file.save_next", "Save and next", "session.save_next", "ph.check-circle", ("Ctrl+Return",),
           "Save, then go on with the next photo", "File/2", "main/1", when="result"),
    Action("file.skip", "Skip", "session.skip", "ph.caret-right", ("PgDown",),
           "Go on with the next photo without saving", "File/2", "main/1", when="photos"),
    Action("file.previous", "Previous photo", "session.previous", "ph.caret-left", ("PgUp",),
           "Go back to the photo before", "File/2", when="previous"),
    Action("file.export", "Export as…", "asking.export", "ph.export", ("Ctrl+Shift+E",),
           "Write the coloured photo where and as you want it", "File/3", when="result"),
    Action("file.batch_export", "Batch export…", "asking.batch", "ph.stack", ("Ctrl+B",),
           "Colour a whole folder", "File/3"),
    Action("file.save_labels", "Save label map…", "asking.save_labels", "ph.download-simple", ("Ctrl+Shift+S",),
           "Write the label map as an indexed PNG that can be loaded again", "File/4", when="photo"),
    Action("file.load_labels", "Load label map…", "asking.load_labels", "ph.upload-simple", ("Ctrl+Shift+L",),
           "Take the labels of this photo from a saved label map", "File/4", when="photo"),
    Action("file.quit", "Quit", "close", "ph.sign-out", ("Ctrl+Q",), "Close Huesmith", "File/5"),
)  # fmt: skip

_EDIT = (
    Action("edit.undo", "Undo", "session.undo", "ph.arrow-u-up-left", ("Ctrl+Z",),
           "Take the last change back", "Edit/1", "main/2", when="undo"),
    Action("edit.redo", "Redo", "session.redo", "ph.arrow-u-up-right", ("Ctrl+Shift+Z", "Ctrl+Y"),
           "Do again what was taken back", "Edit/1", "main/2", when="redo"),
)  # fmt: skip

_TOOLS = (
    Action("tool.brush", "Brush", "set_tool", "ph.paint-brush", ("B",),
           "Paint the current label", "Tools/1", "tools/1", True, "tool", args=("brush",)),
    Action("tool.eraser", "Eraser", "set_tool", "ph.eraser", ("E",),
           "Bring the segmented labels back", "Tools/1", "tools/1", True, "tool", args=("eraser",)),
    Action("tool.fill", "Fill", "set_tool", "ph.paint-bucket", ("G",),
           "Give a whole region the current label; with Shift, all of the region's label", "Tools/2", "tools/2",
           True, "tool", args=("fill",)),
    Action("tool.rectangle", "Rectangle", "set_tool", "ph.rectangle", ("R",),
           "Give a rectangle the current label; Shift keeps it square", "Tools/2", "tools/2", True, "tool",
           args=("rectangle",)),
    Action("tool.ellipse", "Ellipse", "set_tool", "ph.circle", ("O",),
           "Give an ellipse the current label; Shift makes it a circle", "Tools/2", "tools/2", True, "tool",
           args=("ellipse",)),
    Action("tool.lasso", "Lasso", "set_tool", "ph.scribble-loop", ("L",),
           "Give what a freehand line encloses the current label", "Tools/2", "tools/2", True, "tool",
           args=("lasso",)),
    Action("tool.picker", "Label picker", "set_tool", "ph.eyedropper", ("I",),
           "Take the label under the pointer", "Tools/3", "tools/3", True, "tool", args=("picker",)),
    Action("tool.pan", "Hand", "set_tool", "ph.hand", ("H",),
           "Move the photo; hold Space for it with any tool", "Tools/3", "tools/3", True, "tool", args=("pan",)),
)  # fmt: skip

_VIEW = (
    Action("view.labels", "Label map", "set_view", "ph.map-trifold", ("Ctrl+1",),
           "See the labels over the photo", "View/1", "main/3", True, "view", "photo", ("LABELS",)),
    Action("view.result", "Result", "set_view", "ph.palette", ("Ctrl+2",),
           "See the coloured photo", "View/1", "main/3", True, "view", "photo", ("RESULT",)),
    Action("view.original", "Original", "set_view", "ph.image-square", ("Ctrl+3",),
           "See the photo as it was opened", "View/1", "main/3", True, "view", "photo", ("ORIGINAL",)),
    Action("view.compare", "Compare", "set_view", "ph.square-half", ("Ctrl+4",),
           "Before and after, with a divider to drag", "View/1", "main/3", True, "view", "photo", ("SPLIT",)),
    Action("view.side_by_side", "Side by side", "set_view", "ph.columns", ("Ctrl+5",),
           "Labels and result beside each other, moving together", "View/1", "main/3", True, "view", "photo",
           ("SIDE",)),
    Action("view.fit", "Fit", "canvas.fit", "ph.corners-out", ("F",),
           "Show the whole photo", "View/2", "main/4", when="photo"),
    Action("view.actual_size", "100 %", "canvas.actual_size", "ph.number-circle-one", ("1",),
           "One pixel of the photo on one of the screen", "View/2", "main/4", when="photo"),
    Action("view.zoom_in", "Zoom in", "canvas.zoom_in", "ph.magnifying-glass-plus", ("Ctrl++", "Ctrl+="),
           "Come closer; the wheel does it at the pointer", "View/2", when="photo"),
    Action("view.zoom_out", "Zoom out", "canvas.zoom_out", "ph.magnifying-glass-minus", ("Ctrl+-",),
           "Step back", "View/2", when="photo"),
    Action("view.overlay_more", "More overlay", "step_overlay", "ph.drop", (".",),
           "Make the label colours stronger", "View/3", when="photo", args=(0.1,)),
    Action("view.overlay_less", "Less overlay", "step_overlay", "ph.drop-half", (",",),
           "Make the label colours weaker", "View/3", when="photo", args=(-0.1,)),
    Action("view.light_theme", "Light theme", "set_light", "ph.sun", ("Ctrl+Shift+T",),
           "Bright panels instead of dark ones", "View/4", checkable=True),
    Action("view.full_screen", "Full screen", "set_full_screen", "ph.arrows-out", ("F11",),
           "Give the window the whole screen", "View/4", checkable=True),
)  # fmt: skip

_LABELS = (
    Action("labels.search", "Find a label", "labels_panel.focus_search", "ph.magnifying-glass", ("Ctrl+L",),
           "Type a few letters, Enter takes the first", "Labels/1"),
    Action("labels.larger_brush", "Larger brush", "step_brush", "ph.plus-circle", ("]",),
           "Make the brush larger; Ctrl+wheel does it too", "Labels/2", args=(1,)),
    Action("labels.smaller_brush", "Smaller brush", "step_brush", "ph.minus-circle", ("[",),
           "Make the brush smaller", "Labels/2", args=(-1,)),
    Action("labels.resegment", "Segment again", "session.resegment", "ph.sparkle", ("Ctrl+R",),
           "Find the labels anew; what you painted stays", "Labels/3", when="photo"),
    Action("labels.reset", "Reset labels", "session.reset_labels", "ph.arrow-counter-clockwise",
           ("Ctrl+Shift+R",), "Throw all painting away; can be undone", "Labels/3", when="segmented"),
)  # fmt: skip

_COLORIZERS = (
    Action("colour.colorizer.guided", "Guided", "set_colorizer", "ph.sparkle", (),
           "Huesmith's own network", "Colour/1", "", True, "colorizer", "guided", ("guided",)),
    Action("colour.colorizer.prior", "Label prior", "set_colorizer", "ph.tag", (),
           "The usual colour of every label, without a network", "Colour/1", "", True, "colorizer",
           "prior", ("prior",)),
    Action("colour.colorizer.colornet", "ColorNet (published)", "set_colorizer", "ph.tree-structure", (),
           "The published network; needs its weights, which fetch_models.sh gets", "Colour/1", "", True,
           "colorizer", "published", ("colornet",)),
)  # fmt: skip

WORK_SIZES = (256, 384, 512, 768)
_SIZE_TIPS = ("Quickest", "Quick, and fine for most photos", "Finer edges", "Finest edges, slowest")

_WORK_SIZES = tuple(
    Action(f"colour.work_size.{size}", f"Work at {size} px", "set_work_size", "ph.ruler", (), tip, "Colour/2", "",
           True, "work_size", args=(size,))
    for size, tip in zip(WORK_SIZES, _SIZE_TIPS)
)  # fmt: skip

_HELP = (
    Action("help.commands", "Find a command…", "asking.command", "ph.command", ("Ctrl+Shift+P",),
           "Search everything that can be done", "Help/1"),
    Action("help.shortcuts", "Shortcuts", "asking.shortcuts", "ph.keyboard", ("F1", "?"),
           "All keys on one sheet", "Help/1"),
    Action("help.hints", "What to try", "notice.show_hints", "ph.lightbulb", (),
           "Three lines for the first minutes", "Help/1", when="photo"),
    Action("help.about", "About Huesmith", "asking.about", "ph.info", (),
           "Version, licence and what runs where", "Help/2"),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = _FILE + _EDIT + _TOOLS + _VIEW + _LABELS + _COLORIZERS + _WORK_SIZES + _HELP
BY_ID = {action.id: action for action in ACTIONS}


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

