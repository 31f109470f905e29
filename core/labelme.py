"""labelme's JSON: shapes with names over one photo, later ones above earlier ones.

Read are polygons, rectangles, circles, lines of any width as nothing, and masks (a base64 PNG over the box of its two
points, the last row and column included). Written are masks, one for each connected region, so that nothing is lost.
The form is that of labelme 5: version, flags, shapes, imagePath, imageData (null), imageHeight, imageWidth.
"""

from __future__ import annotations

import base64
import binascii
import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.label_exchange import MOST_PIXELS, Names, canvas, damaged, to_json, write_file
from core.labels import UNSURE, LabelSet
from core.regions import Region, regions
from core.selecting import ellipse, polygon, rectangle

_VERSION = "5.5.0"
_PATHLIKE = ("point", "line", "linestrip", "points")  # shapes without an inside


def read(content: dict[str, Any], path: Path, names: Names, outside: int) -> np.ndarray:
    """The label map of a labelme file's content, uint8 (H, W); unknown names are left to `names`."""
    labels = canvas(content.get("imageHeight"), content.get("imageWidth"), path, outside)
    try:
        for shape in content["shapes"]:
            label = names.id(str(shape["label"]))
            region = _region(shape, labels.shape)
            if label is not None and region is not None and not region.box.empty:
                labels[region.box.slices][region.mask] = label
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, OSError, SyntaxError) as error:
        raise damaged(path) from error
    return labels


def write(path: Path | str, labels: np.ndarray, label_set: LabelSet, photo: str, *, overwrite: bool = False) -> None:
    """Write a label map for labelme. photo: the photo's file name, relative to `path`. UNSURE pixels get no shape."""
    shapes = [
        _shape(label_set.name(label), region) for label, region in regions(labels) if label != UNSURE
    ]
    content = {
        "version": _VERSION,
        "flags": {},
        "shapes": shapes,
        "imagePath": photo,
        "imageData": None,
        "imageHeight": labels.shape[0],
        "imageWidth": labels.shape[1],
    }
    write_file(Path(path), to_json(content), overwrite=overwrite)


def _region(shape: dict[str, Any], size: tuple[int, int]) -> Region | None:
    """The pixels of a shape, inside the photo; None for a shape without an inside."""
    kind = shape.get("shape_type") or "polygon"
    if kind in _PATHLIKE:
        return None
    points = np.asarray(shape["points"], np.float64).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise ValueError("points that are nowhere")
    if kind == "polygon":
        return polygon(points, size)
    start, end = points[0], points[1]
    if kind == "rectangle":
        return rectangle(tuple(start), tuple(end), size)
    if kind == "circle":  # its middle, and a point of the line
        radius = np.hypot(*(end - start))
        return ellipse(tuple(start - radius), tuple(start + radius), size)
    if kind == "mask":
        return _mask(shape["mask"], start, size)
    raise ValueError(f"a shape of the kind {kind}")


def _mask(text: str, corner: np.ndarray, size: tuple[int, int]) -> Region:
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["PNG"])
    except (binascii.Error, Image.DecompressionBombError) as error:
        raise ValueError("a mask that is no picture") from error
    if picture.width * picture.height > min(MOST_PIXELS, 4 * size[0] * size[1] + 4096):
        raise ValueError("a mask larger than its photo")
    left, top = (round(float(value)) for value in corner)
    mask = np.asarray(picture.convert("L")) > 0
    whole = Region(rectangle((left, top), (left + mask.shape[1], top + mask.shape[0]), size).box, mask)
    if whole.box.empty:
        return whole
    rows, columns = whole.box.top - top, whole.box.left - left
    return Region(whole.box, mask[rows : rows + whole.box.height, columns : columns + whole.box.width])


def _shape(name: str, region: Region) -> dict[str, Any]:
    buffer = io.BytesIO()
    Image.fromarray(region.mask.view(np.uint8) * np.uint8(255)).convert("1").save(buffer, format="PNG")
    box = region.box
    return {
        "label": name,
        "points": [[box.left, box.top], [box.right - 1, box.bottom - 1]],
        "group_id": None,
        "description": "",
        "shape_type": "mask",
        "flags": {},
        "mask": base64.b64encode(buffer.getvalue()).decode(),
    }
