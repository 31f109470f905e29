"""Settings come back as they were set, and anything broken comes back as the default."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from gui.settings import APPLICATION, ORGANISATION, SETTINGS, Settings
from tests.core.small_disk import room_for


def write_raw(key: str, value: object) -> None:
    store = QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, ORGANISATION, APPLICATION)
    store.setValue(key.replace(".", "/"), value)
    store.sync()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_fresh_start_has_the_defaults(setting) -> None:
    assert Settings()[setting.key] == setting.default
    assert isinstance(setting.default, setting.type)
    assert setting.label


@pytest.mark.parametrize(
    ("key", "value"),
    [("window.theme", "light"), ("window.hints", False), ("view.overlay", 0.25), ("brush.size", 77),
     ("files.recent", ["/a b/ü.jpg", "/c"]), ("files.recent", ["/one"]), ("files.recent", []),
     ("window.geometry", QByteArray(b"\x00\xff"))],
)  # fmt: skip
def test_values_survive_a_restart(key: str, value: object) -> None:
    settings = Settings()
    settings[key] = value
    settings.sync()
    again = Settings()[key]
    assert again == value
    assert type(again) is type(value)


def test_settings_on_a_full_disk_are_kept_in_memory_and_the_file_before_is_whole(
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = Settings()
    settings["files.recent"] = ["/one"]
    settings.sync()
    path = Path(QSettings(QSettings.defaultFormat(), QSettings.Scope.UserScope, ORGANISATION, APPLICATION).fileName())
    before, many = path.read_bytes(), [f"/{number}" for number in range(900)]
    settings["files.recent"] = many
    with room_for(50):
        settings.sync()
    assert f"cannot be written to {path}" in caplog.text
    assert path.read_bytes() == before
    assert settings["files.recent"] == many


@pytest.mark.parametrize(
    ("key", "broken"),
    [("brush.size", "large"), ("brush.size", -4), ("view.overlay", "nan"), ("view.overlay", 7),
     ("window.hints", "perhaps"), ("window.theme", "purple"), ("window.geometry", "text"), ("files.recent", 3)],
)  # fmt: skip
def test_a_broken_value_is_answered_with_the_default(key: str, broken: object) -> None:
    write_raw(key, broken)
    default = next(setting.default for setting in SETTINGS if setting.key == key)
    assert Settings()[key] == default


def test_defaults_cannot_be_changed_by_the_caller() -> None:
    Settings()["files.recent"].append("/x")
    assert Settings()["files.recent"] == []


def test_unknown_keys_and_values_out_of_limits_are_bugs() -> None:
    settings = Settings()
    with pytest.raises(KeyError):
        settings["no.such"]
    with pytest.raises(ValueError):
        settings["brush.size"] = 0
