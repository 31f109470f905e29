"""Label sets of a person's own: more labels than the networks know, each standing on one that they do.

"Mother's dress" and "uniform" are labels of their own, with their own rules; to a colorizer both are clothes. So
every label of such a set has a *parent*, an id of the network's set, and `network_ids` turns a label map of the set
into one that networks understand. Other lists, such as ADE20K's 150 names, are sets with parents as well.

A set is a value. Every change yields another one and a table that carries a label map over:

    edited = added(labels_of_mine, "uniform", parent=default_label_set().id("clothes"))
    document.do(ChangeLabelSet(document, edited))       (core/label_change)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.errors import LabelError
from core.labels import UNSURE, LabelSet, default_label_set, load_label_set, voc_color

VERSION = 1
_FORMAT = "huesmith label set"
_MOST_BYTES = 1 << 20
_MAP = re.compile(r"\s*(\d{1,3})\s*:\s*(\S.*?)\s*")
_HOUSE = Path(__file__).resolve().parent.parent / "labels"

HOUSE_SETS = {
    "The networks’ 60 labels": "labels-59.txt",
    "ADE20K, 150 labels": "ade20k-150.txt",
    "COCO-Stuff, 182 labels": "coco-stuff-182.txt",
}
"""Titles and files of the sets that come with the program; `house_set` reads one."""


@dataclass(frozen=True)
class OwnLabels(LabelSet):
    """A label set whose labels stand on labels of the network's: parents[id] is a network id, or UNSURE for one
    whose colour the networks shall decide alone."""

    parents: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.parents) != len(self.names):
            raise ValueError("every label needs a parent")


@dataclass(frozen=True, eq=False)
class Edited:
    """A changed set, and what its ids were: table[old id] is the new id, uint8 (256,)."""

    set: OwnLabels
    table: np.ndarray

    def carry(self, labels: np.ndarray) -> np.ndarray:
        """A label map of the old set as one of the new."""
        return self.table[labels]

    def then(self, later: Edited) -> Edited:
        """This change and a later one of its set as one change."""
        return Edited(later.set, later.table[self.table])


def own_labels(label_set: LabelSet | None = None) -> OwnLabels:
    """A set to begin with: the network's labels, each its own parent; or any set whose ids are the network's."""
    label_set = label_set or default_label_set()
    if isinstance(label_set, OwnLabels):
        return label_set
    known = len(default_label_set())
    parents = tuple(label if label < known else UNSURE for label in range(len(label_set)))
    return OwnLabels(label_set.names, label_set.colors, parents)


def unchanged(own: OwnLabels) -> Edited:
    """A set as it is, for changes to follow (`Edited.then`)."""
    return Edited(own, _same())


def house_set(title: str) -> OwnLabels:
    """One of HOUSE_SETS, with its mapping to the networks' labels."""
    return load_own_labels(_HOUSE / HOUSE_SETS[title])


def home(own: OwnLabels, network: int) -> int:
    """What a network's label is called in a set: the label on it with its name (or, as COCO-Stuff has it, "sky-other"),
    else the first on it, else UNSURE."""
    like = [label for label, parent in enumerate(own.parents) if parent == network]
    name = default_label_set().name(network)
    named = [label for wanted in (name, f"{name}-other") for label in like if own.names[label] == wanted]
    return (named or like or [UNSURE])[0]


def network_ids(labels: np.ndarray, label_set: LabelSet) -> np.ndarray:
    """A label map as the networks understand it: each label as its parent, UNSURE and unknown ids as UNSURE.

    The map itself if the set has no parents. Same shape, uint8.
    """
    if not isinstance(label_set, OwnLabels):
        return labels
    table = np.full(256, UNSURE, np.uint8)
    table[: len(label_set)] = label_set.parents
    return table[labels]


# -- changes


