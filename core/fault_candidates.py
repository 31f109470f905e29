"""Pieces of a label map that might be wrong, and what makes each of them suspicious.

A candidate is a whole region, or a piece of one that follows the photo's edges: cells that the evidence gives to
another label, cells that light sets apart from the rest of their region, or a strip along the border with a
neighbour that looks like the neighbour. Whether a candidate is a fault is decided elsewhere (core/faults) by
its features; here nothing is left out that might be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.fault_scene import EVIDENCE, Scene

SMALLEST = 0.003  # of the photo: a smaller piece is not worth a person's time
LARGEST_PIECE = 0.85  # of its region: a larger piece is the region
_MOST = 150  # candidates of a photo
_LEVELS = (0.4, 0.55, 0.7, 0.85)  # of the borders inside regions that may be crossed when light joins cells


@dataclass(frozen=True, eq=False)
class Candidate:
    """member: bool (n,) cells; label: theirs; other: the likeliest other label; whole: a region or a piece of one;
    evidence: float (C, E) what speaks for each label; posterior: (C,) its logarithm; features: (F,) for the judge;
    beside: the label most of its border is shared with, -1 for none."""

    member: np.ndarray
    label: int
    other: int
    whole: bool
    evidence: np.ndarray
    posterior: np.ndarray
    features: np.ndarray
    beside: int


FEATURES = (
    "constant", "whole", "doubt", "own", *(f"{kind} for other" for kind in EVIDENCE[:6]), "area", "wavering",
    "seen", "rank", "inner edge", "outer edge", "edges", "light to rest", "light to beside", "lights",
    "border with other", "share of region", "piece doubt", "piece edges", "other is beside", "whole outer",
    "most", "worst place", "worst beside", "worst company",
)  # fmt: skip


def candidates(scene: Scene) -> list[Candidate]:
    """All candidates of a map."""
    members, whole = _pieces(scene)
    if not len(members):
        return []
    evidence = scene.evidence(members)
    posterior = scene.log_posterior(evidence)
    means = [_region_light(scene, member) for member in members]
    return [
        _candidate(scene, member, bool(is_whole), each, post, light)
        for member, is_whole, each, post, light in zip(members, whole, evidence, posterior, means)
    ]


# -- which pieces


def _pieces(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Unions of cells, bool (k, n), and which of them are whole regions, bool (k,)."""
    least = SMALLEST * scene.ids.size
    labels = len(scene.tables.common)
    regions = []
    for region in range(int(scene.region.max()) + 1):
        member = scene.region == region
        if scene.label[member][0] < labels and scene.area[member].sum() >= least:
            regions.append(member)
    found: dict[bytes, np.ndarray] = {}
    for piece in (*_doubted(scene), *_lit(scene), *_strips(scene, regions)):
        area, region = scene.area[piece].sum(), scene.region[np.argmax(piece)]
        whole = scene.area[scene.region == region].sum()
        if area >= least and area < LARGEST_PIECE * whole and scene.label[piece][0] < labels:
            found.setdefault(piece.tobytes(), piece)
    pieces = sorted(found.values(), key=lambda piece: -scene.area[piece].sum())[: max(0, _MOST - len(regions))]
    members = np.array([*regions, *pieces], bool).reshape(-1, scene.count)
    return members, np.arange(len(members)) < len(regions)


def _doubted(scene: Scene) -> Iterator[np.ndarray]:
    """Neighbouring cells of one region that the evidence gives to another label."""
    alone = scene.log_posterior(scene.evidence(np.eye(scene.count, dtype=bool)))
    best = alone.argmax(1)
    known = scene.label < alone.shape[1]
    own = alone[np.arange(scene.count), np.where(known, scene.label, 0)]
    same = scene.region[:, None] == scene.region
    touch = (scene.border > 0) & same
    for margin in (0.0, 1.0, 2.0):
        doubt = (alone.max(1) - own > margin) & known
        yield from _joined(touch & doubt & doubt[:, None], doubt)
    yield from _joined(touch & (best == best[:, None]) & doubt & doubt[:, None], doubt)


def _lit(scene: Scene) -> Iterator[np.ndarray]:
    """Neighbouring cells of one region without a clear edge between them."""
    same = (scene.border > 0) & (scene.region[:, None] == scene.region)
    light = scene.lights @ (np.arange(scene.lights.shape[1]) + 0.5) / scene.area * (100 / scene.lights.shape[1])
    step = scene.edge / np.maximum(scene.border, 1) + 0.5 * np.abs(light[:, None] - light)
    if not same.any():
        return
    everything = np.ones(scene.count, bool)
    for limit in np.quantile(step[same], _LEVELS):
        yield from _joined(same & (step <= limit), everything)


