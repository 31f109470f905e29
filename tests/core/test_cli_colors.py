"""The command line's colours: palettes from files, codes and words, recipes, and what they do to a batch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import cli
from core.color import delta_e2000, gamut_map
from core.engine import Engine
from core.guidance import Recipe, Rule, Swatch
from core.palette import lab_of
from core.palette_io import write_palette
from core.photo import load_photo
from core.recipe import save_recipe
from core.rules import swatch_chroma
from tests.core.fakes import SKY, FakeModels

ROOT = Path(__file__).resolve().parents[2]
PALETTE = "264653,e76f51,e9c46a"


@pytest.fixture
def batch(monkeypatch: pytest.MonkeyPatch, small_photo: Path, tmp_path: Path):
    """Run a batch over one real photo with a fake network; gives the exit code."""
    monkeypatch.setattr(cli, "Engine", lambda *arguments: Engine(models=FakeModels()))

    def run(out: str, *arguments: str | Path) -> int:
        plain = ["--batch", small_photo, "--out", tmp_path / out, "--work-size", 128, *arguments]
        return cli.run_batch_cli(cli.parse([str(argument) for argument in plain]))

    return run


def palette_only(capsys: pytest.CaptureFixture, *arguments: str | Path) -> tuple[int, list[str], str]:
    """Exit code, the codes printed, and what was said."""
    code = cli.print_palette(cli.parse(["--palette-only", *map(str, arguments)]))
    spoken = capsys.readouterr()
    return code, spoken.out.split("\n")[:-1], spoken.err.strip()


def test_palette_only_prints_codes_one_a_line(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    assert palette_only(capsys, "--palette", "#264653, 2A9D8F") == (0, ["#264653", "#2a9d8f"], "")
    (tmp_path / "two.gpl").write_text("GIMP Palette\nName: two\n#\n255 0 0 red\n0 0 255 blue\n")
    assert palette_only(capsys, "--palette", tmp_path / "two.gpl") == (0, ["#ff0000", "#0000ff"], "")


def test_words_make_the_palette_and_the_seed_decides_which(capsys: pytest.CaptureFixture) -> None:
    code, codes, _ = palette_only(capsys, "--words", "红配绿")
    assert code == 0 and len(codes) == 5
    assert palette_only(capsys, "--words", "红配绿")[1] == codes
    seeded = palette_only(capsys, "--words", "红配绿", "--seed", "7")[1]
    assert seeded != codes
    assert palette_only(capsys, "--words", "红配绿", "--seed", "7")[1] == seeded
    assert len(palette_only(capsys, "--words", "old rose", "--colors", "8")[1]) == 8


def test_a_category_alone_or_beside_words(capsys: pytest.CaptureFixture) -> None:
    alone = palette_only(capsys, "--category", "朋克")
    assert alone[0] == 0 and len(alone[1]) == 5 and alone[2] == ""
    assert palette_only(capsys, "--words", "sea", "--category", "朋克")[1] != palette_only(capsys, "--words", "sea")[1]


def test_a_palette_is_shortened_to_the_colours_asked_for(capsys: pytest.CaptureFixture) -> None:
    code, codes, said = palette_only(capsys, "--palette", "ff0000,fe0000,0000ff", "--colors", "2")
    assert code == 0 and len(codes) == 2 and "#0000ff" in codes and said == ""
    code, codes, said = palette_only(capsys, "--palette", PALETTE, "--colors", "9")
    assert code == 0 and len(codes) == 3 and said == "The palette has 3 colours, not 9."


def test_half_a_code_is_said_and_the_rest_is_kept(capsys: pytest.CaptureFixture) -> None:
    code, codes, said = palette_only(capsys, "--palette", "264653,26465")
    assert code == 0 and codes == ["#264653"] and "26465" in said and said.endswith(".")


@pytest.mark.parametrize("words", ["", "   ", "qqzxv", "autumn forest in rain " * 4600], ids=lambda text: text[:6])
def test_words_of_any_kind_give_a_palette(words: str, capsys: pytest.CaptureFixture) -> None:
    code, codes, said = palette_only(capsys, "--words", words)
    assert code == 0 and len(codes) == 5
    assert said.endswith(".") and "\n" not in said


def test_bad_colours_are_one_sentence_and_2(batch, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "broken.json").write_text('{"what": "recipe", "version": 1, "rules": [{"la')
    (tmp_path / "newer.json").write_text('{"what": "recipe", "version": 99}')
    (tmp_path / "empty.gpl").write_text("GIMP Palette\n")
    cases = {
        "#26465": ["--palette", "#26465"],
        "holds no colour": ["--palette", ""],
        "is not there": ["--palette", tmp_path / "missing.ase"],
        "empty.gpl": ["--palette", tmp_path / "empty.gpl"],
        "cannot be read": ["--palette", tmp_path],
        "choose one of 朋克": ["--category", "no such thing"],
        "--category is empty": ["--category", " "],
        "choose one of them": ["--palette", PALETTE, "--words", "sea"],
        "--mode palette needs": ["--mode", "palette"],
        "missing.json": ["--recipe", tmp_path / "missing.json"],
        "broken.json": ["--recipe", tmp_path / "broken.json"],
        "newer Huesmith": ["--recipe", tmp_path / "newer.json"],
    }
    for words, arguments in cases.items():
        assert batch("out", *arguments) == cli.USAGE, arguments
        said = capsys.readouterr().err.strip()
        assert words in said and "\n" not in said and said.endswith("."), said
    code, codes, said = palette_only(capsys)
    assert (code, codes) == (cli.USAGE, []) and "--palette-only needs" in said


@pytest.mark.parametrize(
    "arguments",
    [["--colors", "1"], ["--colors", "11"], ["--colors", "two"], ["--colors", "9" * 5000], ["--seed", "-1"],
     ["--seed", "x"], ["--seed", "9" * 30]],
    ids=lambda arguments: " ".join(arguments)[:20],
)  # fmt: skip
def test_numbers_out_of_range_are_usage(arguments: list[str], capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as exit:
        cli.parse(["--palette-only", *arguments])
    assert exit.value.code == cli.USAGE
    assert "is no number from" in capsys.readouterr().err


def test_colours_that_would_go_unheard_are_usage(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as exit:
        cli.parse(["--words", "sea"])
    assert exit.value.code == cli.USAGE and "--words needs --batch" in capsys.readouterr().err


def lab(path: Path) -> np.ndarray:
    from core.color import rgb_to_lab

    return rgb_to_lab(load_photo(path).rgb())


def distance(path: Path, palette: str) -> float:
    """Mean ΔE2000 to the nearest swatch, each at the pixel's own light, as near as the gamut allows."""
    pixels = lab(path)
    errors = []
    for swatch in lab_of([Swatch.from_hex(code) for code in palette.split(",")]):
        wish = np.broadcast_to(swatch[1:], (*pixels.shape[:2], 2))
        wish = gamut_map(np.ascontiguousarray(pixels[..., 0]), wish)
        errors.append(delta_e2000(pixels, np.concatenate([pixels[..., :1], wish], axis=-1)))
    return float(np.min(errors, axis=0).mean())


