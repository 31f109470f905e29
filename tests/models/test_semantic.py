"""ColorNet: the original's names, shapes and answers; compact forms; sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models import registry
from models.errors import ModelError
from models.semantic import ColorNet
from tests.models.golden import answers, filled, normal, outline, picture, relative_error

LEVELS = (1, 32, 64, 128, 256, 512, 512)


def expected_shapes() -> dict[str, tuple[int, ...]]:
    """Names and shapes as the specification's table derives them."""
    shapes = {}
    for level in range(1, 7):
        shapes[f"enc{level}.conv1.weight"] = (LEVELS[level], LEVELS[level - 1], 3, 3)
        shapes[f"enc{level}.conv2.weight"] = (LEVELS[level], LEVELS[level], 3, 3)
    for step in range(1, 6):
        wide, narrow = 2 * LEVELS[7 - step], 2 * LEVELS[6 - step]
        shapes[f"dec{step}.conv1.weight"] = (wide, narrow, 3, 3)  # transposed: inputs first
        shapes[f"dec{step}.conv2.weight"] = (narrow, narrow, 3, 3)
    return shapes | {"final_conv.weight": (2, 64, 3, 3)}


def test_published_names_shapes_and_count():
    net = outline("colornet")
    assert {key: tuple(value.shape) for key, value in net.state_dict().items()} == expected_shapes()
    assert sum(value.numel() for value in net.parameters()) == 37_704_096


def test_answers_as_the_original():
    expected = answers("colornet")["ab"]
    gray = picture("gray", (1, 1, 64, 96), -1, 1)
    ids = (normal("labels", (1, 1, 64, 96)) * 20).astype(int) % 60
    labels = (torch.from_numpy(ids.astype(np.float32)) / 59 - 0.5) / 0.5
    with torch.inference_mode():
        ab = filled(outline("colornet", published=True))(gray, labels)
    assert relative_error(ab, expected) < 1e-4


def test_width_scales_channels_and_is_read_back_from_the_weights():
    net = registry.create("colornet", width=0.25)
    assert net.enc1.conv1.weight.shape[0] == 8
    again = registry.from_state_dict(net.state_dict())
    assert type(again) is type(net)
    assert all(torch.equal(again.state_dict()[key], value) for key, value in net.state_dict().items())


def answer_and_before_its_activation(net: ColorNet, gray: torch.Tensor, labels: torch.Tensor):
    seen = []
    net.final_conv.register_forward_hook(lambda module, inputs, output: seen.append(output))
    with torch.inference_mode():
        return net.eval()(gray, labels), seen[0]


def test_the_corrected_form_gives_the_negative_half_its_full_range():
    gray, labels = torch.randn(1, 1, 64, 64), torch.zeros(1, 1, 64, 64)
    answer, before = answer_and_before_its_activation(ColorNet.scaled(0.125), gray, labels)
    assert (before < 0).any() and torch.allclose(answer, torch.where(before < 0, 0.1 * before, before))
    answer, before = answer_and_before_its_activation(ColorNet.scaled(0.125, published=False), gray, labels)
    assert torch.equal(answer, before)


def test_the_corrected_form_knows_labels_as_things_and_light_as_it_is():
    net = ColorNet.scaled(0.125, published=False).eval()
    gray = torch.rand(1, 1, 64, 64) - 0.5
    plane = torch.full((1, 1, 64, 64), 2 * 7 / 59 - 1)
    with torch.inference_mode():
        answer = net(gray, plane)
        net.label_vectors.weight[8] = net.label_vectors.weight[7]
        assert torch.equal(net(gray, torch.full_like(plane, 2 * 8 / 59 - 1)), answer), "a label is its vector"
        assert not torch.allclose(net(gray + 0.3, plane), answer, atol=1e-3), "brighter is not the same"


@pytest.mark.parametrize("size", [(32, 32), (350, 352), (64, 33)])
def test_a_size_it_cannot_halve_is_refused_with_a_sentence(size):
    net = registry.create("colornet", width=0.25)
    with pytest.raises(ModelError, match="multiples of 32"):
        net(torch.zeros(1, 1, *size), torch.zeros(1, 1, *size))
