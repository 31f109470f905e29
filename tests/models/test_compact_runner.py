"""The five systems with compact weights: any size, their own guidance and no other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models import registry, weights
from models.compact_runner import GUIDED_BY, NETWORKS, open_compact
from models.errors import ModelError

WIDTH = {"semantic": 0.125, "palettenet": 0.0625, "cys_color": 0.125, "gray2color": 0.125, "scft": 0.0625}

LOUD = {"scft": 3}  # untrained, its answer is too faint to differ


@pytest.fixture(scope="module")
def runners(tmp_path_factory):
    folder, opened = tmp_path_factory.mktemp("weights"), {}
    for name, network in NETWORKS.items():
        torch.manual_seed(1)
        net = registry.create(network, published=False, width=WIDTH[name])
        for weight in net.parameters():
            weight.data.mul_(LOUD.get(name, 1))
        state = {k: v.half() if v.is_floating_point() else v for k, v in net.state_dict().items()}
        weights.save(state, folder / f"{name}.safetensors", {"published": False})
        opened[name] = open_compact(name, "cpu", folder / f"{name}.safetensors")
    return opened


def scene(height: int, width: int) -> dict:
    rng = np.random.default_rng(height)
    return {
        "luminance": rng.uniform(0, 100, (height, width)).astype(np.float32),
        "labels": rng.integers(0, 60, (height, width)).astype(np.uint8),
        "palette": np.float32([[30, 20, 10], [60, -20, 30], [80, 5, -30]]),
        "reference": rng.uniform(-30, 90, (40, 70, 3)).astype(np.float32),
    }


@pytest.mark.parametrize("name", GUIDED_BY)
@pytest.mark.parametrize("size", [(64, 96), (37, 51), (1, 1)])
def test_any_size_is_coloured_at_its_own_size(runners, name, size):
    ab = runners[name].colorize(**scene(*size))
    assert ab.shape == (*size, 2) and ab.dtype == np.float32 and np.isfinite(ab).all()


@pytest.mark.parametrize(("name", "kind"), GUIDED_BY.items())
def test_a_system_listens_to_its_own_guidance_and_to_no_other(runners, name, kind):
    asked = scene(48, 64)
    other = scene(48, 64)
    other["labels"] = (asked["labels"] + 7) % 60
    other["palette"] = asked["palette"][:, [0, 2, 1]]
    other["reference"] = asked["reference"][:, :, [0, 2, 1]]
    before = runners[name].colorize(**asked)
    for changed in ("labels", "palette", "reference"):
        after = runners[name].colorize(**(asked | {changed: other[changed]}))
        assert np.array_equal(before, after) == (changed != kind), changed


@pytest.mark.parametrize("count", [1, 2, 10, 40])
@pytest.mark.parametrize("name", ["palettenet", "cys_color"])
def test_palettes_of_any_length_serve(runners, name, count):
    asked = scene(32, 32) | {"palette": np.random.default_rng(count).uniform(-40, 60, (count, 3)).astype(np.float32)}
    assert np.isfinite(runners[name].colorize(**asked)).all()


@pytest.mark.parametrize("name", ["palettenet", "cys_color", "gray2color", "scft"])
def test_what_guides_is_taken_from_the_fallback_or_asked_for(runners, name):
    asked = scene(48, 64) | {"palette": None, "reference": None}
    answers = [
        runners[name].colorize(**asked, fallback=lambda ab=ab: np.full((48, 64, 2), ab, np.float32)) for ab in (-30, 40)
    ]
    assert not np.array_equal(*answers)
    with pytest.raises(ModelError, match=GUIDED_BY[name]):
        runners[name].colorize(**asked)


def test_scft_paints_sketches_light_and_all(runners):
    asked = scene(40, 64)
    chroma = runners["scft"].colorize(**asked)
    light = runners["scft"].light
    assert light.shape == chroma.shape[:2] and light.dtype == np.float32 and np.ptp(light) > 0
    dark = asked | {"reference": asked["reference"] * np.float32([0.2, 1, 1])}
    runners["scft"].colorize(**dark)
    assert not np.array_equal(runners["scft"].light, light)
