"""The gate: from what matches in meaning to overall colours, for the photo and one label; and what regions lend."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import cli
from core.asked import asked_for, heeded, reference_seen, region_mask
from core.cli_reference import add_reference_options
from core.colorizers import BASELINES, COMPACT, GUIDED, WEIGHTS
from core.engine import Engine, never
from core.errors import CheckpointError, PhotoError
from core.gate import MATCH_RGB, OVERALL_RGB, cells_inside, gate_map, gated, main_colours, tokens_inside
from core.guidance import Graft, Guidance, Reference, Rule, Settings
from tests.core.fakes import GRASS, SKY, request_for

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))  # the left half
RIGHT = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("cpu")


@pytest.fixture(scope="module")
def two_halves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reference whose left half is red and whose right half is blue."""
    pixels = np.zeros((96, 128, 3), np.uint8)
    pixels[:, :64], pixels[:, 64:] = (30, 40, 200), (200, 60, 30)
    pixels[::2] //= 2
    path = tmp_path_factory.mktemp("references") / "halves.png"
    cv2.imwrite(str(path), pixels)
    return path


def asking(path: Path, gate: float = 1.0, colorizer: str = "guided", rules: tuple[Rule, ...] = (), **fields):
    labels = np.full((64, 96), SKY, np.uint8)
    labels[:, 48:] = GRASS
    request = request_for(64, 96, labels=labels, references=(Reference(str(path), **fields),), rules=rules,
                          settings=Settings(gate=gate))  # fmt: skip
    return replace(request, colorizer=colorizer)


def test_the_gate_travels_with_the_recipe_and_reaches_whom_it_concerns(two_halves: Path) -> None:
    guidance = asking(two_halves, 0.3, rules=(Rule(SKY, gate=0.7),)).guidance
    assert Guidance.from_dict(json.loads(json.dumps(guidance.to_dict()))) == guidance
    assert heeded(guidance, GUIDED.takes).settings.gate == 0.3
    assert heeded(replace(guidance, references=()), GUIDED.takes) == Guidance()
    assert asked_for(heeded(guidance, GUIDED.takes), (8, 8))[0].gate == 0.3


def test_an_older_guidance_without_gates_still_opens() -> None:
    old = {"what": "guidance", "version": 1, "references": [{"path": "a.png", "weight": 0.5}], "settings": {"seed": 2}}
    assert Guidance.from_dict(old) == Guidance(references=(Reference("a.png", 0.5),), settings=Settings(seed=2))


def test_tokens_weigh_as_the_gate_says_and_at_its_ends_one_kind_is_left_out() -> None:
    pieces, swatches = np.zeros((4, 8), np.float32), np.ones((2, 8), np.float32)
    pieces[:, -3], swatches[:, -3] = 1, (1.5, 0.5)
    assert np.array_equal(gated(pieces, swatches, 1.0, 1.0), pieces)
    assert np.array_equal(gated(pieces, swatches, 0.5, 0.0)[:, -3], np.float32([0.75, 0.25]))
    between = gated(pieces, swatches, 1.0, 0.25)
    assert np.allclose(between[:, -3], [0.25] * 4 + [1.125, 0.375]) and pieces[0, -3] == 1


def test_at_one_colours_are_those_without_a_gate_and_at_nought_others(engine: Engine, samples) -> None:
    path = samples["rocket"]
    plain = engine.colorize(replace(asking(path), guidance=replace(asking(path).guidance, settings=Settings()))).chroma
    assert np.array_equal(engine.colorize(asking(path, 1.0)).chroma, plain)
    steps = [engine.colorize(asking(path, gate)).chroma for gate in (1.0, 0.5, 0.0)]
    assert all(np.abs(one - other).mean() > 0.3 for one, other in zip(steps, steps[1:]))


def test_a_label_may_have_a_gate_of_its_own_and_no_other_moves(engine: Engine, samples) -> None:
    path = samples["rocket"]
    plain, overall = (engine.colorize(asking(path, gate)).chroma for gate in (1.0, 0.0))
    mixed = engine.colorize(asking(path, 1.0, rules=(Rule(SKY, gate=0.0),))).chroma
    assert np.array_equal(mixed[:, 56:], plain[:, 56:]) and np.allclose(mixed[:, :40], overall[:, :40], atol=1e-3)


@pytest.mark.parametrize("colorizer", ["guided", "statistics", "transport"])
def test_a_region_bound_to_a_label_moves_that_label_and_no_other(
    engine: Engine, two_halves: Path, colorizer: str
) -> None:
    path, bare = str(two_halves), request_for(64, 96, labels=asking(two_halves).guidance.labels.array)
    bare = replace(bare, colorizer=colorizer)

    def with_rules(*rules: Rule) -> np.ndarray:
        return engine.colorize(replace(bare, guidance=replace(bare.guidance, rules=rules))).chroma

    before = with_rules()
    red = with_rules(Rule(SKY, reference=path, region=LEFT))
    blue = with_rules(Rule(SKY, reference=path, region=RIGHT))
    assert np.array_equal(red[:, 56:], before[:, 56:]) and np.array_equal(blue[:, 56:], before[:, 56:])
    assert red[:, :40, 1].mean() > blue[:, :40, 1].mean() + 15, "red has more of b* than blue"


