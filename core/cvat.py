"""CVAT's "Segmentation mask 1.1": a zip with labelmap.txt and a PASCAL VOC picture of colours for each photo.

labelmap.txt has a line `name:r,g,b:parts:actions` for each label; SegmentationClass/<photo>.png shows the colours;
SegmentationObject and ImageSets belong to it. Nothing of a zip is ever written to disk, names that lead elsewhere are
refused, and no entry is unpacked further than a picture of this kind can reach.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from core.errors import LabelError
from core.label_exchange import MOST_PIXELS, Names, damaged, write_file
from core.labels import LabelSet

_MOST_ENTRIES = 20_000
_MOST_TEXT = 1 << 20
_MOST_PICTURE = 64 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, SyntaxError, EOFError, NotImplementedError,
           RuntimeError, KeyError, Image.DecompressionBombError)  # fmt: skip


def read(path: Path, names: Names, photo: str | None, outside: int) -> np.ndarray:
    """The label map of one photo in a CVAT zip, uint8 (H, W); unknown names are left to `names`."""
    try:
        with zipfile.ZipFile(path) as file:
            entries = _entries(file, path)
            colors = _label_colors(_unpacked(file, entries, "labelmap.txt", _MOST_TEXT, path).decode("utf-8-sig"))
            data = _unpacked(file, entries, _picture(entries, path, photo), _MOST_PICTURE, path)
            picture = Image.open(io.BytesIO(data), formats=["PNG"])
            if picture.width * picture.height > MOST_PIXELS:
                raise LabelError(f"{path} holds a picture larger than can be opened; choose another file.")
            pixels = np.asarray(picture.convert("RGB"))
    except FileNotFoundError as error:
        raise LabelError(f"{path} cannot be read ({error.strerror}); choose another file.") from error
    except _BROKEN as error:
        raise damaged(path) from error
    return _labels(pixels, colors, path, names, outside)


def write(path: Path | str, labels: np.ndarray, label_set: LabelSet, photo: str, *, overwrite: bool = False) -> None:
    """Write a label map as a CVAT zip. UNSURE is the label "unsure" with its own colour."""
    stem = PurePosixPath(photo.replace("\\", "/")).stem
    used = np.unique(labels).tolist()
    lines = ["# label:color_rgb:parts:actions"]
    known = [label for label in range(256) if label < len(label_set) or label in used]
    lines += [f"{label_set.name(label)}:{','.join(map(str, label_set.color(label)))}::" for label in known]
    table = np.uint8([label_set.color(label) for label in range(256)])
    if len({label_set.color(label) for label in known}) < len(known):
        raise LabelError("Two labels of this label set have the same colour, which CVAT cannot tell apart; change one.")
    if any(":" in label_set.name(label) for label in known):
        raise LabelError("A label with a colon in its name cannot be written for CVAT; rename it.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in (
            ("labelmap.txt", "\n".join(lines).encode() + b"\n"),
            ("ImageSets/Segmentation/default.txt", stem.encode() + b"\n"),
            (f"SegmentationClass/{stem}.png", _png(table[labels])),
            (f"SegmentationObject/{stem}.png", _png(table[labels])),
        ):
            file.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    write_file(Path(path), buffer.getvalue(), overwrite=overwrite)


def _png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def _entries(file: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The zip's files by name, refused as a whole if a name leads out of it or there are absurdly many."""
    infos = [info for info in file.infolist() if not info.is_dir()]
    if len(infos) > _MOST_ENTRIES:
        raise LabelError(f"{path} holds {len(infos)} files, too many for labels; choose another file.")
    for info in infos:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in info.filename:
            raise LabelError(f"{path} holds a file name that leads out of it; choose another copy.")
    return {info.filename: info for info in infos}


def _unpacked(
    file: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str, most: int, path: Path
) -> bytes:
    """One entry's bytes; never more than `most`, whatever the zip says of itself."""
    if name not in entries:
        raise LabelError(f"{path} holds no {name}; export “Segmentation mask 1.1” from CVAT.")
    with file.open(entries[name]) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise LabelError(f"{path} unpacks to far more than labels need; choose another file.")
    return data


def _picture(entries: dict[str, zipfile.ZipInfo], path: Path, photo: str | None) -> str:
    pictures = [name for name in entries if name.startswith("SegmentationClass/") and name.endswith(".png")]
    if photo is not None:
        stem = PurePosixPath(photo.replace("\\", "/")).stem
        like = [name for name in pictures if PurePosixPath(name).stem == stem]
        if len(like) == 1:
            return like[0]
    if len(pictures) == 1:
        return pictures[0]
    if not pictures:
        raise LabelError(f"{path} holds no SegmentationClass pictures; export “Segmentation mask 1.1” from CVAT.")
    if photo is None:
        raise LabelError(f"{path} describes {len(pictures)} photos; say which of them is meant.")
    raise LabelError(f"{path} describes {len(pictures)} photos, but not {photo}; choose the file of this photo.")


def _label_colors(text: str) -> dict[int, str]:
    """Names by colour, as 0xrrggbb."""
    colors = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, color = line.split(":")[:2]
            red, green, blue = (int(part) for part in color.split(","))
            if not all(0 <= part < 256 for part in (red, green, blue)):
                raise ValueError("no colour")
            colors[red << 16 | green << 8 | blue] = name
    return colors


def _labels(pixels: np.ndarray, colors: dict[int, str], path: Path, names: Names, outside: int) -> np.ndarray:
    parts = pixels.astype(np.uint32)
    packed = parts[..., 0] << 16 | parts[..., 1] << 8 | parts[..., 2]
    found, where = np.unique(packed, return_inverse=True)
    strange = [color for color in found.tolist() if color not in colors]
    if strange:
        raise LabelError(
            f"{path} has the colour #{strange[0]:06x}, which its labelmap.txt does not; choose another copy."
        )
    ids = [names.id(colors[color]) for color in found.tolist()]
    table = np.uint8([outside if label is None else label for label in ids])
    return table[where].reshape(packed.shape)