def added(own: OwnLabels, name: str, parent: int, color: tuple[int, int, int] | None = None) -> Edited:
    """With one more label at the end. LabelError for a name that is there, or a 256th label."""
    if len(own) >= UNSURE:
        raise LabelError(f"A label set has room for {UNSURE} labels; delete one first.")
    name = _free_name(own, name)
    return Edited(
        OwnLabels(
            (*own.names, name), (*own.colors, color or voc_color(len(own))), (*own.parents, _parent(parent))
        ),
        _same(),
    )


def renamed(own: OwnLabels, label: int, name: str) -> Edited:
    """With another name for a label. LabelError if another label has it."""
    if name.strip() == own.names[label]:
        return Edited(own, _same())
    return Edited(replace(own, names=_put(own.names, label, _free_name(own, name))), _same())


def recoloured(own: OwnLabels, label: int, color: tuple[int, int, int]) -> Edited:
    """With another overlay colour (r, g, b) for a label."""
    return Edited(replace(own, colors=_put(own.colors, label, tuple(color))), _same())


def reparented(own: OwnLabels, label: int, parent: int) -> Edited:
    """With a label standing on another network label."""
    return Edited(replace(own, parents=_put(own.parents, label, _parent(parent))), _same())


def deleted(own: OwnLabels, label: int, into: int | None = None) -> Edited:
    """Without a label; the ids after it move up.

    into: the label that its pixels get; by default its parent's own, else another on that parent, else UNSURE.
    LabelError for the last label of a set.
    """
    if len(own) == 1:
        raise LabelError(f"“{own.names[label]}” is the only label of this set; add another before deleting it.")
    if into is None:
        into = _heir(own, label)
    left = [other for other in range(len(own)) if other != label]
    edited = _ordered(own, left)
    edited.table[label] = edited.table[into]
    return edited


def moved(own: OwnLabels, label: int, to: int) -> Edited:
    """With a label at another place of the list, which is its new id; those between move by one."""
    order = [other for other in range(len(own)) if other != label]
    order.insert(to, label)
    return _ordered(own, order)


def exchanged(own: OwnLabels, other: OwnLabels, mapping: Mapping[int, int] | None = None) -> Edited:
    """Another set in place of this one. Labels go to the one of their name, else to the one their parent is called
    by there (`home`), else to UNSURE; `mapping` (id -> id of the other set) says otherwise."""
    table = np.full(256, UNSURE, np.uint8)
    for label, (name, parent) in enumerate(zip(own.names, own.parents)):
        table[label] = other.names.index(name) if name in other.names else home(other, parent)
    for label, wanted in (mapping or {}).items():
        table[label] = wanted
    return Edited(other, table)


def _heir(own: OwnLabels, label: int) -> int:
    """Who gets the pixels of a label that goes."""
    parent = own.parents[label]
    like = [other for other, its in enumerate(own.parents) if its == parent != UNSURE and other != label]
    first = home(own, parent)
    return first if first in like else (like or [UNSURE])[0]


def _ordered(own: OwnLabels, order: list[int]) -> Edited:
    table = _same()
    table[order] = np.arange(len(order))
    names, colors, parents = (tuple(row[label] for label in order) for row in (own.names, own.colors, own.parents))
    return Edited(OwnLabels(names, colors, parents), table)


def _same() -> np.ndarray:
    return np.arange(256, dtype=np.uint8)


def _put(row: tuple, index: int, value: object) -> tuple:
    return (*row[:index], value, *row[index + 1 :])


def _free_name(own: OwnLabels, name: str) -> str:
    name = name.strip()
    if not name or not name.isprintable():
        raise LabelError("A label needs a name in one line; type one.")
    if name in own.names:
        raise LabelError(f"There is a label “{name}” already; choose another name.")
    return name


def _parent(parent: int) -> int:
    if parent != UNSURE and not 0 <= parent < len(default_label_set()):
        raise ValueError(f"{parent} is no label of the network's")
    return int(parent)


# -- files


def save_own_labels(path: Path | str, own: OwnLabels, *, overwrite: bool = False) -> None:
    """Write a set as JSON; whole or not at all. LabelError if it is there (without `overwrite`) or cannot be."""
    from core.label_exchange import write_file

    write_file(Path(path), (to_text(own) + "\n").encode("utf-8", "backslashreplace"), overwrite=overwrite)


