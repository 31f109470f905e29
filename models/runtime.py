"""Running the bundled network, with or without torch.

    runner = open_guided("auto")           # OpenVINO on a CPU when installed, else torch
    seen = runner.encode(L)                # once a photo
    runner.segment(seen)                   # probabilities of the 60 labels
    runner.colorize(seen, labels, sure)    # at each edit; hints and tokens too

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
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from models import openvino_cache
from models.contain import BAND, contained, light_edges
from models.errors import ModelError
from models.guided_layout import NOT_SAID, REACH, STRIDE, TOKEN_EXTRAS

WEIGHTS = Path(__file__).parent / "weights" / "guided.safetensors"
UNSURE = 255
SAID = 0.99  # a person's labels are this sure, a network's never
STEP8 = 16  # parts are computed in so many eighths
PART_AT_MOST = 0.6  # of the photo; more is not worth the cutting


@dataclass(frozen=True)
class Encoded:
    """What depends on the photo alone: its size, what the decoder wants of it, features at 1/8, label logits, and
    where its light has edges (h, w)."""

    height: int
    width: int
    prepared: tuple
    features: np.ndarray
    logits: np.ndarray
    edges: np.ndarray


@dataclass(frozen=True)
class Painted:
    """An answer of the decoder, at half the padded size and coarser: ab (2, h/2, w/2), confidence (1, h/4, w/4),
    heed (1, h/8, w/8), the share of attention that tokens got, light (1, h/4, w/4) 0..100, the L that blank paper of
    line art should have, and every bin's share (K, h/4, w/4) where it was asked for."""

    ab: np.ndarray
    confidence: np.ndarray
    heed: np.ndarray
    light: np.ndarray
    share: np.ndarray | None = None


SCALES = (4, 2, 1, 2, 2)  # of the planes of Painted, in eighths


@dataclass(frozen=True)
class _Told:
    """What the decoder was told, padded and reduced."""

    ids: np.ndarray
    sure: np.ndarray
    hints: np.ndarray
    tokens: np.ndarray


