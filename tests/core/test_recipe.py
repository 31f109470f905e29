"""Recipes as files: what is saved is read again, and what is damaged is one sentence that names the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import ExportError, ProjectError
from core.guidance import Link, Recipe, Rule, Settings, Swatch
from core.recipe import load_recipe, save_recipe

FULL = Recipe(
    (Rule(50, swatch=Swatch(0.1, 0.5, 1.0, "天空"), exact=True), Rule(36, hue_shift=-30.0, chroma_gain=1.5),
     Rule(7, Swatch(0.0, 0.0, 0.0), temperature=-100.0, tint=100.0, swatch_light=Swatch(1.0, 1.0, 1.0))),
    (Swatch(1.0, 0.0, 0.0), Swatch(0.0, 0.0, 1.0, "blue")),
    Settings(1.2, 9, 0.5, temperature=20.0, tint=-4.5, toning=(Swatch(0.2, 0.1, 0.0),), toning_strength=0.3),
)


def test_a_recipe_comes_back_as_it_was(tmp_path: Path) -> None:
    path = save_recipe(tmp_path / "uniform.json", FULL)
    assert load_recipe(path) == FULL
    assert [file.name for file in tmp_path.iterdir()] == ["uniform.json"]


def test_a_recipe_is_replaced_only_when_that_is_allowed(tmp_path: Path) -> None:
    path = save_recipe(tmp_path / "one.json", FULL)
    with pytest.raises(ExportError, match="one.json is there already"):
        save_recipe(path, Recipe())
    assert load_recipe(path) == FULL
    save_recipe(path, Recipe(), overwrite=True)
    assert load_recipe(path) == Recipe()


def changed(**changes: object) -> bytes:
    return json.dumps({**FULL.to_dict(), **changes}).encode()


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00", b"[]", b"{}", b"[" * 100_000, b"NaN", changed(version=99), changed(what="guidance"),
     changed(rules=[{"label": 300}]), changed(rules=[{"label": 3, "chroma_gain": 1e300}]),
     changed(palette=[{"r": 2, "g": 0, "b": 0}]), changed(settings={"seed": -1}), changed(rules=[{"strength": 1}]),
     changed(settings={"vividness": float("nan")}), changed(colour="red"), changed(settings={"temperature": 101}),
     changed(settings={"tint": -1e9}), changed(settings={"toning_strength": 1.5}), changed(settings={"gate": 1.1}),
     changed(rules=[{"label": 3, "gate": -0.5}]), changed(settings={"toning": "red"}),
     changed(settings={"toning": [{"r": -1, "g": 0, "b": 0}]}), changed(rules=[{"label": 3, "temperature": 200}]),
     changed(rules=[{"label": 3, "swatch_light": {"r": 1, "g": 0, "b": 0}}])],
    ids=lambda data: data[:12].decode("ascii", "replace"),
)  # fmt: skip
def test_what_is_no_recipe_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_bytes(data)
    with pytest.raises(ProjectError) as said:
        load_recipe(path)
    assert "wrong.json" in str(said.value) and str(said.value).endswith(".") and "\n" not in str(said.value)


def test_a_recipe_that_is_missing_or_a_folder_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(ProjectError, match="cannot be read"):
            load_recipe(path)


def test_the_links_of_a_recoloured_photo_are_part_of_a_recipe(tmp_path: Path) -> None:
    red, sea = Swatch(0.7, 0.2, 0.1), Swatch(0.1, 0.2, 0.7, "sea")
    links = (Link(red, sea, 0.5), Link(Swatch(1.0, 1.0, 1.0), red, 1.0, True))
    recipe = Recipe(palette=(sea, red), palette_map=links)
    assert load_recipe(save_recipe(tmp_path / "links.json", recipe)) == recipe
    wrong = Recipe(palette_map=(Link(red, sea, 7.0),))
    with pytest.raises(ProjectError, match="link"):
        load_recipe(save_recipe(tmp_path / "wrong.json", wrong))
