"""Labels: what a pixel shows. A label is an id 0..254, and a label set says its name and its overlay colour.

A label set is a text file in the form of the original's `labels-59.txt`, one `id: name` a line with the ids
0, 1, 2 ... in order. The overlay colours are those of PASCAL VOC. In a label map 255 stands for "unsure".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from core.errors import LabelError

UNSURE = 255
"""The id of pixels without a label: "decide for me"."""

_DEFAULT = Path(__file__).resolve().parent.parent / "labels" / "labels-59.txt"
_MOST_BYTES = 1 << 20  # far more than 255 names need; a photo given by mistake is not read to its end
_LINE = re.compile(r"\s*(\d{1,9})\s*:\s*(\S.*?)\s*", re.ASCII)


def voc_color(label: int) -> tuple[int, int, int]:
    """The overlay colour (r, g, b) of an id 0..255, after the PASCAL VOC development kit's colormap.

    The id is taken three bits at a time; in each group bit 0 goes to red, bit 1 to green, bit 2 to blue, the
    first group to their highest bit, the second to the next, and so on.
    """
    color = [0, 0, 0]
    for group in range(3):
        for channel in range(3):
            color[channel] |= (label >> (3 * group + channel) & 1) << (7 - group)
    return color[0], color[1], color[2]


@dataclass(frozen=True)
class LabelSet:
    """The names and overlay colours of the ids 0, 1, 2 ...; colours are PASCAL VOC's unless given."""

    names: tuple[str, ...]
    colors: tuple[tuple[int, int, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.colors:
            object.__setattr__(self, "colors", tuple(voc_color(label) for label in range(len(self.names))))

    def __len__(self) -> int:
        return len(self.names)

    def name(self, label: int) -> str:
        """The name of an id; "unsure" for 255 and "label N" for one that is not in the set."""
        if 0 <= label < len(self.names):
            return self.names[label]
        return "unsure" if label == UNSURE else f"label {label}"

    def id(self, name: str) -> int:
        """The id of a name; LabelError if the set has no such name."""
        try:
            return self.names.index(name)
        except ValueError:
            raise LabelError(f"There is no label “{name}” in this label set.") from None

    def color(self, label: int) -> tuple[int, int, int]:
        """The overlay colour (r, g, b) of an id; ids outside the set have their PASCAL VOC colour."""
        return self.colors[label] if 0 <= label < len(self.colors) else voc_color(label)


def load_label_set(path: Path | str) -> LabelSet:
    """Read an `id: name` file (UTF-8, any line ends). LabelError names the file, the line and the remedy."""
    path = Path(path)
    names: list[str] = []
    for number, line in enumerate(_lines(path), start=1):
        names.append(_name(line, f"{path}, line {number}", names))
    if not names:
        raise LabelError(f"{path} is empty; write one label a line, such as “0: background”.")
    return LabelSet(tuple(names))


@cache
def default_label_set() -> LabelSet:
    """The 60 labels the networks know: PASCAL-Context's 59 and the background, from labels/labels-59.txt."""
    return load_label_set(_DEFAULT)


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise LabelError(f"The label file {path} cannot be read ({error.strerror}); choose another.") from error
    if len(data) > _MOST_BYTES:
        raise LabelError(f"{path} is too large for a label file; choose a text file of “id: name” lines.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LabelError(f"{path}, line {line} is not UTF-8 text; save the file as UTF-8.") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise LabelError(f"{path}, line {line} is not UTF-8 text; save the file as UTF-8.")
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[:-1] if lines[-1] == "" else lines


def _name(line: str, where: str, names: list[str]) -> str:
    """The name on one line, which must carry the next id and a new name."""
    if not line.strip():
        raise LabelError(f"{where} is blank; remove the line.")
    match = _LINE.fullmatch(line)
    if not match or not match[2].isprintable():
        raise LabelError(f"{where} is not of the form “id: name”; write it like “{len(names)}: sky”.")
    label, name = int(match[1]), match[2]
    if label < len(names):
        raise LabelError(f"{where} gives id {label} a second time; number the labels 0, 1, 2 … once each.")
    if label > len(names):
        raise LabelError(f"{where} has id {label} where {len(names)} should come; number the labels without gaps.")
    if label == UNSURE:
        raise LabelError(f"{where} is one label too many; keep to 255 labels, as id 255 means “unsure”.")
    if name in names:
        raise LabelError(f"{where} repeats the name “{name}” of id {names.index(name)}; rename one of the two.")
    return name


def nearest_index(size: int, new_size: int) -> np.ndarray:
    """For each of `new_size` pixels the one of `size` pixels in which its centre lies, (new_size,) intp."""
    return (2 * np.arange(new_size) + 1) * size // (2 * new_size)


def resize_labels(labels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The (H, W) map at another (height, width), as a new array: the label at each new pixel's centre.

    Ids cannot be averaged, so no pixel gets an id that was not there. Smaller, this is a regular sample: a
    stroke thinner than the step keeps, over its length, its share of the area. Only the pixels that are
    needed are read, which makes a work-size map of 24 megapixels cost under a millisecond.
    """
    rows, columns = nearest_index(labels.shape[0], size[0]), nearest_index(labels.shape[1], size[1])
    if size[0] <= labels.shape[0]:
        return labels[rows][:, columns]
    return labels[:, columns][rows]


def count_labels(labels: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """How many pixels each id has, (256,) int64; only those where the uint8 `mask` is not 0, if given."""
    counts = np.zeros(256, np.int64)
    step = max(1, (1 << 24) // max(1, labels.shape[1]))  # OpenCV counts in float32, exact up to 2**24
    for top in range(0, labels.shape[0], step):
        rows = slice(top, top + step)
        part = cv2.calcHist([labels[rows]], [0], None if mask is None else mask[rows], [256], [0, 256])
        counts += part.ravel().astype(np.int64)
    return counts
