"""Deterministic weights and inputs, so that two implementations can be compared without any file.

A tensor's numbers depend on nothing but its name: anything with the same names and shapes, filled so,
must give the same answers. The answers of the originals are looked for in the folder ``HUESMITH_GOLDEN``
or in ``../shared/golden`` beside the checkout.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

from models import registry

GOLDEN = Path(os.environ.get("HUESMITH_GOLDEN") or Path(__file__).parents[3] / "shared" / "golden")


def answers(name: str) -> dict[str, np.ndarray]:
    """The arrays that the original network ``name`` answered; the test is skipped where they are not."""
    path = GOLDEN / f"{name}.npz"
    if not path.is_file():
        pytest.skip(f"the original's answers are not here ({path.name}); set HUESMITH_GOLDEN to their folder")
    with np.load(path) as archive:
        return {key: archive[key] for key in archive.files}


def normal(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Standard-normal float32 numbers that only the name decides."""
    generator = np.random.RandomState(zlib.crc32(name.encode()))
    return generator.standard_normal(int(np.prod(shape))).astype(np.float32).reshape(shape)


def _parameter(name: str, like: torch.Tensor) -> torch.Tensor:
    if name.endswith("num_batches_tracked"):
        return torch.zeros((), dtype=torch.int64)
    numbers, shape = normal(name, tuple(like.shape)), tuple(like.shape)
    if name.endswith("running_var"):
        numbers = 1 + 0.25 * np.tanh(numbers)
    elif len(shape) > 1:
        numbers = numbers * np.float32(1.4 / np.sqrt(np.prod(shape[1:])))
    elif name.endswith("weight"):
        numbers = 1 + 0.1 * numbers
    else:
        numbers = 0.1 * numbers
    return torch.from_numpy(np.ascontiguousarray(numbers, dtype=np.float32))


def outline(name: str, **form) -> torch.nn.Module:
    """A network by its registry name, without memory or numbers: enough to count and to compare shapes."""
    with torch.device("meta"):
        return registry.create(name, **form)


def filled(net: torch.nn.Module) -> torch.nn.Module:
    """``net``, an outline or a whole one, in eval mode with every tensor replaced by the numbers of its name."""
    numbers = {name: _parameter(name, value) for name, value in net.state_dict().items()}
    net.load_state_dict(numbers, strict=True, assign=True)
    return net.eval()


def picture(name: str, shape: tuple[int, int, int, int], low: float = 0.0, high: float = 1.0) -> torch.Tensor:
    """A smooth picture (n, c, h, w) within [low, high]: four slow waves a channel, chosen by the name."""
    generator = np.random.RandomState(zlib.crc32(name.encode()))
    count, channels, height, width = shape
    y, x = np.mgrid[:height, :width].astype(np.float64)
    planes = []
    for _ in range(count * channels):
        frequency, phase = generator.uniform(0.02, 0.2, 4), generator.uniform(0, 6.28, 4)
        waves = [np.sin(frequency[k] * (x if k % 2 else y) + phase[k]) for k in range(4)]
        planes.append((sum(waves) / 4 + 1) / 2)
    return torch.from_numpy((low + (high - low) * np.stack(planes).reshape(shape)).astype(np.float32))


def relative_error(got: torch.Tensor | np.ndarray, expected: np.ndarray) -> float:
    """Largest difference, as a part of the largest expected value."""
    got = got.detach().numpy() if isinstance(got, torch.Tensor) else got
    assert got.shape == expected.shape
    return float(np.abs(got - expected).max() / np.abs(expected).max())
