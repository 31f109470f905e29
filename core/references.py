"""References under the hand: which there are, in what order, how much each counts, and which label has its own.

Whole photo: `Guidance.references`, in order; weight 0 is one that is switched off. One label: `Rule.reference`. A
reference that serves labels alone is in no list, only in their rules. Functions take a Guidance and give what
changes in it, for `Document.set_guidance`; `look_at` reads a file and says what a person should know of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.color import rgb_to_lab
from core.errors import ExportError, PhotoError
from core.file_names import safe_stem
from core.guidance import Graft, Guidance, Reference, Swatch
from core.photo_pages import file_of
from core.rule_edit import rule_of, with_rule

SHOWN, SWATCHES = 256, 6  # long side of a thumbnail; colours of the palette beside it
SMALLEST = 16  # pixels of the shorter side, below which a photo tells little
_GREY = 4.0  # of chroma, which 99 % of a grey photo's pixels stay below
_SEEN = 0.5  # opacity from which a pixel counts
RESULT_SIZE = 768  # long side at which a result is kept; references are looked at smaller still

Changes = dict[str, object]


@dataclass(frozen=True)
class Listed:
    """A reference as a panel lists it. `whole`: it is in `Guidance.references`; `labels`, and so many `regions` of the
    photo, have it as their own."""

    path: str
    weight: float
    whole: bool
    labels: tuple[int, ...]
    regions: int = 0

    @property
    def on(self) -> bool:
        """Whether the whole photo takes colours from it."""
        return self.whole and self.weight > 0


def listed(guidance: Guidance) -> tuple[Listed, ...]:
    """All references, those of the whole photo first, in their order; then those that serve labels alone."""
    labels: dict[str, list[int]] = {graft.path: [] for graft in guidance.grafts}
    regions = Counter(graft.path for graft in guidance.grafts)
    for rule in guidance.rules:
        if rule.reference is not None:
            labels.setdefault(rule.reference, []).append(rule.label)
    whole = [Listed(one.path, one.weight, True, tuple(labels.pop(one.path, ())), regions[one.path])
             for one in guidance.references]  # fmt: skip
    return (*whole, *(Listed(path, 1.0, False, tuple(own), regions[path]) for path, own in labels.items()))


def added(guidance: Guidance, paths: Iterable[str]) -> Changes:
    """The photos come last; one that is there already is switched on instead."""
    references = list(guidance.references)
    for path in paths:
        at = _place(references, path)
        if at is None:
            references.append(Reference(path))
        elif references[at].weight <= 0:
            references[at] = replace(references[at], weight=1.0)
    return {"references": tuple(references)}


def removed(guidance: Guidance, path: str) -> Changes:
    """The reference goes, from the whole photo, from every label that has it, and with its point pairs."""
    rules = guidance.rules
    for rule in guidance.rules:
        if rule.reference == path:
            rules = with_rule(rules, replace(rule, reference=None, region=()))
    return {
        "references": tuple(one for one in guidance.references if one.path != path),
        "rules": rules,
        "hints": tuple(hint for hint in guidance.hints if hint.spot is None or hint.spot.path != path),
        "grafts": tuple(graft for graft in guidance.grafts if graft.path != path),
    }


def cleared(guidance: Guidance) -> Changes:
    """No references at all, for no label either, and no point pairs."""
    rules = guidance.rules
    for rule in guidance.rules:
        rules = with_rule(rules, replace(rule, reference=None, region=()))
    hints = tuple(hint for hint in guidance.hints if hint.spot is None)
    return {"references": (), "rules": rules, "hints": hints, "grafts": ()}


def moved(guidance: Guidance, path: str, to: int) -> Changes:
    """The reference takes the place `to` among those of the whole photo; nothing if it is none of them."""
    references = list(guidance.references)
    at = _place(references, path)
    if at is not None:
        references.insert(min(max(to, 0), len(references) - 1), references.pop(at))
    return {"references": tuple(references)}


def weighted(guidance: Guidance, path: str, weight: float) -> Changes:
    """The reference counts for `weight`, 0..1, in the whole photo; at 0 it is off. A label keeps its own."""
    references = list(guidance.references)
    at = _place(references, path)
    if at is None:
        references.append(Reference(path, weight))
    else:
        references[at] = replace(references[at], weight=weight)
    kept = [one for one in references if one.weight > 0 or one.relabels or not _named(guidance, one.path)]
    return {"references": tuple(kept)}


def bound(guidance: Guidance, path: str, label: int, only: bool = False, region: tuple = ()) -> Changes:
    """The label takes its colours from this reference, or from a region of it (a polygon in fractions); with `only`
    nothing else does any longer."""
    rules = with_rule(guidance.rules, replace(rule_of(guidance.rules, label), reference=path, region=region))
    off = [replace(one, weight=0.0) if only and one.path == path else one for one in guidance.references]
    kept = [one for one in off if one.path != path or one.weight > 0 or one.relabels]
    return _with_forgotten(guidance, rules, kept)


def grafted(guidance: Guidance, graft: Graft) -> Changes:
    """A region of the photo takes its colours from a reference; one in the same place gives way."""
    kept = tuple(one for one in guidance.grafts if one.points != graft.points)
    off = [one for one in guidance.references if one.path != graft.path or one.weight > 0 or one.relabels]
    return {"grafts": (*kept, graft), "references": tuple(off)}


def ungrafted(guidance: Guidance, path: str) -> Changes:
    """No region of the photo takes its colours from this reference; it stays in the list."""
    kept = tuple(one for one in guidance.grafts if one.path != path)
    changed = _with_forgotten(guidance, guidance.rules, list(guidance.references), kept)
    return {"grafts": kept, "references": changed["references"]}


def unbound(guidance: Guidance, label: int) -> Changes:
    """The label has no reference of its own any longer; the reference stays in the list."""
    rules = with_rule(guidance.rules, replace(rule_of(guidance.rules, label), reference=None, region=()))
    return _with_forgotten(guidance, rules, list(guidance.references))


def _with_forgotten(
    guidance: Guidance, rules: tuple, references: list[Reference], grafts: tuple[Graft, ...] | None = None
) -> Changes:
    """`rules` and `references`, with those that nobody would know of any longer switched off at the end."""
    grafts = guidance.grafts if grafts is None else grafts
    known = {one.path for one in (*references, *grafts)} | {rule.reference for rule in rules}
    left = [one.path for one in listed(guidance) if one.path not in known]
    return {"rules": rules, "references": (*references, *(Reference(path, 0.0) for path in left))}


def _place(references: list[Reference], path: str) -> int | None:
    return next((at for at, one in enumerate(references) if one.path == path), None)


def _named(guidance: Guidance, path: str) -> bool:
    return any(rule.reference == path for rule in guidance.rules) or any(one.path == path for one in guidance.grafts)


@dataclass(frozen=True)
class Look:
    """What a reference looks like: `rgb` (h, w, 3) uint8, None where it cannot be read; its palette with shares;
    `problem`, a sentence where it cannot be used; `note`, one where it can, but something is to be known."""

    rgb: np.ndarray | None
    palette: tuple[Swatch, ...] = ()
    shares: tuple[float, ...] = ()
    problem: str = ""
    note: str = ""


def look_at(path: str, of: str = "") -> Look:
    """Read the photo at `path` as a reference; `of` is the `Photo.key` of the photo it is for. Takes long."""
    from core.palette import from_pixels
    from core.photo import load_photo

    try:
        photo = load_photo(path)
    except (PhotoError, OSError) as error:
        missing = not file_of(Path(path)).exists()
        return Look(None, problem=f"{path} is gone; add the reference again." if missing else str(error))
    rgb, small = photo.thumbnail(SHOWN), photo.small_rgb(SHOWN)
    seen = seen_of(photo.alpha, rgb.shape[:2])
    if problem := colourless(Path(path).name, small, seen):
        return Look(rgb, problem=problem)
    found = from_pixels(small[seen], SWATCHES)
    return Look(rgb, found.swatches, found.weights, note=_note(photo, of))


def look_large(path: str, long_side: int = RESULT_SIZE) -> np.ndarray:
    """The reference at `path` to be pointed at: sRGB uint8 (h, w, 3). Takes long. PhotoError where it is gone."""
    from core.photo import load_photo

    return load_photo(path).thumbnail(long_side)


def colourless(name: str, rgb: np.ndarray, seen: np.ndarray) -> str:
    """Why sRGB uint8 (h, w, 3), of which only `seen` (h, w) counts, has no colours to lend; "" where it has."""
    if not seen.any():
        return f"{name} is transparent all over and has no colours to lend."
    return f"{name} has no colours to lend; choose a photo in colour." if is_grey(rgb[seen]) else ""


def is_grey(rgb: np.ndarray) -> bool:
    """Whether sRGB uint8 (n, 3) is as good as without colour, or toned in none that could be told."""
    lab = rgb_to_lab(np.asarray(rgb, np.float32).reshape(-1, 1, 3) / 255)
    return float(np.percentile(np.hypot(lab[..., 1], lab[..., 2]), 99)) < _GREY


def seen_of(alpha: np.ndarray | None, shape: tuple[int, int]) -> np.ndarray:
    """Which pixels of the small photo are not transparent."""
    if alpha is None:
        return np.ones(shape, bool)
    import cv2

    small = cv2.resize(alpha, shape[::-1], interpolation=cv2.INTER_AREA)
    return small >= _SEEN * np.iinfo(alpha.dtype).max


def _note(photo: object, of: str) -> str:
    if photo.key == of:
        return "This is the photo itself: it lends its own colours."
    if min(photo.size) < SMALLEST:
        return f"Only {photo.width} × {photo.height} pixels: it lends few colours."
    return ""


def keep_picture(rgb: np.ndarray, folder: Path, name: str) -> Path:
    """Keep sRGB uint8 (h, w, 3), or with alpha (h, w, 4), as a PNG in `folder`, under a name of its content: the same
    picture twice is one file. ExportError where it cannot be written."""
    import cv2

    from core.photo_write import write_file

    digest = hashlib.blake2b(np.ascontiguousarray(rgb), digest_size=5).hexdigest()
    path = folder / f"{safe_stem(name)}-{digest}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{path} cannot be kept ({error.strerror}); check the disk.") from error
    if not path.exists():
        data = cv2.imencode(".png", np.ascontiguousarray(rgb[..., [2, 1, 0, 3][: rgb.shape[2]]]))[1]
        write_file(path, [data.tobytes()], overwrite=True)
    return path
