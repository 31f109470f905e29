"""What the program remembers between two starts, as one table.

Every setting has a key, a type, a default and a label. A value that is missing, broken, out of its limits or
of another type (a hand-edited file, an older version) is answered with the default, never with an error.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from core.formats import CHOICES
from gui.export_presets import READY, to_lines

log = logging.getLogger(__name__)

ORGANISATION, APPLICATION = "Huesmith", "Huesmith"


@dataclass(frozen=True)
class Setting:
    """One remembered value: `low` and `high` limit numbers, `choices` limit texts."""

    key: str
    type: type
    default: Any
    label: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


FAVOURITES = [
    "1=person", "2=sky", "3=tree", "4=grass", "5=building", "6=water", "7=ground", "8=wall", "9=road", "0=clothes"
]  # fmt: skip

SETTINGS: tuple[Setting, ...] = (
    Setting("window.geometry", QByteArray, QByteArray(), "Size and place of the window"),
    Setting("window.state", QByteArray, QByteArray(), "Where the panels and bars stand"),
    Setting("window.theme", str, "dark", "Theme", choices=("dark", "light")),
    Setting("window.hints", bool, True, "Show what to try at the first start"),
    Setting("view.overlay", float, 0.45, "Opacity of the label overlay", 0.0, 1.0),
    Setting("view.name", str, "SIDE", "View", choices=("LABELS", "RESULT", "ORIGINAL", "SPLIT", "SIDE", "GATE")),
    Setting("brush.size", int, 32, "Brush size in pixels of the photo", 1, 2000),
    Setting("tools.tolerance", int, 10, "How unlike pixels may be that count as alike", 0, 100),
    Setting("tools.contiguous", bool, True, "The magic wand takes only what hangs together"),
    Setting("tools.alike_by", str, "light", "What the magic wand compares", choices=("light", "network")),
    Setting("tools.snap", bool, False, "The brush snaps to edges"),
    Setting("tools.superpixels", str, "middle", "Size of the superpixels", choices=("fine", "middle", "coarse")),
    Setting("objects.folder", str, "", "Folder of the person's own object model"),
    Setting("objects.use_model", bool, True, "The object tool goes by the person's own model, where there is one"),
    Setting("labels.set", str, "", "The person's own label set, as JSON"),
    Setting("labels.folder", str, "", "Folder of the last label set or label file"),
    Setting("view.overlay_style", str, "colours", "How labels are shown", choices=("colours", "outlines", "patterns")),
    Setting("view.label_names", bool, False, "Names on the regions"),
    Setting("labels.favourites", list, FAVOURITES, "Labels on the number keys"),
    Setting("labels.reach", int, 4, "Pixels to grow, shrink and smooth labels by", 1, 200),
    Setting("colour.colorizer", str, "guided", "Colorizer"),
    Setting("colour.work_size", int, 384, "Long side of the photo while colours are made", 128, 2048),
    Setting("palette.open", str, "make apply", "Parts of the Palette panel that are unfolded"),
    Setting("palette.folder", str, "", "Folder of the last opened or saved palette"),
    Setting("references.folder", str, "", "Folder of the last added reference"),
    Setting("hints.recent", list, [], "Recently used colours of hints"),
    Setting("project.embed", bool, False, "Projects hold copies of the photo and the references"),
    Setting("project.history", bool, False, "Projects hold the steps that can be undone"),
    Setting("files.open_folder", str, "", "Folder of the last opened photo"),
    Setting("files.out_folder", str, "", "Folder of the last saved result"),
    Setting("files.recent", list, [], "Recently opened"),
    Setting("files.recipes", list, [], "Recently saved or loaded recipes"),
    Setting("files.recipe_folder", str, "", "Folder of the last recipe"),
    Setting("export.last", str, "", "How the last export was written, as JSON"),
    Setting("export.presets", list, to_lines(READY), "Export settings with names"),
    Setting("batch.in_folder", str, "", "Folder of the last batch's photos"),
    Setting("batch.out_folder", str, "", "Folder of the last batch's results"),
    Setting("batch.format", str, "same", "Format of batches", choices=("same", *CHOICES)),
    Setting("batch.recipe", str, "", "File of the last batch's recipe"),
    Setting("batch.save_labels", bool, False, "Batch saves label maps too"),
    Setting("batch.recursive", bool, False, "Batch takes folders with all below them"),
    Setting("batch.more", bool, False, "Batch shows its further options"),
    Setting("batch.report", str, "", "File of the last batch's report"),
)

_BY_KEY = {setting.key: setting for setting in SETTINGS}


class Settings:
    """The table above with the person's values; keys that are not in the table raise KeyError."""

    def __init__(self) -> None:
        self._store = QSettings(
            QSettings.defaultFormat(), QSettings.Scope.UserScope, ORGANISATION, APPLICATION
        )

    def __getitem__(self, key: str) -> Any:
        setting = _BY_KEY[key]
        value = self._store.value(key.replace(".", "/"))
        try:
            return _read(setting, value)
        except (TypeError, ValueError):
            return _copy(setting.default)

    def __setitem__(self, key: str, value: Any) -> None:
        setting = _BY_KEY[key]
        self._store.setValue(key.replace(".", "/"), _read(setting, value))

    def sync(self) -> None:
        """Write what was set to disk now. Where that cannot be, the file stays as it was, and the log says so: there is
        no window any more to say it in."""
        self._store.sync()
        if self._store.status() == QSettings.Status.AccessError:
            log.warning("The settings cannot be written to %s; make room on the disk.", self._store.fileName())


def _copy(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def _read(setting: Setting, value: Any) -> Any:
    """`value` in the setting's type and limits; ValueError or TypeError when it is neither."""
    if value is None:
        raise ValueError(setting.key)
    if setting.type is bool:
        return _read_bool(value)
    if setting.type is list:
        return [value] if isinstance(value, str) and value else [text for text in value if isinstance(text, str)]
    if setting.type in (int, float):
        number = setting.type(float(value))
        if number != number or not setting.low <= number <= setting.high:
            raise ValueError(setting.key)
        return number
    if not isinstance(value, setting.type) or (setting.choices and value not in setting.choices):
        raise ValueError(setting.key)
    return value


def _read_bool(value: Any) -> bool:
    text = str(value).lower()  # an INI file knows only texts
    if text not in ("true", "false", "1", "0"):
        raise ValueError(text)
    return text in ("true", "1")
