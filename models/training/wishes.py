"""Guidance as people give it, made from the answer: palettes, hints and references for training.

Each crop is asked with its own mix of them, or with none. Sometimes the truth itself is turned to other hues
first, so that a grey photo of grass comes with red swatches and red is right: who asks is obeyed, whatever the
label says. A reference of the same words lends its colours label by label, as a person who chose it expects.
Some crops have regions painted as something else (`repaint`), and some are line drawings of their pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models.guided import TOKEN_EXTRAS
from models.training.augment import TRUST, Batch, age, known_share, random_crop
from models.training.data import UNSURE, Photos
from models.training.pairs import Pairs
from models.training.palettes import photo_palette
from models.training.repaint import LabelColors, repaint
from models.training.variations import random_xdog

SWATCHES = 10  # most of a palette in training
REFERENCE = 96  # side of a reference crop; its pieces are squares of 16 pixels
PIECES = (REFERENCE // 16) ** 2
MOST_HINTS = 64


@dataclass(frozen=True)
class Asked(Batch):
    """A batch with its wishes.

    ab is what is right *under the wishes*. hints (n, 3, s/4, s/4): a/50, b/50, mask. swatches (n, 10, 5): L/50-1,
    a/50, b/50, weight, counts. has_reference (n,) indices of the crops with one; reference_L (m, 96, 96) and
    reference_ab (m, 6, 6, 2) of theirs. repainted (n,) says whose labels a person changed, drawn (n,) which are line
    drawings, and light (n, s, s) uint8 is the picture's own L * 2.55, whatever L shows.
    """

    hints: np.ndarray
    swatches: np.ndarray
    has_reference: np.ndarray
    reference_L: np.ndarray
    reference_ab: np.ndarray
    repainted: np.ndarray
    drawn: np.ndarray
    light: np.ndarray


def ask(photos: Photos, pairs: Pairs, colors: LabelColors | None, weights: np.ndarray, odds: dict, count: int,
        size: int, rng: np.random.Generator) -> Asked:  # fmt: skip
    """`count` crops with wishes; `odds` says how often "palette", "hints", "reference" and "turned" come, and how
    often crops are "repainted" (with `colors`) or "drawn"; of illustrations, "drawn_art" are."""
    chosen = rng.choice(len(photos), count, p=weights)
    crops = np.stack([random_crop(photos[i], size, rng) for i in chosen])
    ab = crops[..., 1:3].astype(np.float32) - 128
    hints = np.zeros((count, 3, size // 4, size // 4), np.float32)
    swatches = np.zeros((count, SWATCHES, 5), np.float32)
    references: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    records = [photos.records[i] for i in chosen]
    repainted = np.zeros(count, bool)
    for n, index in enumerate(chosen):
        if colors is not None and rng.random() < odds.get("repainted", 0):
            changed = repaint(crops[n][..., 0] / 2.55, ab[n], crops[n][..., 3], colors, rng)
            if changed is not None:
                ab[n], crops[n][..., 3] = changed
                repainted[n] = True
        wishes = {kind for kind in ("palette", "hints", "reference") if rng.random() < odds[kind]}
        if "reference" in wishes:
            L, theirs, ab[n] = _refer(photos, pairs, index, crops[n], ab[n], rng)
        if wishes and rng.random() < odds["turned"]:
            angle = rng.uniform(0, 2 * np.pi)
            ab[n] = turned(ab[n], angle)
            if "reference" in wishes:
                theirs = turned(theirs, angle)
        if "reference" in wishes:
            references[n] = L, theirs
        if "palette" in wishes:
            swatches[n] = palette(crops[n][..., 0] / 2.55, ab[n], rng)
        if "hints" in wishes:
            hints[n] = spots(ab[n], rng)
    drawn = np.array([rng.random() < _drawn(r.pack, odds) for r in records])
    L = np.stack([_seen(light, line, rng) for light, line in zip(crops[..., 0], drawn, strict=True)])
    trust = np.float32([TRUST.get(r.kind, 0.0) * known_share(r.pack) for r in records])
    codes = np.clip(np.rint(ab + 128), 0, 255).astype(np.uint8)
    return Asked(
        L, codes, crops[..., 3], trust, hints, swatches, np.array(sorted(references), np.int64),
        np.array([references[n][0] for n in sorted(references)], np.float32).reshape(-1, REFERENCE, REFERENCE),
        np.array([references[n][1] for n in sorted(references)], np.float32).reshape(-1, 6, 6, 2),
        repainted, drawn, crops[..., 0],
    )  # fmt: skip


def _drawn(pack: str, odds: dict) -> float:
    return odds.get("drawn_art" if pack.startswith("illus") else "drawn", 0)


def _seen(light: np.ndarray, drawn: bool, rng: np.random.Generator) -> np.ndarray:
    """What the network sees of L * 2.55 (s, s) uint8: L of an aged photo, or of a drawing of it."""
    if not drawn:
        return age(light.astype(np.float32) / 2.55, rng)
    grey = light.astype(np.float32) / 255
    lines = random_xdog(grey, rng) if rng.random() < 0.4 else _dodged(grey, rng)
    if rng.random() < 0.3:  # pencils are softer than ink
        lines = 1 - (1 - lines) * rng.uniform(0.4, 1)
    return (lines * 100).astype(np.float32)


def _dodged(grey: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Outlines 0..1 of grey (s, s): what is darker than the lightest nearby. Cleaner than xdog on drawn pictures,
    whose own lines it keeps and whose shades it drops."""
    around = cv2.dilate(grey, np.ones((int(rng.choice([3, 3, 5])),) * 2, np.uint8))
    return np.clip((grey + 0.03) / (around + 0.03), 0, 1) ** rng.uniform(1.2, 2.5)


