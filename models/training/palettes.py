"""Palettes for training: from photos, from lists with words, from design-seeds cards.

photo_palette      k-means of a photo's colours, ordered by L: the first colour is the darkest
grown              CYS: a palette of five becomes five rows, each asking for the next colour
read_rows          words with colours: the lists of the packs and CYS csv files
cut_card           a design-seeds card into its picture and its six swatches (PaletteNet's data)
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.training.data import DataError

COLORS = 5
CARD_ROWS = (25, 95, 160, 222, 285, 345)  # of the swatches in a vertical card of 400 x 421
CARD_COLUMNS = (25, 85, 155, 215, 285, 345)  # in a horizontal one


@dataclass(frozen=True)
class WordRow:
    """Words (maybe empty), category (maybe empty) and one to five colours, float32 (k, 3) RGB 0..1."""

    text: str
    category: str
    colors: np.ndarray
    split: str


def kmeans(points: np.ndarray, count: int, rng: np.random.Generator, rounds: int = 8) -> np.ndarray:
    """Centres (count, d) of points (n, d), the first ones far apart (k-means++); few distinct points repeat."""
    centers = [points[rng.integers(len(points))]]
    distance = np.full(len(points), np.inf)
    for _ in range(count - 1):
        distance = np.minimum(distance, np.square(points - centers[-1]).sum(1))
        total = distance.sum()
        share = distance / total if total > 0 else None
        centers.append(points[rng.choice(len(points), p=share)])
    centers = np.array(centers)
    for _ in range(rounds):
        nearest = np.square(points[:, None] - centers).sum(2).argmin(1)
        for i in range(count):
            if (mine := nearest == i).any():
                centers[i] = points[mine].mean(0)
    return centers


def photo_palette(lab: np.ndarray, count: int, rng: np.random.Generator, points: int = 500) -> np.ndarray:
    """``count`` colours of a true Lab picture (h, w, 3), by rising L, float32 (count, 3).

    Chroma weighs more than light in the grouping: a small red thing is a colour of the picture.
    """
    flat = lab.reshape(-1, 3)
    chosen = flat[rng.choice(len(flat), min(points, len(flat)), replace=False)] * np.float32([0.5, 1, 1])
    centers = kmeans(chosen, count, rng) / np.float32([0.5, 1, 1])
    return centers[np.argsort(centers[:, 0], kind="stable")].astype(np.float32)


def lab_to_rgb(lab: np.ndarray) -> np.ndarray:
    """Colours (..., 3) in Lab as float32 RGB 0..1, clipped."""
    flat = np.ascontiguousarray(lab, np.float32).reshape(-1, 1, 3)
    return np.clip(cv2.cvtColor(flat, cv2.COLOR_LAB2RGB), 0, 1).reshape(lab.shape)


def rgb_to_lab(rgb: np.ndarray) -> np.ndarray:
    """Colours (..., 3) in RGB 0..1 as float32 Lab."""
    flat = np.ascontiguousarray(rgb, np.float32).reshape(-1, 1, 3)
    return cv2.cvtColor(flat, cv2.COLOR_RGB2LAB).reshape(rgb.shape)


def grown(colors: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """(context (15,), next colour (3,)) for each colour of a palette (k, 3), k up to five.

    As published: empty (black) colours stand in front, and the last one is asked for.
    """
    rows = []
    for i in range(len(colors)):
        before = np.zeros((COLORS, 3), np.float32)
        if i:
            before[COLORS - i :] = colors[:i]
        rows.append((before.ravel(), colors[i].astype(np.float32)))
    return rows


def read_rows(folder: Path) -> list[WordRow]:
    """Every row with words in the palette lists of ``folder`` (`palettes/` of the packs, or CYS csv files).

    Understands the columns name + hex, name + colors, and text + category + RGB. Raises DataError for none.
    """
    rows: list[WordRow] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found = _colors(row)
                text = (row.get("text") or row.get("name") or "").strip()
                if found is None or not text or text.isdigit():
                    continue
                rows.append(WordRow(text, (row.get("category") or "").strip(), found[:COLORS], _split(text)))
    if not rows:
        raise DataError(f"{folder} holds no csv of words and colours (name,hex or text,category,RGB).")
    return rows


def cys_rows(path: Path) -> list[tuple[str, str, str, np.ndarray, np.ndarray]]:
    """A CYS csv (url, text, category, RGB) prepared as published: five rows for each of its rows.

    Each is (url, text, category, context (15,), next colour (3,)).
    """
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (row["url"], row["text"], row["category"], context, color)
            for row in csv.DictReader(file)
            if (colors := _colors(row)) is not None
            for context, color in grown(colors)
        ]


def _colors(row: dict[str, str]) -> np.ndarray | None:
    """Colours (k, 3) RGB 0..1 of a csv row, or None where it holds none that can be read."""
    try:
        if row.get("RGB"):
            numbers = [float(n) / 255 for n in row["RGB"].split(",")]
            return np.float32(numbers).reshape(-1, 3)
        texts = (row.get("colors") or row.get("hex") or "").split()
        if not texts:
            return None
        return np.float32([[int(t.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)] for t in texts])
    except ValueError:
        return None


def _split(text: str) -> str:
    percent = hashlib.sha256(text.casefold().encode()).digest()[0] * 100 // 256
    return "test" if percent < 3 else "val" if percent < 6 else "train"


def cut_card(card: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A design-seeds card (h, w, 3) as its picture and its six colours (6, 3), both of the card's type.

    Vertical cards are brought to 400 x 421, the picture is their left 256 x 384 (width x height); horizontal ones
    to 421 x 400, the picture is the top 384 x 256. Swatches are read where the published preparation does.
    """
    height, width = card.shape[:2]
    if height >= width:
        small = cv2.resize(card, (400, 421), interpolation=cv2.INTER_AREA)
        picture, rest = small[:384, :256], small[:, 256:]
        return picture.copy(), np.stack([rest[y, 75] for y in CARD_ROWS])
    small = cv2.resize(card, (421, 400), interpolation=cv2.INTER_AREA)
    picture, rest = small[:256, :384], small[256:]
    return picture.copy(), np.stack([rest[85, x] for x in CARD_COLUMNS])
