"""What is usual: where a label lies, how large it is, what it borders on, what the network takes it for.

Learned from the label maps of the training photos and kept as one small file of tables, counts turned into
probabilities; no photo and no piece of one is in it. `python -m tests.benchmarks.faults learn` makes it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

from core.errors import CheckpointError

FILE = Path(__file__).resolve().parent.parent / "models" / "weights" / "faults.safetensors"
PLACES = 6  # rows and columns of the grid of places
SIZES = 9  # a region of share s of the photo has size -log2 s, the last step being the rest


@dataclass(frozen=True, eq=False)
class Tables:
    """Probabilities for C labels, all float32 and > 0.

    common (C,): of a pixel having the label. place (C, 36): of the label at that place, against elsewhere.
    size (C, 9): of a region's size. beside (C, C): [c, b] of a border of c being with b. company (C, C): [c, b] of a
    map with c having b. confused (C, C): [b, c] of the network seeing c in b. weights: how much each kind of evidence
    counts (core.fault_scene.EVIDENCE). judge: weights of the last decision (core.faults).
    """

    common: np.ndarray
    place: np.ndarray
    size: np.ndarray
    beside: np.ndarray
    company: np.ndarray
    confused: np.ndarray
    weights: np.ndarray
    judge: np.ndarray

    def save(self, path: Path) -> None:
        """Write the tables, probabilities in half precision."""
        from safetensors.numpy import save_file

        exact = ("weights", "judge")
        save_file(
            {name: value.astype(np.float32 if name in exact else np.float16) for name, value in asdict(self).items()},
            path,
        )


@cache
def load_tables(path: Path = FILE) -> Tables:
    """The tables of the repository. CheckpointError if the file is missing or broken."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return Tables(**{name: value.astype(np.float32) for name, value in load_file(path).items()})
    except (OSError, SafetensorError, TypeError) as error:
        raise CheckpointError(f"{path} is missing or damaged; restore it from the repository.") from error


def place_of(height: int, width: int) -> np.ndarray:
    """The place 0..35 of each pixel, intp (h, w)."""
    rows = np.arange(height) * PLACES // height
    columns = np.arange(width) * PLACES // width
    return rows[:, None] * PLACES + columns


class Counts:
    """Counts of label maps, from which tables are made."""

    def __init__(self, labels: int) -> None:
        self.labels = labels
        self.pixels = np.zeros(labels)
        self.place = np.zeros((labels, PLACES * PLACES))
        self.size = np.zeros((labels, SIZES))
        self.beside = np.zeros((labels, labels))
        self.company = np.zeros((labels, labels))
        self.confused = np.zeros((labels, labels))

    def add(self, labels: np.ndarray, regions: list[tuple[int, int]], probabilities: np.ndarray | None) -> None:
        """Count one map, uint8 (h, w), with its regions (label, pixels) and the network's answer, if there is one."""
        count, known = self.labels, labels < self.labels
        share = 1 / labels.size
        places = labels.astype(np.intp) * PLACES * PLACES + place_of(*labels.shape)
        size = count * PLACES * PLACES
        self.place += np.bincount(places[known], minlength=size).reshape(count, -1) * share
        present = np.bincount(labels[known], minlength=count)
        self.pixels += present * share
        here = present > 0.002 * labels.size
        self.company[np.ix_(here, here)] += 1
        for label, area in regions:
            if label < count:
                self.size[label, min(int(-np.log2(area * share)), SIZES - 1)] += 1
        for one, other in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
            cut = (one != other) & (one < count) & (other < count)
            pair = one[cut].astype(np.intp) * count + other[cut]
            both = np.bincount(pair, minlength=count * count).reshape(count, count) / labels.shape[0]
            self.beside += both + both.T
        if probabilities is not None:
            for label in np.flatnonzero(here):
                self.confused[label] += probabilities[:, labels == label].mean(1)

    def tables(self, weights: np.ndarray, judge: np.ndarray) -> Tables:
        """Probabilities; what was seldom seen leans towards what is usual for all labels."""
        common = _shares(self.pixels, np.ones(self.labels), 0.5)
        company = self.company / np.maximum(np.diag(self.company), 1)[:, None]
        maps = np.diag(self.company).max()
        usual = np.diag(self.company) / maps
        seen = np.diag(self.company)[:, None]
        return Tables(
            common=common,
            place=_shares(self.place, self.place.sum(0), 2.0) * PLACES**2,
            size=_shares(self.size, self.size.sum(0), 20.0),
            beside=_shares(self.beside, self.pixels, 3.0),
            company=np.clip((company * seen + 5 * usual) / (seen + 5), 1e-4, 1),
            confused=_shares(self.confused, self.confused.sum(0), 2.0),
            weights=weights,
            judge=judge,
        )


def _shares(counts: np.ndarray, usual: np.ndarray, strength: float) -> np.ndarray:
    """Rows of counts as probabilities, with `strength` counts of what is usual added."""
    usual = np.maximum(usual, 1e-3 * usual.max())
    rows = counts + strength * usual / usual.sum()
    return np.maximum(rows / rows.sum(-1, keepdims=True), 1e-5).astype(np.float32)