class Runner:
    """The bundled network on one device. `device` is "cpu", "cuda" or "mps"; `runtime` names the engine;
    `centers` (K, 2) are the colours of its bins, `features` is how many a token has."""

    def __init__(
        self, device: str, runtime: str, encode: Callable, decode: Callable, centers: np.ndarray, features: int
    ):
        self.device, self.runtime, self.centers, self.features = device, runtime, centers, features
        self._encode, self._decode = encode, decode  # decode(with_share, *inputs) -> planes in Painted's order
        self._last: dict[bool, tuple[Encoded, _Told, Painted]] = {}  # with shares, and without

    def encode(self, luminance: np.ndarray) -> Encoded:
        """Features of L (h, w) float32 0..100, any size."""
        height, width = luminance.shape
        padded = np.pad(luminance, ((0, -height % STRIDE), (0, -width % STRIDE)), mode="symmetric")
        *prepared, p8, logits = self._encode(np.ascontiguousarray(padded, np.float32)[None, None])
        return Encoded(height, width, tuple(prepared), p8, logits, light_edges(luminance))

    def segment(self, encoded: Encoded) -> np.ndarray:
        """Probabilities of the labels, float32 (60, h, w)."""
        logits = encoded.logits[0] - encoded.logits[0].max(0)
        share = np.exp(logits)
        share /= share.sum(0)
        size = (logits.shape[2] * 4, logits.shape[1] * 4)
        planes = np.empty((len(share), *size[::-1]), np.float32)
        for large, small in zip(planes, share, strict=True):
            cv2.resize(small, size, dst=large, interpolation=cv2.INTER_LINEAR)
        return planes[:, : encoded.height, : encoded.width]

    def colorize(
        self, encoded: Encoded, labels: np.ndarray, sure: np.ndarray | None = None,
        hints: np.ndarray | None = None, tokens: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """ab (h, w, 2) float32 in a*b* units and confidence (h, w) in 0..1.

        `labels` (h, w) uint8, 255 where nothing is said; `sure` (h, w) float32 0..1 tells how far
        to believe them, by default entirely (a person said so). `hints` (h, w, 3) float32: a*, b* and 1 where a
        colour is wished. `tokens` (T, features + 6) float32 of `swatch_tokens` and `reference_tokens`.
        """
        return self.full(encoded, self.paint(encoded, labels, sure, hints, tokens), labels, sure)

    def full(
        self, encoded: Encoded, painted: Painted, labels: np.ndarray, sure: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """ab (h, w, 2) and confidence (h, w) at the photo's size, of what `paint` says of the same `labels` and
        `sure`. Colour does not cross the edges of labels that a person said (`models.contain`)."""
        ab = _full(encoded, painted.ab, 2, cv2.INTER_CUBIC)
        said = (labels != UNSURE if sure is None else sure >= SAID).view(np.uint8)
        if said.any():
            beside = cv2.dilate(said, np.ones((2 * BAND + 1,) * 2, np.uint8))  # neither takes what is said, nor it
            ab = contained(ab, labels.astype(np.uint8, copy=False), encoded.edges * beside)
        return ab, _full(encoded, painted.confidence, 4, cv2.INTER_LINEAR)

    def paint(
        self, encoded: Encoded, labels: np.ndarray, sure: np.ndarray | None = None,
        hints: np.ndarray | None = None, tokens: np.ndarray | None = None, with_share: bool = False,
    ) -> Painted:  # fmt: skip
        """As `colorize`, everything the decoder says, at its own sizes; every bin's share only `with_share`, for it
        is as large as all the rest together.

        Where only a part differs from what was asked last about the same photo, only that part and what it
        reaches is computed, if that is the cheaper way.
        """
        told = self._tell(encoded, labels, sure, hints, tokens)
        part, last = None, self._last.get(with_share)
        if last is not None and last[0] is encoded:
            part = _part_to_paint(last[1], told) if np.array_equal(last[1].tokens, told.tokens) else None
        if part is None:
            answer = self._decode(with_share, *encoded.prepared, *_inputs(told))
            painted = Painted(*(plane[0] for plane in answer))
        else:
            painted = self._repaint(encoded, told, last[2], *part)
        self._last[with_share] = encoded, told, painted
        return painted

    def swatch_tokens(self, lab: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """Tokens (k, features + 6) of palette swatches (k, 3) in Lab; `weights` (k,) are 1 on the average."""
        tokens = np.zeros((len(lab), self.features + TOKEN_EXTRAS), np.float32)
        tokens[:, -6], tokens[:, -5:-3] = lab[:, 0] / 50 - 1, lab[:, 1:] / 50
        tokens[:, -3] = 1 if weights is None else weights
        tokens[:, -2:] = 1
        return tokens

    def reference_tokens(
        self, encoded: Encoded, luminance: np.ndarray, ab: np.ndarray, weight: float = 1.0
    ) -> np.ndarray:
        """Tokens of a reference, one for each 16x16 pixels: its `encode`, its L (h, w) and its ab (h, w, 2)."""
        height, width = encoded.features.shape[2] // 2, encoded.features.shape[3] // 2
        pieces = encoded.features[0].reshape(-1, height, 2, width, 2).mean((2, 4))
        tokens = np.zeros((height * width, self.features + TOKEN_EXTRAS), np.float32)
        tokens[:, : self.features] = pieces.reshape(self.features, -1).T
        pad = (0, height * 16 - luminance.shape[0]), (0, width * 16 - luminance.shape[1])
        for column, plane in ((-6, luminance / 50 - 1), (-5, ab[..., 0] / 50), (-4, ab[..., 1] / 50)):
            whole = np.pad(plane, pad, mode="symmetric").astype(np.float32)
            tokens[:, column] = whole.reshape(height, 16, width, 16).mean((1, 3)).ravel()
        tokens[:, -3], tokens[:, -1] = weight, 1
        return tokens

    def _tell(self, encoded: Encoded, labels, sure, hints, tokens) -> _Told:
        sure = np.where(labels == UNSURE, 0, 1).astype(np.float32) if sure is None else sure
        pad = ((0, -encoded.height % STRIDE), (0, -encoded.width % STRIDE))
        ids = np.pad(labels, pad, mode="symmetric")[::2, ::2].astype(np.int64)
        ids[ids >= NOT_SAID] = NOT_SAID
        sure = np.pad(sure, pad, mode="symmetric")[::2, ::2].astype(np.float32)
        small = (ids.shape[0] // 2, ids.shape[1] // 2)
        spots = np.zeros((3, *small), np.float32) if hints is None else _quarter(hints, small)
        if tokens is None or not len(tokens):
            tokens = np.zeros((1, self.features + TOKEN_EXTRAS), np.float32)
        return _Told(ids, sure, spots, np.asarray(tokens, np.float32))

    def _repaint(self, encoded: Encoded, told: _Told, before: Painted, part: Box8, inner: Box8) -> Painted:
        """`before` with the eighths `inner` anew, computed from the eighths `part`."""
        prepared = [_cut(plane, part, scale) for plane, scale in zip(encoded.prepared, (2, 2, 1), strict=True)]
        some = _Told(_cut(told.ids, part, 4), _cut(told.sure, part, 4), _cut(told.hints, part, 2), told.tokens)
        answer = self._decode(before.share is not None, *prepared, *_inputs(some))
        whole = []
        for plane, piece, scale in zip(vars(before).values(), answer, SCALES, strict=False):
            plane = plane.copy()
            top, left, bottom, right = (edge * scale for edge in inner)
            y, x = part[0] * scale, part[1] * scale
            plane[:, top:bottom, left:right] = piece[0][:, top - y : bottom - y, left - x : right - x]
            whole.append(plane)
        return Painted(*whole)


Box8 = tuple[int, int, int, int]  # top, left, bottom, right in eighths of the photo at work


def _part_to_paint(before: _Told, after: _Told) -> tuple[Box8, Box8] | None:
    """What has to be computed and what of it is taken, in eighths; None where the whole is cheaper."""
    changed = (before.ids != after.ids) | (before.sure != after.sure)
    changed = changed[::2, ::2] | changed[1::2, ::2] | changed[::2, 1::2] | changed[1::2, 1::2]
    changed |= (before.hints != after.hints).any(0)
    rows, columns = np.flatnonzero(changed.any(1)) // 2, np.flatnonzero(changed.any(0)) // 2
    height, width = changed.shape[0] // 2, changed.shape[1] // 2
    if not len(rows):
        return (0, 0, 8, 8), (0, 0, 0, 0)
    reach = REACH // 8
    sides = []
    for first, last, size in ((rows[0], rows[-1] + 1, height), (columns[0], columns[-1] + 1, width)):
        inner = max(first - reach, 0), min(last + reach, size)
        start, end = max(inner[0] - reach, 0), min(inner[1] + reach, size)
        length = min(-(-(end - start) // STEP8) * STEP8, size)  # few sizes, as each is compiled once
        start = min(start, size - length)
        sides.append((start, start + length, *inner))
    (top, bottom, *rows), (left, right, *columns) = sides
    if (bottom - top) * (right - left) > PART_AT_MOST * height * width:
        return None
    return (top, left, bottom, right), (rows[0], columns[0], rows[1], columns[1])


def _cut(plane, box: Box8, scale: int):
    """The part of a plane (..., h, w) that `box` of the eighths covers at `scale` times their size."""
    top, left, bottom, right = (edge * scale for edge in box)
    part = plane[..., top:bottom, left:right]
    return np.ascontiguousarray(part) if isinstance(part, np.ndarray) else part.contiguous()


def _inputs(told: _Told) -> tuple[np.ndarray, ...]:
    return told.ids[None], told.sure[None, None], told.hints[None], told.tokens[None]


def _quarter(hints: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Hints (h, w, 3) at 1/4 as the network takes them: the mean of the wished colours, and where one is."""
    pad = [(0, size[0] * 4 - hints.shape[0]), (0, size[1] * 4 - hints.shape[1]), (0, 0)]
    mask = (hints[..., 2:] > 0).astype(np.float32)
    whole = np.pad(np.dstack([hints[..., :2] / 50 * mask, mask]), pad)
    total = whole.reshape(size[0], 4, size[1], 4, 3).sum((1, 3)).transpose(2, 0, 1)
    count = total[2:]
    return np.concatenate([total[:2] / np.maximum(count, 1), count > 0]).astype(np.float32)


def _full(encoded: Encoded, planes: np.ndarray, scale: int, method: int) -> np.ndarray:
    hwc = np.ascontiguousarray(planes.transpose(1, 2, 0), np.float32)
    full = cv2.resize(hwc, (hwc.shape[1] * scale, hwc.shape[0] * scale), interpolation=method)
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
        prepared = run(net.prepare, s2, p4, p8)
        return [*prepared, p8.float().cpu().numpy(), run(net.segment, p4).float().cpu().numpy()]

    def decode(with_share: bool, *inputs) -> list[np.ndarray]:
        planes = run(net.colorize, *inputs)
        return [x.float().cpu().numpy() for x in (planes if with_share else planes[:-1])]

    name = f"torch {'bf16' if dtype == torch.bfloat16 else 'fp32'}"
    return Runner(device, name, encode, decode, net.centers.float().cpu().numpy(), net.features)


def openvino_runner(path: Path) -> Runner:
    """A runner on OpenVINO (CPU) for a bundled file; bf16 where the processor has it."""
    ov = openvino_cache.load()

    metadata, data, centers = _read_graphs(path)
    constants = ov.Tensor(data)
    precision = "bf16" if _cpu_has_bf16() else "f32"
    core = openvino_cache.make_core()

    @cache
    def compiled(name: str, outputs: int):
        """The graph `name` without what comes after its first `outputs` outputs: what is not asked costs nothing."""
        graph = zlib.decompress(base64.b85decode(metadata[name]))
        model = core.read_model(model=graph, weights=constants)
        for result in model.get_results()[outputs:]:
            model.remove_result(result)
        _widen_tables(ov, model)
        config = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        return core.compile_model(model, "CPU", config).create_infer_request()

    encoder = compiled("encode", 5)
    compiled("colorize", len(SCALES) - 1)

    def answer(request, inputs: list) -> list[np.ndarray]:
        request.infer(inputs, share_inputs=True)
        return [np.array(request.get_output_tensor(i).data) for i in range(len(request.output_tensors))]

    return Runner(
        "cpu",
        f"OpenVINO {precision}",
        lambda *x: answer(encoder, list(x)),
        lambda with_share, *x: answer(compiled("colorize", len(SCALES) - (not with_share)), list(x)),
        centers,
        encoder.get_output_tensor(3).shape[1],
    )


def _widen_tables(ov, model) -> None:
    """Make the tables of labels float32 in a graph: looking up in fp16 takes twenty times as long."""
    for node in model.get_ops():
        if node.get_type_name() == "Gather":
            half = node.input_value(0).get_node()
            if half.get_type_name() == "Convert":
                table = half.input_value(0).get_node().get_data().astype(np.float32)
                node.input(0).replace_source_output(ov.opset8.constant(table).output(0))


def _read_graphs(path: Path) -> tuple[dict[str, str], np.ndarray, np.ndarray]:
    """The metadata, the data bytes and the bins' centres of a bundled file."""
    raw = np.fromfile(path, np.uint8)
    try:
        length = int(raw[:8].view(np.uint64)[0])
        header = json.loads(raw[8 : 8 + length].tobytes())
        metadata, data = header.pop("__metadata__"), raw[8 + length :].copy()
        whole = len(data) == max(t["data_offsets"][1] for t in header.values())
        if whole and {"encode", "colorize"} <= metadata.keys():
            start, end = header["centers"]["data_offsets"]
            return metadata, data, data[start:end].view(np.float16).astype(np.float32).reshape(-1, 2)
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
