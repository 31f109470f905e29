"""From a training checkpoint to the one bundled file.

The averaged weights are folded and halved to fp16. The OpenVINO graph of encoder and decoder
goes, compressed, into the metadata of the same `.safetensors` file: wherever a constant of the
graph is one of its tensors, the graph points at those bytes, so nothing is stored twice.
"""

from __future__ import annotations

import base64
import json
import tempfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import torch
from safetensors.numpy import save as to_safetensors
from torch import nn

from models import openvino_cache
from models.guided import TOKEN_EXTRAS, GuidedNet, fold
from models.training.data import DataError

FREE = "graph.constants"  # what the graphs need beyond the network's own tensors


class _Encode(nn.Module):
    def __init__(self, net: GuidedNet):
        super().__init__()
        self.net = net

    def forward(self, luminance):
        s2, p4, p8 = self.net.encode(luminance)
        return *self.net.prepare(s2, p4, p8), p8, self.net.segment(p4)


class _Colorize(nn.Module):
    def __init__(self, net: GuidedNet):
        super().__init__()
        self.net = net

    def forward(self, light, seen4, seen8, ids, sure, hints, tokens):
        return self.net.colorize(light, seen4, seen8, ids, sure, hints, tokens)


def export_guided(net: GuidedNet, path: Path, card: dict) -> int:
    """Write `net` for both runtimes with its `card`; returns the size in bytes."""
    net = fold(net).float().to(memory_format=torch.contiguous_format).requires_grad_(False)
    tensors = {k: v.half().contiguous().numpy() for k, v in net.state_dict().items()}
    net.load_state_dict({k: torch.from_numpy(v).float() for k, v in tensors.items()})
    graphs, extra = {}, bytearray()
    places = _places(tensors)
    L = torch.zeros(1, 1, 64, 96)
    with torch.inference_mode():
        prepared = net.prepare(*net.encode(L))
        inputs = (
            *prepared, torch.zeros(1, 32, 48, dtype=torch.long), torch.zeros(1, 1, 32, 48),
            torch.zeros(1, 3, 16, 24), torch.zeros(1, 5, net.features + TOKEN_EXTRAS),
        )  # fmt: skip
        for name, module, example in (("encode", _Encode(net), (L,)), ("colorize", _Colorize(net), inputs)):
            graphs[name] = _graph(module.eval(), example, places, extra)
    extra.extend(b"\0" * (-len(extra) % 8))
    data, header = _layout(tensors, bytes(extra))
    graphs = {k: _settle(v, header) for k, v in graphs.items()}
    metadata = {"card": json.dumps(card), "format": "huesmith-guided-1"}
    metadata |= {k: base64.b85encode(zlib.compress(v, 9)).decode() for k, v in graphs.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(to_safetensors(data, metadata))
    return path.stat().st_size


def add_to_card(path: Path, **facts) -> None:
    """Write `facts` into the card of a bundled file; tensors and graphs stay byte for byte."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    before = json.loads(header["__metadata__"]["card"])
    card = before | json.loads(json.dumps(facts))
    if card == before:
        return  # the file keeps its hash
    header["__metadata__"]["card"] = json.dumps(card)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # the data keep their alignment
    part = path.with_suffix(".part")
    part.write_bytes(len(text).to_bytes(8, "little") + text + raw[8 + length :])
    part.replace(path)


def _places(tensors: dict[str, np.ndarray]) -> dict[bytes, str]:
    return {t.tobytes(): name for name, t in tensors.items() if t.nbytes >= 64}


def _graph(
    module: nn.Module, example: tuple, places: dict[bytes, str], extra: bytearray
) -> ElementTree.Element:
    """The graph's XML, each constant naming the tensor (or the place in `extra`) that holds it."""
    ov = openvino_cache.load()
    from openvino.tools.ovc import convert_model

    model = convert_model(module, example_input=example)
    model.reshape({node: _free_size(node) for node in model.inputs})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.xml"
        ov.save_model(model, file, compress_to_fp16=True)
        root, constants = ElementTree.fromstring(file.read_text()), file.with_suffix(".bin").read_bytes()
    for data in (
        d for layer in root.iter("layer") if layer.get("type") == "Const" for d in layer.iter("data")
    ):
        start, size = int(data.get("offset")), int(data.get("size"))
        value = constants[start : start + size]
        if value in places:
            data.set("tensor", places[value])
        else:
            extra.extend(b"\0" * (-len(extra) % 8))
            data.set("tensor", FREE)
            data.set("offset", str(len(extra)))
            extra.extend(value)
    return root


def _free_size(node):
    """Any size: the last two sides of pictures are free, of tokens their number."""
    shape = node.get_partial_shape()
    shape[len(shape) - 2] = -1
    if not (len(shape) == 3 and node.get_element_type().is_real()):
        shape[len(shape) - 1] = -1
    return shape


def _layout(tensors: dict[str, np.ndarray], extra: bytes) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    data = tensors | {FREE: np.frombuffer(extra, np.int64)}
    raw = to_safetensors(data)
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    return data, {k: v["data_offsets"][0] for k, v in header.items() if k != "__metadata__"}


def _settle(root: ElementTree.Element, starts: dict[str, int]) -> bytes:
    """Turn tensor names into offsets from the start of the file's data."""
    for data in root.iter("data"):
        name = data.attrib.pop("tensor", None)
        if name:
            inside = int(data.get("offset")) if name == FREE else 0
            data.set("offset", str(starts[name] + inside))
    return ElementTree.tostring(root)


def averaged(run: Path) -> tuple[GuidedNet, dict]:
    """The averaged network of a run's checkpoint, and the checkpoint."""
    try:
        state = torch.load(run / "checkpoint.pt", weights_only=True, map_location="cpu")
    except FileNotFoundError:
        raise DataError(f"{run} holds no checkpoint: train first, or name another --run.") from None
    return GuidedNet.from_state_dict(state["average"]).eval(), state


def make_card(run: Path, state: dict, caution: float, boldness: float) -> dict:
    """What stands in the file's metadata: origin, command, time, scores, terms."""
    return {
        "name": "guided",
        "system": "Huesmith's own",
        "command": "python -m models.training guided",
        "recipe": json.loads((run / "recipe.json").read_text()),
        "caution": caution,
        "boldness": boldness,
        "steps": state["steps"],
        "minutes": round(state["seconds"] / 60),
        "machine": f"{torch.get_num_threads()} CPU threads, {torch.__version__}",
        "val": (run / "scores.csv").read_text().splitlines()[-1] if (run / "scores.csv").exists() else "",
        "data": "Huesmith packs, train split: photos and illustrations with label maps in 59 labels",
        "licence": "research, non-commercial (see models/README.md)",
    }
