"""Running the published networks of semantic-driven colorization on luminance and label maps of any size.

    color = open_colornet("color_weights.pth.tar")      ab = color.colorize(L, labels)
    segment = open_gridnet("seg_weights.pth.tar")       logits = segment.segment(L)

The networks were trained on 8-bit grey read from files, so L is turned into the sRGB grey of the same
lightness on the way in; what comes out is chroma alone, to be joined with the photo's own L (the original
took that grey for L, and came out up to nine levels darker). Label ids stay integers; only the
network's own copy is scaled, and 255, "not said", is background there. Chroma outside its range is
clipped, where the original wrapped around.

On a CPU they run in OpenVINO when it is installed, converted once, without torch from then on;
else, and on other devices, in torch. Sizes are padded by reflection, nothing is squashed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from models import openvino_cache
from models.errors import ModelError

UNSURE = 255
LABELS = 60
# planes (1, 1, h, w) float32 in, (c, h, w) float32 out
Forward = Callable[..., np.ndarray]


class ColorNetRunner:
    """ColorNet on one device; ``device`` is "cpu", "cuda" or "mps", ``runtime`` names what computes."""

    def __init__(self, device: str, runtime: str, forward: Forward) -> None:
        self.device, self.runtime, self._forward = device, runtime, forward

    def colorize(self, luminance: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Chroma (h, w, 2) float32 in a*b* units for L (h, w) 0..100 and label ids (h, w) 0..59 or 255."""
        if labels.shape != luminance.shape:
            raise ModelError(
                f"The label map is {labels.shape}, the luminance {luminance.shape}; both must agree."
            )
        height, width = luminance.shape
        # the sixth level, at 1/32, is normalised over its area and needs two pixels at least
        gray = _padded(gray_of(luminance) * 2 - 1, 32, least=64)
        scaled = _padded(scaled_labels(labels), 32, least=64)
        return decode_ab(self._forward(gray, scaled)[:, :height, :width])


class GridNetRunner:
    """SegNet on one device; ``device`` and ``runtime`` as for ColorNetRunner."""

    def __init__(self, device: str, runtime: str, forward: Forward) -> None:
        self.device, self.runtime, self._forward = device, runtime, forward

    def segment(self, luminance: np.ndarray) -> np.ndarray:
        """Probabilities (60, h, w) float32 of the labels for L (h, w) 0..100."""
        height, width = luminance.shape
        logits = self._forward(_padded(gray_of(luminance), 16))[:, :height, :width]
        share = np.exp(logits - logits.max(0))
        return share / share.sum(0)


def open_colornet(path: str | os.PathLike, device: str = "auto") -> ColorNetRunner:
    """The published colour network with the weights of ``path``; raises ModelError with a sentence."""
    return ColorNetRunner(*_open("colornet", path, device, inputs=2))


def open_gridnet(path: str | os.PathLike, device: str = "auto") -> GridNetRunner:
    """The published segmentation network with the weights of ``path``; raises ModelError with a sentence."""
    return GridNetRunner(*_open("gridnet", path, device, inputs=1))


def gray_of(luminance: np.ndarray) -> np.ndarray:
    """sRGB grey 0..1 (what an 8-bit grey file holds, over 255) of L* 0..100."""
    f = (np.asarray(luminance, np.float32) + 16) / 116
    linear = np.clip(np.where(f > 6 / 29, f**3, (f - 4 / 29) * 3 * (6 / 29) ** 2), 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055).astype(
        np.float32
    )


def scaled_labels(labels: np.ndarray) -> np.ndarray:
    """The network's copy of a label map: id / 59 in [-1, 1], undecided pixels as background."""
    ids = np.where(labels == UNSURE, 0, labels)
    if ids.size and ids.max() >= LABELS:
        raise ModelError(f"The published network knows labels 0 to {LABELS - 1}, not {ids.max()}.")
    return (ids.astype(np.float32) / (LABELS - 1) - 0.5) / 0.5


def decode_ab(values: np.ndarray) -> np.ndarray:
    """Network values (2, h, w) as chroma (h, w, 2): v stands for (v + 1) / 2 * 255 - 128, within 8-bit Lab."""
    ab = np.clip((values + 1) / 2 * 255, 0, 255) - 128
    return np.ascontiguousarray(ab.transpose(1, 2, 0), np.float32)


def _padded(plane: np.ndarray, multiple: int, least: int = 1) -> np.ndarray:
    """(1, 1, h, w), enlarged at the bottom and the right by reflection."""
    margins = [(0, max(least, -(-side // multiple) * multiple) - side) for side in plane.shape]
    return np.ascontiguousarray(np.pad(plane, margins, mode="reflect")[None, None])


def _open(name: str, path: str | os.PathLike, device: str, inputs: int) -> tuple[str, str, Forward]:
    from models import registry, weights

    device = (_accelerator() or "cpu") if device == "auto" else device
    if device == "cpu" and openvino_cache.available():
        weights.require_file(Path(path))  # its hash comes before it is opened
        return "cpu", *_with_openvino(name, path, lambda: registry.from_file(path, name), inputs)
    return device, "torch fp32", _with_torch(registry.from_file(path, name), device)


def _accelerator() -> str | None:
    """ "cuda" or "mps" where torch can use it; a build of torch for CPUs is not imported to be asked."""
    try:
        if version("torch").endswith("+cpu"):
            return None
    except PackageNotFoundError:
        return None
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else None


def _with_openvino(name: str, path: str | os.PathLike, build: Callable, inputs: int) -> tuple[str, Forward]:
    precision = openvino_cache.cpu_precision()
    network = openvino_cache.compiled(name, path, build, inputs=inputs, precision=precision)
    return f"OpenVINO {precision}", lambda *planes: network(list(planes))[0][0]


def _with_torch(net, device: str) -> Forward:
    import torch

    net = net.to(device, memory_format=torch.channels_last)

    def forward(*planes: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return net(*(torch.from_numpy(plane).to(device) for plane in planes))[0].float().cpu().numpy()

    return forward
