"""What a result says of how it was made, so that it can be known for what it is and be made again.

    mark_of(result, photo, settings, ...) -> Mark      goes into the file's XMP
    read_made(path)                       -> Made      of any of our results
    core.remake                           -> the request that makes it again

Beside IPTC's digital source type, which every archive reads, a result carries JSON: the program's version, the
photo's name and hash, the guidance with the label map of the work size, colorizer, work size and the hashes of the
weights. It holds no path and no time: the same photo with the same guidance gives the same bytes. References stand
in it by name and hash.

What is read comes from elsewhere: whatever is wrong with it becomes one sentence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from core.errors import HuesmithError, ProjectError
from core.formats import ExportSettings
from core.guidance import Guidance, Plane, Recipe
from core.label_parents import standing
from core.label_sets import from_text, own_labels, to_text
from core.labels import LabelSet, default_label_set
from core.metadata import read_packet
from core.photo import Photo
from core.photo_pages import file_of
from core.recipe import out_of_range
from core.request import Result
from core.version import VERSION
from core.xmp import COMPOSITE, ENHANCED, HUESMITH, Mark, value

WHAT, NEWEST = "huesmith result", 1
BY_PERSON, BY_NETWORK, BY_NOBODY = "person", "network", "nobody"
"""Who gave the labels. By nobody: the colours were made without a map."""

MOST = 8 << 20  # bytes of JSON; locked colours that would make it larger are left out
_LARGEST_SIDE = 4096  # of a label map or locked chroma that can have been made here
_PATHS = ("path", "reference")  # fields of a guidance that name a file
LOCKS = "the colours of locked labels"


@dataclass(frozen=True)
class Source:
    """The photo that was coloured: its name without a folder, size, page, and the SHA-256 of its file ("" where the
    file was no longer there to be read)."""

    name: str
    width: int
    height: int
    page: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Made:
    """What a result was made with. Its guidance names references as `references` does, which has their hashes;
    `regions` are those of a sketch (core/request)."""

    program: str
    source: Source
    guidance: Guidance
    references: dict[str, str]
    labels_by: str
    label_set: LabelSet
    colorizer: str
    work_size: int
    settings: ExportSettings
    weights: dict[str, str]
    device: str
    left_out: tuple[str, ...]
    regions: Plane | None = None

    def is_of(self, photo: Photo) -> bool:
        """Whether the result was made of this photo: the same file, or at least its name and size where the file's
        hash is not known."""
        source = source_of(photo)
        if self.source.sha256 and source.sha256:
            return (self.source.sha256, self.source.page) == (source.sha256, source.page)
        return (self.source.name, self.source.width, self.source.height) == (source.name, source.width, source.height)

    def with_references(self, found: dict[str, Path]) -> Made:
        """The same with the files themselves in place of the references' names."""
        guidance = Guidance.from_dict(_renamed(self.guidance.to_dict(), lambda name: str(found.get(name, name))))
        return replace(self, guidance=guidance)


def mark_of(
    result: Result, photo: Photo, settings: ExportSettings, label_set: LabelSet, labels_by: str
) -> tuple[Mark, tuple[str, ...]]:
    """What the file of `result` is to say of itself, and sentences about what has no room in it.

    `settings` are those the file is written with, its format and depth named.
    """
    request = result.request
    guidance, left_out = request.guidance, []
    names = _names(guidance)
    if sum(lock.chroma.array.nbytes for lock in guidance.locks) > MOST // 2:
        guidance, left_out = replace(guidance, locks=()), [LOCKS]
    told = {
        "what": WHAT,
        "version": NEWEST,
        "program": VERSION,
        "source": asdict(source_of(photo)),
        "labels_by": BY_NOBODY if guidance.labels is None else labels_by,
        "label_set": None if _is_usual(label_set) else to_text(own_labels(label_set)),
        "colorizer": request.colorizer,
        "work_size": request.work_size,
        "worked_at": result.work_size or request.work_size,
        "device": f"{result.device}, {result.runtime}",
        "weights": {path.name: file_hash(path) for path in result.weights},
        "references": {name: file_hash(Path(path)) for path, name in names.items()},
        "settings": asdict(settings),
        "left_out": left_out,
        "guidance": _renamed(guidance.to_dict(), lambda path: names[path]),
        "regions": request.regions.to_dict() if request.regions else None,
    }
    notes = tuple(f"The file cannot hold {what}, so from it alone it cannot be made again." for what in left_out)
    kind = ENHANCED if request.recolours else COMPOSITE
    return Mark(f"Huesmith {VERSION}", kind, json.dumps(told, separators=(",", ":"))), notes