def test_a_batch_takes_the_palette_and_keeps_the_light(batch, small_photo: Path, tmp_path: Path) -> None:
    name = small_photo.name
    assert batch("plain") == batch("drawn", "--palette", PALETTE) == cli.DONE
    assert batch("only", "--palette", PALETTE, "--mode", "palette") == cli.DONE
    plain, drawn, only = (distance(tmp_path / out / name, PALETTE) for out in ("plain", "drawn", "only"))
    assert only < 0.4 * plain and drawn < 0.7 * plain
    before = load_photo(small_photo).luminance()
    for out in ("drawn", "only"):
        assert np.abs(load_photo(tmp_path / out / name).luminance() - before).max() <= 0.5


def test_the_same_seed_gives_the_same_bytes(batch, small_photo: Path, tmp_path: Path) -> None:
    for out, seed in (("one", 3), ("two", 3), ("other", 4)):
        assert batch(out, "--words", "deep sea at night", "--mode", "palette", "--seed", seed) == cli.DONE
    one, two, other = ((tmp_path / out / small_photo.name).read_bytes() for out in ("one", "two", "other"))
    assert one == two != other


def test_an_exact_swatch_of_a_recipe_is_met_in_a_batch(batch, small_photo: Path, tmp_path: Path) -> None:
    """Beside a palette that wants something else; a rule has the last word."""
    green = Swatch.from_hex("#4f7942")
    palette = tuple(Swatch.from_hex(code) for code in PALETTE.split(","))
    save_recipe(tmp_path / "green.json", Recipe((Rule(SKY, swatch=green, exact=True),), palette))
    assert batch("out", "--recipe", tmp_path / "green.json") == cli.DONE
    sky = lab(tmp_path / "out" / small_photo.name)[:44]  # the fake network sees sky in the upper half
    light = np.ascontiguousarray(sky[..., 0])
    wish = gamut_map(light, np.broadcast_to(swatch_chroma(green), (*light.shape, 2)))
    mean, wished = (np.float32([light.mean(), *ab.reshape(-1, 2).mean(axis=0)]) for ab in (sky[..., 1:], wish))
    assert delta_e2000(mean, wished) <= 2


