"""A result says what it was made with, and is made again from it: byte for byte, from every format."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import cli, provenance
from core.engine import Engine
from core.errors import ProjectError
from core.exporting import export_result
from core.formats import CHOICES, ExportSettings
from core.guidance import Guidance, Hint, Link, Lock, Plane, Recipe, Reference, Rule, Settings, Swatch
from core.label_maps import save_label_map
from core.label_sets import added, own_labels
from core.labels import default_label_set
from core.metadata import read_packet, without_place
from core.photo import load_photo
from core.provenance import BY_NETWORK, BY_PERSON, mark_of, read_made
from core.recipe import load_recipe, save_recipe
from core.recolor import own_colours
from core.request import Request
from core.version import VERSION
from core.xmp import COMPOSITE, ENHANCED, HUESMITH, Mark, carried, value
from tests.core.fakes import GRASS, SKY, FakeModels

UNIFORM = Swatch.from_hex("#4f7942", "uniform")
RULES = (Rule(SKY, UNIFORM, strength=0.7), Rule(GRASS, hue_shift=25.0))


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "fake.safetensors"
    path.write_bytes(b"weights")
    return path


@pytest.fixture
def models(weights: Path) -> FakeModels:
    models = FakeModels()
    models.weights = lambda request: (weights,)
    return models


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, models: FakeModels, tmp_path: Path) -> Callable[..., int]:
    """The command line's batch into tmp_path/<out>; the exit code."""
    monkeypatch.setattr(cli, "Engine", lambda *arguments: Engine(models=models))

    def batch(photo: Path, out: str, *words: object) -> int:
        told = ["--batch", "--imgs", photo, "--out", tmp_path / out, "--work-size", "64", *words]
        return cli.run_batch_cli(cli.parse([str(word) for word in told]))

    return batch


def result_of(photo_path: Path, models: FakeModels, guidance: Guidance, **request: object):
    photo = load_photo(photo_path)
    luminance = Plane(photo.small_luminance(64))
    if guidance.labels is None:
        labels = np.full(luminance.shape, GRASS, np.uint8)
        labels[:20] = SKY
        guidance = replace(guidance, labels=Plane(labels))
    asked = Request(photo.key, luminance, guidance, "guided", 64, **request)
    return photo, Engine(models=models).colorize(asked)


def saved(path: Path, photo, result, settings: ExportSettings | None = None, **told: object) -> Path:
    told = {"label_set": default_label_set(), "labels_by": BY_PERSON} | told
    return export_result(photo, result, path, settings or ExportSettings(), **told)


