"""Huesmith's own network judged at every kind of guidance it takes, one at a time and all together.

Labels are its own guess unless they are the guidance. The palette is the photo's six colours, the reference the
photo mirrored and warped, hints are sixteen small spots of the true colour.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from models.runtime import UNSURE, Encoded, Runner
from models.training.common import Shown, split_lab
from models.training.data import Photos
from models.training.gray2color import bent
from models.training.palettes import photo_palette
from models.training.sheets import bgr, overlay

HINTS, RADIUS = 16, 3
Way = Callable[[np.ndarray, np.random.Generator], Shown]


def guided_ways(runner: Runner) -> dict[str, Way]:
    """Ways to colour a photo (h, w, 4) by name, in the order of the table."""

    def labels(pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        L, _ = split_lab(pixels)
        return _paint(runner, L, _told(runner, runner.encode(L), pixels[..., 3]), overlay(L, pixels[..., 3]))

    def palette(pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        L, ab = split_lab(pixels)
        colors = photo_palette(np.dstack([L, ab]), 6, rng)
        shown = _paint(runner, L, _guess(runner, L), swatch_picture(colors), tokens=runner.swatch_tokens(colors))
        return shown._replace(palette=colors)

    def reference(pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        L, ab = split_lab(pixels)
        theirs = cv2.flip(bent(np.dstack([L, ab]), rng), 1)
        shown = _paint(runner, L, _guess(runner, L), bgr(theirs[..., 0], theirs[..., 1:]), tokens=refer(runner, theirs))
        return shown._replace(reference=theirs[..., 1:])

    def hints(pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        L, ab = split_lab(pixels)
        wished = draw_hints(ab, rng)
        shown = _paint(runner, L, _guess(runner, L), bgr(L, wished[..., :2] * wished[..., 2:]), hints=wished)
        return shown._replace(hints=wished)

    def everything(pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        L, ab = split_lab(pixels)
        colors = photo_palette(np.dstack([L, ab]), 6, rng)
        theirs = cv2.flip(bent(np.dstack([L, ab]), rng), 1)
        tokens = np.concatenate([runner.swatch_tokens(colors), refer(runner, theirs)])
        seen, wished = _told(runner, runner.encode(L), pixels[..., 3]), draw_hints(ab, rng)
        shown = _paint(runner, L, seen, swatch_picture(colors), tokens=tokens, hints=wished)
        return shown._replace(palette=colors, reference=theirs[..., 1:], hints=wished)

    def nothing(pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        L, _ = split_lab(pixels)
        return _paint(runner, L, _guess(runner, L), bgr(L, np.zeros((*L.shape, 2), np.float32)))

    return {
        "guided, automatic": nothing,
        "guided, true labels": labels,
        "guided, palette": palette,
        "guided, reference": reference,
        "guided, hints": hints,
        "guided, all of these": everything,
    }


GIVEN = {
    "guided, automatic": "nothing",
    "guided, true labels": "true labels",
    "guided, palette": "its six colours",
    "guided, reference": "its warped self",
    "guided, hints": f"{HINTS} spots of its colours",
    "guided, all of these": "labels, colours, self, spots",
}


def kinds_sheet(runner: Runner, photos: Photos, path: Path, height: int = 130) -> None:
    """Rows of: the photo, then its grey coloured in every way. Written to `path`."""
    ways, rows = guided_ways(runner), []
    for i in range(len(photos)):
        L, ab = split_lab(photos[i])
        views = [bgr(L, ab), *(bgr(L, way(photos[i], np.random.default_rng(i)).ab) for way in ways.values())]
        width = round(L.shape[1] * height / L.shape[0])
        rows.append(np.hstack([cv2.resize(view, (width, height), interpolation=cv2.INTER_AREA) for view in views]))
    widest = max(row.shape[1] for row in rows)
    rows = [cv2.copyMakeBorder(row, 0, 2, 0, widest - row.shape[1], cv2.BORDER_CONSTANT) for row in rows]
    cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 88])


def refer(runner: Runner, lab: np.ndarray) -> np.ndarray:
    """Tokens of a reference picture (h, w, 3) in Lab."""
    return runner.reference_tokens(runner.encode(lab[..., 0]), lab[..., 0], lab[..., 1:])


def draw_hints(ab: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Spots of the true colour (h, w, 3): a*, b*, 1 inside."""
    out = np.zeros((*ab.shape[:2], 3), np.float32)
    for y, x in zip(rng.integers(0, ab.shape[0], HINTS), rng.integers(0, ab.shape[1], HINTS), strict=True):
        spot = (slice(max(y - RADIUS, 0), y + RADIUS + 1), slice(max(x - RADIUS, 0), x + RADIUS + 1))
        out[spot] = (*ab[spot].mean((0, 1)), 1)
    return out


def swatch_picture(colors: np.ndarray) -> np.ndarray:
    """Colours (k, 3) in Lab side by side, 8-bit BGR."""
    lab = np.repeat(np.repeat(colors[None], 24, 0), 24, 1).astype(np.float32)
    return bgr(lab[..., 0], lab[..., 1:])


def _guess(runner: Runner, L: np.ndarray) -> tuple[Encoded, np.ndarray, np.ndarray]:
    seen = runner.encode(L)
    share = runner.segment(seen)
    return seen, share.argmax(0).astype(np.uint8), share.max(0)


def _told(runner: Runner, seen: Encoded, truth: np.ndarray) -> tuple[Encoded, np.ndarray, np.ndarray]:
    share = runner.segment(seen)
    known = truth != UNSURE
    labels = np.where(known, truth, share.argmax(0)).astype(np.uint8)
    return seen, labels, np.where(known, 1, share.max(0)).astype(np.float32)


def _paint(runner: Runner, L: np.ndarray, seen: tuple, guide: np.ndarray, **wishes: np.ndarray) -> Shown:
    return Shown(runner.colorize(*seen, **wishes)[0], guide)
