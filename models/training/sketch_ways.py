"""Sketches judged: illustrations drawn as line art, coloured after their own warped selves, beside what they were.

    illustration -> XDoG -> sketch                the lines that are to stay
    illustration, mirrored and warped             the reference: its colours are there, and nowhere else
    a way to colour -> Lab                        under the lines: L = min(L of the lines, L of the colour)

ΔE2000 is against the illustration, light and all. Lines: the mean change of L where lines are, which is nought for
every way whose colours lie under them. Leak: the share that paper beside a line took of the colour beyond it
(`measures.spill` over the regions that the lines enclose). The program may hand in ways of its own, such as the whole
of what the window does, as `more`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from skimage.color import deltaE_ciede2000

from models.compact_runner import sketch_answer
from models.nearest import from_nearest
from models.runtime import UNSURE, Runner
from models.training import measures, scores
from models.training.common import split_lab
from models.training.data import Photos, Record
from models.training.gray2color import bent
from models.training.reference_ways import tokens
from models.training.sheets import bgr
from models.xdog import xdog

PACK = "illus_art"
HAND = (0.45, 2.5, 0.95, 0.0, 40.0)  # sigma, scale, gamma, epsilon, phi: a pen, at the size of the packs
LINE = 50.0  # L up to which a pixel of a sketch is a line
_FAINT = 85.0  # L up to which a line parts regions
_SMALLEST = 40  # pixels of a region that counts
Way = Callable[[np.ndarray, np.ndarray | None], np.ndarray]
"""L of a sketch (h, w) and its reference in Lab (h', w', 3), or None, -> Lab (h, w, 3) of the coloured sketch."""


def sketch_of(lab: np.ndarray) -> np.ndarray:
    """L (h, w) of the line art of a picture in Lab (h, w, 3)."""
    gray = cv2.cvtColor(bgr(lab[..., 0], lab[..., 1:]), cv2.COLOR_BGR2GRAY).astype(np.float32) / 255
    ink = xdog(gray, *HAND)
    return cv2.cvtColor(np.repeat(ink[..., None], 3, axis=2), cv2.COLOR_RGB2LAB)[..., 0]


def under(L: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """Colours (h, w, 3) under the lines of a sketch's L (h, w): lines keep their light, and no place gains any."""
    return np.dstack([np.where(L <= LINE, L, np.minimum(L, lab[..., 0])), lab[..., 1:]]).astype(np.float32)


def sketch_ways(runner: Runner | None, scft: object | None) -> dict[str, Way]:
    """The ways by name, in the order of the table; those whose network is missing are left out."""

    def paper(L: np.ndarray, reference: np.ndarray | None) -> np.ndarray:
        return np.dstack([L, np.zeros((*L.shape, 2), np.float32)])

    def mean(L: np.ndarray, reference: np.ndarray | None) -> np.ndarray:
        return under(L, np.broadcast_to(reference.reshape(-1, 3).mean(0), (*L.shape, 3)))

    ways: dict[str, Way] = {"the sketch as it is": paper, "the reference's mean colour": mean}
    if scft is not None:
        ways["scft"] = lambda L, reference: sketch_answer(scft, L, reference)
        ways["scft, under the lines"] = lambda L, reference: under(L, sketch_answer(scft, L, reference))
    if runner is not None:
        ways["guided, no reference"] = lambda L, reference: under(L, guided(runner, L, None))
        ways["guided, reference"] = lambda L, reference: under(L, guided(runner, L, reference))
    return ways


def guided(runner: Runner, L: np.ndarray, reference: np.ndarray | None) -> np.ndarray:
    """Lab (h, w, 3) of Huesmith's own network for a sketch."""
    told = None if reference is None else tokens(runner, reference, 1.0)
    nothing = np.full(L.shape, UNSURE, np.uint8)
    seen = runner.encode(np.ascontiguousarray(L))
    painted = runner.paint(seen, nothing, None, None, told)
    rows, columns = painted.light.shape[1:]
    whole = cv2.resize(painted.light[0].astype(np.float32), (4 * columns, 4 * rows), interpolation=cv2.INTER_CUBIC)
    ab, _ = runner.full(seen, painted, nothing)
    return np.dstack([whole[: L.shape[0], : L.shape[1]], ab])


def illustrations(photos: Photos, most: int | None = None) -> Photos:
    """The illustrations among photos, evenly picked."""
    found: list[Record] = [record for record in photos.records if record.pack == PACK]
    count = len(found) if most is None else min(most, len(found))
    picked = np.linspace(0, len(found) - 1, count).astype(int) if found else []
    return Photos(photos.pixels, [found[at] for at in picked])


