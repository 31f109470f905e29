"""Label maps from and for other programs: labelme, COCO, CVAT.

    read_labels(path, size, label_set)  -> uint8 (H, W)      by what the file is; PNG by core/label_maps
    write_labelme / write_coco / write_coco_panoptic / write_cvat          (core/labelme, core/coco, core/cvat)

Every format names its labels. A name that the label set does not have is never guessed: UnknownNames lists all of
them, and `mapping` says what they are to be. A map of another size than the photo's is never scaled silently:
WrongSize carries both sizes, and `scale=True` does it. What no shape covers is `outside`, UNSURE by default.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ExportError, LabelError
from core.file_names import is_there
from core.labels import UNSURE, LabelSet, resize_labels

MOST_BYTES = 256 << 20
"""A larger file is not read: even the label map of a 100 MP photo needs far less."""

MOST_PIXELS = 400_000_000
"""A larger map is not unpacked."""


class WrongSize(LabelError):
    """The map has another size than the photo: `have` and `want`, both (height, width)."""

    def __init__(self, path: Path, have: tuple[int, int], want: tuple[int, int]) -> None:
        super().__init__(
            f"{path} is {have[1]} x {have[0]} pixels, but the photo is {want[1]} x {want[0]} pixels; choose the labels "
            "of this photo, or scale them."
        )
        self.have, self.want = have, want


class UnknownNames(LabelError):
    """The file has labels that the label set does not: `names`, sorted."""

    def __init__(self, path: Path, names: Iterable[str]) -> None:
        self.names = tuple(sorted(set(names)))
        listed = ", ".join(f"“{name}”" for name in self.names[:8])
        more = f" and {len(self.names) - 8} more" if len(self.names) > 8 else ""
        super().__init__(f"{path} has labels that are not in the label set: {listed}{more}; say what each stands for, "
                         "or take the label set it was made with.")


class Names:
    """From a file's names to ids, by the label set and a person's mapping; remembers the unknown ones.

    mapping: name -> name of the set, or id, or None to leave those pixels alone.
    """

    def __init__(self, label_set: LabelSet, mapping: Mapping[str, str | int | None] | None = None,
                 outside: int = UNSURE) -> None:  # fmt: skip
        self._set, self._outside = label_set, outside
        self._mapping = mapping or {}
        self.unknown: list[str] = []

    def id(self, name: str) -> int | None:
        """The id of a name; None for one to leave out, or unknown (then it is in `unknown`)."""
        wanted: str | int | None = self._mapping.get(name, name)
        if wanted is None:
            return None
        if isinstance(wanted, int):
            if not (0 <= wanted < len(self._set) or wanted == UNSURE):
                raise LabelError(f"There is no label {wanted} in the label set; map “{name}” to another.")
            return wanted
        if wanted in self._set.names:
            return self._set.names.index(wanted)
        if wanted == self._set.name(UNSURE):
            return UNSURE
        self.unknown.append(name)
        return None

    def pixel(self, name: str) -> int:
        """The id of a name's pixels; `outside` where `id` has none."""
        label = self.id(name)
        return self._outside if label is None else label

    def check(self, path: Path) -> None:
        """Raise UnknownNames if there were any."""
        if self.unknown:
            raise UnknownNames(path, self.unknown)


def likely(name: str, label_set: LabelSet) -> int | None:
    """The id that a foreign name probably means, to be proposed to a person; None where nothing is near.

    The same word but for case, spaces and a plural; or a name of ADE20K's or COCO-Stuff's, by their mappings.
    """
    from core.label_sets import HOUSE_SETS, home, house_set, own_labels

    word = _word(name)
    for label, own in enumerate(label_set.names):
        if word and _word(own) == word:
            return label
    for title in HOUSE_SETS:
        other = house_set(title)
        for own, parent in zip(other.names, other.parents):
            if word and _word(own) == word:
                found = home(own_labels(label_set), parent)
                return None if found == UNSURE else found
    return None


def _word(name: str) -> str:
    plain = "".join(letter for letter in name.lower().removesuffix("-stuff") if letter.isalnum())
    for tail in ("other", "merged"):
        plain = plain.removesuffix(tail)
    return plain.removesuffix("s")


def read_labels(
    path: Path | str,
    size: tuple[int, int],
    label_set: LabelSet,
    *,
    mapping: Mapping[str, str | int | None] | None = None,
    scale: bool = False,
    photo: str | None = None,
    outside: int = UNSURE,
) -> np.ndarray:
    """The label map of a PNG, a labelme JSON, a COCO JSON (instances, stuff or panoptic) or a CVAT mask zip, uint8
    (H, W).

    size: the photo's (height, width). photo: its file name, needed where a file describes several photos.
    mapping, scale, outside: see above. Raises LabelError, WrongSize or UnknownNames with a sentence.
    """
    from core import coco, cvat, labelme

    path = Path(path)
    if path.suffix.lower() == ".png":
        from core.label_maps import load_label_map

        return load_label_map(path, size, label_set=label_set, scale=scale, mapping=mapping, outside=outside)
    names = Names(label_set, mapping, outside)
    if path.suffix.lower() == ".zip":
        labels = cvat.read(path, names, photo, outside)
    else:
        content = read_json(path)
        if isinstance(content.get("shapes"), list):
            labels = labelme.read(content, path, names, outside)
        elif isinstance(content.get("annotations"), list) and isinstance(content.get("images"), list):
            labels = coco.read(content, path, names, photo, outside)
        else:
            raise LabelError(f"{path} is neither labelme's nor COCO's; choose a file of one of these.")
    names.check(path)
    if labels.shape != tuple(size):
        if not scale:
            raise WrongSize(path, labels.shape, tuple(size))
        labels = resize_labels(labels, size)
    return labels


# -- what the formats share


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; LabelError for anything else."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LabelError(f"{path} is too large for labels of a photo; choose another file.")
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise LabelError(f"{path} cannot be read ({error.strerror}); choose another file.") from error
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{path} is not JSON text, or is cut short; choose another copy.") from error
    if not isinstance(content, dict):
        raise LabelError(f"{path} is neither labelme's nor COCO's; choose a file of one of these.")
    return content


def canvas(height: object, width: object, path: Path, outside: int) -> np.ndarray:
    """An empty map of the size a file states, uint8 filled with `outside`."""
    if not (isinstance(height, int) and isinstance(width, int) and height > 0 and width > 0):
        raise LabelError(f"{path} does not say how large its photo is; choose another copy.")
    if height * width > MOST_PIXELS:
        raise LabelError(f"{path} speaks of {width} x {height} pixels, more than can be opened; choose another file.")
    return np.full((height, width), outside, np.uint8)


def damaged(path: Path) -> LabelError:
    """The error for a file of the right kind whose content makes no sense."""
    return LabelError(f"{path} is damaged or incomplete; choose another copy.")


def write_file(path: Path, data: bytes, *, overwrite: bool) -> None:
    """Write a file whole or not at all. LabelError if it is there and may not be replaced, or cannot be written."""
    from core.photo_write import write_file as write_whole

    if is_there(path) and not overwrite:
        raise LabelError(f"{path} is already there; choose another name, or allow overwriting.")
    try:
        write_whole(path, [data], overwrite)
    except ExportError as error:
        raise LabelError(str(error)) from error


def to_json(content: object) -> bytes:
    """Compact JSON text, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")  # a photo's name that is no text becomes an escape of JSON's
