"""SegNet: the original's names, shapes and answers; compact forms; sizes."""

from __future__ import annotations

import pytest
import torch

from models import registry
from models.errors import ModelError
from models.gridnet import SegNet
from tests.models.golden import answers, filled, outline, picture, relative_error

ROWS = (16, 32, 64, 128, 256)


def norm(prefix: str, channels: int) -> dict[str, tuple[int, ...]]:
    names = ("weight", "bias", "running_mean", "running_var")
    return {f"{prefix}.{name}": (channels,) for name in names} | {f"{prefix}.num_batches_tracked": ()}


def unit(prefix: str, first: int, second: int, conv1: str, shape: tuple[int, int], norms: tuple[int, int]):
    shapes = {f"{prefix}.{conv1}.weight": (*shape, 3, 3), f"{prefix}.conv2.weight": (second, second, 3, 3)}
    return shapes | norm(f"{prefix}.batch1", norms[0]) | norm(f"{prefix}.batch2", norms[1])


def expected_shapes() -> dict[str, tuple[int, ...]]:
    """Names and shapes as the specification's table derives them."""
    shapes = norm("batchNormInitial", 1)
    shapes |= unit("firstConv", 1, 16, "conv1", (16, 1), (16, 16))
    shapes |= unit("lastConv", 16, 60, "conv1", (60, 16), (60, 60))
    for i, c in enumerate(ROWS):
        for j in range(5):
            shapes |= unit(f"convSequence{i}_{j}to{i}_{j + 1}", c, c, "conv1", (c, c), (c, c))
    for i, (c, below) in enumerate(zip(ROWS, ROWS[1:], strict=False)):
        for j in range(3):
            shapes |= unit(
                f"subSamplingSequence{i}_{j}to{i + 1}_{j}", c, below, "conv1", (below, c), (c, below)
            )
            name = f"upSamplingSequence{i + 1}_{j + 3}to{i}_{j + 3}"
            shapes |= unit(name, below, c, "convTranspose1", (below, c), (below, c))
    return shapes


def test_published_names_shapes_and_counts():
    net = outline("gridnet")
    shapes = {key: tuple(value.shape) for key, value in net.state_dict().items()}
    assert shapes == expected_shapes()
    assert len(shapes) == 617
    assert sum(value.numel() for value in net.parameters()) == 13_206_674
    assert sum(value.numel() for value in net.buffers()) == 18_969


def test_answers_as_the_original():
    expected = answers("gridnet")["logits"]
    with torch.inference_mode():
        logits = filled(outline("gridnet", published=True))(picture("gray", (1, 1, 64, 96)))
    assert relative_error(logits[:, :, ::2, ::2], expected) < 1e-4


def test_layout_is_read_back_from_the_weights():
    net = SegNet(labels=7, columns=4, rows=(8, 16, 24))
    again = registry.from_state_dict(net.state_dict())
    assert (again.columns, again.rows, again.multiple) == (4, 3, 4)
    gray = picture("gray", (1, 1, 16, 20))
    with torch.inference_mode():
        assert torch.equal(again(gray), net.eval()(gray))


def test_a_compact_width_has_the_same_layout():
    net = registry.create("gridnet", width=0.5)
    assert len(net.state_dict()) == 617
    assert net(torch.zeros(2, 1, 32, 48)).shape == (2, 60, 32, 48)


def test_dropped_residuals_leave_the_row_unchanged():
    net = SegNet(rows=(8, 8), columns=2, labels=3, drop=1.0)
    step, x = net.convSequence0_0to0_1, torch.randn(1, 8, 4, 4)
    assert torch.equal(step.train()(x), x)
    assert not torch.equal(step.eval()(x), x)


def test_a_size_it_cannot_halve_is_refused_with_a_sentence():
    with pytest.raises(ModelError, match="multiples of 16, not 40x32"):
        registry.create("gridnet", width=0.5)(torch.zeros(1, 1, 40, 32))
