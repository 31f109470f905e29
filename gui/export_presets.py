"""Export settings with names: kept in the program's settings, chosen, saved over and deleted."""

from __future__ import annotations

import json
from dataclasses import asdict

from core.formats import ExportSettings

READY = {
    "Archive (TIFF)": ExportSettings("tiff"),
    "For the web": ExportSettings("jpg", quality=85, subsampling="420", strip_gps=True),
}
"""What there is before a person saves any."""


def to_text(name: str, settings: ExportSettings) -> str:
    """A preset as one line of the settings."""
    return json.dumps({"name": name, **asdict(settings)}, ensure_ascii=False)


def from_lines(lines: list[str]) -> dict[str, ExportSettings]:
    """Presets by name; a line that is none is left out."""
    presets = {}
    for line in lines:
        try:
            data = json.loads(line)
            name = data.pop("name")
            if isinstance(name, str) and name.strip():
                presets[name] = ExportSettings.from_dict(data)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            continue
    return presets


def to_lines(presets: dict[str, ExportSettings]) -> list[str]:
    """All of them, for the settings."""
    return [to_text(name, settings) for name, settings in presets.items()]


def name_of(presets: dict[str, ExportSettings], settings: ExportSettings) -> str:
    """The name of the preset that says just that, "" if none does."""
    return next((name for name, preset in presets.items() if preset == settings), "")
