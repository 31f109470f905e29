"""Bins, crops, losses, the loop: learning goes on where it stopped, and ends in a file that colours."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from models.runtime import open_guided
from models.training.augment import Prefetch, age, random_crop
from models.training.balance import be_cautious, bin_weights
from models.training.colorbins import histogram, make_bins
from models.training.commands import main, read_recipe, write_between
from models.training.data import DataError, load_photos
from models.training.export import add_to_card, export_guided
from models.training.guided import GuidedTask, half, told
from models.training.loop import Run, TrainingError
from models.training.scores import LabelScore, colorfulness, delta_e, psnr_ab
from models.training.wishes import ask
from models.weights import load_state, read_card
from tests.models.tiny import RECIPE, tiny_net, write_shard


@pytest.fixture
def photos(tmp_path):
    return load_photos(write_shard(tmp_path / "packs"), tmp_path / "cache")


def test_bins_vote_for_the_colour_they_hold_and_weigh_the_rare_more(photos):
    bins = make_bins(histogram(photos), 16, 0.5)
    votes = (bins.centers[bins.near] * bins.share[..., None]).sum(2)
    code = photos[0][10, 40, 1:3].astype(int)
    assert np.abs(votes[tuple(code)] - (code - 128)).max() < 8
    assert np.allclose(bins.share.sum(2), 1)
    common = bins.near[tuple(code)][0]
    assert bins.weights[common] < bins.weights.max()


def test_crops_keep_labels_whole_and_colour_where_it_was(photos):
    rng = np.random.default_rng(0)
    for _ in range(20):
        crop = random_crop(photos[0], 32, rng)
        assert crop.shape == (32, 32, 4) and set(np.unique(crop[..., 3])) <= {36, 50, 255}
    L = crop[..., 0].astype(np.float32) / 2.55
    aged = age(L, rng)
    assert aged.shape == L.shape and aged.min() >= 0 and aged.max() <= 100


def test_an_error_in_the_background_reaches_the_loop():
    ahead = Prefetch(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        next(ahead)
    ahead.close()


def test_half_size_chroma_is_the_mean_of_four():
    ab = np.array([[[10, 0], [20, 4]], [[30, 8], [41, 8]]], np.uint8)[None]
    assert half(ab).tolist() == [[[[25.25, 5]]]]


@pytest.mark.parametrize(("mode", "ids", "sure"), [("true", {50, 60}, {0.0, 1.0}), ("none", {60}, {0.0})])
def test_guidance_is_told_as_its_mode_says(mode, ids, sure):
    labels = torch.full((1, 8, 8), 50)
    labels[:, :, 4:] = 255
    odds = dict.fromkeys(("true_and_guess", "true", "guess", "none"), 0.0) | {mode: 1.0}
    said, how_sure = told(labels, torch.zeros(1, 60, 2, 2), odds, torch.tensor([False]), np.random.default_rng(0))
    assert set(said.unique().tolist()) == ids and set(how_sure.unique().tolist()) == sure


def test_guessed_labels_come_with_their_probability():
    logits = torch.zeros(1, 60, 2, 2)
    logits[:, 7] = 3.0
    odds = {"true_and_guess": 0.0, "true": 0.0, "guess": 1.0, "none": 0.0}
    said, sure = told(torch.full((1, 8, 8), 50), logits, odds, torch.tensor([False]), np.random.default_rng(0))
    assert (said == 7).all()
    assert torch.allclose(sure, logits.softmax(1).max() * 0.9)


def test_training_goes_on_from_a_checkpoint_to_the_same_numbers(photos, tmp_path):
    whole = Run(GuidedTask(RECIPE, photos), RECIPE, tmp_path / "whole")
    whole.task._next = calm(whole.task, photos)
    for _ in range(4):
        whole._step()
    first = Run(GuidedTask(RECIPE, photos), RECIPE, tmp_path / "halves")
    first.task._next = calm(first.task, photos)
    first._step(), first._step()
    first.save()
    second = Run(GuidedTask(RECIPE, photos), RECIPE, tmp_path / "halves")
    second.task._next = calm(second.task, photos)
    assert second.steps == 2
    second._step(), second._step()
    for (key, a), b in zip(
        whole.average.state_dict().items(), second.average.state_dict().values(), strict=True
    ):
        assert torch.equal(a, b), key


def calm(task, photos):
    """Batches without the thread, whose look-ahead is not part of a checkpoint."""
    odds = task.recipe["wishes"]
    return lambda batch, size, rng: ask(task.train, task._pairs, None, task.draw, odds, batch, size, rng)


def test_caution_takes_back_what_training_weighed_up(photos):
    task = GuidedTask(RECIPE, photos)
    weights = bin_weights(task.net, RECIPE, task.train)
    logits = torch.zeros(1, 16, 1, 1)
    before = task.net.answer(logits + task.net.decoder.bins.bias[None, :, None, None])[0]
    be_cautious(task.net, weights, 1.0)
    after = task.net.answer(logits + task.net.decoder.bins.bias[None, :, None, None])[0]
    common = task.net.centers[weights.argmin()]
    assert (after[0, :, 0, 0] - common).norm() < (before[0, :, 0, 0] - common).norm(), (
        "nearer to what is common"
    )
    scores = task.net.decoder.bins(torch.cat([torch.zeros(1, 16, 1, 1), torch.ones(1, 1, 1, 1)], 1))
    be_cautious(task.net, weights, 0.0, 0.5)
    bolder = task.net.decoder.bins(torch.cat([torch.zeros(1, 16, 1, 1), torch.ones(1, 1, 1, 1)], 1)) - scores
    assert torch.allclose(bolder[0, :, 0, 0], 0.5 * weights.log(), atol=1e-4), "only where a person said so"
    with pytest.raises(ValueError, match="not the photos"):
        task.net.centers += 3
        bin_weights(task.net, RECIPE, task.train)


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_state(photos, tmp_path):
    run = Run(GuidedTask(RECIPE, photos), RECIPE, tmp_path / "run")
    run._step()
    run.save()
    kept = (tmp_path / "run" / "checkpoint.pt").read_bytes()
    run.task.step = lambda *_: (torch.tensor(float("nan"), requires_grad=True), {})
    with pytest.raises(TrainingError, match="Lower learning_rate"):
        run.train()
    assert (tmp_path / "run" / "checkpoint.pt").read_bytes() == kept


def test_a_full_disk_keeps_the_checkpoint_before(photos, tmp_path, monkeypatch):
    run = Run(GuidedTask(RECIPE, photos), RECIPE, tmp_path / "run")
    run.save()
    kept = (tmp_path / "run" / "checkpoint.pt").read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match="No space left"):
        run.save()
    assert (tmp_path / "run" / "checkpoint.pt").read_bytes() == kept


def test_from_packs_to_a_bundled_file_by_the_command_line(tmp_path, capsys):
    packs, run, out = write_shard(tmp_path / "packs"), tmp_path / "run", tmp_path / "guided.safetensors"
    recipe = tmp_path / "tiny.toml"
    recipe.write_text("\n".join(toml_lines(RECIPE)))
    data = ["--packs", str(packs), "--cache", str(tmp_path / "cache")]
    assert main(["guided", *data, "--recipe", str(recipe), "--out", str(run)]) == 0
    assert {"losses.csv", "losses.png", "scores.csv", "recipe.json", "checkpoint.pt"} <= {
        p.name for p in run.iterdir()
    }
    assert list(run.glob("sheet-*.jpg"))
    assert main(["export", *data, "--run", str(run), "--out", str(out), "--caution", "0.4"]) == 0
    assert main(["evaluate", *data, "--split", "val", "--weights", str(out)]) == 0
    table = capsys.readouterr().out
    assert "| grey |" in table and "| guided, true labels |" in table
    assert read_card(out)["steps"] == 4 and read_card(out)["caution"] == 0.4


def toml_lines(recipe: dict) -> list[str]:
    plain = [f"{k} = {json.dumps(v)}" for k, v in recipe.items() if not isinstance(v, dict)]
    for name, table in ((k, v) for k, v in recipe.items() if isinstance(v, dict)):
        plain += [f"[{name}]", *(f"{k} = {json.dumps(v)}" for k, v in table.items())]
    return plain


def test_an_unreadable_recipe_and_a_missing_run_are_sentences(tmp_path, capsys):
    (tmp_path / "bad.toml").write_text("width = ")
    with pytest.raises(DataError, match=r"bad\.toml"):
        read_recipe(tmp_path / "bad.toml")
    packs = write_shard(tmp_path / "packs")
    assert (
        main(["export", "--packs", str(packs), "--cache", str(tmp_path / "c"), "--run", str(tmp_path / "no")])
        == 1
    )
    assert "holds no checkpoint" in capsys.readouterr().out


def test_a_card_takes_new_facts_and_the_weights_stay(tmp_path):
    path = tmp_path / "guided.safetensors"
    export_guided(tiny_net(), path, {"name": "guided"})
    before = load_state(path)
    add_to_card(path, test={"delta_e": 8.5})
    assert read_card(path) == {"name": "guided", "test": {"delta_e": 8.5}}
    assert all(torch.equal(a, b) for a, b in zip(before.values(), load_state(path).values(), strict=True))
    L = np.full((32, 32), 50, np.float32)
    runner = open_guided("cpu", path)
    assert np.isfinite(runner.colorize(runner.encode(L), np.zeros((32, 32), np.uint8))[0]).all()


def test_only_the_text_between_its_marks_is_replaced(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("top\n<!-- scores -->\nold\n<!-- /scores -->\nend\n")
    write_between(path, "scores", "new")
    assert path.read_text() == "top\n<!-- scores -->\nnew\n<!-- /scores -->\nend\n"


def test_scores_agree_with_hand_computed_values():
    L, zero = np.full((4, 4), 50.0), np.zeros((4, 4, 2))
    assert delta_e(L, zero, zero) == 0
    assert psnr_ab(zero + 25.5, zero) == pytest.approx(20.0)
    assert colorfulness(L, zero) == pytest.approx(0, abs=0.05)
    score = LabelScore(3)
    score.add(np.array([[0, 1], [1, 2]]), np.array([[0, 1], [2, 255]]))
    assert score.accuracy == pytest.approx(2 / 3)
    assert score.mean_iou(least=1) == pytest.approx((1 + 0.5 + 0) / 3)
