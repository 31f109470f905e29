"""What every test stands on: no display, no settings and no caches of the person who runs it, real photos."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before anything imports torch

import cv2
import hypothesis
import pytest

from core.samples import sample_photos

hypothesis.settings.register_profile("same every time", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same every time")

_HOME = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_configure(config: pytest.Config) -> None:
    """Converted networks and fetched weights of a test run live in a folder that goes away with it."""
    home = tempfile.TemporaryDirectory(prefix="huesmith-tests-", ignore_cleanup_errors=True)
    config.stash[_HOME] = home
    os.environ["HUESMITH_CACHE"] = str(Path(home.name) / "cache")
    os.environ["HUESMITH_DATA"] = str(Path(home.name) / "data")
    os.environ["HUESMITH_WEIGHTS"] = str(Path(home.name) / "weights")


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_HOME].cleanup()


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every test starts with empty QSettings in a folder of its own."""
    from PySide6.QtCore import QSettings

    folder = str(tmp_path_factory.mktemp("settings"))
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for form in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, folder)


@pytest.fixture(autouse=True)
def clear_screen() -> Iterator[None]:
    """No window of a test is left standing before the next one's, where it would catch its mouse."""
    yield
    from PySide6.QtWidgets import QApplication

    if QApplication.instance():
        for window in QApplication.topLevelWidgets():
            window.hide()


@pytest.fixture(scope="session")
def samples() -> dict[str, Path]:
    """The sample photos by name: coffee, chelsea, astronaut, motorcycle, rocket (a JPEG), camera (grey)."""
    return {path.stem.removesuffix("_left"): path for path in sample_photos()}


@pytest.fixture
def small_photo(samples: dict[str, Path], tmp_path: Path) -> Path:
    """A real colour photo of 150x100 pixels, an 8-bit PNG in the test's own folder."""
    photo = cv2.imread(str(samples["coffee"]), cv2.IMREAD_COLOR)
    path = tmp_path / "coffee.png"
    cv2.imwrite(str(path), cv2.resize(photo, (150, 100), interpolation=cv2.INTER_AREA))
    return path
