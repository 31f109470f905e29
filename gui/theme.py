"""How the window looks: qdarkstyle in neutral greys, one accent colour, icons of one font.

A colour is judged against what surrounds it, so nothing large in the window has a hue. qdarkstyle's sheet is
bluish; its palette codes are exchanged for greys here and its blue for the accent, and a few rules of our own
are put behind it for spacing. Icons come from `gui.icons`, in the theme's text colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from gui.icons import glyph

ICON_SIZE = QSize(20, 20)


@dataclass(frozen=True)
class Theme:
    """The colours of one look, as `#rrggbb`; `canvas` surrounds the photo and is always a neutral grey."""

    name: str
    title: str
    window: str
    panel: str
    field: str
    line: str
    hover: str
    text: str
    dim: str
    faint: str
    accent: str
    accent_soft: str
    canvas: str
    good: str
    bad: str
    exchange: tuple[tuple[str, str], ...]  # qdarkstyle's code -> ours


DARK = Theme(
    name="dark",
    title="Dark",
    window="#262626",
    panel="#2b2b2b",
    field="#1f1f1f",
    line="#3a3a3a",
    hover="#383838",
    text="#e6e6e6",
    dim="#a8a8a8",
    faint="#757575",
    accent="#e8964a",
    accent_soft="#4d3a29",
    canvas="#3c3c3c",
    good="#8fbf7f",
    bad="#e0806c",
    exchange=(
        ("#19232D", "#262626"), ("#293544", "#2f2f2f"), ("#37414F", "#383838"), ("#455364", "#404040"),
        ("#54687A", "#4c4c4c"), ("#60798B", "#595959"), ("#DFE1E2", "#e6e6e6"), ("#C0C4C8", "#c8c8c8"),
        ("#ACB1B6", "#b4b4b4"), ("#9DA9B5", "#a0a0a0"), ("#788D9C", "#757575"), ("#26486B", "#4d3a29"),
        ("#346792", "#6b4a2c"), ("#1A72BB", "#b8702f"), ("#259AE9", "#e8964a"), ("#37AEFE", "#f2a65e"),
    ),
)  # fmt: skip

LIGHT = Theme(
    name="light",
    title="Light",
    window="#f4f4f4",
    panel="#fafafa",
    field="#ffffff",
    line="#d4d4d4",
    hover="#e6e6e6",
    text="#242424",
    dim="#666666",
    faint="#999999",
    accent="#b8641a",
    accent_soft="#f3ddc8",
    canvas="#b9b9b9",
    good="#3f7d33",
    bad="#b23c26",
    exchange=(
        ("#FAFAFA", "#f4f4f4"), ("#DFE1E2", "#e6e6e6"), ("#D2D5D8", "#dcdcdc"), ("#C0C4C8", "#d0d0d0"),
        ("#B4B8BC", "#c4c4c4"), ("#ACB1B6", "#b8b8b8"), ("#19232D", "#242424"), ("#293544", "#333333"),
        ("#54687A", "#5a5a5a"), ("#788D9C", "#8a8a8a"), ("#9DA9B5", "#a6a6a6"), ("#DAEDFF", "#f3ddc8"),
        ("#9FCBFF", "#f0cfae"), ("#73C7FF", "#e2a46c"), ("#37AEFE", "#cf7d35"), ("#259AE9", "#b8641a"),
    ),
)  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}

_OWN_RULES = """
QWidget {{ selection-color: {text}; }}
QMainWindow::separator {{ background: {window}; width: 5px; height: 5px; border: 0; }}
QMainWindow::separator:hover {{ background: {accent_soft}; }}
QMenuBar {{ background: {window}; padding: 2px 4px; border: 0; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {hover}; border: 0; }}
QMenu {{ background: {panel}; border: 1px solid {line}; padding: 5px 0; }}
QMenu::item {{ padding: 5px 26px 5px 10px; background: transparent; }}
QMenu::item:selected {{ background: {accent_soft}; color: {text}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 10px; }}
QToolBar {{ background: {window}; border: 0; padding: 3px 8px; spacing: 2px; }}
QToolBar#toolStrip {{ padding: 8px 4px; spacing: 4px; }}
QToolBar#toolOptions {{ padding: 2px 10px; spacing: 8px; border-top: 1px solid {line};
    border-bottom: 1px solid {line}; }}
QToolBar::separator {{ background: {line}; }}
QToolBar::separator:horizontal {{ width: 1px; margin: 6px 7px; }}
QToolBar::separator:vertical {{ height: 1px; margin: 7px 6px; }}
QToolBar QToolButton {{ background: transparent; border: 0; border-radius: 6px; padding: 5px; margin: 0; }}
QToolBar QToolButton:hover {{ background: {hover}; border: 0; }}
QToolBar QToolButton:pressed, QToolBar QToolButton:checked {{ background: {accent_soft}; border: 0;
    color: {text}; }}
