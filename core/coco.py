"""COCO's JSON: instances and stuff as polygons or run lengths, and panoptic PNGs.

A file may describe many photos; `photo` (a file name) chooses one. Annotations are painted in the order of the file.
Written is one annotation for each connected region, as compressed run lengths or polygons, or the panoptic pair: a PNG
whose colours are ids (R + 256 G + 65536 B) and a JSON that explains them. Category ids are the label set's; COCO's own
numbers are never assumed, the names decide.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core import rle
from core.errors import LabelError
from core.label_exchange import MOST_PIXELS, Names, canvas, damaged, to_json, write_file
from core.labels import UNSURE, LabelSet
from core.outlines import filled, outlines
from core.regions import Region, regions

_BROKEN = (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError, OSError, SyntaxError)


def read(content: dict[str, Any], path: Path, names: Names, photo: str | None, outside: int) -> np.ndarray:
    """The label map of one photo in a COCO file's content, uint8 (H, W); unknown names are left to `names`."""
    try:
        image = _image(content["images"], path, photo)
        labels = canvas(image.get("height"), image.get("width"), path, outside)
        categories = {row["id"]: str(row["name"]) for row in content["categories"]}
        mine = [row for row in content["annotations"] if row["image_id"] == image["id"]]
        for annotation in mine:
            if "segments_info" in annotation:
                _paint_panoptic(labels, annotation, path, names, categories)
            elif (label := names.id(categories[annotation["category_id"]])) is not None:
                _paint(labels, annotation["segmentation"], label)
    except _BROKEN as error:
        raise damaged(path) from error
    return labels


def write(
    path: Path | str, labels: np.ndarray, label_set: LabelSet, photo: str, *, overwrite: bool = False,
    polygons: bool = False,
) -> None:  # fmt: skip
    """Write a label map as COCO annotations with compressed run lengths, or `polygons` along the pixels' edges, in
    several parts where a region has holes. UNSURE pixels get none."""
    annotations = []
    for number, (label, region) in enumerate(regions(labels), start=1):
        if label == UNSURE:
            continue
        box = region.box
        annotations.append(
            {
                "id": number,
                "image_id": 1,
                "category_id": label,
                "segmentation": _polygons(region) if polygons else _run_lengths(region, labels.shape),
                "area": region.area,
                "bbox": [box.left, box.top, box.width, box.height],
                "iscrowd": 0 if polygons else 1,
            }
        )
    content = _head(labels, label_set, photo) | {"annotations": annotations}
    write_file(Path(path), to_json(content), overwrite=overwrite)


def write_panoptic(
    path: Path | str, labels: np.ndarray, label_set: LabelSet, photo: str, *, overwrite: bool = False
) -> None:
    """Write a label map as a panoptic JSON, and its PNG of the same name beside it. UNSURE is id 0, "void"."""
    path = Path(path)
    picture_path = path.with_suffix(".png")
    ids = np.zeros(labels.shape, np.uint32)
    segments = []
    for number, (label, region) in enumerate(regions(labels), start=1):
        if label == UNSURE:
            continue
        ids[region.box.slices][region.mask] = number
        box = region.box
        segments.append(
            {
                "id": number,
                "category_id": label,
                "area": region.area,
                "bbox": [box.left, box.top, box.width, box.height],
                "iscrowd": 0,
            }
        )
    colors = np.stack([ids & 255, ids >> 8 & 255, ids >> 16 & 255], axis=2).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(colors).save(buffer, format="PNG")
    annotation = {"image_id": 1, "file_name": picture_path.name, "segments_info": segments}
    content = _head(labels, label_set, photo) | {"annotations": [annotation]}
    if path.exists() and not overwrite:
        raise LabelError(f"{path} is already there; choose another name, or allow overwriting.")
    write_file(picture_path, buffer.getvalue(), overwrite=overwrite)
    write_file(path, to_json(content), overwrite=overwrite)


def _run_lengths(region: Region, shape: tuple[int, int]) -> dict[str, Any]:
    return {"size": list(shape), "counts": rle.to_string(rle.encode(region.full(shape)))}


def _polygons(region: Region) -> list[list[int]]:
    corner = region.box.left, region.box.top
    return [(line + corner).ravel().tolist() for line in outlines(region.mask)]


def _head(labels: np.ndarray, label_set: LabelSet, photo: str) -> dict[str, Any]:
    return {
        "info": {"description": "Label map from Huesmith"},
        "images": [{"id": 1, "file_name": photo, "height": labels.shape[0], "width": labels.shape[1]}],
        "categories": [
            {"id": label, "name": name, "supercategory": "label", "isthing": 0, "color": list(label_set.color(label))}
            for label, name in enumerate(label_set.names)
        ],
    }


def _image(images: list[dict[str, Any]], path: Path, photo: str | None) -> dict[str, Any]:
    """The photo meant: the only one, or the one of that name (its ending may differ)."""
    if photo is not None:
        like = [row for row in images if _stem(str(row["file_name"])) == _stem(photo)]
        if len(like) == 1:
            return like[0]
    if len(images) == 1:
        return images[0]
    if photo is None:
        raise LabelError(f"{path} describes {len(images)} photos; say which of them is meant.")
    raise LabelError(f"{path} describes {len(images)} photos, but not {photo}; choose the file of this photo.")


def _stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name


def _paint(labels: np.ndarray, segmentation: Any, label: int) -> None:
    """Paint one annotation: a list of polygons (x0, y0, x1, y1 ...), or run lengths of either kind."""
    if isinstance(segmentation, dict):
        size = tuple(segmentation["size"])
        if size != labels.shape:
            raise ValueError("run lengths of another size")
        counts = segmentation["counts"]
        labels[rle.decode(rle.from_string(counts) if isinstance(counts, str) else counts, labels.shape)] = label
        return
    for line in segmentation:
        points = np.asarray(line, np.float64).reshape(-1, 2)
        if not np.isfinite(points).all():
            raise ValueError("points that are nowhere")
        region = filled(points, labels.shape)
        if not region.box.empty:
            labels[region.box.slices][region.mask] = label


def _paint_panoptic(
    labels: np.ndarray, annotation: dict[str, Any], path: Path, names: Names, categories: dict[int, str]
) -> None:
    ids = _panoptic_ids(path, str(annotation["file_name"]), labels.shape)
    for segment in annotation["segments_info"]:
        label = names.id(categories[segment["category_id"]])
        if label is not None:
            labels[ids == int(segment["id"])] = label


def _panoptic_ids(path: Path, name: str, shape: tuple[int, int]) -> np.ndarray:
    """The ids of a panoptic PNG, which lies beside its JSON or in a folder of the JSON's name."""
    if Path(name).name != name or name in ("", ".", "..") or "\\" in name:
        raise LabelError(f"{path} names a picture outside its folder; choose another copy.")
    places = [path.parent / name, path.with_suffix("") / name]
    found = [place for place in places if place.is_file()]
    if not found:
        raise LabelError(f"{path} needs the picture {name} beside it; copy it there.")
    try:
        picture = Image.open(found[0], formats=["PNG"])
        if picture.width * picture.height > MOST_PIXELS or (picture.height, picture.width) != shape:
            raise ValueError("a picture of another size")
        colors = np.asarray(picture.convert("RGB")).astype(np.uint32)
    except (Image.DecompressionBombError, *_BROKEN) as error:
        raise damaged(found[0]) from error
    return colors[..., 0] | colors[..., 1] << 8 | colors[..., 2] << 16