def _strips(scene: Scene, regions: list[np.ndarray]) -> Iterator[np.ndarray]:
    """The cells of a region along a neighbour's border that look, or are seen, more like the neighbour."""
    lights = {int(scene.region[np.argmax(member)]): _light(scene, member) for member in regions}
    seen = scene.seen / scene.area[:, None]
    own_light = scene.lights / scene.area[:, None]
    for one, here in zip(lights, regions):
        touching = scene.border[here].sum(0)
        for other, there in zip(lights, regions):
            if other == one or touching[there].sum() < 8:
                continue
            near = here & (scene.border[:, there].sum(1) >= 3)
            a, b = scene.label[np.argmax(here)], scene.label[np.argmax(there)]
            net = seen[:, b] - seen[:, a]
            light = np.abs(own_light - lights[one]).sum(1) - np.abs(own_light - lights[other]).sum(1)
            yield near & (net > 0)
            yield near & (light > 0)
            yield near & (light / 2 + net / 4 > 0)


def _joined(touch: np.ndarray, which: np.ndarray) -> Iterator[np.ndarray]:
    """The connected sets of the cells `which`, by the symmetric relation `touch` (n, n)."""
    left = which.copy()
    while left.any():
        member = np.zeros_like(left)
        member[np.argmax(left)] = True
        new = member
        while new.any():
            new = touch[new].any(0) & left & ~member
            member = member | new
        left &= ~member
        yield member


# -- what makes them suspicious


def _light(scene: Scene, member: np.ndarray) -> np.ndarray:
    """Share of each step of luminance in some cells."""
    lights = scene.lights[member].sum(0)
    return lights / max(1, lights.sum())


def _region_light(scene: Scene, member: np.ndarray) -> np.ndarray:
    rest = (scene.region == scene.region[np.argmax(member)]) & ~member
    return _light(scene, rest) if rest.any() else _light(scene, member)


def _candidate(
    scene: Scene, member: np.ndarray, whole: bool, evidence: np.ndarray, posterior: np.ndarray, rest: np.ndarray
) -> Candidate:
    label = int(scene.label[np.argmax(member)])
    others = posterior.copy()
    others[label] = -np.inf
    other = int(others.argmax())
    border = scene.border[member].sum(0) * ~member
    edge = scene.edge[member].sum(0) * ~member
    inside = (scene.region == scene.region[np.argmax(member)]) & ~member
    outside = ~inside & ~member
    labels = np.bincount(scene.label[outside], border[outside], 256)
    beside = int(labels[: len(posterior)].argmax()) if labels[: len(posterior)].any() else -1
    beside_cells = outside & (scene.label == beside) & (border > 0)
    if not whole and labels[beside] > 0 and posterior[beside] > posterior[other] - 1.5:
        other = beside  # a piece belongs to its neighbour rather than to somebody far away
    own_light = _light(scene, member)
    total, area = border.sum(), scene.area[member].sum()
    inner = edge[inside].sum() / max(1, border[inside].sum()) / scene.gradient
    outer = edge[outside].sum() / max(1, border[outside].sum()) / scene.gradient
    to_rest = np.abs(own_light - rest).sum() / 2
    to_beside = np.abs(own_light - _light(scene, beside_cells)).sum() / 2 if beside_cells.any() else 1.0
    doubt = posterior[other] - posterior[label]
    shares = scene.shares[member].sum(0) / area
    piece = 0.0 if whole else 1.0
    against = evidence.max(0) - evidence[label]
    features = (
        1.0, 1.0 - piece, doubt, posterior[label], *(evidence[other] - evidence[label])[:6],
        np.log(area / scene.ids.size), float(-(shares * np.log(shares + 1e-6)).sum()),
        np.log(shares[label] + 1e-3), float(np.log1p((posterior > posterior[label]).sum())),
        piece * np.log(inner + 0.1), piece * np.log(outer + 0.1), piece * (np.log(inner + 0.1) - np.log(outer + 0.1)),
        piece * to_rest, piece * to_beside, piece * (to_rest - to_beside), labels[other] / max(1.0, total),
        piece * area / max(1, scene.area[inside].sum() + area), piece * doubt,
        piece * (np.log(inner + 0.1) - np.log(outer + 0.1)) * (to_rest - to_beside), piece * (other == beside),
        (1 - piece) * np.log(outer + 0.1), np.log(shares.max()), against[2], against[3], against[4],
    )  # fmt: skip
    return Candidate(member, label, other, whole, evidence, posterior, np.float64(features), beside)

