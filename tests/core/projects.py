"""What the tests of projects share: a document with everything a person can decide, and saving one at once."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.document import Document
from core.fault_ignored import IgnoreFaults
from core.guidance import Graft, Hint, Link, Plane, Recoloured, Reference, Rule, Settings, Spot, Swatch
from core.label_sets import added, own_labels
from core.labels import LabelSet, default_label_set
from core.photo import Photo
from core.project import Draft, save_project
from core.project_work import Work, taken

RED, BLUE = Swatch(0.8, 0.1, 0.1, "红 red"), Swatch(0.1, 0.2, 0.8)


def own_set() -> LabelSet:
    """The networks' labels and one more, with a name and a colour of its own."""
    return added(own_labels(), "mother’s dress 妈妈的裙子", default_label_set().id("person"), (1, 2, 3)).set


def worked_on(photo: Photo, reference: Path | None = None, label_set: LabelSet | None = None) -> Document:
    """A document with strokes, rules, palette, hints, references, a lock, ignored places and a view, all undoable."""
    document = Document(photo, label_set or own_set())
    ids = np.add.outer(np.arange(20), np.arange(30)) // 9 % 6 + 1
    document.set_segmentation(ids.astype(np.uint8), np.linspace(0, 1, 600, dtype=np.float32).reshape(20, 30))
    height = len(document.labels)
    document.begin_stroke("Brush: sky")
    document.paint(np.ones((height // 2, 9), bool), 3, 5, len(document.label_set) - 1)
    document.end_stroke()
    rules = Rule(3, RED, 0.7, swatch_light=BLUE), Rule(5, seed=2, hue_shift=-30.0)
    if reference is not None:
        rules += (Rule(2, reference=str(reference)),)
        document.set_guidance("Add reference", references=(Reference(str(reference), 0.5),))
    document.set_guidance("Rules", rules=rules)
    document.set_guidance("Palette", palette=(RED, BLUE), palette_map=(Link(RED, BLUE, 0.3, True),))
    hints = (Hint(((0.1, 0.2), (0.3, 0.35)), BLUE, 0.02, True),)
    if reference is not None:
        hints += (Hint(((0.5, 0.5),), RED, spot=Spot(str(reference), 0.2, 0.3)),)
        document.set_guidance("Graft", grafts=(Graft(((0.0, 0.0), (0.5, 0.0), (0.0, 0.5)), str(reference)),))
    document.set_guidance("Hints", hints=hints)
    document.set_guidance("Settings", settings=Settings(vividness=1.25, seed=3, toning=(RED,)))
    chroma = np.random.default_rng(5).normal(0, 20, (20, 30, 2)).astype(np.float32)
    moved = Recoloured((Link(RED, BLUE),), 0.6, Plane(chroma / 2))
    for label in (1, 2):
        document.lock_label(label, chroma, moved if label == 1 else None)
    document.do(IgnoreFaults("Ignore", frozenset(), frozenset({"3:10:20", "天"})))
    document.begin_stroke("Brush: again")
    document.paint(np.eye(15, dtype=bool), 20, 20, 4)
    document.end_stroke()
    document.view.lock(1)
    document.view.hide(2)
    document.view.show_only(3)
    return document


def save(path: Path, document: Document, overwrite: bool = True, history: bool = False, **more: object) -> Path:
    """Save the document as it is now."""
    draft = Draft(taken(document).settled(history), document.path, document.photo, **more)
    return save_project(path, draft, overwrite)


def same_work(one: Work, other: Work) -> bool:
    """Whether two pieces of work are the same to the last bit, histories aside."""
    maps = ((one.labels, other.labels), (one.segmented, other.segmented), (one.confidence, other.confidence))
    plain = [replace(work, labels=None, segmented=None, confidence=None, steps=(), past=None, revision=0)
             for work in (one, other)]  # fmt: skip
    return all(map(same_array, *zip(*maps))) and vars(plain[0]) == vars(plain[1])


def same_array(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.dtype == other.dtype and np.array_equal(one, other)


def entries(path: Path) -> dict[str, bytes]:
    """What is in a project, in order."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path: Path, changed: Mapping[str, bytes | None]) -> Path:
    """The project with other contents of some entries, None for none."""
    contents = {**entries(path), **changed}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            if content is not None:
                archive.writestr(name, content)
    return path