def to_text(own: OwnLabels) -> str:
    """A set as JSON text, for a file or the settings."""
    known = default_label_set()
    rows = [
        {"name": name, "color": "#{:02x}{:02x}{:02x}".format(*color), "parent": known.name(parent)}
        for name, color, parent in zip(own.names, own.colors, own.parents)
    ]
    return json.dumps({"format": _FORMAT, "version": VERSION, "labels": rows}, ensure_ascii=False, indent=1)


def from_text(text: str | bytes, where: Path | str) -> OwnLabels:
    """The set of `to_text`; LabelError, naming `where` it comes from, for anything else."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{where} is not JSON text; choose another label set.") from error
    try:
        if content["format"] != _FORMAT:
            raise LabelError(f"{where} is no label set of Huesmith's; choose another file.")
        if content["version"] > VERSION:
            raise LabelError(f"{where} was written by a newer Huesmith; open it with that one.")
        return _from_rows(content["labels"], where)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LabelError(f"{where} is damaged; choose another copy of this label set.") from error


def load_own_labels(path: Path | str) -> OwnLabels:
    """Read a set written by `save_own_labels`, or an `id: name` file with its `.map.txt` beside it.

    An `id: name` file without one is understood as the network's ids. LabelError says what is wrong with the file.
    """
    path = Path(path)
    if path.suffix.lower() != ".json":
        own, mapping = own_labels(load_label_set(path)), mapping_of(path)
        return replace(own, parents=load_parents(mapping, len(own))) if mapping.exists() else own
    return from_text(_content(path), path)


def mapping_of(path: Path | str) -> Path:
    """Where the mapping of an `id: name` file lies, if it has one: `ade20k-150.map.txt` for `ade20k-150.txt`."""
    return Path(path).with_suffix(".map.txt")


def has_parents(path: Path | str) -> bool:
    """Whether a label set's file itself says on which network labels its labels stand."""
    return Path(path).suffix.lower() == ".json" or mapping_of(path).exists()


def load_parents(path: Path | str, count: int) -> tuple[int, ...]:
    """The parents in a mapping file, one `id: name of a network label` a line, for ids 0 to count-1."""
    path, known = Path(path), default_label_set()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"The mapping {path} cannot be read; save it as UTF-8 text.") from error
    parents = []
    for number, line in enumerate(lines, start=1):
        match = _MAP.fullmatch(line)
        if not match or int(match[1]) != len(parents) or match[2] not in known.names:
            raise LabelError(
                f"{path}, line {number} should give id {len(parents)} a label of the network's, such as "
                f"“{len(parents)}: sky”."
            )
        parents.append(known.id(match[2]))
    if len(parents) != count:
        raise LabelError(f"{path} maps {len(parents)} labels, but the label set has {count}; add what is missing.")
    return tuple(parents)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise LabelError(f"{path} is too large for a label set; choose another file.")
        return data
    except OSError as error:
        raise LabelError(f"The label set {path} cannot be read ({error.strerror}); choose another.") from error


def _from_rows(rows: list[dict], path: Path | str) -> OwnLabels:
    known = default_label_set()
    names = tuple(str(row["name"]) for row in rows)
    if not 0 < len(names) <= UNSURE or len(set(names)) != len(names):
        raise LabelError(f"{path} needs 1 to {UNSURE} labels with different names; correct its list.")
    strange = [row["parent"] for row in rows if row["parent"] not in (*known.names, known.name(UNSURE))]
    if strange:
        raise LabelError(f"{path} builds on “{strange[0]}”, which is no label of the networks; choose another parent.")
    colors = tuple(tuple(bytes.fromhex(row["color"].removeprefix("#"))) for row in rows)
    if any(len(color) != 3 for color in colors):
        raise ValueError("a colour has three parts")
    return OwnLabels(names, colors, tuple(known.names.index(p) if p in known.names else UNSURE for p in
                                          (row["parent"] for row in rows)))  # fmt: skip
