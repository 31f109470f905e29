"""Batches of any size on the command line: trees, patterns, lists, names, going on, reports, Ctrl-C."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import core.batch
from core import cli
from core.engine import Engine
from core.errors import Cancelled
from core.journal import NAME
from tests.core.fakes import FakeModels

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """scans/a.png, scans/1901/a.png and scans/1901/b.png, grey; scans/cat.png in colour."""
    scans = tmp_path / "scans"
    (scans / "1901").mkdir(parents=True)
    ramp = np.tile(np.linspace(20, 230, 60, dtype=np.uint8), (40, 1))
    for name in ("a.png", "1901/a.png", "1901/b.png"):
        cv2.imwrite(str(scans / name), ramp)
    colour = cv2.cvtColor(np.dstack([np.tile(np.arange(60, dtype=np.uint8) * 3, (40, 1)),
                                     np.full((40, 60), 200, np.uint8), ramp]), cv2.COLOR_HSV2BGR)  # fmt: skip
    cv2.imwrite(str(scans / "cat.png"), colour)
    return scans


@pytest.fixture
def batch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run a batch into tmp_path/out with a fake network; gives the exit code."""
    monkeypatch.setattr(cli, "Engine", lambda *arguments: Engine(models=FakeModels()))
    threads = cv2.getNumThreads()

    def run(*arguments: str | Path) -> int:
        plain = ["--batch", "--out", tmp_path / "out", "--work-size", "64", *arguments]
        return cli.run_batch_cli(cli.parse([str(argument) for argument in plain]))

    yield run
    cv2.setNumThreads(threads)


def written(tmp_path: Path) -> set[str]:
    return {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}


def test_a_tree_is_mirrored_and_named(batch, scans: Path, tmp_path: Path) -> None:
    assert batch(scans, "--recursive", "--name", "{parent}-{stem}") == cli.DONE
    assert written(tmp_path) == {"scans-a.png", "scans-cat.png", "1901/1901-a.png", "1901/1901-b.png"}


def test_patterns_and_lists_name_photos(batch, scans: Path, tmp_path: Path) -> None:
    assert batch("--imgs", scans / "**" / "b.*") == cli.DONE
    assert written(tmp_path) == {"1901/b.png"}
    (scans / "list.txt").write_text("cat.png\n1901/a.png\n")
    assert batch(f"@{scans / 'list.txt'}") == cli.DONE
    assert written(tmp_path) == {"1901/b.png", "cat.png", "a.png"}


def test_photos_in_colour_are_left_alone_from_a_threshold_on(batch, scans: Path, tmp_path: Path, capsys) -> None:
    assert batch(scans, "--skip-coloured") == cli.DONE
    assert written(tmp_path) == {"a.png"}
    assert "from 3 on photos are skipped" in capsys.readouterr().err
    assert batch(scans, "--skip-coloured", "150") == cli.DONE
    assert written(tmp_path) == {"a.png", "cat.png"}


def test_a_batch_that_stopped_is_told_of_and_gone_on_with(
    batch, scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    run_batch = core.batch.run_batch

    def stopped(job, engine, progress):
        def after_one(*told) -> None:
            progress(*told)
            raise Cancelled

        return run_batch(job, engine, after_one)

    with monkeypatch.context() as patch:
        patch.setattr(core.batch, "run_batch", stopped)
        assert batch(scans, "--recursive", "--workers", "1") == cli.INTERRUPTED
    assert "--resume goes on" in capsys.readouterr().err
    assert (tmp_path / "out" / NAME).exists()
    assert batch(scans, "--recursive", "--resume", "--name", "{stem}!") == cli.USAGE
    assert "other settings" in capsys.readouterr().err
    report = tmp_path / "report.json"
    assert batch(scans, "--recursive", "--resume", "--report", report) == cli.DONE
    assert "of them before" in capsys.readouterr().err
    data = json.loads(report.read_text())
    assert data["done"] == 4 and data["before"] >= 1 and data["skipped"] == 0
    assert NAME not in written(tmp_path)
    capsys.readouterr()


def test_starting_over_says_that_one_could_go_on(batch, scans: Path, tmp_path: Path, capsys) -> None:
    head = {"huesmith": "batch", "version": 1, "settings": "x", "total": 9}
    end = {"end": "a", "stamp": [], "report": {"status": "done"}}
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / NAME).write_text(f"{json.dumps(head)}\n{json.dumps(end)}\n")
    assert batch(scans) == cli.DONE
    assert "after 1 of 9 photos; --resume" in capsys.readouterr().err