def turned(ab: np.ndarray, angle: float) -> np.ndarray:
    """Colours (..., 2) with their hue turned by `angle` radians."""
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return ab @ np.float32([[cos, sin], [-sin, cos]])


def palette(L: np.ndarray, ab: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One to ten swatches of a picture, (10, 5): L/50-1, a/50, b/50, weight (1 on the average), counts."""
    count = int(rng.integers(1, SWATCHES + 1))
    lab = np.dstack([L, ab]).astype(np.float32)
    colors = photo_palette(lab, count, rng, 200)
    weight = np.ones(count, np.float32)
    if rng.random() < 0.5:  # weights as they are; else unknown, as in most palettes
        points = lab.reshape(-1, 3)[rng.integers(0, lab.shape[0] * lab.shape[1], 200)]
        nearest = np.square(points[:, None] - colors).sum(2).argmin(1)
        weight = np.bincount(nearest, minlength=count).astype(np.float32) * count / len(points) + 0.02
    order = rng.permutation(count)
    out = np.zeros((SWATCHES, 5), np.float32)
    out[:count, 0] = colors[order, 0] / 50 - 1
    out[:count, 1:3] = colors[order, 1:] / 50
    out[:count, 3], out[:count, 4] = weight[order], 1
    return out


def spots(ab: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One to 64 hints as points or short scribbles of the right colour, (3, s/4, s/4): a/50, b/50, mask."""
    side = len(ab) // 4
    small = cv2.resize(ab, (side, side), interpolation=cv2.INTER_AREA)
    out = np.zeros((3, side, side), np.float32)
    for _ in range(int(np.exp(rng.uniform(0, np.log(MOST_HINTS + 1))))):
        x, y = rng.integers(0, side, 2)
        mask = np.zeros((side, side), np.uint8)
        if rng.random() < 0.3:
            ends = [int(np.clip(v + rng.integers(-5, 6), 0, side - 1)) for v in (x, y)]
            cv2.line(mask, (int(x), int(y)), tuple(ends), 1, 1)
        else:
            radius = int(rng.integers(0, 2))
            cv2.rectangle(mask, (int(x) - radius, int(y) - radius), (int(x) + radius, int(y) + radius), 1, -1)
        spot = mask.astype(bool)
        out[:2, spot] = small[y, x][:, None] / 50
        out[2, spot] = 1
    return out


def _refer(photos: Photos, pairs: Pairs, index: int, crop: np.ndarray, ab: np.ndarray,
           rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """A reference's L (96, 96), its ab in pieces (6, 6, 2), and what is right for `crop` beside it."""
    other, kind = pairs.draw(int(index), rng)
    theirs = random_crop(photos[other], REFERENCE, rng)
    their_ab = theirs[..., 1:3].astype(np.float32) - 128
    if kind == "words":
        ab = lent(ab, crop[..., 3], their_ab, theirs[..., 3])
    L = age(theirs[..., 0].astype(np.float32) / 2.55, rng)
    return L, cv2.resize(their_ab, (6, 6), interpolation=cv2.INTER_AREA), ab


def lent(ab: np.ndarray, labels: np.ndarray, theirs: np.ndarray, their_labels: np.ndarray) -> np.ndarray:
    """`ab` (s, s, 2) with each label's mean moved to the reference's where both have a hundredth of it."""
    out = ab.copy()
    for label in np.unique(labels):
        mine, other = labels == label, their_labels == label
        if label != UNSURE and mine.mean() > 0.01 and other.mean() > 0.01:
            out[mine] += theirs[other].mean(0) - ab[mine].mean(0)
    return out


def tokens_of(batch: Asked, features: np.ndarray, width: int) -> np.ndarray:
    """The tokens (n, 10 + 36, width + 6) of a batch; `features` (m, width, 6, 6) of the reference crops."""
    n = len(batch.L)
    out = np.zeros((n, SWATCHES + PIECES, width + TOKEN_EXTRAS), np.float32)
    out[:, :SWATCHES, width : width + 4] = batch.swatches[..., :4]
    out[:, :SWATCHES, -2] = out[:, :SWATCHES, -1] = batch.swatches[..., 4]
    if len(batch.has_reference):
        pieces = out[batch.has_reference, SWATCHES:]
        L = batch.reference_L.reshape(-1, 6, 16, 6, 16).mean((2, 4))
        pieces[..., :width] = features.reshape(len(features), width, -1).transpose(0, 2, 1)
        pieces[..., width] = L.reshape(-1, PIECES) / 50 - 1
        pieces[..., width + 1 : width + 3] = batch.reference_ab.reshape(-1, PIECES, 2) / 50
        pieces[..., -3] = pieces[..., -1] = 1
        out[batch.has_reference, SWATCHES:] = pieces
    return out
