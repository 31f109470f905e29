"""--reference: a batch takes its colours from other photos."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core import cli
from core.photo import load_photo


@pytest.fixture
def photo(tmp_path: Path, samples) -> Path:
    path = tmp_path / "small.png"
    cv2.imwrite(str(path), cv2.resize(cv2.imread(str(samples["camera"])), (128, 128), interpolation=cv2.INTER_AREA))
    return path


def run(photo: Path, out: Path, *arguments: object) -> int:
    paths = ["--batch", "--imgs", photo, "--out", out, "--device", "cpu", *arguments]
    return cli.run_batch_cli(cli.parse([str(part) for part in paths]))


def test_the_colours_of_a_batch_come_from_its_references(photo: Path, tmp_path: Path) -> None:
    red = tmp_path / "red.png"
    cv2.imwrite(str(red), np.full((96, 128, 3), (60, 70, 200), np.uint8))
    assert run(photo, tmp_path / "plain") == run(photo, tmp_path / "red", "--reference", red) == cli.DONE
    plain, after = (load_photo(tmp_path / out / photo.name).rgb().mean((0, 1)) for out in ("plain", "red"))
    assert after[0] - after[2] > plain[0] - plain[2] + 0.03


def test_a_reference_that_cannot_be_read_is_a_sentence_before_any_work(photo: Path, tmp_path: Path, capsys) -> None:
    assert run(photo, tmp_path / "out", "--reference", tmp_path / "gone.png") == cli.USAGE
    assert "gone.png" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_reference_without_a_batch_is_usage(tmp_path: Path, capsys) -> None:
    with pytest.raises(SystemExit):
        cli.parse(["--reference", "a.png"])
    assert "--reference needs --batch" in capsys.readouterr().err


def test_the_mode_that_lives_by_references_needs_one(photo: Path, tmp_path: Path, capsys) -> None:
    out, red = tmp_path / "out", tmp_path / "red.png"
    assert run(photo, out, "--mode", "reference") == cli.USAGE
    assert "--mode reference needs --reference FILE" in capsys.readouterr().err and not out.exists()
    cv2.imwrite(str(red), np.full((96, 128, 3), (60, 70, 200), np.uint8))
    assert run(photo, out, "--mode", "reference", "--reference", red) == cli.DONE