def test_the_command_line_goes_before_the_recipe(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    path = save_recipe(tmp_path / "red.json", Recipe(palette=(Swatch(1, 0, 0),)))
    assert palette_only(capsys, "--recipe", path)[1] == ["#ff0000"]
    assert palette_only(capsys, "--recipe", path, "--palette", "00f")[1] == ["#0000ff"]


def test_a_grey_photo_as_palette_is_used_and_said(
    batch, samples: dict[str, Path], capsys: pytest.CaptureFixture
) -> None:
    assert batch("grey", "--palette", samples["camera"]) == cli.DONE
    assert "The palette is grey and takes the colours away; choose one that has colours." in capsys.readouterr().err


def test_a_palette_file_cut_short_colours_with_what_is_left(
    batch, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    whole = tuple(Swatch.from_hex(f"{at * 1677 % 2**24:06x}", f"色 {at}") for at in range(10_000))
    path = write_palette(tmp_path / "many.ase", whole)
    path.write_bytes(path.read_bytes()[:-40])
    assert batch("many", "--palette", path) == cli.DONE
    said = capsys.readouterr().err
    assert "many.ase: 9999 colours were read, but not everything" in said
    assert "Of the palette's 9,999 colours 32 stand for the rest." in said


def test_a_batch_in_a_look(batch, small_photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert batch("sepia", "--look", "sepia") == batch("blue", "--look", "cyanotype") == cli.DONE
    sepia, blue = (lab(tmp_path / out / small_photo.name)[..., 2] for out in ("sepia", "blue"))
    assert (sepia > -1).all() and sepia.mean() > 10 and blue.mean() < -10
    with pytest.raises(SystemExit) as exit:
        cli.parse(["--batch", "--look", "polaroid"])
    assert exit.value.code == cli.USAGE and "autochrome" in capsys.readouterr().err


def test_palette_only_needs_no_display_no_qt_and_no_network() -> None:
    code = ("import sys, run\ncode = run.main(sys.argv[1:])\n"
            "print(code, sorted({'torch', 'openvino', 'PySide6'} & set(sys.modules)))")  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, "-c", code, "--palette-only", "--words", "朋克", "--colors", "2"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[2:] == ["0 []"], done.stderr


def test_a_picture_of_swatches_is_a_palette(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    cells = np.repeat(np.uint8([[[0, 0, 255], [255, 0, 0]]]).repeat(20, axis=1), 20, axis=0)
    cv2.imwrite(str(tmp_path / "cells.png"), cells)
    assert palette_only(capsys, "--palette", tmp_path / "cells.png")[1] == ["#ff0000", "#0000ff"]