@pytest.mark.parametrize("form", CHOICES)
def test_a_photo_with_rules_and_a_seed_is_made_again_byte_for_byte(
    form: str, run, small_photo: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "recipe.json"
    save_recipe(recipe, Recipe(RULES, settings=Settings(vividness=1.3)))
    assert run(small_photo, "first", "--format", form, "--recipe", recipe, "--seed", 4) == cli.DONE
    first = next((tmp_path / "first").iterdir())
    assert run(small_photo, "again", "--recipe-from", first) == cli.DONE
    assert run(small_photo, "plain", "--format", form) == cli.DONE
    again, plain = (next((tmp_path / out).iterdir()).read_bytes() for out in ("again", "plain"))
    assert again == first.read_bytes() != plain


def test_a_hand_made_label_map_hints_and_places_come_back(run, small_photo: Path, models, tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    labels = np.random.default_rng(8).choice(np.uint8([SKY, GRASS, 7, 255]), (100, 150))
    save_label_map(maps / "coffee_labels.png", labels, default_label_set())
    words = ("--format", "jpg", "--quality", 82, "--subsampling", "422", "--strip-gps")
    assert run(small_photo, "first", "--label-maps", maps, *words) == cli.DONE
    first = tmp_path / "first" / "coffee.jpg"
    made = read_made(first)
    assert made.labels_by == BY_PERSON
    assert made.settings == ExportSettings("jpg", 8, 82, "422", True)
    shutil.rmtree(maps)
    assert run(small_photo, "again", "--recipe-from", first) == cli.DONE
    assert (tmp_path / "again" / "coffee.jpg").read_bytes() == first.read_bytes()


def test_what_is_told_is_what_was(small_photo: Path, models, weights: Path, tmp_path: Path) -> None:
    hint = Hint(((0.5, 0.5),), UNIFORM, 0.2)
    photo, result = result_of(small_photo, models, Guidance(rules=RULES, hints=(hint,), settings=Settings(seed=9)))
    path = saved(tmp_path / "a.png", photo, result)
    made = read_made(path)
    assert made.program == VERSION and made.guidance == result.request.guidance
    assert (made.colorizer, made.work_size, made.labels_by) == ("guided", 64, BY_PERSON)
    assert made.source == provenance.source_of(photo) and made.source.name == "coffee.png"
    assert made.source.sha256 == provenance.file_hash(small_photo) and len(made.source.sha256) == 64
    assert made.weights == {"fake.safetensors": provenance.file_hash(weights)}
    told = json.loads(value(read_packet(path), HUESMITH, "made"))
    assert str(tmp_path) not in json.dumps(told)


def test_the_kind_of_source_is_that_of_the_work(small_photo: Path, models) -> None:
    photo, coloured = result_of(small_photo, models, Guidance())
    moved = Guidance(palette=(UNIFORM,), palette_map=(Link(UNIFORM, Swatch(1, 0, 0)),))
    _, recoloured = result_of(small_photo, models, moved, own=own_colours(photo, 64))
    for result, kind in ((coloured, COMPOSITE), (recoloured, ENHANCED)):
        mark, _ = mark_of(result, photo, ExportSettings("png"), default_label_set(), BY_NETWORK)
        assert (mark.tool, mark.source_type) == (f"Huesmith {VERSION}", kind)
    assert COMPOSITE == "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


def test_another_photo_gets_the_recipe_and_not_the_labels(
    run, samples, small_photo: Path, models, tmp_path: Path, capsys
) -> None:
    photo, result = result_of(small_photo, models, Guidance(rules=RULES, hints=(Hint(((0.1, 0.1),), UNIFORM),)))
    path = saved(tmp_path / "result.png", photo, result)
    other = tmp_path / "other.png"
    Image.open(samples["chelsea"]).resize((90, 60)).save(other)
    assert run(other, "out", "--recipe-from", path) == cli.DONE
    told = read_made(tmp_path / "out" / "other.png")
    assert told.guidance.rules == RULES and told.guidance.hints == () and told.labels_by == BY_NETWORK
    assert "It is not the photo coffee.png: that one's labels and hints were left out." in capsys.readouterr().err


def test_a_result_is_a_recipe_too(small_photo: Path, models, tmp_path: Path) -> None:
    photo, result = result_of(small_photo, models, Guidance(rules=RULES, settings=Settings(seed=2)))
    assert load_recipe(saved(tmp_path / "a.jpg", photo, result)) == Recipe(RULES, settings=Settings(seed=2))
    with pytest.raises(ProjectError, match="does not say how it was made"):
        load_recipe(small_photo)


def test_references_are_found_by_their_content(run, samples, small_photo: Path, models, tmp_path: Path, capsys) -> None:
    lent, away = tmp_path / "lent.png", tmp_path / "away"
    away.mkdir()
    Image.open(samples["chelsea"]).resize((60, 40)).save(lent)
    guidance = Guidance(references=(Reference(str(lent), 0.5),), rules=(Rule(SKY, reference=str(lent)),))
    photo, result = result_of(small_photo, models, guidance)
    path = saved(tmp_path / "results.png", photo, result)
    made = read_made(path)
    assert made.guidance.references[0].path == made.guidance.rules[0].reference == "lent.png"
    assert run(small_photo, "again", "--recipe-from", path) == cli.DONE
    assert (tmp_path / "again" / "coffee.png").read_bytes() == path.read_bytes()
    lent.rename(away / "moved.png")
    assert run(small_photo, "more", "--recipe-from", path) == cli.USAGE
    assert "the reference lent.png, which is not here as it was; put it beside" in capsys.readouterr().err
    words = ("--recipe-from", path, "--reference", away / "moved.png")
    assert run(small_photo, "more", *words) == cli.DONE
    assert read_made(tmp_path / "more" / "coffee.png").guidance.references[0].weight == 0.5


def test_a_label_set_of_ones_own_is_told(small_photo: Path, models, tmp_path: Path) -> None:
    mine = added(own_labels(), "mother’s dress", 3).set
    photo, result = result_of(small_photo, models, Guidance())
    assert read_made(saved(tmp_path / "a.png", photo, result, label_set=mine)).label_set == mine
    assert read_made(saved(tmp_path / "b.png", photo, result)).label_set == default_label_set()
    assert read_made(saved(tmp_path / "c.png", photo, result, label_set=own_labels())).label_set == default_label_set()


def test_locked_colours_come_back_until_they_are_too_many(
    small_photo: Path, models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, result = result_of(small_photo, models, Guidance())
    rng = np.random.default_rng(2)
    shape = result.request.shape
    lock = Lock(SKY, Plane(rng.normal(0, 9, (*shape, 2)).astype(np.float32)), Plane(np.ones(shape, np.uint8)))
    request = replace(result.request, guidance=replace(result.request.guidance, locks=(lock,)))
    result = replace(result, request=request)
    told: list[str] = []
    path = saved(tmp_path / "a.jpg", photo, result, say=told.append)
    assert read_made(path).guidance.locks == (lock,) and told == []
    monkeypatch.setattr(provenance, "MOST", 10_000)
    path = saved(tmp_path / "b.jpg", photo, result, say=told.append)
    made = read_made(path)
    assert made.guidance.locks == () and made.left_out == ("the colours of locked labels",)
    assert told == ["The file cannot hold the colours of locked labels, so from it alone it cannot be made again."]


def test_other_weights_are_told(run, small_photo: Path, weights: Path, tmp_path: Path, capsys) -> None:
    assert run(small_photo, "first") == cli.DONE
    weights.write_bytes(b"trained on")
    assert run(small_photo, "again", "--recipe-from", tmp_path / "first" / "coffee.png") == cli.DONE
    assert "made by other weights" in capsys.readouterr().err


def broken_packets(good: str) -> dict[str, str]:
    data = json.loads(good)
    guidance, plane = data["guidance"], data["guidance"]["labels"]
    return {
        "no JSON": good[:-40],
        "a list": "[]",
        "deep": "[" * 100_000,
        "newer": json.dumps(data | {"version": 99}),
        "another thing": json.dumps(data | {"what": "recipe"}),
        "no guidance": json.dumps({key: data[key] for key in data if key != "guidance"}),
        "huge map": json.dumps(data | {"guidance": guidance | {"labels": plane | {"shape": [200_000, 200_000]}}}),
        "cut map": json.dumps(data | {"guidance": guidance | {"labels": plane | {"zlib": plane["zlib"][:8]}}}),
        "huge work": json.dumps(data | {"work_size": 10**9}),
        "odd format": json.dumps(data | {"settings": data["settings"] | {"format": "../x"}}),
        "out of range": json.dumps(data | {"guidance": guidance | {"settings": {"vividness": 1e9}}}),
        "odd label set": json.dumps(data | {"label_set": "{}"}),
        "odd references": json.dumps(data | {"references": {"a": 3}}),
    }


def test_a_damaged_or_hostile_packet_is_one_sentence(small_photo: Path, models, tmp_path: Path) -> None:
    photo, result = result_of(small_photo, models, Guidance())
    good = value(read_packet(saved(tmp_path / "good.png", photo, result)), HUESMITH, "made")
    for name, text in broken_packets(good).items():
        packet, _ = carried(None, Mark("x", COMPOSITE, text), strip_gps=False)
        path = tmp_path / "bad.webp"
        Image.new("RGB", (8, 8)).save(path, xmp=packet)
        with pytest.raises(ProjectError) as caught:
            read_made(path)
        sentence = str(caught.value)
        assert str(path) in sentence and sentence.endswith(".") and len(sentence) < 400, name


def test_what_is_no_result_is_a_sentence(small_photo: Path, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    for path, words in ((small_photo, "does not say how it was made"), (tmp_path / "text.png", "no picture that can"),
                        (tmp_path / "cut.jpg", "no picture"), (tmp_path / "none.png", "not there"),
                        (tmp_path, "is a folder")):  # fmt: skip
        with pytest.raises(ProjectError, match=words):
            read_made(path)


def test_recipe_from_stands_alone(run, small_photo: Path, tmp_path: Path, capsys) -> None:
    for words in (("--seed", 3), ("--palette", "ff0000"), ("--look", "sepia")):
        assert run(small_photo, "out", "--recipe-from", tmp_path / "r.png", *words) == cli.USAGE
        assert f"{words[0]} and --recipe-from both say how to colour" in capsys.readouterr().err
    assert run(small_photo, "out", "--format", "jpg", "--depth", "16") == cli.USAGE
    assert "JPEG holds 8 bits a channel" in capsys.readouterr().err


def test_places_go_from_exif_on_wish_and_the_thumbnail_always() -> None:
    exif = Image.Exif()
    exif[271] = "Hue & Sons"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8769)[36867] = "1931:05:17 12:00:00"
    left = Image.Exif()
    left.load(without_place(exif.tobytes()))
    assert left[271] == "Hue & Sons" and left.get_ifd(0x8769) and not left.get_ifd(0x8825)
    alone = Image.Exif()
    alone.get_ifd(0x8825)[1] = "N"
    assert without_place(alone.tobytes()) is None and without_place(b"Exif\0\0 noise") is None
