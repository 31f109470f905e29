"""Everything that takes a reference, judged with references of three kinds: does colour follow, and does it fit?

    the photo mirrored and warped    whoever finds what belongs together gets the true colours back
    a related photo                  one that is filed under the same words; where a photo has no fellow, it is left out
    any photo                        nothing matches: what is wanted is a sensible photo in the reference's colours

Huesmith's own network at three gates and Gray2ColorNet stand beside two ways without a network (models/transfer).
"Same label" is the own network where each label that both sides have listens to pieces of that label alone: what a
label map of the reference is worth.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

import cv2
import numpy as np

from models import transfer
from models.compact_runner import answer
from models.runtime import Encoded, Runner
from models.training import measures, scores
from models.training.common import split_lab
from models.training.data import Photos
from models.training.gray2color import bent
from models.training.pairs import meaning
from models.training.palettes import photo_palette

KINDS = ("warped self", "related", "unrelated")
GATES = {"guided, match": 1.0, "guided, gate 0.5": 0.5, "guided, overall colours": 0.0}
SWATCHES = 6
_LEAST_SHARE, _LEAST_PIECES = 0.02, 3  # of the photo, and of the reference, for a label to be told apart
Way = Callable[[np.ndarray, np.ndarray], np.ndarray]  # L (h, w), reference Lab (h', w', 3) -> ab (h, w, 2)


def reference_ways(runner: Runner | None, gray2color: object | None = None) -> dict[str, Way]:
    """The ways by name, in the order of the table; without a network those that need it are left out."""
    ways: dict[str, Way] = {"grey": lambda L, lab: np.zeros((*L.shape, 2), np.float32)}
    if runner is not None:
        ways["guided, no reference"] = lambda L, lab: _colorize(runner, _seen(runner, L), None)
        for name, gate in GATES.items():
            ways[name] = lambda L, lab, gate=gate: _colorize(runner, _seen(runner, L), tokens(runner, lab, gate))
        ways["guided, same label"] = lambda L, lab: same_label(runner, L, lab)
    if gray2color is not None:
        ways["gray2color"] = lambda L, lab: answer("gray2color", gray2color, L, lab)
    ways["colour statistics (Reinhard)"] = lambda L, lab: transfer.statistics(L, [transfer.Sample.of(lab)])
    ways["optimal transport"] = lambda L, lab: transfer.transport(L, [transfer.Sample.of(lab)])
    return ways


def tokens(runner: Runner, lab: np.ndarray, gate: float) -> np.ndarray:
    """Tokens of a reference (h, w, 3) under a gate: pieces weigh it, the main colours what is left of 1."""
    light = np.ascontiguousarray(lab[..., 0])
    parts = []
    if gate > 0:
        parts.append(runner.reference_tokens(runner.encode(light), light, lab[..., 1:], gate))
    if gate < 1:
        colors = photo_palette(lab, SWATCHES, np.random.default_rng(0))
        parts.append(runner.swatch_tokens(colors, np.full(len(colors), 1 - gate, np.float32)))
    return np.concatenate(parts)


def same_label(runner: Runner, L: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """ab (h, w, 2) where each label listens to the reference's pieces of the same label, if there are enough."""
    seen = _seen(runner, L)
    pieces = tokens(runner, lab, 1.0)
    theirs = runner.segment(runner.encode(np.ascontiguousarray(lab[..., 0]))).argmax(0)
    sides = [-(-side // 32) * 32 for side in theirs.shape]
    theirs = np.pad(theirs, [(0, side - own) for side, own in zip(sides, theirs.shape, strict=True)], mode="symmetric")
    ab = _colorize(runner, seen, pieces)
    for label in np.unique(seen[1]):
        share = (theirs == label).reshape(sides[0] // 16, 16, sides[1] // 16, 16).mean((1, 3)).ravel()
        inside = seen[1] == label
        if inside.mean() >= _LEAST_SHARE and (share > 0.5).sum() >= _LEAST_PIECES:
            ab[inside] = _colorize(runner, seen, pieces[share > 0.5])[inside]
    return ab


def _seen(runner: Runner, L: np.ndarray) -> tuple[Encoded, np.ndarray, np.ndarray]:
    seen = runner.encode(np.ascontiguousarray(L))
    share = runner.segment(seen)
    return seen, share.argmax(0).astype(np.uint8), share.max(0)


def _colorize(runner: Runner, seen: tuple, told: np.ndarray | None) -> np.ndarray:
    return runner.colorize(*seen, tokens=told)[0]


def references(photos: Photos) -> Callable[[int], dict[str, np.ndarray]]:
    """For a photo's index its references in Lab by kind, the same every time."""
    same: dict[str, list[int]] = defaultdict(list)
    for at, record in enumerate(photos.records):
        for word in meaning(record):
            same[word].append(at)

    def of(index: int) -> dict[str, np.ndarray]:
        rng = np.random.default_rng(index)
        found = {"warped self": cv2.flip(bent(_lab(photos, index), rng), 1)}
        fellows = [at for word in meaning(photos.records[index]) for at in same[word] if at != index]
        if fellows:
            found["related"] = _lab(photos, fellows[rng.integers(len(fellows))])
        found["unrelated"] = _lab(photos, int(rng.integers(len(photos))))
        return found

    return of


def _lab(photos: Photos, index: int) -> np.ndarray:
    L, ab = split_lab(photos[index])
    return np.dstack([L, ab])


def reference_marks(photos: Photos, ways: dict[str, Way], most: int | None = None) -> dict[str, dict]:
    """marks[way][kind]: (n, 4) of histogram intersection with the reference, ΔE2000 to the photo, colourfulness of the
    answer and of the photo; marks[way]["ms"]: the median of one answer. At most `most` photos, evenly picked."""
    of = references(photos)
    count = min(most or len(photos), len(photos))
    marks: dict[str, dict] = {name: defaultdict(list) for name in ways}
    for index in np.linspace(0, len(photos) - 1, count).astype(int):
        L, ab = split_lab(photos[index])
        true = scores.colorfulness(L, ab)
        for kind, lab in of(int(index)).items():
            for name, way in ways.items():
                start = time.perf_counter()
                got = way(L, lab)
                marks[name]["ms"].append(1000 * (time.perf_counter() - start))
                like = measures.histogram_intersection(got, lab[..., 1:])
                marks[name][kind].append((like, scores.delta_e(L, got, ab), scores.colorfulness(L, got), true))
    for row in marks.values():
        row["ms"] = float(np.median(row["ms"])) if row["ms"] else float("nan")
    return marks


def reference_table(photos: Photos, runner: Runner | None, gray2color: object | None, most: int | None = None) -> str:
    """The section of `RESULTS.md` about references, as Markdown."""
    marks = reference_marks(photos, reference_ways(runner, gray2color), most)
    head = ["way to colour", *(f"{kind}: {what}" for kind in KINDS for what in ("HIS", "ΔE2000", "colour")), "ms"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    counts = {kind: len(marks["grey"][kind]) for kind in KINDS}
    for name, row in marks.items():
        cells = [name]
        for kind in KINDS:
            if not row[kind]:
                cells += ["–"] * 3
                continue
            like, error, own, true = np.mean(row[kind], 0)
            cells += [f"{like:.3f}", f"{error:.2f}", f"{own / max(true, 1e-9):.2f}"]
        lines.append(f"| {' | '.join([*cells, format(row['ms'], '.0f')])} |")
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return (
        f"## References\n\nPhotos with their references: {told}. HIS: how much of the reference's colours is in the "
        "answer (histogram intersection, 441 bins). ΔE2000: to the photo itself, which only the warped self can give "
        "back. Colour: colourfulness as a share of the photo's. ms: one answer with all its reading.\n\n"
    ) + "\n".join(lines)
