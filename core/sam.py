"""Segment Anything as a plug-in: a person's own pair of ONNX files proposes the objects under a click.

    sam = open_sam(find_pair(folder))              SAM, MobileSAM and their kin, as their exporters write them
    seen = sam.look(rgb)                           once a photo, in a thread: the encoder's embeddings
    propose(seen, shape, plus=[(x, y)])            core/objects; a click costs the decoder alone

Nothing of it comes with the program. The encoder takes either pixels of any size, (h, w, 3), or a normalized square
(1, 3, 1024, 1024), and answers with `image_embeddings`; the decoder takes image_embeddings, point_coords, point_labels,
mask_input, has_mask_input and orig_im_size and answers with masks, iou_predictions (and low_res_masks), all as in
Kirillov et al. 2023 and its `export_onnx_model.py`. They run in OpenVINO, which reads ONNX itself.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.box import Box
from core.errors import CheckpointError, UserError
from core.regions import Region, region_of, union
from core.selecting import enlarge

SIDE = 1024  # long side of the photo that the encoder sees
INPUTS = ("image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size")
OUTPUTS = ("masks", "iou_predictions")
_LOW = 256  # side of the mask that the decoder could be given to go on from
_MEAN = np.float32([123.675, 116.28, 103.53])  # of the colours SAM was trained on, 0..255
_STD = np.float32([58.395, 57.12, 57.375])
_PLUS, _MINUS, _CORNERS, _NONE = 1, 0, (2, 3), -1  # what a point means
_SMALLEST = 0.0001  # of the photo: what is smaller is a speck
_ALIKE = 0.95  # proposals that share so much are one

Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class SamLook:
    """What a Sam has seen of a photo: the encoder's embeddings, and the size (height, width) at which it saw it."""

    sam: Sam
    embeddings: np.ndarray
    size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Sam:
    """An encoder and a decoder, compiled. name: to be told to a person."""

    name: str
    encoder: Any
    decoder: Any

    def look(self, rgb: np.ndarray) -> SamLook:
        """See a photo, uint8 (h, w, 3) sRGB of any size. Takes as long as the encoder does; belongs in a thread."""
        scale = SIDE / max(rgb.shape[:2])
        size = max(1, round(rgb.shape[0] * scale)), max(1, round(rgb.shape[1] * scale))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        pixels = cv2.resize(rgb, size[::-1], interpolation=way).astype(np.float32)
        if len(self.encoder.input(0).partial_shape) == 4:
            square = np.zeros((SIDE, SIDE, 3), np.float32)
            square[: size[0], : size[1]] = (pixels - _MEAN) / _STD
            pixels = np.ascontiguousarray(square.transpose(2, 0, 1))[None]
        answer = _run(self, self.encoder, [pixels])
        return SamLook(self, np.array(next(iter(answer.values()))), size)

    def masks(
        self, seen: SamLook, plus: Sequence[Point], minus: Sequence[Point], box: Box | None, shape: tuple[int, int]
    ) -> list[tuple[np.ndarray, float]]:
        """The decoder's masks, bool at the size that was seen, and how good each is in its own opinion."""
        points = [*plus, *minus] + ([(box.left, box.top), (box.right, box.bottom)] if box else [(0.0, 0.0)])
        labels = [_PLUS] * len(plus) + [_MINUS] * len(minus) + (list(_CORNERS) if box else [_NONE])
        scale = np.float32([seen.size[1] / shape[1], seen.size[0] / shape[0]])
        answer = _run(self, self.decoder, {
            "image_embeddings": seen.embeddings,
            "point_coords": (np.float32(points) * scale)[None],
            "point_labels": np.float32(labels)[None],
            "mask_input": np.zeros((1, 1, _LOW, _LOW), np.float32),
            "has_mask_input": np.zeros(1, np.float32),
            "orig_im_size": np.float32(seen.size),
        })  # fmt: skip
        found, scores = answer["masks"][0] > 0, answer["iou_predictions"].ravel()
        return list(zip(found, scores.tolist()))


