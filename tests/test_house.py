"""The house as a whole: pinned packages, a window without torch, samples, a README that tells the truth."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import cv2
from packaging.requirements import Requirement
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.samples import sample_photos

ROOT = Path(__file__).resolve().parents[1]


def canonical(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonical(package): version for package, version in pairs}


def test_every_dependency_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [need for needs in project["optional-dependencies"].values() for need in needs]
    unpinned = {"huesmith", "accelerate", "tensorboard"}  # itself with its extras; what several GPUs need
    for wanted in map(Requirement, [*project["dependencies"], *extras]):
        if canonical(wanted.name) in unpinned:
            continue
        assert wanted.specifier.contains(pinned()[canonical(wanted.name)]), wanted


def test_the_environment_is_the_pinned_one() -> None:
    wanted = pinned()
    installed = {canonical(one.name): one.version.split("+")[0] for one in distributions()}
    assert {name: installed[name] for name in wanted.keys() & installed.keys()} == {
        name: wanted[name] for name in wanted.keys() & installed.keys()
    }


def test_void_qt_methods_keep_their_references_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 dropped one on every call, and Python 3.11 died after some five thousand of them."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.update()
    assert abs(sys.getrefcount(None) - before) < 100


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_building_the_window_leaves_torch_alone() -> None:
    done = run_python(
        "import sys\n"
        "from gui.app import create_window\n"
        "window = create_window(sys.argv[1:])\n"
        "window.show()\n"
        "print(sorted({'torch', 'skimage', 'scipy', 'matplotlib'} & set(sys.modules)))\n"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_core_and_the_doors_of_models_load_without_torch() -> None:
    files = sorted((ROOT / "core").glob("*.py"))
    modules = [f"core.{path.stem}" for path in files if path.stem != "__init__"]
    done = run_python(
        "import importlib, sys\n"
        "for module in sys.argv[1:]: importlib.import_module(module)\n"
        "print('torch' in sys.modules, 'PySide6' in sys.modules)\n",
        *modules, "models.registry", "models.runtime",
    )  # fmt: skip
    assert done.stdout.strip() == "False False", done.stderr


def test_samples_are_real_photos() -> None:
    photos = sample_photos()
    assert len(photos) >= 5
    assert len(set(photos)) == len(photos)
    for path in photos:
        pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert pixels is not None, path
        assert min(pixels.shape[:2]) >= 300


def test_finding_the_samples_does_not_import_their_library() -> None:
    done = run_python(
        "import sys\n"
        "from core.samples import sample_photos\n"
        "print(len(sample_photos()) > 0, 'skimage' in sys.modules, 'numpy' in sys.modules)\n"
    )
    assert done.stdout.strip() == "True False False", done.stderr


def test_bundled_weights_keep_to_their_budget() -> None:
    files = [path for path in (ROOT / "models" / "weights").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 24 * 2**20


def test_readme_names_every_flag_of_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "run.py", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = {flag for flag in re.findall(r"--[a-z][\w-]+", done.stdout) if flag not in readme} - {"--help"}
    assert missing == set()


def test_readme_links_lead_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", readme)
    broken = [link for link in links if not link.startswith("http") and not (ROOT / link).exists()]
    assert broken == []
