"""A recipe gives the same bytes from the window's export and from `--batch --recipe FILE`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core import cli
from core.engine import Engine
from core.formats import ExportSettings
from core.guidance import Link, Recipe, Rule, Settings, Swatch
from core.looks import LOOKS
from core.recipe import save_recipe
from core.words import words_to_palette
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY, FakeModels
from tests.gui.conftest import PATIENCE, wait_coloured

UNIFORM, BRICK = Swatch.from_hex("#4f7942", "uniform"), Swatch.from_hex("#8b3a2f", "brick")
RECIPES = {
    "rules": Recipe(
        (Rule(SKY, UNIFORM, exact=True), Rule(GRASS, hue_shift=25.0, chroma_gain=1.3, temperature=12.0)),
        settings=Settings(vividness=1.2, temperature=-8.0, tint=3.0),
    ),
    "words": Recipe((), words_to_palette("autumn forest in rain").swatches, Settings(palette_strength=0.9)),
    "range and palette": Recipe(
        (Rule(GRASS, UNIFORM, swatch_light=Swatch.from_hex("#cfe3b8")),), LOOKS["postcard"].recipe.palette
    ),
    "recoloured": Recipe(
        (Rule(SKY, chroma_gain=0.7),), (UNIFORM, BRICK), Settings(palette_strength=0.9),
        (Link(Swatch.from_hex("#c0733f"), UNIFORM), Link(Swatch.from_hex("#210c06"), BRICK, 0.5, True)),
    ),
    "look": replace(LOOKS["autochrome"].recipe, rules=(Rule(SKY, UNIFORM, strength=0.6),)),
}


@pytest.fixture
def run_batch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Path, Path], Path]:
    """The command line's batch over one photo with a recipe; the file that it wrote."""
    monkeypatch.setattr(cli, "Engine", lambda *arguments: Engine(models=FakeModels()))

    def run(photo: Path, recipe: Path) -> Path:
        out = tmp_path / "batch"
        words = ["--batch", "--imgs", photo, "--out", out, "--recipe", recipe, "--overwrite"]
        assert cli.run_batch_cli(cli.parse([str(word) for word in words])) == cli.DONE
        return out / photo.name

    return run


def exported(qtbot: QtBot, window: MainWindow, photo: Path, path: Path) -> bytes:
    """What the window's export writes of `photo` as it is now."""
    wait_coloured(qtbot, window, photo)
    with qtbot.waitSignal(window.session.said, timeout=PATIENCE, check_params_cb=lambda text: "Saved" in text):
        window.session.export(path, ExportSettings())
    return path.read_bytes()


def test_the_window_and_the_batch_write_the_same_bytes(
    open_window: Callable[..., MainWindow], qtbot: QtBot, photos: list[Path], tmp_path: Path, run_batch
) -> None:
    for photo in photos[:2]:  # a PNG and a JPEG
        window = open_window(photo)
        plain = exported(qtbot, window, photo, tmp_path / f"plain{photo.suffix}")
        for name, recipe in RECIPES.items():
            window.document.set_guidance(
                name, rules=recipe.rules, palette=recipe.palette, settings=recipe.settings,
                palette_map=recipe.palette_map,
            )  # fmt: skip
            written = exported(qtbot, window, photo, tmp_path / f"{name}{photo.suffix}")
            file = save_recipe(tmp_path / "recipe.json", recipe, overwrite=True)
            assert run_batch(photo, file).read_bytes() == written != plain, name


def test_a_photo_larger_than_the_work_size_gives_the_same_bytes(
    open_window: Callable[..., MainWindow], qtbot: QtBot, samples: dict[str, Path], tmp_path: Path, run_batch
) -> None:
    """There the label map goes up to the photo's size and back, in the window alone."""
    photo, recipe = samples["rocket"], RECIPES["rules"]
    window = open_window(photo)
    wait_coloured(qtbot, window, photo)
    window.document.set_guidance("Rules", rules=recipe.rules, settings=recipe.settings)
    written = exported(qtbot, window, photo, tmp_path / "rocket.jpg")
    assert run_batch(photo, save_recipe(tmp_path / "recipe.json", recipe)).read_bytes() == written