def read_made(path: Path | str) -> Made:
    """What a result was made with. Raises ProjectError where the file is none of ours, or its packet is broken."""
    path = Path(path)
    packet = read_packet(path)
    try:
        text = value(packet, HUESMITH, "made") if packet else None
    except ValueError as error:
        raise ProjectError(f"{path} cannot say how it was made: {error}; choose another result.") from error
    if text is None:
        raise ProjectError(f"{path} does not say how it was made; choose a result of Huesmith that carries XMP.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProjectError(f"{path} says how it was made, but damaged; choose another copy.") from error
    try:
        return _made(data)
    except HuesmithError as error:
        raise ProjectError(f"{path}: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ProjectError(f"{path} says how it was made, but damaged ({error}); choose another copy.") from error


def source_of(photo: Photo) -> Source:
    """What is told of the photo. Its file is hashed only while it is the one that was opened."""
    page = photo.key.rpartition(":")[2]
    page = int(page) if photo.path is not None and page.isdecimal() else 0
    sha256 = file_hash(file_of(photo.path)) if photo.path is not None and _unchanged(photo) else ""
    return Source(photo.path.name if photo.path else "", photo.width, photo.height, page, sha256)


def _is_usual(label_set: LabelSet) -> bool:
    """Whether these are the networks' labels, wherever the set came from."""
    usual = default_label_set()
    return (label_set.names, label_set.colors) == (usual.names, usual.colors) and standing(label_set) is None


def file_hash(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, "" where it cannot be read; remembered as long as the file is the same."""
    try:
        status = path.stat()
        return _hash(path, status.st_mtime_ns, status.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=64)
def _hash(path: Path, mtime: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unchanged(photo: Photo) -> bool:
    """Whether the file on disk is still what the photo was read from, by its key (`core.photo_read`)."""
    try:
        status = file_of(photo.path).stat()
    except OSError:
        return False
    return f":{status.st_mtime_ns}:{status.st_size}" in photo.key


def _names(guidance: Guidance) -> dict[str, str]:
    """A name for the path of every file that the guidance names; of two that share one, the second is numbered."""
    found: list[str] = []
    _renamed(guidance.to_dict(), lambda path: found.append(path) or path)
    names: dict[str, str] = {}
    for path in dict.fromkeys(found):
        name, number = Path(path).name, 2
        while name in names.values():
            name, number = f"{number}/{Path(path).name}", number + 1
        names[path] = name
    return names


def _renamed(value: object, rename: Callable[[str], str]) -> object:
    """A guidance as a dictionary with other names for the files in it."""
    if isinstance(value, list):
        return [_renamed(item, rename) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: rename(item) if key in _PATHS and isinstance(item, str) else _renamed(item, rename)
        for key, item in value.items()
    }


# -- reading


def _made(data: dict) -> Made:
    if data["what"] != WHAT or not isinstance(data["version"], int):
        raise ValueError("it is no result of Huesmith")
    if data["version"] > NEWEST:
        raise ProjectError("It was made by a newer Huesmith; update Huesmith to make it again.")
    for plane in _planes([data["guidance"], data["regions"]]):
        if not 1 <= len(plane["shape"]) <= 3 or max(plane["shape"]) > _LARGEST_SIDE:
            raise ValueError("a map in it is too large")
    guidance = Guidance.from_dict(data["guidance"])
    recipe = Recipe(guidance.rules, guidance.palette, guidance.settings, guidance.palette_map)
    if wrong := out_of_range(recipe):
        raise ValueError(wrong)
    text = data["label_set"]
    return Made(
        program=_word(data["program"]),
        source=_source(data["source"]),
        guidance=guidance,
        references={_word(name): _word(digest) for name, digest in data["references"].items()},
        labels_by=_word(data["labels_by"]),
        label_set=default_label_set() if text is None else from_text(text, "its label set"),
        colorizer=_word(data["colorizer"]),
        work_size=_number(data["work_size"], 1, _LARGEST_SIDE),
        settings=ExportSettings.from_dict(data["settings"]),
        weights={_word(name): _word(digest) for name, digest in data["weights"].items()},
        device=_word(data["device"]),
        left_out=tuple(_word(one) for one in data["left_out"]),
        regions=Plane.from_dict(data["regions"]) if data["regions"] else None,
    )


def _planes(value: object) -> Iterable[dict]:
    """Every packed array in a guidance, to be looked at before one is unpacked."""
    if isinstance(value, list):
        for item in value:
            yield from _planes(item)
    elif isinstance(value, dict):
        if "zlib" in value:
            yield value
        for item in value.values():
            yield from _planes(item)


def _source(data: dict) -> Source:
    width, height = (_number(data[side], 1, 1 << 31) for side in ("width", "height"))
    page = _number(data["page"], 0, 1 << 31)
    return Source(Path(_word(data["name"])).name, width, height, page, _word(data["sha256"]))


def _word(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("a text is missing")
    return text


def _number(number: object, least: int, most: int) -> int:
    if type(number) is not int or not least <= number <= most:
        raise ValueError(f"{number!r:.20} is out of range")
    return number


def found_references(made: Made, candidates: Iterable[Path], folders: Iterable[Path]) -> Made:
    """`made` with the files of its references: those among `candidates`, or of that name in one of the `folders`,
    that have the right hash. Raises ProjectError where one is missing."""
    candidates, folders, found = list(candidates), list(folders), {}
    for name, digest in made.references.items():
        places = [*candidates, *(folder / Path(name).name for folder in folders)]
        match = next((path for path in places if path.is_file() and file_hash(path) == digest), None)
        if match is None:
            raise ProjectError(
                f"The result was made with the reference {Path(name).name}, which is not here as it was; put it beside "
                "the result or name it with --reference."
            )
        found[name] = match.absolute()
    return made.with_references(found)