def regions(L: np.ndarray) -> np.ndarray:
    """What the lines of a sketch enclose, uint8 (h, w), gaps of a pixel or two closed; the 200 largest."""
    lines = cv2.morphologyEx((L <= _FAINT).view(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, found, stats, _ = cv2.connectedComponentsWithStats(1 - lines, connectivity=4)
    sizes = stats[:, cv2.CC_STAT_AREA].copy()
    sizes[0] = 0
    table = np.full(len(sizes), UNSURE, np.uint8)
    for number, at in enumerate(np.argsort(-sizes, kind="stable")[:200]):
        if sizes[at] >= _SMALLEST:
            table[at] = number
    labels = table[found]
    return from_nearest(labels, labels == UNSURE)


def sketch_marks(photos: Photos, ways: dict[str, Way]) -> dict[str, dict[str, float]]:
    """marks[way]: means over the photos of "delta_e", "lines", "leak", "colour" (share of the illustration's), "ms"."""
    rows: dict[str, list] = {name: [] for name in ways}
    for index in range(len(photos)):
        L, reference, true = _task(photos, index)
        full, places = scores.colorfulness(true[..., 0], true[..., 1:]), regions(L)
        line = L <= LINE
        for name, way in ways.items():
            start = time.perf_counter()
            got = way(L, reference)
            seconds = time.perf_counter() - start
            rows[name].append((
                float(deltaE_ciede2000(true, got).mean()),
                float(np.abs(got[..., 0] - L)[line].mean()) if line.any() else np.nan,
                measures.spill(got[..., 1:], places),
                scores.colorfulness(got[..., 0], got[..., 1:]) / max(full, 1e-9),
                1000 * seconds,
            ))  # fmt: skip
    names = ("delta_e", "lines", "leak", "colour", "ms")
    return {name: {key: _mean(column) for key, column in zip(names, zip(*row), strict=True)} if row else {}
            for name, row in rows.items()}  # fmt: skip


def _mean(values: tuple[float, ...]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def _task(photos: Photos, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """L of the sketch, the reference in Lab, the illustration in Lab."""
    L, ab = split_lab(photos[index])
    lab = np.dstack([L, ab]).astype(np.float32)
    return sketch_of(lab), cv2.flip(bent(lab, np.random.default_rng(index)), 1), lab


def sketch_table(
    photos: Photos, runner: Runner | None, scft: object | None, most: int | None = None,
    more: dict[str, Way] | None = None,
) -> str:  # fmt: skip
    """The section of `RESULTS.md` about sketches, as Markdown; "" without illustrations."""
    drawn = illustrations(photos, most)
    if not len(drawn):
        return ""
    marks = sketch_marks(drawn, {**sketch_ways(runner, scft), **(more or {})})
    head = "way to colour | ΔE2000 to the illustration | ΔL on lines | leak over lines | colourfulness, of its | ms"
    lines = [f"| {head} |", "|" + "---|" * 6]
    for name, row in marks.items():
        leak = "–" if not np.isfinite(row["leak"]) else f"{row['leak']:.3f}"
        lines.append(f"| {name} | {row['delta_e']:.2f} | {row['lines']:.2f} | {leak} | {row['colour']:.2f} | "
                     f"{row['ms']:.0f} |")  # fmt: skip
    text = (
        f"## Sketches\n\n{len(drawn)} illustrations as line art (XDoG), coloured after their own selves, mirrored and "
        "warped. Light is made too, so that ΔE2000 is that of whole colours; a way that keeps the lines is 0 in the "
        "second column.\n\n"
    )
    return text + "\n".join(lines)


def sketch_sheet(photos: Photos, ways: dict[str, Way], path: Path, height: int = 130) -> None:
    """Rows of: the illustration, its reference, its sketch, and the sketch coloured in every way. Written to `path`."""
    rows = []
    for index in range(len(photos)):
        L, reference, true = _task(photos, index)
        views = [true, reference, np.dstack([L, np.zeros((*L.shape, 2), np.float32)])]
        views += [way(L, reference) for way in ways.values()]
        width = round(L.shape[1] * height / L.shape[0])
        tiles = [cv2.resize(bgr(view[..., 0], view[..., 1:]), (width, height), interpolation=cv2.INTER_AREA)
                 for view in views]  # fmt: skip
        rows.append(np.hstack(tiles))
    widest = max(row.shape[1] for row in rows)
    rows = [cv2.copyMakeBorder(row, 0, 2, 0, widest - row.shape[1], cv2.BORDER_CONSTANT) for row in rows]
    cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 88])
