"""Projects: the work on one photo as a file, so that closing the window loses nothing (docs/PROJECT.md).

    save_project(path, Draft(taken(document).settled(), document.path, document.photo))
    project = load_project(path)                         reads the one file and nothing else
    found = find_photo(project)                          where its photo is now, if anywhere
    project, notes = with_references(project)            the same of its references
    document = document_of(load_photo(found.path), project.work)

The same document comes back: label ids, segmentation, guidance with its locks, label set, ignored places. A project is
written as a whole or not at all, and one of a newer version is neither opened nor written over. All of this takes its
time and belongs into a thread; errors are ProjectError, and ExportError where writing fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core import project_parts as parts
from core.errors import ExportError, ProjectError, UserError
from core.guidance import Plane
from core.photo_pages import file_of, stem_of
from core.project_files import FileRef, Found, cache_folder, find_file, moved_to, put_down, ref_to, sha256_of
from core.project_history import decode
from core.project_json import (
    LARGEST_JSON,
    MOST_REFERENCES,
    VERSION,
    Card,
    from_text,
    json_bytes,
    newer,
    read_json,
    to_text,
    version_of,
)
from core.project_work import Work, document_of, reference_paths, with_moved
from core.project_zip import LARGEST_ENTRY, Broken, Reader, pack, safe_name

if TYPE_CHECKING:
    from core.document import Document
    from core.photo import Photo

SUFFIX = ".huesmith"
PREVIEW_SIZE = 1024  # long side of the small picture inside
_LARGEST_PREVIEW, _LARGEST_MAP = 8 << 20, 1 << 30

__all__ = ["SUFFIX", "Draft", "Project", "beside", "document_for", "document_of", "find_photo", "load_project",
           "name_beside", "save_project", "with_references"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Project:
    """What is in a project's file. card: which photo, colorizer, work size; preview: a small JPEG of the photo, may be
    empty; of: of an autosave, the project it is newer than."""

    path: Path
    card: Card
    work: Work
    preview: bytes = b""

    @property
    def photo(self) -> FileRef:
        return self.card.photo

    @property
    def of(self) -> Path | None:
        return Path(self.card.of) if self.card.of else None


@dataclass(frozen=True, eq=False)
class Draft:
    """What a project is made of. `photo_path` is where the photo was opened; `photo`, if at hand, is asked for the
    preview. `known` is the project that the document came from. `embed` keeps photo and references inside; the steps
    that can be undone are kept if the work's past is told. `of`: as in Project."""

    work: Work
    photo_path: Path
    photo: Photo | None = None
    known: Project | None = None
    colorizer: str = ""
    work_size: int = 0
    embed: bool = False
    of: Path | None = None


# -- writing


def save_project(path: Path | str, draft: Draft, overwrite: bool = False) -> Path:
    """Write a project, as a whole or not at all; returns its path. ExportError where it cannot be written, is there
    already (without `overwrite`) or was written by a newer program."""
    from core.photo_write import check_target, writing

    path = Path(path)
    check_target(path, overwrite)
    _refuse_newer(path)
    entries = list(_entries(path, draft))  # all there is to be read is read before anything is written
    with writing(path, overwrite) as file:
        pack(file, entries)
    return path


def _refuse_newer(path: Path) -> None:
    """Nobody's work of a newer program is written over by an older one."""
    try:
        with Reader(path) as reader:
            version = version_of(reader.read("project.json", LARGEST_JSON))
    except (Broken, OSError, ValueError):
        return
    if version > VERSION:
        raise ExportError(f"{path} {newer(version).split(';')[0]} and is not written over; choose another name.")


