"""Which reference goes with which photo (Gray2ColorNet): a crop of itself, a photo of the same words, or any."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from models.training.data import Photos

KINDS = ("self", "words", "any")


class Pairs:
    """References for the photos of one split; ``odds`` says how often each of ``KINDS`` is drawn."""

    def __init__(self, photos: Photos, odds: dict[str, float]) -> None:
        self.photos = photos
        chances = np.array([odds.get(kind, 0.0) for kind in KINDS])
        self._chances = chances / chances.sum()
        self._same: dict[str, list[int]] = defaultdict(list)
        for i, record in enumerate(photos.records):
            for word in meaning(record):
                self._same[word].append(i)

    def draw(self, index: int, rng: np.random.Generator) -> tuple[int, str]:
        """The reference's index and its kind; a photo without fellows stands for itself."""
        kind = KINDS[rng.choice(len(KINDS), p=self._chances)]
        if kind == "any":
            return int(rng.integers(len(self.photos))), kind
        if kind == "words":
            words = meaning(self.photos.records[index])
            fellows = self._same[words[rng.integers(len(words))]] if words else []
            if len(fellows) > 1:
                at = int(rng.integers(len(fellows) - 1))
                return fellows[at] if fellows[at] != index else fellows[-1], kind
        return index, "self"


def meaning(record) -> list[str]:
    """The words a record is filed under: what it shows, else its group."""
    words = [word.strip().casefold() for word in record.words.replace(";", ",").split(",") if word.strip()]
    return words or ([record.group.casefold()] if record.group else [])


def classes(photos: Photos, least: int = 20) -> list[str]:
    """Names of the classes a classifier can learn: words or groups of at least ``least`` photos, in order."""
    counts: dict[str, int] = defaultdict(int)
    for record in photos.records:
        for name in {record.words, record.group} - {""}:
            counts[name] += 1
    return sorted(name for name, count in counts.items() if count >= least)


def class_of(record, names: list[str]) -> int:
    """The class of a photo among ``names``: its words', else its group's; -100 (ignored) for none."""
    for name in (record.words, record.group):
        if name in names:
            return names.index(name)
    return -100
