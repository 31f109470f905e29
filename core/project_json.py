"""project.json: what a project says of itself, as JSON with a version, read as if a stranger had written it.

    {"format": "huesmith project", "version": 1, "program": "0.1.0", "saved": "2026-11-21T05:49:11+00:00",
     "photo": {path, relative, bytes, sha256, width, height, entry}, "references": [{path, ...}],
     "colorizer": "guided", "work_size": 384, "ignored_faults": [...], "view": {"locked", "hidden", "solo"},
     "of": null or, in an autosave, the path of the project it is newer than}

What is missing takes its default, so an older one still opens; what is of another type is an error. docs/PROJECT.md
is the description for other programs.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from core.errors import ProjectError
from core.project_files import FileRef
from core.version import VERSION as PROGRAM

FORMAT = "huesmith project"
VERSION = 1
LARGEST_JSON = 64 << 20
_LARGEST_SIDE = 1_000_000
MOST_REFERENCES = 500


@dataclass(frozen=True)
class Card:
    """project.json as values; the fields are described above."""

    photo: FileRef
    references: tuple[FileRef, ...] = ()
    colorizer: str = ""
    work_size: int = 0
    ignored: tuple[str, ...] = ()
    locked: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    solo: int | None = None
    saved: str = ""
    of: str | None = None


def to_text(card: Card) -> bytes:
    """`card` as JSON."""
    data = {
        "format": FORMAT, "version": VERSION, "program": PROGRAM, "saved": card.saved,
        "photo": asdict(card.photo), "references": [asdict(one) for one in card.references],
        "colorizer": card.colorizer, "work_size": card.work_size, "ignored_faults": sorted(card.ignored),
        "view": {"locked": sorted(card.locked), "hidden": sorted(card.hidden), "solo": card.solo}, "of": card.of,
    }  # fmt: skip
    return json_bytes(data)


def json_bytes(data: Any) -> bytes:
    """Readable JSON; a name that is no text by any rule of Unicode keeps what can be kept of it."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def read_json(content: bytes, what: str) -> Any:
    """JSON of an entry called `what`; ValueError where it is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"“{what}” in it is no JSON text") from error


def version_of(content: bytes) -> int:
    """The version of a project.json; ValueError where it is none of ours."""
    data = read_json(content, "project.json")
    version = data.get("version") if isinstance(data, dict) and data.get("format") == FORMAT else None
    if type(version) is not int or version < 0:
        raise ValueError("“project.json” in it is not Huesmith's")
    return version


def newer(version: int) -> str:
    """What is said of a project of a version that is not known yet."""
    return (f"was written by a newer Huesmith (version {version}, this one reads up to {VERSION}); update Huesmith to "
            "open it.")  # fmt: skip


def from_text(content: bytes) -> Card:
    """The card of `to_text`. ValueError where it is damaged; ProjectError, without the project's name, where it is of
    a newer version."""
    version, data = version_of(content), read_json(content, "project.json")
    if version > VERSION:
        raise ProjectError(newer(version))
    view, references = _of(data, "view", dict, {}), _of(data, "references", list, [])
    if len(references) > MOST_REFERENCES:
        raise ValueError(f"it lists {len(references)} references, far more than a photo needs")
    photo = data.get("photo")
    return Card(
        photo=_ref({"path": photo} if isinstance(photo, str) else photo),  # version 0 knew no more than the path
        references=tuple(_ref(one) for one in references),
        colorizer=_of(data, "colorizer", str, ""), work_size=_number(_of(data, "work_size", int, 0), 1 << 14),
        ignored=tuple(_each(_of(data, "ignored_faults", list, []), str)),
        locked=_labels(_of(view, "locked", list, [])), hidden=_labels(_of(view, "hidden", list, [])),
        solo=None if view.get("solo") is None else _labels([view["solo"]])[0],
        saved=_of(data, "saved", str, ""), of=None if data.get("of") is None else _of(data, "of", str, ""),
    )  # fmt: skip


def _ref(data: Any) -> FileRef:
    if not isinstance(data, dict) or not data.get("path"):
        raise ValueError("“project.json” in it does not say of which photo it is")
    known = {one.name: _of(data, one.name, str if one.type == "str" else int, one.default)
             for one in fields(FileRef) if one.name in data}  # fmt: skip
    if any("\0" in text for text in known.values() if isinstance(text, str)):
        raise ValueError("“project.json” in it has a path that cannot be")
    for name in ("width", "height"):
        _number(known.get(name, 0), _LARGEST_SIDE)
    return FileRef(**known)


def _of(data: dict, key: str, kind: type, default: Any) -> Any:
    value = data.get(key, default)
    if type(value) is not kind:
        raise ValueError(f"“{key}” in its project.json is {value!r:.40}")
    return value


def _each(values: list, kind: type) -> list:
    if any(type(value) is not kind for value in values):
        raise ValueError(f"a list in its project.json holds what it should not: {values!r:.40}")
    return values


def _number(value: int, most: int) -> int:
    if not 0 <= value <= most:
        raise ValueError(f"a number in its project.json is out of range: {value}")
    return value


def _labels(values: list) -> tuple[int, ...]:
    return tuple(_number(value, 255) for value in _each(values, int))
