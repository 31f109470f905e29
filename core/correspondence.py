"""Where in which reference a pixel's colour came from, and how sure that is.

    matches = find_matches(engine, request, chroma)     once for a result, off the window's thread
    matches.at(x, y, label)                             at every movement of the pointer: some microseconds' work

The photo and the references are compared by what Huesmith's own network sees, whichever colorizer is at work: features
at 1/8, pooled as the pieces of references are. A piece counts by the cosine of its features with the place's and by
how near its colour is to the result's there; where it is far, the colour came from elsewhere. A label with a
reference, or a region of one, of its own looks there alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.asked import MOST_REFERENCES, reference_seen
from core.errors import PhotoError
from core.gate import PIECE, cells_inside, tokens_inside
from core.guidance import Reference, Rule, Swatch
from core.per_label import with_grafts

if TYPE_CHECKING:
    from core.engine import Engine
    from core.request import Request

_LIKE = 0.05  # of cosine: how much less alike a piece may be and still count for e times less
_COLOUR = 12.0  # of a*b*: how far a piece's colour may be, the same
_NEAR = 2.5  # pieces: what lies so near to the best place counts as the same place


@dataclass(frozen=True)
class Match:
    """The reference at `path`, the place in it as fractions, the colour there, and 0..1 how sure."""

    path: str
    x: float
    y: float
    swatch: Swatch
    sure: float


@dataclass(frozen=True, eq=False)
class Matches:
    """The pieces (n) of all references beside the places of one photo.

    places: float32 (h', w', c) unit features of the photo; chroma: (h, w, 2) of the result. pieces: (n, c) unit
    features; lab (n, 3); spots (n, 2) fractions x, y; of (n,) the index in `paths`; loud (n,) the logarithm of weights;
    grid (n, 2) columns and rows. whole: bool (n,), those for the whole photo; own: those of labels, by label. grafts:
    uint8 (h, w), the label that a graft counts as (core/per_label), and 255.
    """

    request: Request
    paths: tuple[str, ...]
    places: np.ndarray
    chroma: np.ndarray
    pieces: np.ndarray
    lab: np.ndarray
    spots: np.ndarray
    of: np.ndarray
    loud: np.ndarray
    grid: np.ndarray
    whole: np.ndarray
    own: dict[int, np.ndarray]
    grafts: np.ndarray

    def at(self, x: float, y: float, label: int = -1) -> Match | None:
        """Where the colour at a place of the photo (fractions) with a label came from; None where no reference has a
        say there."""
        if not (0 <= x < 1 and 0 <= y < 1):
            return None
        rows, columns = self.chroma.shape[:2]
        here = int(y * rows), int(x * columns)
        grafted, ab = int(self.grafts[here]), self.chroma[here]
        among = self.own.get(label if grafted == 255 else grafted, self.whole)
        if not among.any():
            return None
        apart = np.square(self.lab[:, 1:] - ab).sum(1) / (2 * _COLOUR**2)
        score = self.pieces @ self._seen(x, y) / _LIKE - apart + self.loud
        score[~among] = -np.inf
        best = int(score.argmax())
        weight = np.exp(score - score[best])
        steps = np.abs(self.grid - self.grid[best]).max(1)
        near = weight[(steps <= _NEAR) & (self.of == self.of[best])].sum() / weight.sum()
        return Match(
            self.paths[self.of[best]],
            *(float(part) for part in self.spots[best]),
            _swatch(self.lab[best]),
            float(near * np.exp(-apart[best])),
        )

    def _seen(self, x: float, y: float) -> np.ndarray:
        rows, columns = self.places.shape[:2]
        height, width = self.request.shape
        row, column = (round(place * side / 8 - 1) for place, side in ((y, height), (x, width)))
        return self.places[min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)]


def find_matches(
    engine: Engine, request: Request, chroma: np.ndarray, cancel: Callable[[], bool]
) -> Matches | None:
    """What can be found out about `chroma` (h, w, 2), the result of `request`; None without a reference."""
    from dataclasses import replace

    from core.colorizers import GUIDED

    told = request.guidance.labels
    nothing = np.full(request.shape, 255, np.uint8)
    labels, rules = with_grafts(request, nothing if told is None else told.array)
    wanted = _wanted(request, rules)
    if not wanted:
        return None
    numbers = [rule.label for rule in rules[len(request.guidance.rules):]]
    grafts = np.where(np.isin(labels, numbers), labels, np.uint8(255))

    def look(colorizer: Any, told: tuple, *_: object) -> Matches | None:
        return _found(colorizer, told[0], request, chroma, wanted, grafts)

    return engine.inspect(replace(request, colorizer=GUIDED.id), look, cancel)


def _wanted(request: Request, rules: Sequence[Rule]) -> list[tuple[Reference, int]]:
    """The references that are looked at, with the label each is for; -1 for the whole photo."""
    guidance = request.guidance
    whole = [(one, -1) for one in guidance.references if one.weight > 0][:MOST_REFERENCES]
    own = [(Reference(rule.reference, region=rule.region), rule.label)
           for rule in rules if rule.reference is not None]  # fmt: skip
    return whole + own


def _found(
    colorizer: Any, encoded: Any, request: Request, chroma: np.ndarray, wanted: list[tuple[Reference, int]],
    grafts: np.ndarray,
) -> Matches | None:  # fmt: skip
    parts, labels = [], []
    for at, (reference, label) in enumerate(wanted):
        try:
            lab, mask = reference_seen(reference)
        except PhotoError:  # the colorizer has said so
            continue
        parts.append(_pieces(colorizer.pieces(lab)[1], lab, mask, at, reference.weight))
        labels.append(np.full(len(parts[-1][0]), label))
    if not parts:
        return None
    tokens, spots, grid, of, loud = (np.concatenate(column) for column in zip(*parts, strict=True))
    label = np.concatenate(labels)
    return Matches(
        request,
        tuple(reference.path for reference, _ in wanted),
        _unit(_pooled(encoded.features[0])),
        chroma,
        _unit(tokens[:, :-6]),
        np.column_stack([tokens[:, -6] * 50 + 50, tokens[:, -5:-3] * 50]),
        spots,
        of,
        loud,
        grid,
        label == -1,
        {int(one): label == one for one in np.unique(label) if one >= 0},
        grafts,
    )


def _pieces(tokens: np.ndarray, lab: np.ndarray, mask: np.ndarray | None, at: int, weight: float) -> tuple:
    """Tokens of a reference inside its mask, their spots, places in the grid, index and loudness."""
    height, width = lab.shape[:2]
    mask = np.ones((height, width), bool) if mask is None else mask
    counts, _ = cells_inside(mask)
    columns = -(-width // 32) * 2
    grid = np.column_stack([np.flatnonzero(counts) % columns, np.flatnonzero(counts) // columns])
    spots = np.minimum((grid + 0.5) * PIECE, (width - 0.5, height - 0.5)) / (width, height)
    kept = tokens_inside(tokens, lab, mask)
    return kept, spots, grid, np.full(len(kept), at), np.full(len(kept), np.log(weight), np.float32)


def _pooled(features: np.ndarray) -> np.ndarray:
    """Features (c, h, w) at 1/8 averaged with their neighbours below and beside, as pieces are: (h - 1, w - 1, c)."""
    rows = features[:, 1:] + features[:, :-1]
    return ((rows[..., 1:] + rows[..., :-1]) / 4).transpose(1, 2, 0)


def _unit(features: np.ndarray) -> np.ndarray:
    """Vectors (..., c) of length 1, float32."""
    features = np.asarray(features, np.float32)
    return features / np.maximum(np.linalg.norm(features, axis=-1, keepdims=True), 1e-6)


def _swatch(lab: np.ndarray) -> Swatch:
    from core.palette import swatches_of

    return swatches_of(lab[None])[0]
