"""The published networks on luminance and label maps: coding, sizes, runtimes, ids that never drift."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from models import openvino_cache, weights
from models.errors import ModelError
from models.published_runner import (
    decode_ab,
    gray_of,
    open_colornet,
    open_gridnet,
    scaled_labels,
)
from tests.models.golden import filled, outline


@pytest.fixture(scope="module")
def color_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "color.pth.tar"
    torch.save({"G": filled(outline("colornet", width=0.25)).state_dict()}, path)
    return path


@pytest.fixture(scope="module")
def segment_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "seg.safetensors"
    return weights.save(filled(outline("gridnet", width=0.5)).state_dict(), path)


@pytest.fixture(params=["OpenVINO", "torch"])
def runtime(request, monkeypatch):
    if request.param == "torch":
        monkeypatch.setattr(openvino_cache, "available", lambda: False)
    return request.param


def scene(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    luminance = 50 + 40 * np.sin(y / 9) * np.cos(x / 13)
    return luminance, ((x + 2 * y) % 60).astype(np.uint8)


def test_gray_is_the_srgb_value_of_the_same_lightness():
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    lightness = np.where(linear > (6 / 29) ** 3, 116 * np.cbrt(linear) - 16, linear * (29 / 3) ** 3)
    assert np.abs(gray_of(lightness) - levels).max() < 1e-5


def test_labels_are_scaled_in_a_copy_and_undecided_ones_are_background():
    labels = np.array([[0, 59, 255]], np.uint8)
    assert np.allclose(scaled_labels(labels), [[-1, 1, -1]])
    assert labels.tolist() == [[0, 59, 255]]


def test_unknown_labels_are_a_sentence():
    with pytest.raises(ModelError, match="labels 0 to 59, not 77"):
        scaled_labels(np.full((2, 2), 77, np.uint8))


def test_chroma_outside_its_range_is_clipped_and_never_wraps():
    values = np.array([-9, -1, 0, 1, 9], np.float32).reshape(1, 1, 5).repeat(2, 0)
    assert np.allclose(decode_ab(values)[0, :, 0], [-128, -128, -0.5, 127, 127])


@pytest.mark.parametrize("size", [(1, 1), (1, 70), (33, 100), (64, 64)])
def test_any_size_goes_through_both_networks(runtime, color_file, segment_file, size):
    luminance, labels = scene(*size)
    color, segment = open_colornet(color_file, "cpu"), open_gridnet(segment_file, "cpu")
    assert color.device == "cpu" and color.runtime.startswith(runtime)
    ab, share = color.colorize(luminance, labels), segment.segment(luminance)
    assert ab.shape == (*size, 2) and ab.dtype == np.float32 and np.isfinite(ab).all()
    assert share.shape == (60, *size) and np.allclose(share.sum(0), 1, atol=1e-4)


def test_both_runtimes_agree(monkeypatch, color_file):
    luminance, labels = scene(96, 80)
    fast = open_colornet(color_file, "cpu").colorize(luminance, labels)
    monkeypatch.setattr(openvino_cache, "available", lambda: False)
    exact = open_colornet(color_file, "cpu").colorize(luminance, labels)
    assert np.abs(fast - exact).mean() < 0.02 * np.abs(exact).mean()


def test_a_repainted_label_changes_the_chroma(color_file):
    luminance, labels = scene(64, 64)
    runner = open_colornet(color_file, "cpu")
    before = runner.colorize(luminance, labels)
    labels[20:40, 20:40] = 50
    change = np.abs(runner.colorize(luminance, labels) - before).mean(2)
    assert change[25:35, 25:35].mean() > 0.5


def test_labels_survive_a_hundred_recolourings(color_file):
    luminance, labels = scene(64, 64)
    kept = labels.copy()
    runner = open_colornet(color_file, "cpu")
    first = runner.colorize(luminance, labels)
    for _ in range(100):
        last = runner.colorize(luminance, labels)
    assert np.array_equal(labels, kept) and np.array_equal(first, last)


def test_maps_of_another_size_are_a_sentence(color_file):
    with pytest.raises(ModelError, match="both must agree"):
        open_colornet(color_file, "cpu").colorize(np.zeros((8, 8), np.float32), np.zeros((8, 9), np.uint8))


def test_the_wrong_file_is_a_sentence(runtime, segment_file, tmp_path):
    with pytest.raises(ModelError, match=r"seg\.safetensors does not hold weights of ColorNet"):
        open_colornet(segment_file, "cpu")
    with pytest.raises(ModelError, match="There is no weight file"):
        open_gridnet(tmp_path / "gone.pth", "cpu")


def test_a_converted_network_runs_without_torch(color_file):
    open_colornet(color_file, "cpu")  # converts
    code = (
        "import sys, numpy as np; from models.published_runner import open_colornet; "
        "run = open_colornet(sys.argv[1], 'cpu'); "
        "run.colorize(np.zeros((8, 8), np.float32), np.zeros((8, 8), np.uint8)); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(color_file)], check=False).returncode == 0