def test_a_graft_colours_its_region_of_the_photo_and_nothing_else(engine: Engine, two_halves: Path) -> None:
    place = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.6), (0.1, 0.6))
    bare = request_for(64, 96, labels=asking(two_halves).guidance.labels.array)
    bare = replace(bare, colorizer="transport")
    graft = Graft(place, str(two_halves), LEFT)
    asked = replace(bare, guidance=replace(bare.guidance, grafts=(graft,)))
    before, after = engine.colorize(bare).chroma, engine.colorize(asked).chroma
    inside = region_mask(place, (64, 96))
    far = cv2.dilate(inside.astype(np.uint8), np.ones((15, 15))) == 0
    assert np.array_equal(after[far], before[far]) and after[24, 24, 1] > before[24, 24, 1] + 10
    found = gate_map(engine, replace(asked, colorizer="guided"), never)
    assert found.match[~inside].max() == 0 < found.match[inside].mean()


@pytest.mark.skipif(not (WEIGHTS / "gray2color.safetensors").is_file(), reason="its weights are not bundled")
def test_gray2colornet_has_its_own_gate_scaled_and_it_can_be_seen(engine: Engine, samples) -> None:
    path = samples["rocket"]
    full, half = (gate_map(engine, asking(path, gate, "gray2color"), never) for gate in (1.0, 0.5))
    assert full.match.shape == (64, 96) and 0 < full.match.max() <= 1
    assert np.allclose(half.match, full.match / 2, atol=1e-4)
    assert np.allclose(half.match + half.overall, 1, atol=1e-5)
    colours = [engine.colorize(asking(path, gate, "gray2color")).chroma for gate in (1.0, 0.0)]
    assert np.abs(colours[0] - colours[1]).mean() > 0.1


def test_the_map_tells_match_from_overall_from_the_networks_own(engine: Engine, samples) -> None:
    match, both, overall = (gate_map(engine, asking(samples["rocket"], gate), never) for gate in (1.0, 0.5, 0.0))
    assert match.overall.max() == 0 and overall.match.max() == 0
    assert match.match.mean() > 0.05 and overall.overall.mean() > 0.05
    assert both.match.mean() > 0 < both.overall.mean() and (both.match + both.overall).max() <= 1.001
    assert match.picture().shape == (64, 96, 3)
    one = replace(match, match=np.ones((2, 2), np.float32), overall=np.zeros((2, 2), np.float32))
    other = replace(one, match=one.overall, overall=one.match)
    assert (one.picture() == MATCH_RGB).all() and (other.picture() == OVERALL_RGB).all()


def test_the_map_of_a_label_with_its_own_gate_is_its_own(engine: Engine, samples) -> None:
    found = gate_map(engine, asking(samples["rocket"], 1.0, rules=(Rule(SKY, gate=0.0),)), never)
    assert found.overall[:, 52:].max() == 0 and found.overall[:, :44].mean() > 0.05 and found.match[:, :44].max() == 0


def test_without_a_reference_there_is_no_map_and_without_a_gate_a_sentence(engine: Engine, two_halves: Path) -> None:
    assert gate_map(engine, request_for(64, 96, labels=np.full((64, 96), SKY)), never) is None
    with pytest.raises(CheckpointError, match="no gate"):
        gate_map(engine, asking(two_halves, 1.0, "transport"), never)


def test_tokens_of_a_region_are_its_own_and_have_its_colours() -> None:
    lab = np.zeros((64, 96, 3), np.float32)
    lab[:, :40], lab[:, 40:] = (50, 60, 0), (50, 0, -60)
    tokens = np.zeros((4 * 6, 10), np.float32)
    tokens[:, 0] = np.arange(24)
    mask = np.zeros((64, 96), bool)
    mask[:, :40] = True
    kept = tokens_inside(tokens, lab, mask)
    assert kept[:, 0].tolist() == [column + 6 * row for row in range(4) for column in range(3)]
    assert np.allclose(kept[:, -5] * 50, 60) and np.allclose(kept[:, -4], 0)
    dot = np.zeros((64, 96), bool)
    dot[1, 1] = True
    assert len(tokens_inside(tokens, lab, dot)) == 1 and cells_inside(~np.ones((64, 96), bool))[0].sum() == 0


def test_main_colours_are_those_of_the_mask() -> None:
    lab = np.zeros((64, 96, 3), np.float32)
    lab[:, :40], lab[:, 40:] = (50, 60, 30), (50, 10, -50)
    colours, shares = main_colours(lab, np.broadcast_to(np.arange(96) < 40, (64, 96)))
    assert np.allclose(colours[0], (50, 60, 30), atol=2) and shares[0] > 0.99


