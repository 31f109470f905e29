"""Every recipe of every published system trains, resumes to the same numbers, and ends in a file that is judged."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
import torch

from models import registry, weights
from models.training import common
from models.training.commands import RECIPES, main, read_recipe
from models.training.data import DataError, load_photos
from models.training.loop import Run, TrainingError
from models.training.systems import SYSTEMS
from tests.models.tiny import tiny_net, write_shard
from tests.models.training.test_learning import toml_lines

ALL = [f"{form}-{name}" for name in SYSTEMS for form in ("compact", "published")]


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    folder = write_shard(tmp_path_factory.mktemp("data") / "packs")
    (folder / "palettes").mkdir()
    names = [f"red {i},#f{i:x}{i:x}0{i:x}0" for i in range(16)]
    (folder / "palettes" / "names.csv").write_text("\n".join(["name,hex", *names]))
    weights.save(tiny_net().state_dict(), folder / "features.safetensors")
    return folder


@pytest.fixture(scope="module")
def photos(packs, tmp_path_factory):
    return load_photos(packs, tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def one_look_at_the_colours(photos, monkeypatch):
    """The weights of rare colours are the same for all of these tests."""
    real = common.rarity
    cached: dict[float, np.ndarray] = {}

    def rarity(train, strength):
        return cached[strength] if strength in cached else cached.setdefault(strength, real(train, strength))

    if not hasattr(one_look_at_the_colours, "table"):
        one_look_at_the_colours.table = real(photos.split("train"), 1.0)
    cached.update({s: one_look_at_the_colours.table**s for s in (0.5, 0.7, 1.0)})
    monkeypatch.setattr(common, "rarity", rarity)


def tiny(name: str, packs) -> dict:
    """The recipe as it stands, at a size for tests."""
    recipe = read_recipe(RECIPES / f"{name}.toml")
    recipe.pop("minutes", None)
    deep = name == "published-cys_color"  # halved eight times
    small = {"width": 0.125, "steps": 4, "batch": 2, "sizes": [[0.0, 256 if deep else 64]], "warmup": 2}
    small |= {
        "log_every": 1,
        "side": 32,
        "least_of_class": 1,
        "features": str(packs / "features.safetensors"),
    }
    return recipe | small | {"adversarial_from": 0.0}


def build(recipe: dict, photos, packs, folder) -> Run:
    task = SYSTEMS[recipe["system"]].task_class()(recipe, photos, packs)
    return Run(task, recipe, folder)


@pytest.mark.parametrize("name", ALL)
def test_a_recipe_trains_and_resumes_to_the_same_numbers(name, photos, packs, tmp_path):
    recipe = tiny(name, packs)
    whole = build(recipe, photos, packs, tmp_path)
    start = [p.clone() for p in whole.task.net.parameters()]
    whole._step()
    whole.save()
    numbers = whole._step()
    assert all(np.isfinite(v) for v in numbers.values())
    assert any(not torch.equal(a, b) for a, b in zip(start, whole.task.net.parameters()))
    again = build(recipe, photos, packs, tmp_path)
    assert again.steps == 1
    assert again._step() == numbers
    for (key, a), b in zip(whole.average.state_dict().items(), again.average.state_dict().values()):
        assert torch.equal(a, b), key
    if whole.rival:
        for a, b in zip(whole.rival.state_dict().values(), again.rival.state_dict().values()):
            assert torch.equal(a, b)


def test_published_recipes_have_the_published_networks_and_their_rivals():
    for name, system in SYSTEMS.items():
        published = read_recipe(RECIPES / f"published-{name}.toml")
        assert published["system"] == name and published["width"] == 1.0 and published["published"]
        assert (published["loss"].get("adversarial", 0) > 0) == (name != "gridnet")
        compact = read_recipe(system.recipe)
        assert compact["width"] < 1 and compact["minutes"] <= 40 and not compact.get("published")


def test_from_packs_to_results_by_the_command_line(packs, photos, tmp_path, capsys):
    data = ["--packs", str(packs), "--cache", str(tmp_path / "cache")]
    folder = tmp_path / "weights"
    for name in SYSTEMS:
        recipe, run = tmp_path / f"{name}.toml", tmp_path / name
        recipe.write_text("\n".join(toml_lines(tiny(f"compact-{name}", packs) | {"steps": 1})))
        assert main([name, *data, "--recipe", str(recipe), "--out", str(run)]) == 0
        assert list(run.glob("sheet-*.jpg")) and (run / "scores.csv").exists()
        if name == "scft":
            continue  # one is left out, to be listed
        assert (
            main(["export", name, *data, "--run", str(run), "--out", str(folder / f"{name}.safetensors")])
            == 0
        )
        card = weights.read_card(folder / f"{name}.safetensors")
        assert card["published"] is False and card["steps"] == 1 and "non-commercial" in card["licence"]
        assert registry.from_file(folder / f"{name}.safetensors", SYSTEMS[name].network)
    results = tmp_path / "RESULTS.md"
    assert main(["evaluate", "--all", *data, "--folder", str(folder), "--results", str(results)]) == 0
    text = results.read_text()
    for row in ("grey", "label prior", "semantic", "gray2color", "palettenet", "cys_color"):
        assert f"\n| {row} |" in text
    assert "## Not trained yet" in text and "- scft" in text and "- guided" in text
    capsys.readouterr()


def test_a_run_of_another_system_is_refused(packs, photos, tmp_path, capsys):
    build(tiny("compact-semantic", packs), photos, packs, tmp_path).save()
    assert main(["export", "palettenet", "--run", str(tmp_path)]) == 1
    assert "another system" in capsys.readouterr().out
    with pytest.raises(TrainingError, match="another system"):
        build(tiny("compact-palettenet", packs), photos, packs, tmp_path)
    recipe = RECIPES / "compact-scft.toml"
    assert main(["semantic", "--packs", str(packs), "--cache", str(tmp_path), "--recipe", str(recipe)]) == 1
    assert "recipe for scft" in capsys.readouterr().out


def test_photos_without_labels_cannot_teach_labels(packs, photos, tmp_path):
    bare = common.Photos(
        photos.pixels, [r.__class__(**{**r.__dict__, "kind": "none"}) for r in photos.records]
    )
    with pytest.raises(DataError, match="label map"):
        SYSTEMS["gridnet"].task_class()(tiny("compact-gridnet", packs), bare)
    with pytest.raises(DataError, match="train split"):
        SYSTEMS["palettenet"].task_class()(tiny("compact-palettenet", packs), photos.split("test"))


def test_a_second_phase_leaves_the_encoder_as_it_is(packs, photos, tmp_path):
    run = build(tiny("published-palettenet", packs), photos, packs, tmp_path)
    before = [p.clone() for p in run.task.net.encoder.parameters()]
    decoder = [p.clone() for p in run.task.net.decoder.parameters()]
    run._step()
    assert all(torch.equal(a, b) for a, b in zip(before, run.task.net.encoder.parameters()))
    assert any(not torch.equal(a, b) for a, b in zip(decoder, run.task.net.decoder.parameters()))
    first = build(
        tiny("published-palettenet", packs) | {"adversarial_from": 0.5}, photos, packs, tmp_path / "b"
    )
    rival = [p.clone() for p in first.rival.parameters()]
    first._step()
    assert all(torch.equal(a, b) for a, b in zip(rival, first.rival.parameters()))


def test_the_rival_learns_every_third_step_where_told(packs, photos, tmp_path):
    recipe = tiny("compact-cys_palette", packs) | {"rival_every": 3}
    recipe["loss"] = {"color": 1.0, "adversarial": 1.0}
    run = build(recipe, photos, packs, tmp_path)
    changes = []
    for _ in range(4):
        before = [p.clone() for p in run.rival.parameters()]
        run._step()
        changes.append(any(not torch.equal(a, b) for a, b in zip(before, run.rival.parameters())))
    assert changes == [True, False, False, True]


def test_recipes_are_kept_with_the_run(packs, photos, tmp_path):
    recipe = tiny("compact-palettenet", packs)
    build(recipe, photos, packs, tmp_path)
    assert json.loads((tmp_path / "recipe.json").read_text()) == json.loads(json.dumps(recipe))


def test_a_cards_swatches_are_the_palette(packs, tmp_path):
    card = np.full((421, 400, 3), 255, np.uint8)
    card[:, :256], card[:, 256:] = (60, 90, 160), (160, 90, 60)  # BGR
    (tmp_path / "cards").mkdir()
    cv2.imwrite(str(tmp_path / "cards" / "a.png"), card)
    cards = load_photos(tmp_path / "cards", tmp_path / "cache")
    recipe = tiny("compact-palettenet", packs) | {"cards": True, "plain_share": 1.0, "gray_share": 1.0}
    task = SYSTEMS["palettenet"].task_class()(recipe, cards)
    made = task.sample(0, 32, np.random.default_rng(0))
    assert np.abs(made["ab"] - made["ab"][:, :1, :1]).max() < 0.02 and (made["lab"][1:] == 0).all()
    swatches = made["palette"].reshape(6, 3)
    assert np.abs(swatches - swatches[0]).max() < 0.02 and swatches[0, 2] < 0 < made["ab"][1, 0, 0]
