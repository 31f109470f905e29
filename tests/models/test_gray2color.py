"""Gray2ColorNet: the original's shapes and answers; histogram, gate, any size, bounded memory."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
import torch

from models import gray2color
from models.errors import ModelError
from models.gray2color import fit_reference, soft_histogram
from tests.models.golden import answers, filled, normal, outline, picture, relative_error


@pytest.fixture(scope="module")
def compact():
    return filled(outline("gray2color", width=0.125))


def inputs(size=(64, 64)):
    histogram = np.abs(normal("histogram", (1, 441, 1, 1)))
    return (
        picture("target", (1, 1, *size), -1, 1),
        torch.from_numpy(histogram / histogram.sum()),
        picture("reference-l", (1, 1, 128, 128), -1, 1),
        picture("reference-ab", (1, 2, 128, 128), -1, 1),
    )


def test_published_count_and_the_shapes_that_tell_it_apart():
    state = outline("gray2color").state_dict()
    assert len(state) == 122 and sum(value.numel() for value in state.values()) == 53_057_711
    assert state["conf_feature.fc1.0.weight"].shape == (1024, 4096, 1)
    assert state["global_network.model_3.0.weight"].shape == (128, 512, 1, 1)
    assert state["model8up.0.weight"].shape == (512, 256, 4, 4)
    assert state["resblock2_3.conv_block.3.bias"].shape == (128,)


def test_answers_as_the_original():
    expected = answers("gray2color")
    with torch.inference_mode():
        outputs = filled(outline("gray2color", published=True))(*inputs())
    assert len(outputs) == 5
    for i, output in enumerate(outputs):
        assert relative_error(output, expected[f"out{i}"]) < 1e-3


def dense_histogram(ab: torch.Tensor) -> torch.Tensor:
    """The formula as written down: every pixel against every bin."""
    centres = torch.linspace(-1, 1, 21)
    votes = [(0.1 - (ab[:, i].flatten(1)[:, :, None] - centres).abs()).clamp_min(0) * 10 for i in (0, 1)]
    return torch.einsum("npa,npb->nab", *votes).flatten(1)[:, :, None, None] / ab[0, 0].numel()


def test_the_histogram_is_the_dense_formulas():
    inside = torch.rand(2, 2, 9, 7) * 2 - 1
    assert torch.allclose(soft_histogram(inside), dense_histogram(inside), atol=1e-5)
    assert torch.allclose(soft_histogram(inside).sum(1), torch.ones(2, 1, 1), atol=1e-5)
    outside = torch.rand(1, 2, 9, 7) * 3 - 1.5
    assert torch.allclose(soft_histogram(outside), dense_histogram(outside), atol=1e-5)


def test_the_histogram_of_one_colour_is_one_bin():
    ab = torch.stack([torch.full((4, 4), -1.0), torch.full((4, 4), 0.5)])[None]
    assert soft_histogram(ab)[0, 15, 0, 0].item() == pytest.approx(1)  # a slow: bin 0 of a, 15 of b


def test_a_gradient_goes_through_the_histogram():
    ab = (torch.rand(1, 2, 3, 3) * 1.8 - 0.9).requires_grad_()
    soft_histogram(ab)[0, 200].sum().backward()
    assert ab.grad.isfinite().all()


@pytest.mark.parametrize("size", [(30, 200), (500, 100), (1, 1), (128, 128), (3, 400)])
def test_references_are_fitted_without_squashing(size):
    y, x = torch.meshgrid(torch.arange(size[0]), torch.arange(size[1]), indexing="ij")
    square = fit_reference(torch.stack([y, x])[None].float())
    assert square.shape == (1, 2, 128, 128)
    if min(size) > 10:
        steps = [square[0, 0, 5, 5] - square[0, 0, 4, 5], square[0, 1, 5, 5] - square[0, 1, 5, 4]]
        assert steps[0].item() == pytest.approx(steps[1].item(), rel=0.05)


def test_the_gate_can_be_forced_and_blended(compact):
    with torch.inference_mode():
        learned = compact(*inputs())
        match, overall = (compact(*inputs(), gate=g) for g in (1.0, 0.0))
        unblended = compact(*inputs(), gate=1.0, blend=0.0)
        between = compact(*inputs(), gate=1.0, blend=0.5)
    assert (match[4] == 1).all() and (overall[4] == 0).all()
    assert not torch.allclose(match[2], overall[2], atol=1e-3)
    assert all(torch.allclose(a, b) for a, b in zip(unblended, learned, strict=True))
    assert torch.allclose(between[4], 0.5 + learned[4] / 2)


def test_with_the_gate_shut_only_the_histogram_counts(compact):
    target, histogram, reference_l, reference_ab = inputs()
    with torch.inference_mode():
        first = compact(target, histogram, reference_l, reference_ab, gate=0.0)[2]
        other = compact(target, histogram, -reference_l, -reference_ab, gate=0.0)[2]
        opened = compact(target, histogram, -reference_l, -reference_ab, gate=1.0)[2]
    assert torch.equal(first, other) and not torch.equal(first, opened)


def test_bands_give_what_the_whole_gives(compact, monkeypatch):
    exact, given = deepcopy(compact).double(), [x.double() for x in inputs((48, 72))]
    with torch.inference_mode():
        whole = exact(*given)  # 24 x 36 positions: one band
        monkeypatch.setattr(gray2color, "BAND", 40)
        banded = exact(*given)
    assert all(torch.allclose(a, b, rtol=0, atol=1e-12) for a, b in zip(banded, whole, strict=True))


def test_the_correlation_is_never_held_whole(compact, monkeypatch):
    seen = []
    softmax = torch.softmax
    monkeypatch.setattr(torch, "softmax", lambda x, dim: seen.append(x.numel()) or softmax(x, dim))
    with torch.inference_mode():
        compact(*inputs((128, 192)))
    assert max(seen) <= 4096 * gray2color.BAND and sum(seen) == 4096 * 64 * 96


def test_a_gradient_goes_through_the_whole_network():
    net = filled(outline("gray2color", width=0.125)).train()
    outputs = net(*inputs((16, 24)))
    sum(output.square().mean() for output in outputs).backward()
    assert all(
        parameter.grad is not None and parameter.grad.isfinite().all() for parameter in net.parameters()
    )


@pytest.mark.parametrize("size", [(1, 1), (37, 50), (8, 90)])
def test_any_target_and_any_reference_go_through(compact, size):
    with torch.inference_mode():
        ab, gate = compact.colorize(
            picture("t", (1, 1, *size), -1, 1), torch.zeros(1, 1, 70, 33), torch.zeros(1, 2, 70, 33), gate=0.5
        )
    assert ab.shape == (1, 2, *size) and ab.isfinite().all()
    assert gate.shape == (1, 1, -(-size[0] // 2), -(-size[1] // 2))


def test_wrong_sizes_are_a_sentence(compact):
    target, histogram, reference_l, reference_ab = inputs()
    with pytest.raises(ModelError, match="multiples of 8, not 60x64"):
        compact(target[:, :, :60], histogram, reference_l, reference_ab)
    with pytest.raises(ModelError, match="references of 128x128, not 128x96"):
        compact(target, histogram, reference_l[..., :96], reference_ab[..., :96])