def _entries(path: Path, draft: Draft) -> Iterator[tuple[str, bytes, bool]]:
    """Name, content and whether to deflate it, of everything in a project."""
    work = draft.work
    photo, inside = _photo_ref(path, draft)
    references = [_reference_ref(text, number, path, draft.embed)
                  for number, text in enumerate(reference_paths(work.guidance)[:MOST_REFERENCES])]  # fmt: skip
    card = Card(
        photo, tuple(references), draft.colorizer, draft.work_size, tuple(work.ignored), tuple(work.locked),
        tuple(work.hidden), work.solo, datetime.now(UTC).isoformat(timespec="seconds"),
        str(draft.of) if draft.of else None,
    )  # fmt: skip
    yield "project.json", to_text(card), True
    guidance, arrays = parts.guidance_parts(work.guidance)
    yield "guidance.json", json_bytes(guidance), True
    for name, content in parts.label_set_entries(work.label_set):
        yield name, content, True
    yield "labels.png", parts.indexed_png.encode(work.labels, work.label_set), False
    if work.segmented is not None:
        yield "segmented.png", parts.indexed_png.encode(work.segmented, work.label_set), False
    if work.confidence is not None:
        yield "confidence.npy", parts.npy(work.confidence), True
    if preview := _preview(draft):
        yield "preview.jpg", preview, False
    if work.past is not None:
        steps, more = work.past
        arrays |= more
        yield "history.json", json_bytes(steps), True
    for name, array in arrays.items():
        yield f"planes/{name}.npy", parts.npy(array), True
    for ref, file in ((photo, inside), *((one, Path(one.path)) for one in references)):
        if ref.entry:
            yield ref.entry, _content(file), False


def _photo_ref(path: Path, draft: Draft) -> tuple[FileRef, Path]:
    """What is remembered of the photo, and the file to put inside if its `entry` says so.

    A photo that stands in for the one of a project, because it came from inside or is but a preview, is not what is
    remembered: the real one is. One that came from inside stays there.
    """
    height, width = draft.work.size
    file, known = draft.photo_path, draft.known
    if known is None or not is_cached(file):
        ref = ref_to(file, path, width=width, height=height)
        entry = (draft.embed or is_cached(file)) and ref.sha256  # a pasted picture is nowhere else
    else:
        ref = moved_to(known.photo, path)
        entry = file_of(file).is_file() and sha256_of(file) == ref.sha256
    return replace(ref, entry=f"photo/{safe_name(ref.name)}" if entry else ""), file


def _reference_ref(text: str, number: int, path: Path, embed: bool) -> FileRef:
    """What is remembered of a reference. One that only the program's cache has, a pasted picture, goes inside."""
    ref = ref_to(Path(text), path)
    inside = ref.sha256 and (embed or is_cached(Path(text)))
    return replace(ref, path=text, entry=f"references/{number}-{safe_name(ref.name)}" if inside else "")


def _content(path: Path) -> bytes:
    try:
        return file_of(path).read_bytes()
    except OSError as error:
        raise ExportError(f"{path} cannot be read ({error.strerror}) and so not kept in the project.") from error


def is_cached(path: Path) -> bool:
    """Whether a file is only in the program's cache: a pasted picture, one that came from inside a project."""
    return path.absolute().is_relative_to(cache_folder().parent.absolute())


def _preview(draft: Draft) -> bytes:
    """A small JPEG of the photo; the one there was, where the photo is not at hand."""
    if draft.photo is None:
        return draft.known.preview if draft.known else b""
    import cv2

    rgb = draft.photo.thumbnail(PREVIEW_SIZE)
    return cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


# -- reading


def load_project(path: Path | str) -> Project:
    """Read a project: all that is in the file, and nothing else. ProjectError, one sentence, where it is missing,
    damaged, made to do harm, or of a newer version."""
    path = Path(path)
    try:
        with Reader(path) as reader:
            return _read(path, reader)
    except (Broken, ValueError) as error:
        raise ProjectError(f"{path} is no whole project: {error}; choose another copy.") from error
    except UserError as error:
        text = str(error)
        raise ProjectError(f"{path} {text}" if text.startswith("was ") else f"{path}: {text}") from error
    except OSError as error:
        raise ProjectError(f"{path} cannot be read ({error.strerror}); choose another project.") from error
    except MemoryError as error:
        raise ProjectError(f"{path} does not fit in memory; close other programs.") from error


