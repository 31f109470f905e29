"""What a request tells the engine of a label set with parents: two tables, and nothing of names and colours.

    rules, hints, locks   go by the labels a person sees
    colorizers            go by the network label that each of them stands on (`to_network`)
    segmenters            answer in network labels, which a set calls by names of its own (`from_network`)

So a new name or overlay colour is no new request. A set whose ids are the network's needs no tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.label_sets import OwnLabels, home
from core.labels import UNSURE, LabelSet, default_label_set


@dataclass(frozen=True)
class Standing:
    """parents[id] is the network label (or UNSURE) of a set's label; homes[network label] is the set's label of it
    (or UNSURE where it has none)."""

    parents: tuple[int, ...]
    homes: tuple[int, ...]

    def to_network(self, labels: np.ndarray) -> np.ndarray:
        """A map of the set's ids, uint8, as the networks understand it; ids that are not in the set are UNSURE."""
        return _table(self.parents)[labels]

    def from_network(self, labels: np.ndarray) -> np.ndarray:
        """A map of network ids, uint8, as the set has them."""
        return _table(self.homes)[labels]


@lru_cache(8)
def standing(label_set: LabelSet) -> Standing | None:
    """The tables of a set; None where its ids are the network's."""
    if not isinstance(label_set, OwnLabels):
        return None
    count = len(default_label_set())
    homes = tuple(home(label_set, label) for label in range(count))
    same = tuple(range(count))
    return None if label_set.parents == homes == same else Standing(label_set.parents, homes)


def as_own(labels: np.ndarray, label_set: LabelSet) -> np.ndarray:
    """A segmentation, uint8 in network ids, in the ids of a set: the array itself where they are the same."""
    tables = standing(label_set)
    return labels if tables is None else tables.from_network(labels)


@lru_cache(8)
def _table(ids: tuple[int, ...]) -> np.ndarray:
    table = np.full(256, UNSURE, np.uint8)
    table[: len(ids)] = ids
    table.flags.writeable = False
    return table
