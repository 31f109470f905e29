"""The command line: what is understood, which exit code, one sentence for what a person can cause."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import core.batch
from core import cli
from core.batch import BatchReport
from core.cli_export import export_settings
from core.engine import WORK_SIZE, Engine
from core.formats import ExportSettings
from core.photo import load_photo
from tests.core.fakes import FakeModels

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    ramp = np.tile(np.linspace(20, 230, 60, dtype=np.uint8), (40, 1))
    cv2.imwrite(str(folder / "a.png"), ramp)
    cv2.imwrite(str(folder / "b.png"), ramp.T)
    (folder / "notes.txt").write_text("not a photo")
    return folder


@pytest.fixture
def batch(monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path):
    """Run a batch over `folder` into tmp_path/out with a fake network; gives the exit code."""
    monkeypatch.setattr(cli, "Engine", lambda *arguments: Engine(models=FakeModels()))

    def run(*arguments: str | Path) -> int:
        plain = ["--batch", "--imgs", folder, "--out", tmp_path / "out", *arguments]
        return cli.run_batch_cli(cli.parse([str(argument) for argument in plain]))

    return run


def test_the_six_options_of_the_original_and_paths() -> None:
    options = cli.parse(
        [
            "x.jpg",
            "y",
            "--imgs",
            "in",
            "--out",
            "o",
            "--labels",
            "l.txt",
            "--color_ckpt",
            "c",
            "--seg_ckpt",
            "s",
            "--cuda",
        ]
    )
    assert options.paths == [Path("x.jpg"), Path("y")]
    assert cli.given_paths(options) == [Path("in"), Path("x.jpg"), Path("y")]
    assert (options.out, options.labels) == (Path("o"), Path("l.txt"))
    assert (options.color_ckpt, options.seg_ckpt) == (Path("c"), Path("s"))
    assert options.device == "cuda" and not options.batch


def test_defaults_open_the_window_on_the_samples() -> None:
    options = cli.parse([])
    assert cli.given_paths(options) == [] and options.out is None
    assert (options.device, options.batch, options.mode, options.format) == (
        "auto",
        False,
        "semantic",
        None,
    )
    assert export_settings(options) == ExportSettings()
    assert (options.work_size, options.save_labels, options.overwrite) == (WORK_SIZE, False, False)


@pytest.mark.parametrize(
    "arguments",
    [["--work-size", "0"], ["--work-size", "-64"], ["--work-size", "big"], ["--work-size", "9" * 30], ["--mode", "x"],
     ["--format", "gif"], ["--device", "tpu"], ["--nonsense"], ["--out"]],
    ids=" ".join,
)  # fmt: skip
def test_what_cannot_be_meant_is_usage(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as exit:
        cli.parse(arguments)
    assert exit.value.code == cli.USAGE
    assert "error:" in capsys.readouterr().err


def test_a_batch_colours_a_folder_and_exits_with_0(
    batch, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert batch("--report", tmp_path / "report.json", "--save-labels") == cli.DONE
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "a.png",
        "b.png",
        "a_labels.png",
        "b_labels.png",
    }
    data = json.loads((tmp_path / "report.json").read_text())
    assert [Path(line["path"]).name for line in data["files"]] == ["a.png", "b.png"]
    spoken = capsys.readouterr()
    assert "2 done" in spoken.err and spoken.out == ""


def test_one_file_can_be_named(batch, folder: Path, tmp_path: Path) -> None:
    assert batch("--imgs", folder / "b.png") == cli.DONE
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.png"]


def test_some_failed_is_1_and_the_others_are_done(batch, folder: Path, tmp_path: Path, capsys) -> None:
    (folder / "empty.jpg").touch()
    assert batch() == cli.SOME_FAILED
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.png", "b.png"}
    assert re.search(r"failed .*empty\.jpg", capsys.readouterr().err)


def test_what_exists_is_skipped_and_said_and_nothing_failed(batch, tmp_path: Path, capsys) -> None:
    assert batch() == cli.DONE
    before = (tmp_path / "out" / "a.png").stat().st_mtime_ns
    assert batch() == cli.DONE
    assert (tmp_path / "out" / "a.png").stat().st_mtime_ns == before
    assert "2 skipped" in capsys.readouterr().err
    assert batch("--overwrite") == cli.DONE
    assert (tmp_path / "out" / "a.png").stat().st_mtime_ns != before


def test_the_format_and_the_work_size_asked_for(batch, tmp_path: Path) -> None:
    assert batch("--format", "jpg", "--work-size", "64", "--report", tmp_path / "r.json") == cli.DONE
    assert load_photo(tmp_path / "out" / "a.jpg").format == "JPEG"
    assert {line["work_size"] for line in json.loads((tmp_path / "r.json").read_text())["files"]} <= {60, 64}


def usage_cases(tmp_path: Path) -> dict[str, list[str]]:
    """Arguments that make no sense, by the words that must stand in the answer."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "gaps.txt").write_text("0: background\n2: car\n")
    (tmp_path / "few.txt").write_text("0: background\n1: car\n")
    return {
        "holds no photos": ["--imgs", str(tmp_path / "empty")],
        "not there": ["--imgs", str(tmp_path / "missing.png")],
        "not a photo": ["--imgs", str(tmp_path / "gaps.txt")],
        "gaps.txt": ["--labels", str(tmp_path / "gaps.txt")],
        "names 2 labels": ["--labels", str(tmp_path / "few.txt")],
        "is not a folder": ["--label-maps", str(tmp_path / "missing")],
        "--out folder": ["--out", str(tmp_path / "gaps.txt" / "out")],
    }


