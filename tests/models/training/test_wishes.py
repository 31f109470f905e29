"""Guidance made for training: what is asked is what is right."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.guided_decoder import Sharpen
from models.training.data import DataError, load_photos
from models.training.export import export_guided
from models.training.guided import GuidedTask, draw_weights
from models.training.guided_ways import GIVEN, guided_ways
from models.training.loop import Run
from models.training.pairs import Pairs
from models.training.wishes import SWATCHES, ask, lent, palette, spots, tokens_of, turned
from tests.models.tiny import RECIPE, tiny_net, write_shard

ALL = {"palette": 1.0, "hints": 1.0, "reference": 1.0, "turned": 0.0}


@pytest.fixture
def photos(tmp_path):
    return load_photos(write_shard(tmp_path / "packs"), tmp_path / "cache")


def asked(photos, odds: dict, seed: int = 0):
    train = photos.split("train")
    pairs = Pairs(train, {"self": 1.0})
    return ask(train, pairs, None, draw_weights(train, {}), odds, 3, 64, np.random.default_rng(seed))


def test_what_is_not_asked_is_empty(photos):
    batch = asked(photos, dict.fromkeys(ALL, 0.0))
    assert not batch.hints.any() and not batch.swatches.any() and not len(batch.has_reference)
    tokens = tokens_of(batch, np.zeros((0, 24, 6, 6), np.float32), 24)
    assert not tokens[..., -1].any(), "no token counts"


def test_all_wishes_carry_the_right_colours(photos):
    batch = asked(photos, ALL)
    assert batch.has_reference.tolist() == [0, 1, 2]
    true = batch.ab.astype(np.float32) - 128
    for n in range(3):
        counted = batch.swatches[n][batch.swatches[n][:, 4] > 0]
        near = np.linalg.norm(true[n].reshape(-1, 1, 2) - counted[None, :, 1:3] * 50, axis=2).min(1)
        assert np.median(near) < 25, "the palette is the photo's"
        where = batch.hints[n, 2] > 0
        wished = batch.hints[n, :2, where] * 50
        there = true[n].reshape(16, 4, 16, 4, 2).mean((1, 3))[where]
        assert np.median(np.abs(wished - there)) < 12
    tokens = tokens_of(batch, np.ones((3, 24, 6, 6), np.float32), 24)
    assert tokens[:, SWATCHES:, -1].all() and not tokens[:, SWATCHES:, -2].any()
    assert np.allclose(tokens[:, SWATCHES:, 25:27].reshape(3, 6, 6, 2), batch.reference_ab / 50)


def test_turned_hues_keep_their_chroma_and_come_back(photos):
    ab = np.random.default_rng(1).uniform(-60, 60, (5, 7, 2)).astype(np.float32)
    assert np.allclose(np.hypot(*turned(ab, 1.3).T), np.hypot(*ab.T), atol=1e-3)
    assert np.allclose(turned(turned(ab, 1.3), -1.3), ab, atol=1e-3)
    assert np.allclose(turned(np.float32([[10, 0]]), np.pi / 2), [[0, 10]], atol=1e-4)


def test_a_turned_truth_turns_with_its_wishes(photos):
    plain, other = asked(photos, ALL, 3), asked(photos, ALL | {"turned": 1.0}, 3)
    assert not np.array_equal(plain.ab, other.ab)
    true = other.ab.astype(np.float32) - 128
    for n in range(3):
        where = other.hints[n, 2] > 0
        there = true[n].reshape(16, 4, 16, 4, 2).mean((1, 3))[where]
        assert np.median(np.abs(other.hints[n, :2, where] * 50 - there)) < 12


def test_a_reference_lends_each_label_its_mean_and_no_other():
    mine, theirs = np.zeros((20, 20), np.uint8), np.zeros((10, 10), np.uint8)
    mine[10:], theirs[:5] = 7, 7
    theirs[5:] = 9
    ab = np.zeros((20, 20, 2), np.float32)
    their_ab = np.zeros((10, 10, 2), np.float32)
    their_ab[:5] = 30, -20
    out = lent(ab, mine, their_ab, theirs)
    assert np.allclose(out[10:], (30, -20)) and not out[:10].any()


def test_palettes_have_one_to_ten_colours_and_weights_of_one_on_the_average():
    rng = np.random.default_rng(2)
    L, ab = rng.uniform(0, 100, (24, 24)), rng.uniform(-50, 50, (24, 24, 2)).astype(np.float32)
    for _ in range(12):
        found = palette(L, ab, rng)
        counts = found[:, 4] > 0
        assert 1 <= counts.sum() <= SWATCHES and not found[~counts].any()
        assert found[counts, 3].mean() == pytest.approx(1, abs=0.05)


def test_hints_lie_inside_and_are_few_or_many():
    found = [spots(np.full((64, 64, 2), 20, np.float32), np.random.default_rng(i)) for i in range(20)]
    sizes = [int(f[2].sum()) for f in found]
    assert min(sizes) >= 1 and max(sizes) > 20
    assert all(np.allclose(f[:2, f[2] > 0], 0.4) and not f[:2, f[2] == 0].any() for f in found)


def test_sharpening_keeps_a_flat_colour_and_stays_among_its_neighbours():
    torch.manual_seed(0)
    shares = torch.softmax(torch.randn(1, 9, 4, 5, 6), 1)
    flat = torch.full((1, 2, 5, 6), 7.0)
    assert torch.allclose(Sharpen.mix(shares, flat), torch.full((1, 2, 10, 12), 7.0), atol=1e-4)
    ab = torch.randn(1, 2, 5, 6)
    fine = Sharpen.mix(shares, ab)
    assert fine.shape == (1, 2, 10, 12) and fine.abs().max() <= ab.abs().max()
    first = torch.zeros(1, 9, 4, 5, 6)
    first[:, 4] = 1
    assert torch.equal(Sharpen.mix(first, ab), ab.repeat_interleave(2, 2).repeat_interleave(2, 3))


def test_a_decoder_is_trained_on_the_bundled_encoder_which_stays_as_it_is(photos, tmp_path):
    bundled = tmp_path / "bundled.safetensors"
    export_guided(tiny_net(), bundled, {})
    task = GuidedTask(RECIPE | {"start_from": str(bundled)}, photos)
    before = {k: v.clone() for k, v in task.net.state_dict().items()}
    Run(task, RECIPE, tmp_path / "run").train()
    after = task.net.state_dict()
    assert all(torch.equal(after[k], before[k]) for k in before if k.startswith(("encoder.", "labels.")))
    assert not torch.equal(after["decoder.bins.weight"], before["decoder.bins.weight"])
    with pytest.raises(DataError, match="missing"):
        GuidedTask(RECIPE | {"start_from": str(tmp_path / "none")}, photos)


def test_every_kind_of_guidance_is_judged(photos, tmp_path):
    from models.runtime import torch_runner

    ways = guided_ways(torch_runner(tiny_net()))
    assert ways.keys() == GIVEN.keys()
    answers = {name: way(photos[0], np.random.default_rng(0)).ab for name, way in ways.items()}
    assert all(ab.shape == (64, 80, 2) and np.isfinite(ab).all() for ab in answers.values())
    for name in ("palette", "reference", "hints", "true labels"):
        assert not np.array_equal(answers[f"guided, {name}"], answers["guided, automatic"]), name