def test_a_contact_sheet_has_pictures_and_a_table_has_rows(batch, scans: Path, tmp_path: Path) -> None:
    assert batch(scans, "--report", tmp_path / "sheet.html") == cli.DONE
    assert (tmp_path / "sheet.html").read_text().count("data:image/jpeg;base64,") == 4
    assert batch(scans, "--overwrite", "--report", tmp_path / "table.csv") == cli.DONE
    assert len((tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines()) == 3


@pytest.mark.parametrize(("arguments", "words"), [
    (["--name", "plain"], "--name"),
    (["--report", "r.xml"], "r.xml"),
    (["--references", "missing"], "missing"),
    (["--scheduler", "local:0"], "local:0"),
    (["nothing/*.png"], "fits no photo"),
    (["@missing.txt"], "missing.txt"),
])  # fmt: skip
def test_what_makes_no_sense_is_one_sentence(batch, scans: Path, arguments: list[str], words: str, capsys) -> None:
    assert batch(scans, *arguments) == cli.USAGE
    said = capsys.readouterr().err.strip()
    assert words in said and "\n" not in said


@pytest.mark.parametrize("arguments", [["--workers", "0"], ["--workers", "x"], ["--skip-coloured", "-1"],
                                       ["--skip-coloured", "red"]], ids=" ".join)  # fmt: skip
def test_numbers_out_of_range_are_usage(batch, scans: Path, arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as exit:
        batch(scans, *arguments)
    assert exit.value.code == cli.USAGE and arguments[0] in capsys.readouterr().err


@pytest.mark.parametrize("flag", [["--recursive"], ["--resume"], ["--workers", "2"], ["--name", "x"]], ids=" ".join)
def test_without_a_batch_they_are_usage(flag: list[str], capsys) -> None:
    with pytest.raises(SystemExit):
        cli.parse(flag)
    assert f"{flag[0]} needs --batch" in capsys.readouterr().err


HELD = """
import os, signal, sys
sys.path.insert(0, "")
from core import cli
from core.engine import Engine
from tests.core.fakes import FakeModels
models = FakeModels()
calls = []
def interrupt(name, shape):
    calls.append(name)
    if calls.count("colorize") == 3:  # Ctrl-C, as a terminal sends it
        os.kill(os.getpid(), signal.SIGINT)
models.guided.before = interrupt
cli.Engine = lambda *arguments: Engine(models=models)
sys.exit(cli.run_batch_cli(cli.parse(sys.argv[1:])))
"""


def test_ctrl_c_ends_in_a_report_and_can_be_gone_on_from(scans: Path, tmp_path: Path) -> None:
    arguments = ["--batch", str(scans), "--recursive", "--out", str(tmp_path / "out"), "--workers", "1",
                 "--work-size", "64", "--report", str(tmp_path / "r.json")]  # fmt: skip
    command = [sys.executable, "-c", HELD, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == cli.INTERRUPTED, done.stderr
    assert "Traceback" not in done.stderr and "--resume" in done.stderr.splitlines()[-1]
    data = json.loads((tmp_path / "r.json").read_text())
    assert data["interrupted"] and data["failed"] == 0 and 1 <= data["done"] < 4
    assert len(written(tmp_path) - {NAME}) == data["done"]
