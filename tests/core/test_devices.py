"""Choosing a device, without waking torch for nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import devices
from core.errors import DeviceError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare(monkeypatch) -> pytest.MonkeyPatch:
    """A machine without any accelerator."""
    monkeypatch.setattr(devices, "has_cuda", lambda: False)
    monkeypatch.setattr(devices, "has_mps", lambda: False)
    return monkeypatch


def test_auto_prefers_cuda_then_mps_then_the_cpu(bare) -> None:
    assert devices.choose_device("auto") == "cpu"
    bare.setattr(devices, "has_mps", lambda: True)
    assert devices.choose_device("auto") == "mps"
    bare.setattr(devices, "has_cuda", lambda: True)
    assert devices.choose_device("auto") == "cuda"
    assert devices.choose_device("cpu") == "cpu"


@pytest.mark.parametrize("wanted", ["cuda", "mps"])
def test_a_device_that_is_not_here_is_a_sentence_with_the_remedy(bare, wanted: str) -> None:
    with pytest.raises(DeviceError, match="run with --device cpu"):
        devices.choose_device(wanted)


def test_an_unknown_device_is_named(bare) -> None:
    with pytest.raises(DeviceError, match="tpu"):
        devices.choose_device("tpu")


def test_a_machine_without_a_card_is_told_apart_without_torch() -> None:
    code = (
        "import sys\n"
        "from core import devices\n"
        "devices._cuda_cards = lambda: 0\n"
        "devices.platform.system = lambda: 'Linux'\n"
        "print(devices.choose_device('auto'), 'torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["cpu", "False"]


def test_memory_that_ran_out_is_recognised_in_every_runtimes_words() -> None:
    with pytest.raises(cv2.error) as from_opencv:
        cv2.resize(np.zeros((2, 2), np.uint8), (2**24, 2**24))
    for error in (
        MemoryError(),
        RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("Exception from src/inference: std::bad_alloc"),
        from_opencv.value,
    ):
        assert devices.is_out_of_memory(error), error


def test_other_errors_are_not_taken_for_missing_memory() -> None:
    for error in (
        RuntimeError("size mismatch"),
        DeviceError("This card ran out of memory."),
        KeyboardInterrupt(),
    ):
        assert not devices.is_out_of_memory(error)