QToolBar QToolButton:focus {{ border: 0; }}
QToolBar QToolButton:disabled, QToolBar QToolButton:checked:disabled {{ background: transparent; border: 0;
    color: {faint}; }}
QToolButton#colorizerButton {{ padding: 5px 12px; }}
QToolButton#colorizerButton::menu-indicator {{ image: none; width: 0; }}
QToolBar#toolOptions QWidget {{ background: transparent; }}
QToolBar#toolOptions QSpinBox {{ background: {field}; border: 1px solid {line}; border-radius: 6px;
    padding: 3px 6px; }}
QToolBar#toolOptions QSpinBox:focus {{ border: 1px solid {accent}; }}
QSpinBox::up-button, QSpinBox::down-button {{ width: 16px; border: 0; background: transparent; }}
QToolBar QToolButton[popupMode="2"] {{ padding-right: 18px; }}
QDockWidget {{ border: 0; font-weight: 600; }}
QDockWidget::title {{ background: {window}; padding: 7px 10px; border: 0; text-align: left; }}
QTabBar::tab {{ background: {window}; border: 0; border-bottom: 2px solid transparent; padding: 6px 14px;
    margin: 0; color: {dim}; border-radius: 0; }}
QTabBar::tab:selected, QTabBar::tab:top:selected, QTabBar::tab:bottom:selected {{
    border-bottom: 2px solid {accent}; border-top: 0; color: {text}; background: {window}; }}
QTabBar::tab:!selected, QTabBar::tab:top:!selected, QTabBar::tab:bottom:!selected {{ background: {window};
    border: 0; border-bottom: 2px solid transparent; }}
QTabBar {{ qproperty-elideMode: ElideNone; }}
QTabBar::tab:hover, QTabBar::tab:top:hover, QTabBar::tab:bottom:hover {{ color: {text}; background: {hover};
    border-top: 0; border-bottom: 2px solid {line}; }}
QWidget#labelsPanel, QWidget#historyPanel {{ background: {panel}; }}
QAbstractScrollArea, QListView, QListWidget {{ border: 0; }}
QListWidget#historyList::item {{ padding: 5px 8px; border-radius: 4px; }}
QListWidget#historyList::item:selected {{ background: {accent_soft}; color: {text}; }}
QListView {{ background: {panel}; outline: 0; padding: 2px; }}
QListView:focus {{ border: 0; }}
QWidget#labelsPanel QLabel, QWidget#historyPanel QLabel {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; border: 0; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; border: 0; height: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {line}; border: 0; border-radius: 3px; min-height: 32px;
    margin: 0 2px; }}
