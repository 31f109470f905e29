"""Running the bundled network, with or without torch.

    runner = open_guided("auto")           # OpenVINO on a CPU when installed, else torch
    seen = runner.encode(L)                # once a photo
    runner.segment(seen)                   # probabilities of the 60 labels
    runner.colorize(seen, labels, sure)    # at each edit

One `.safetensors` file serves both runtimes: torch reads its tensors, OpenVINO reads the
graph kept in its metadata, whose constants are offsets into the same file. Importing this
module, and the OpenVINO path, import no torch.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from models import openvino_cache
from models.errors import ModelError

WEIGHTS = Path(__file__).parent / "weights" / "guided.safetensors"
STRIDE = 32
NOT_SAID = 60
UNSURE = 255


@dataclass(frozen=True)
class Encoded:
    """What depends on the photo alone: its size, the features and the label logits."""

    height: int
    width: int
    features: tuple
    logits: np.ndarray


class Runner:
    """The bundled network on one device. `device` is "cpu", "cuda" or "mps"; `runtime` names the engine."""

    def __init__(self, device: str, runtime: str, encode: Callable, decode: Callable):
        self.device, self.runtime = device, runtime
        self._encode, self._decode = encode, decode

    def encode(self, luminance: np.ndarray) -> Encoded:
        """Features of L (h, w) float32 0..100, any size."""
        height, width = luminance.shape
        padded = np.pad(luminance, ((0, -height % STRIDE), (0, -width % STRIDE)), mode="symmetric")
        *features, logits = self._encode(np.ascontiguousarray(padded, np.float32)[None, None])
        return Encoded(height, width, tuple(features), logits)

    def segment(self, encoded: Encoded) -> np.ndarray:
        """Probabilities of the labels, float32 (60, h, w)."""
        logits = encoded.logits[0] - encoded.logits[0].max(0)
        share = np.exp(logits)
        share /= share.sum(0)
        size = (logits.shape[2] * 4, logits.shape[1] * 4)
        planes = [cv2.resize(p, size, interpolation=cv2.INTER_LINEAR) for p in share]
        return np.stack(planes)[:, : encoded.height, : encoded.width]

    def colorize(
        self, encoded: Encoded, labels: np.ndarray, sure: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """ab (h, w, 2) float32 in a*b* units and confidence (h, w) in 0..1.

        `labels` (h, w) uint8, 255 where nothing is said; `sure` (h, w) float32 0..1 tells how far
        to believe them, by default entirely (a person said so).
        """
        sure = np.where(labels == UNSURE, 0, 1).astype(np.float32) if sure is None else sure
        pad = ((0, -encoded.height % STRIDE), (0, -encoded.width % STRIDE))
        ids = np.pad(labels, pad, mode="symmetric")[::2, ::2].astype(np.int64)
        ids[ids >= NOT_SAID] = NOT_SAID
        sure = np.pad(sure, pad, mode="symmetric")[::2, ::2].astype(np.float32)
        ab, confidence = self._decode(*encoded.features, ids[None], sure[None, None])
        return self._full(encoded, ab[0], cv2.INTER_CUBIC), self._full(
            encoded, confidence[0], cv2.INTER_LINEAR
        )

    @staticmethod
    def _full(encoded: Encoded, planes: np.ndarray, method: int) -> np.ndarray:
        hwc = np.ascontiguousarray(planes.transpose(1, 2, 0), np.float32)
        full = cv2.resize(hwc, (hwc.shape[1] * 2, hwc.shape[0] * 2), interpolation=method)
        return full[: encoded.height, : encoded.width]


def open_guided(device: str = "auto", weights: Path | None = None) -> Runner:
    """The bundled network on the best runtime of `device` ("auto", "cpu", "cuda", "mps").

    Raises ModelError (with a sentence) for a missing, broken or foreign file.
    """
    path = Path(weights or WEIGHTS)
    if not path.is_file():
        raise ModelError(f"{path} is missing: restore it from the repository, or name another file.")
    if device in ("auto", "cpu") and not _accelerator(device):
        try:
            return openvino_runner(path)
        except ImportError:
            pass
    from models.guided import GuidedNet
    from models.weights import load_state

    state = load_state(path)
    state.pop("graph.constants", None)
    try:
        net = GuidedNet.from_state_dict({k: v.float() for k, v in state.items()})
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"{path} holds no network of Huesmith's own ({str(error)[:120]}).") from None
    return torch_runner(net, _accelerator(device) or "cpu")


def _accelerator(device: str) -> str:
    """ "cuda" or "mps" when asked for, or when "auto" finds one; else "". Never loads torch for nothing."""
    if device != "auto":
        return "" if device == "cpu" else device
    if find_spec("torch") is None or not (
        sys.platform == "darwin" or Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi")
    ):
        return ""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else ""


def torch_runner(net, device: str = "cpu") -> Runner:
    """A runner on torch for a `GuidedNet` (moved to `device`, evaluation form)."""
    import torch

    dtype = torch.bfloat16 if device == "cuda" or _cpu_has_bf16() else torch.float32
    net = net.eval().to(device, memory_format=torch.channels_last)

    def run(call: Callable, *inputs: np.ndarray) -> list:
        with torch.inference_mode(), torch.autocast(device, dtype, enabled=dtype != torch.float32):
            tensors = [torch.from_numpy(x).to(device) if isinstance(x, np.ndarray) else x for x in inputs]
            return call(*tensors)

    def encode(luminance: np.ndarray) -> list:
        s2, p4, p8 = run(net.encode, luminance)
        return [s2, p4, p8, run(net.segment, p4).float().cpu().numpy()]

    def decode(*inputs) -> list[np.ndarray]:
        return [x.float().cpu().numpy() for x in run(net.colorize, *inputs)]

    return Runner(device, f"torch {'bf16' if dtype == torch.bfloat16 else 'fp32'}", encode, decode)


def openvino_runner(path: Path) -> Runner:
    """A runner on OpenVINO (CPU) for a bundled file; bf16 where the processor has it."""
    ov = openvino_cache.load()

    metadata, data = _read_graphs(path)
    constants = ov.Tensor(data)
    precision = "bf16" if _cpu_has_bf16() else "f32"
    core = ov.Core()

    def compiled(name: str):
        graph = zlib.decompress(base64.b85decode(metadata[name]))
        model = core.read_model(model=graph, weights=constants)
        config = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        return core.compile_model(model, "CPU", config).create_infer_request()

    encoder, decoder = compiled("encode"), compiled("colorize")

    def answer(request, inputs: list) -> list[np.ndarray]:
        request.infer(inputs, share_inputs=True)
        return [np.array(request.get_output_tensor(i).data) for i in range(len(request.output_tensors))]

    return Runner(
        "cpu",
        f"OpenVINO {precision}",
        lambda *x: answer(encoder, list(x)),
        lambda *x: answer(decoder, list(x)),
    )


def _read_graphs(path: Path) -> tuple[dict[str, str], np.ndarray]:
    """The metadata and the data bytes of a bundled file."""
    raw = np.fromfile(path, np.uint8)
    try:
        length = int(raw[:8].view(np.uint64)[0])
        header = json.loads(raw[8 : 8 + length].tobytes())
        metadata, data = header.pop("__metadata__"), raw[8 + length :].copy()
        whole = len(data) == max(t["data_offsets"][1] for t in header.values())
        if whole and {"encode", "colorize"} <= metadata.keys():
            return metadata, data
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, MemoryError):
        pass
    raise ModelError(
        f"{path} is no bundled network of Huesmith's, or it is cut short: restore it from the repository."
    )


def _cpu_has_bf16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
