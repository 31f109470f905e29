"""Converted networks: made once, found again without torch, remade when damaged."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from models import openvino_cache


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HUESMITH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "openvino"


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "net.bin"
    path.write_bytes(b"any bytes: only their hash counts")
    return path


class Builder:
    """Counts how often the torch network is asked for."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.net, self.calls = torch.nn.Conv2d(1, 2, 3, padding=1).eval(), 0

    def __call__(self) -> torch.nn.Module:
        self.calls += 1
        return self.net


PLANE = np.random.default_rng(5).random((1, 1, 7, 11), np.float32)


def answer(weights, builder) -> np.ndarray:
    return openvino_cache.compiled("tiny", weights, builder, precision="f32")([PLANE])[0]


def test_it_answers_as_torch_at_any_size(cache, weights):
    builder = Builder()
    expected = builder.net(torch.from_numpy(PLANE)).detach().numpy()
    assert np.abs(answer(weights, builder) - expected).max() < 1e-5


def test_a_file_is_converted_once_and_another_file_again(cache, weights):
    builder = Builder()
    first = answer(weights, builder)
    assert np.array_equal(answer(weights, builder), first) and builder.calls == 1
    weights.write_bytes(b"other bytes")
    answer(weights, builder)
    assert builder.calls == 2
    assert sorted(path.suffix for path in cache.iterdir()) == [".bin", ".bin", ".xml", ".xml"]


@pytest.mark.parametrize("suffix", [".xml", ".bin"])
def test_a_damaged_conversion_is_made_again(cache, weights, suffix):
    builder = Builder()
    first = answer(weights, builder)
    (damaged,) = cache.glob("*" + suffix)
    damaged.write_bytes(damaged.read_bytes()[:20])
    assert np.array_equal(answer(weights, builder), first) and builder.calls == 2


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch, weights):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("HUESMITH_CACHE", str(blocked))
    builder = Builder()
    assert np.array_equal(answer(weights, builder), answer(weights, builder)) and builder.calls == 2


def test_openvino_is_loaded_without_its_usage_reports(tmp_path):
    code = (
        "import sys; from models import openvino_cache as c; c.load(); "
        "sys.exit(sys.modules['openvino_telemetry'] is not None or 'torch' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], env={"HOME": str(tmp_path)}, check=False).returncode == 0
    )
    assert list(tmp_path.iterdir()) == []