def _read(path: Path, reader: Reader) -> Project:
    card = from_text(reader.read("project.json", LARGEST_JSON))
    label_set = parts.label_set_from(reader.names, lambda name: reader.read(name, LARGEST_JSON))

    def plane(name: str) -> Plane:
        found = Plane(parts.from_npy(reader.read(f"planes/{name}.npy", parts.LARGEST_PLANE)))
        if found.digest != name:
            raise ValueError(f"“planes/{name}.npy” in it holds something else")
        return found

    guidance = parts.guidance_from(read_json(reader.read("guidance.json", LARGEST_JSON), "guidance.json"), plane)
    size = (card.photo.height, card.photo.width)
    labels = parts.labels_from(reader.read("labels.png", _LARGEST_MAP), label_set, size if all(size) else None)
    segmented = confidence = None
    if "segmented.png" in reader.names:
        segmented = parts.labels_from(reader.read("segmented.png", _LARGEST_MAP), label_set, None)
    if "confidence.npy" in reader.names:
        confidence = parts.confidence_from(reader.read("confidence.npy", parts.LARGEST_PLANE))
    work = Work(label_set, labels, segmented, confidence, guidance, frozenset(card.ignored), frozenset(card.locked),
                frozenset(card.hidden), card.solo)  # fmt: skip
    if "history.json" in reader.names:
        steps = decode(read_json(reader.read("history.json", LARGEST_JSON), "history.json"), plane, work)
        work = replace(work, steps=steps)
    preview = reader.read("preview.jpg", _LARGEST_PREVIEW) if "preview.jpg" in reader.names else b""
    return Project(path, replace(card, photo=replace(card.photo, height=labels.shape[0], width=labels.shape[1])), work,
                   preview)  # fmt: skip


# -- the files it needs


def find_photo(project: Project) -> Found:
    """Where the project's photo is: beside it, where it was, by content in its folder, or inside it."""
    return _find(project, project.photo)


def with_references(project: Project) -> tuple[Project, tuple[str, ...]]:
    """The project with its references where they are now, and a sentence for each that is nowhere."""
    moved, notes = {}, []
    for ref in project.card.references:
        found = _find(project, ref)
        if found.path is None:
            notes.append(f"The reference {ref.path} is not to be found; add it again.")
        elif str(found.path) != ref.path:
            moved[ref.path] = str(found.path)
    return replace(project, work=with_moved(project.work, moved)), tuple(notes)


def _find(project: Project, ref: FileRef) -> Found:
    found = find_file(ref, project.path)
    if found.same or not ref.entry:
        return found
    try:
        with Reader(project.path) as reader:
            return Found(put_down(reader.read(ref.entry, LARGEST_ENTRY), ref.name), True)
    except (Broken, OSError) as error:
        raise ProjectError(f"{project.path} is no whole project: {error}; choose another copy.") from error


# -- the project of a photo


def name_beside(photo: Path) -> Path:
    """Where the project of a photo is looked for first: `garden.huesmith` beside `garden.jpg`, `scan_p003.huesmith`
    for the third page of `scan.pdf`."""
    return photo.with_name(stem_of(photo) + SUFFIX)


def beside(photo: Path) -> Path | None:
    """The project beside a photo that is about this photo, if there is one: `garden.huesmith`, or `garden-2.huesmith`
    where photos share a stem. Cheap: no more than a few small entries are read."""
    first = name_beside(photo)
    candidates = (first, *(first.with_stem(f"{first.stem}-{number}") for number in range(2, 10)))
    for path in candidates:
        try:
            if not path.is_file():
                return None
            with Reader(path) as reader:
                if from_text(reader.read("project.json", LARGEST_JSON)).photo.name == photo.name:
                    return path
        except (Broken, OSError, ValueError, ProjectError):
            continue
    return None


def document_for(photo: Photo, path: Path | str) -> tuple[Document, Project, tuple[str, ...]]:
    """A document of `photo` with the work of the project at `path`, as a batch needs it: then
    `document.guidance(size)`, `document.label_set`, `project.card.colorizer` ("" is the default) and `.work_size` (0 is
    the default) say how to colour. With them sentences about references that are gone. ProjectError."""
    project, notes = with_references(load_project(path))
    return document_of(photo, project.work), project, notes