def test_what_makes_no_sense_is_one_sentence_and_2(
    batch, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    for words, arguments in usage_cases(tmp_path).items():
        assert batch(*arguments) == cli.USAGE, arguments
        said = capsys.readouterr().err.strip()
        assert words in said and "\n" not in said and said.endswith("."), said


@pytest.mark.parametrize("arguments", [["--imgs", "x"], ["--out", "x"]])
def test_a_batch_needs_photos_and_a_place(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    assert cli.run_batch_cli(cli.parse(["--batch", *arguments])) == cli.USAGE
    assert "--batch needs" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_said_and_counts_as_failed(batch, tmp_path: Path, capsys) -> None:
    assert batch("--report", tmp_path) == cli.SOME_FAILED
    assert str(tmp_path) in capsys.readouterr().err.splitlines()[-1]
    assert (tmp_path / "out" / "b.png").is_file()


def test_an_interrupt_writes_the_report_of_what_is_done_and_exits_with_130(
    batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_batch = core.batch.run_batch

    def interrupted(job, engine, progress) -> BatchReport:
        def after_one(*told) -> None:
            progress(*told)
            raise KeyboardInterrupt

        return run_batch(job, engine, after_one)

    monkeypatch.setattr(core.batch, "run_batch", interrupted)
    assert batch("--report", tmp_path / "report.json") == cli.INTERRUPTED
    data = json.loads((tmp_path / "report.json").read_text())
    assert data["interrupted"] and {line["status"] for line in data["files"]} == {"done"}


def run_py(*arguments: str | Path, code: str = "") -> subprocess.CompletedProcess[str]:
    """run.py in a process of its own, without a display."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")
    }
    start = ["-c", code] if code else [str(ROOT / "run.py")]
    command = [sys.executable, *start, *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_help_is_readable() -> None:
    done = run_py("--help")
    assert done.returncode == 0
    for flag in (
        "--imgs",
        "--cuda",
        "--batch",
        "--mode",
        "--label-maps",
        "--save-labels",
        "--format",
        "--report",
    ):
        assert flag in done.stdout
    assert "semantic (default)" in done.stdout and "light alone" in " ".join(done.stdout.split())


def test_the_real_batch_needs_no_qt_no_display_and_no_torch(folder: Path, tmp_path: Path) -> None:
    """With whatever network is installed. Torch may load only where OpenVINO is missing."""
    code = (
        "import sys, run\n"
        "code = run.main(sys.argv[1:])\n"
        "loaded = {'torch', 'PySide6'} & set(sys.modules)\n"
        "if 'openvino' not in sys.modules: loaded -= {'torch'}\n"
        "print(code, sorted(loaded))\n"
    )
    done = run_py("--batch", "--imgs", folder, "--out", tmp_path / "out", "--device", "cpu", code=code)
    assert done.stdout.strip() == "0 []", done.stderr
    coloured = load_photo(tmp_path / "out" / "a.png")
    assert coloured.rgb().std(axis=2).max() > 0.004
    assert np.abs(coloured.luminance() - load_photo(folder / "a.png").luminance()).max() <= 0.5


def test_a_cuda_device_that_is_not_here_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    code = "import sys, run, core.devices\ncore.devices._cuda_cards = int\nsys.exit(run.main(sys.argv[1:]))"
    done = run_py("--batch", "--imgs", folder, "--out", tmp_path / "out", "--cuda", code=code)
    assert done.returncode == cli.USAGE
    assert "--device cpu" in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("flag", ["--color_ckpt", "--seg_ckpt"])
def test_a_checkpoint_that_is_none_is_one_sentence(flag: str, folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "weights.pth.tar"
    wrong.write_bytes(b"not weights at all")
    done = run_py("--batch", "--imgs", folder, "--out", tmp_path / "out", flag, wrong)
    assert done.returncode == cli.USAGE
    assert "weights.pth.tar" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out" / "a.png").exists()


def test_run_py_sets_what_has_to_be_set_before_the_libraries() -> None:
    code = (
        "import os, sys, run\n"
        "before = 'numpy' in sys.modules\n"
        "run.keep_freed_memory()\n"
        "print(os.environ['OMP_WAIT_POLICY'], before)\n"
    )
    assert run_py(code=code).stdout.split() == ["PASSIVE", "False"]
