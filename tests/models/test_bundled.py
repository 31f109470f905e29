"""The weights in the repository: whole, small enough, and what they make of a photo everyone knows."""

from __future__ import annotations

import numpy as np
import pytest

from core.fetch import catalog, path_of, verify
from core.photo import load_photo
from models.runtime import Runner, open_guided
from models.weights import read_card

SKY, GRASS, PERSON, WATER = 50, 36, 15, 57
BUNDLED = [weights for weights in catalog() if weights.bundled]


@pytest.fixture(scope="module")
def runner() -> Runner:
    return open_guided("cpu")


@pytest.fixture(scope="module")
def camera(samples) -> np.ndarray:
    """L* of a man with a camera on a lawn under a wide sky, 256 x 256."""
    return np.ascontiguousarray(load_photo(samples["camera"]).small_luminance(256))


@pytest.mark.parametrize("weights", BUNDLED, ids=[w.name for w in BUNDLED])
def test_every_bundled_file_is_the_one_the_catalogue_names(weights):
    verify(weights, path_of(weights))


def test_all_bundled_files_together_keep_the_budget():
    folder = path_of(BUNDLED[0]).parent
    assert sum(p.stat().st_size for p in folder.iterdir()) < 24 * 2**20


def test_the_card_says_where_the_weights_come_from_and_how_good_they_are():
    card = read_card(path_of(next(w for w in BUNDLED if w.name == "guided")))
    assert card["command"].startswith("python -m models.training") and "non-commercial" in card["licence"]
    automatic, told = card["test"]["guided, automatic"], card["test"]["guided, true labels"]
    assert automatic["of_grey"] <= 1 and automatic["vivid"] >= 0.45
    assert told["of_grey"] <= 0.9 and told["vivid"] >= 0.55


def test_sky_lawn_and_man_are_seen_and_coloured(runner, camera):
    seen = runner.encode(camera)
    share = runner.segment(seen)
    labels, sure = share.argmax(0).astype(np.uint8), share.max(0)
    ab, _ = runner.colorize(seen, labels, sure)
    sky, lawn, man = np.s_[5:60, 5:80], np.s_[180:250, 200:250], np.s_[120:160, 60:90]
    for region, label in ((sky, SKY), (lawn, GRASS), (man, PERSON)):
        assert (labels[region] == label).mean() > 0.7
    assert ab[sky][..., 1].mean() < -5, "the sky is blue"
    assert ab[lawn][..., 1].mean() > 8 and ab[lawn][..., 0].mean() < -2, "the lawn is green"


def test_a_repainted_label_visibly_changes_the_colour_there_and_little_elsewhere(runner, camera):
    seen = runner.encode(camera)
    share = runner.segment(seen)
    labels, sure = share.argmax(0).astype(np.uint8), share.max(0)
    before, _ = runner.colorize(seen, labels, sure)
    edited, certain = labels.copy(), sure.copy()
    edited[180:256, 160:256], certain[180:256, 160:256] = WATER, 1
    after, _ = runner.colorize(seen, edited, certain)
    moved = np.hypot(*(after - before).transpose(2, 0, 1))
    assert moved[190:246, 170:246].mean() > 10, "lawn became water"
    assert moved[:100].mean() < 1