def test_a_region_has_one_pixel_at_least_and_keeps_its_arrays(two_halves: Path) -> None:
    assert region_mask(((0.5, 0.5), (0.5, 0.5), (0.5, 0.5)), (10, 10)).sum() == 1
    assert region_mask(LEFT, (10, 10)).sum() == pytest.approx(50, abs=10)
    one, other = (reference_seen(Reference(str(two_halves), region=LEFT)) for _ in range(2))
    assert one[0] is other[0] and one[1] is other[1] and one[1].any() and not one[1].all()


def test_references_of_every_kind_are_sensible_or_one_sentence(engine: Engine, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)

    def ask(name: str, pixels: np.ndarray, colorizer: str) -> tuple[np.ndarray, tuple[str, ...]]:
        path = tmp_path / f"{name}.png"
        cv2.imwrite(str(path), pixels)
        answer = engine.colorize(asking(path, 0.5, colorizer))
        return answer.chroma, answer.notes

    red = np.full((90, 90, 3), (40, 40, 200), np.uint8)
    shapes = {"tiny": red[:3, :2], "tall": red[:, :10], "large": np.repeat(red, 20, 1)}
    see_through = np.dstack([rng.integers(0, 255, (90, 90, 3)).astype(np.uint8), np.zeros((90, 90), np.uint8)])
    see_through[:45, :, :3], see_through[:45, :, 3] = (40, 40, 200), 255
    for colorizer in ("guided", *BASELINES):
        for name, pixels in {**shapes, "alpha": see_through}.items():
            chroma, notes = ask(name, pixels, colorizer)
            assert np.isfinite(chroma).all() and not notes, (colorizer, name)
            if colorizer in BASELINES:
                assert np.allclose(chroma.mean((0, 1)), chroma[0, 0], atol=12), (colorizer, name)
        chroma, notes = ask("grey", np.full((40, 40, 3), 120, np.uint8), colorizer)
        assert any("no colours to lend" in note and "left out" in note for note in notes) and np.isfinite(chroma).all()
    with pytest.raises(PhotoError, match="transparent all over"):
        clear = np.dstack([red, np.zeros((90, 90), np.uint8)])
        cv2.imwrite(str(tmp_path / "clear.png"), clear)
        reference_seen(Reference(str(tmp_path / "clear.png")))


def test_a_large_reference_is_read_once_and_costs_no_more_than_a_small_one(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.jpg"
    cv2.imwrite(str(path), np.full((4000, 6000, 3), (40, 40, 200), np.uint8))
    first = engine.colorize(asking(path)).chroma
    lab, _ = reference_seen(Reference(str(path)))
    assert max(lab.shape[:2]) <= 256
    monkeypatch.setattr("core.photo.load_photo", None)  # reading it again would fail
    assert not np.array_equal(engine.colorize(asking(path, 0.5)).chroma, first)
    assert len(engine._models.colorizer("guided").pieces(lab)[1]) <= 256


def test_a_label_keeps_its_reference_when_the_photo_does_without(engine: Engine, two_halves: Path) -> None:
    rules = (Rule(SKY, reference=str(two_halves), region=LEFT),)
    off, gone = asking(two_halves, rules=rules, weight=0.0), asking(two_halves, weight=0.0)
    assert np.abs(engine.colorize(off).chroma - engine.colorize(gone).chroma).mean() > 1


def test_the_command_line_takes_a_share_and_nothing_else(capsys) -> None:
    parser = argparse.ArgumentParser()
    add_reference_options(parser)
    assert parser.parse_args(["--gate", "0.25"]).gate == 0.25 and parser.parse_args([]).gate is None
    for wrong in ("2", "-0.1", "nan", "much"):
        with pytest.raises(SystemExit):
            parser.parse_args([f"--gate={wrong}"])
    assert "no number from 0 to 1" in capsys.readouterr().err


def test_a_gate_without_a_batch_is_usage(capsys) -> None:
    with pytest.raises(SystemExit):
        cli.parse(["--gate", "0.5"])
    assert "--gate needs --batch" in capsys.readouterr().err


def test_a_batch_hears_the_gate(tmp_path: Path, samples) -> None:
    for told, gate in ((("--gate", "0.25"), 0.25), ((), 1.0)):
        options = ["--batch", "--imgs", samples["coffee"], "--out", tmp_path, "--device", "cpu", "--reference",
                   samples["rocket"], *told]  # fmt: skip
        job, _ = cli._prepare(cli.parse([str(part) for part in options]))
        assert job.recipe.settings.gate == gate and job.references[0].path == str(samples["rocket"])


def test_colorizers_say_their_limits_in_a_line() -> None:
    for info in (*BASELINES.values(), COMPACT["gray2color"], COMPACT["scft"]):
        assert info.note and "\n" not in info.note
