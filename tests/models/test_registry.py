"""The registry: names, evidence, and no torch until a network is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from models import registry, weights
from models.errors import ModelError


def test_unknown_names_are_told_the_known_ones():
    with pytest.raises(ModelError, match="no network called 'colournet'; known are colornet, gridnet"):
        registry.create("colournet")


@pytest.mark.parametrize("name", registry.names())
def test_networks_are_recognised_and_remade_from_their_weights_alone(name):
    state = registry.create(name, published=False, width=0.25).state_dict()
    assert registry.recognise(state) == name
    again = registry.from_state_dict(state, published=False)
    assert not again.training
    assert again.state_dict().keys() == state.keys()
    assert all(torch.equal(again.state_dict()[key], value) for key, value in state.items())


def test_constants_of_a_converted_form_do_not_disturb():
    state = registry.create("guided", width=0.25).state_dict()
    registry.from_state_dict({**state, "graph.constants": torch.zeros(8)})
    del state["centers"]
    with pytest.raises(ModelError):
        registry.from_state_dict(state)


def test_strangers_are_not_recognised():
    with pytest.raises(ModelError, match="no network known here; they begin with fc.weight"):
        registry.recognise({"fc.weight": None})


def test_incomplete_weights_are_a_sentence():
    state = registry.create("colornet", width=0.25).state_dict()
    del state["enc3.conv2.weight"]
    with pytest.raises(ModelError, match="not hold all weights of ColorNet.*enc3.conv2.weight.*missing"):
        registry.from_state_dict(state)


def test_a_file_of_another_network_is_a_sentence(tmp_path):
    path = weights.save(registry.create("gridnet", width=0.5).state_dict(), tmp_path / "seg.safetensors")
    with pytest.raises(ModelError) as caught:
        registry.from_file(path, "colornet")
    assert str(caught.value) == (
        "seg.safetensors does not hold weights of ColorNet (Semantic-driven Colorization); "
        "it holds those of SegNet (GridNet segmentation)."
    )
    assert registry.from_file(path).rows == 5


def test_a_file_of_no_network_is_a_sentence(tmp_path):
    path = weights.save({"fc.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match=r"other\.safetensors does not hold weights of ColorNet.*fc\.weight"):
        registry.from_file(path, "colornet")


@pytest.mark.parametrize("width", [0, -1])
def test_an_impossible_width_is_a_sentence(width):
    with pytest.raises(ModelError, match="width must be above 0"):
        registry.create("gridnet", width=width)


def test_importing_the_light_modules_costs_no_torch():
    code = "import sys, models.registry, models.weights, models.published_runner; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