QScrollBar::handle:horizontal {{ background: {line}; border: 0; border-radius: 3px; min-width: 32px;
    margin: 2px 0; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical, QScrollBar::add-line:horizontal,
QScrollBar::sub-line:horizontal {{ width: 0; height: 0; margin: 0; border-image: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QListView::item {{ border-radius: 4px; }}
QListView#folderStrip {{ background: {window}; }}
QLineEdit {{ background: {field}; border: 1px solid {line}; border-radius: 6px; padding: 5px 8px; }}
QLineEdit:focus {{ border: 1px solid {accent}; }}
QStatusBar {{ background: {window}; border: 0; border-top: 1px solid {line}; color: {dim}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ background: transparent; color: {dim}; padding: 0 7px; }}
QStatusBar QLabel#statusMessage {{ color: {text}; }}
QProgressBar {{ border: 0; border-radius: 3px; background: {hover}; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QSlider::groove:horizontal {{ height: 4px; background: {line}; border: 0; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {accent}; border: 0; border-radius: 2px; }}
QSlider::handle:horizontal {{ background: {text}; border: 0; width: 14px; height: 14px; margin: -5px 0;
    border-radius: 7px; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {accent}; border: 0; }}
QPushButton, QPushButton:hover, QPushButton:pressed, QPushButton:focus {{ border-radius: 6px; min-width: 52px;
    padding: 6px 14px; background: {hover}; border: 1px solid {line}; color: {text}; }}
QPushButton:hover, QPushButton:pressed {{ background: {line}; }}
QPushButton:default {{ background: {accent_soft}; border: 1px solid {accent}; }}
QPushButton:focus {{ border: 1px solid {accent}; }}
QPushButton:disabled, QPushButton:default:disabled {{ border-radius: 6px; padding: 6px 14px; background: {window};
    border: 1px solid {line}; color: {faint}; }}
QComboBox {{ border-radius: 6px; padding: 5px 8px; background: {field}; border: 1px solid {line}; }}
QComboBox:focus {{ border: 1px solid {accent}; }}
QComboBox::drop-down {{ border: 0; width: 22px; }}
QTableWidget {{ background: {panel}; border: 1px solid {line}; border-radius: 6px; }}
QTableWidget::item {{ padding: 2px 6px; }}
QTableWidget::item:selected {{ background: {accent_soft}; }}
QHeaderView {{ background: {panel}; border: 0; }}
QHeaderView::section {{ background: {panel}; color: {dim}; border: 0; border-bottom: 1px solid {line};
    padding: 5px 6px; }}
QDialog QToolButton#sectionHead {{ text-align: left; font-weight: 600; padding: 5px 2px; border-radius: 4px;
    background: transparent; border: 1px solid transparent; color: {text}; }}
QDialog QToolButton#sectionHead:hover {{ background: {hover}; }}
QDialog QToolButton#sectionHead:focus {{ border: 1px solid {accent}; }}
QDialog QToolButton#sectionHead:disabled {{ color: {faint}; }}
QPushButton:checked {{ background: {accent_soft}; border: 1px solid {accent}; border-radius: 6px; padding: 6px 14px;
    color: {text}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QToolTip {{ background: {panel}; color: {text}; border: 1px solid {line}; padding: 4px 6px; }}
QLabel#heading {{ font-size: 15pt; font-weight: 600; }}
QLabel#welcome {{ font-size: 19pt; font-weight: 600; color: {text}; }}
QLabel#section {{ color: {dim}; font-weight: 600; }}
QLabel#dim, QLabel#optionName {{ color: {dim}; }}
QWidget#emptyState, QWidget#emptyState QLabel {{ background: {canvas}; }}
QWidget#emptyState QLabel#dim {{ color: {text}; }}
QFrame#notice, QFrame#offer {{ background: {panel}; border: 0; border-left: 3px solid {accent}; border-radius: 0; }}
QFrame#notice[kind="error"] {{ background: {accent_soft}; }}
QFrame#notice QLabel, QFrame#offer QLabel {{ background: transparent; color: {text}; }}
QFrame#notice QToolButton, QFrame#offer QToolButton {{ background: transparent; border: 0; border-radius: 4px;
    padding: 3px; }}
QFrame#notice QToolButton:hover, QFrame#offer QToolButton:hover {{ background: {hover}; }}
QFrame#palette {{ background: {panel}; border: 1px solid {line}; border-radius: 8px; }}
QLabel[key="true"] {{ background: {field}; border: 1px solid {line}; border-radius: 4px; padding: 1px 6px;
    color: {text}; }}
"""

_current = DARK


def current() -> Theme:
    """The theme that was applied last."""
    return _current


def codes() -> dict[str, str]:
    """The colours of the current theme by name, for a sheet of a part's own."""
    return _codes(_current)


def apply(app: QApplication, name: str) -> Theme:
    """Dress the whole program in the theme `name`; an unknown name means dark."""
    global _current
    _current = THEMES.get(name, DARK)
    app.setPalette(_palette(_current))
    sheet = _sheet(_current.name)
    if app.styleSheet() != sheet:  # dressing every widget anew is not free
        app.setStyleSheet(sheet)
    return _current


def icon(name: str) -> QIcon:
    """The icon `name` of the Phosphor font (`ph.hand`) in the current theme's colours."""
    return _icon(name, _current.name)


def accent_icon(name: str) -> QIcon:
    """The same icon in the accent colour, for what should be seen first."""
    return glyph(name, _current.accent, _current.accent, _current.faint)


@cache
def _icon(name: str, theme_name: str) -> QIcon:
    theme = THEMES[theme_name]
    return glyph(name, theme.text, theme.accent, theme.faint)


@lru_cache(maxsize=2)
def _sheet(name: str) -> str:
    # Read as a file: importing qdarkstyle would bring in a compatibility layer for other bindings.
    folder = Path(find_spec("qdarkstyle").submodule_search_locations[0]) / name
    sheet = (folder / f"{name}style.qss").read_text(encoding="utf-8")
    sheet = sheet.replace(f":/qss_icons/{name}/rc/", f"{folder.as_posix()}/rc/")
    theme = THEMES[name]
    for theirs, ours in theme.exchange:
        sheet = sheet.replace(theirs, ours).replace(theirs.lower(), ours)
    return sheet + _OWN_RULES.format(**_codes(theme))


def _codes(theme: Theme) -> dict[str, str]:
    return {key: value for key, value in vars(theme).items() if isinstance(value, str)}


def _palette(theme: Theme) -> QPalette:
    """What custom-painted widgets ask for: window, text, highlight; `Mid` is the grey around the photo."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.Base: theme.panel,
        QPalette.ColorRole.AlternateBase: theme.hover,
        QPalette.ColorRole.Button: theme.hover,
        QPalette.ColorRole.Mid: theme.canvas,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.faint,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.window,
        QPalette.ColorRole.Link: theme.accent,
    }
    for role, code in roles.items():
        palette.setColor(role, QColor(code))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return palette
