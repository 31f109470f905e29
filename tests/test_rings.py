"""The walls of the house: gui -> core -> models, and no torch before somebody needs it.

The imports are read from the syntax trees: nothing has to be run, and nothing can hide behind a condition.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
QT = {"PySide6", "shiboken6", "qtpy", "qdarkstyle", "qtawesome"}
CODE = sorted(path for ring in ("gui", "core", "models", "tests") for path in (ROOT / ring).rglob("*.py"))
SPEAKS = {"core/cli.py", "core/cli_batch.py", "core/fetch.py"}  # command lines, whose print is their voice
LIGHT = {f"models/{stem}.py" for stem in ("__init__", "registry", "runtime", "prior", "errors")}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def ring(path: Path) -> str:
    return name(path).split("/")[0]


def imports(tree: ast.AST, *, only_at_start: bool = False) -> Iterator[tuple[str, int]]:
    """(top-level package, line) of every import; `only_at_start` leaves out functions and TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0] if node.level == 0 else "", node.lineno
        elif only_at_start and (is_function(node) or is_type_checking(node)):
            continue
        else:
            yield from imports(node, only_at_start=only_at_start)


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def climbing(files: list[Path], forbidden: set[str], *, only_at_start: bool = False) -> list[str]:
    """`file:line imports what` of every import of a forbidden package."""
    return [
        f"{name(path)}:{line} imports {package}"
        for path in files
        for package, line in imports(parse(path), only_at_start=only_at_start)
        if package in forbidden
    ]


def of_ring(wanted: str) -> list[Path]:
    return [path for path in CODE if ring(path) == wanted]


def test_core_knows_no_window() -> None:
    assert climbing(of_ring("core"), QT | {"gui"}) == []


def test_models_know_neither_core_nor_window() -> None:
    assert climbing(of_ring("models"), QT | {"gui", "core"}) == []


def test_gui_reaches_networks_only_through_core() -> None:
    assert climbing(of_ring("gui"), {"models", "torch", "openvino"}) == []


def test_the_program_imports_no_tests() -> None:
    inside = of_ring("gui") + of_ring("core") + of_ring("models")
    assert climbing(inside, {"tests", "pytest"}) == []


def test_core_starts_without_torch() -> None:
    assert climbing(of_ring("core"), {"torch", "openvino"}, only_at_start=True) == []


def test_the_doors_of_models_open_without_torch() -> None:
    doors = [path for path in of_ring("models") if name(path) in LIGHT]
    assert doors
    assert climbing(doors, {"torch", "openvino"}, only_at_start=True) == []


def test_label_sets_are_text_only() -> None:
    assert {path.suffix for path in (ROOT / "labels").rglob("*") if path.is_file()} <= {".txt", ".md"}


def test_run_holds_arguments_and_nothing_else() -> None:
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 60
    assert climbing([ROOT / "run.py"], QT | {"torch", "numpy", "cv2", "models"}) == []


def test_only_command_lines_print() -> None:
    loud = [
        f"{name(path)}:{node.lineno}"
        for path in of_ring("gui") + of_ring("core")
        if name(path) not in SPEAKS
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert loud == []


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_file_is_one_room_and_says_what_it_is_for(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400
    assert ring(path) == "tests" or not source.strip() or ast.get_docstring(parse(path)), "it tells no story"