def find_pair(folder: Path) -> tuple[Path, Path]:
    """The encoder's and the decoder's file in a folder: their names say which is which. UserError if one is missing,
    or there are several."""
    found = sorted(folder.glob("*.onnx"))
    pair = []
    for part in ("encoder", "decoder"):
        named = [path for path in found if part in path.stem.lower()]
        if len(named) != 1:
            what = "no file" if not named else "several files"
            raise UserError(
                f"{folder} has {what} named *{part}*.onnx; put one encoder and one decoder of SAM or MobileSAM there."
            )
        pair += named
    return pair[0], pair[1]


def default_folder() -> Path:
    """Where a pair is found without being chosen."""
    from platformdirs import user_data_dir

    return Path(os.environ.get("HUESMITH_DATA") or user_data_dir("huesmith")) / "sam"


def open_sam(pair: tuple[Path, Path]) -> Sam:
    """Read and compile a pair of files. CheckpointError if they are not what they should be, UserError without
    OpenVINO."""
    from models import openvino_cache

    if not openvino_cache.available():
        raise UserError("Object models run in OpenVINO, which is not installed; type: pip install openvino")
    core = openvino_cache.load().Core()
    encoder, decoder = (_read(core, path) for path in pair)
    _check_encoder(encoder, pair[0])
    for kind, names, has in (
        ("input", INPUTS, {name for one in decoder.inputs for name in one.get_names()}),
        ("output", OUTPUTS, {name for one in decoder.outputs for name in one.get_names()}),
    ):
        missing = [name for name in names if name not in has]
        if missing:
            raise CheckpointError(f"{pair[1]} is no decoder of SAM: it has no {kind} called {' or '.join(missing)}.")
    return Sam(pair[1].parent.name, core.compile_model(encoder, "CPU"), core.compile_model(decoder, "CPU"))


def _read(core: Any, path: Path) -> Any:
    try:
        return core.read_model(path)
    except RuntimeError as error:
        raise CheckpointError(f"{path} cannot be read as an ONNX network; fetch or export it again.") from error


def _check_encoder(encoder: Any, path: Path) -> None:
    shape = encoder.input(0).partial_shape if len(encoder.inputs) == 1 else None
    sides = [] if shape is None or shape.rank.is_dynamic else [side.get_max_length() for side in shape]
    pixels = len(sides) == 3 and sides[2] in (3, -1)
    square = len(sides) == 4 and sides[1] in (3, -1) and all(side in (SIDE, -1) for side in sides[2:])
    if not (pixels or square):
        raise CheckpointError(
            f"{path} is no encoder of SAM: it should take one picture, (h, w, 3) or (1, 3, {SIDE}, {SIDE})."
        )


def _run(sam: Sam, network: Any, inputs: Any) -> dict[str, np.ndarray]:
    """What a network answers, by the names of its outputs."""
    try:
        answer = network(inputs)
    except RuntimeError as error:
        raise CheckpointError(
            f"The object model in {sam.name} failed; its two files may not belong together. Choose another, or none."
        ) from error
    return {name: value for key, value in answer.items() for name in key.get_names()}


def proposals(
    seen: SamLook, shape: tuple[int, int], plus: Sequence[Point], minus: Sequence[Point], box: Box | None
) -> tuple[tuple[Region, ...], int]:
    """Regions at the size `shape` (height, width) of the photo, coarse to fine, and which of them is likeliest."""
    kept: list[tuple[Region, float]] = []
    masks = seen.sam.masks(seen, plus, minus, box, shape)
    found = [(region_of(np.ascontiguousarray(mask)), score) for mask, score in masks]
    for small, score in sorted(found, key=lambda each: -each[0].area):
        if small.area < _SMALLEST * seen.size[0] * seen.size[1]:
            continue
        if kept and small.area > _ALIKE * union(kept[-1][0], small).area:
            kept[-1] = max(kept[-1], (small, score), key=lambda each: each[1])
        else:
            kept.append((small, score))
    likely = max(range(len(kept)), key=lambda index: kept[index][1], default=0)
    return tuple(enlarge(small, seen.size, shape) for small, _ in kept), likely
