"""The label map of a reference: segmented once, put right by a person, cut into regions that can be carried away.

Its labels are the label set's, as in the photo. What a person put right are `Relabel`s in the guidance: each gives
the region around a place, as it is after those before it, another label. The map helps to point at things; tokens
of the same label are not preferred, for that was measured and made nothing better (models/training/reference_ways).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.asked import reference_lab
from core.guidance import Guidance, Plane, Reference, Relabel

if TYPE_CHECKING:
    from core.engine import Engine
    from core.request import Request

_CORNERS = 0.004  # of the long side: what a region's outline may leave out
MOST_CORNERS = 200
_SMALL = 512  # long side at which a region of a photo is outlined


def reference_labels(engine: Engine, request: Request, path: str) -> np.ndarray:
    """The labels of the reference at `path` as its segmenter sees them, uint8 (h, w) in the ids of the request's label
    set. PhotoError where it cannot be used."""
    luminance = np.ascontiguousarray(reference_lab(Reference(path))[..., 0])
    asked = replace(request, luminance=Plane(luminance), guidance=Guidance(), own=None)
    labels = engine.segment(asked).labels
    return labels if request.standing is None else request.standing.from_network(labels)


def put_right(labels: np.ndarray, relabels: Iterable[Relabel]) -> np.ndarray:
    """`labels` (h, w) with what a person put right."""
    labels = labels.copy()
    for one in relabels:
        labels[region_at(labels, one.x, one.y)] = one.label
    return labels


def region_at(labels: np.ndarray, x: float, y: float) -> np.ndarray:
    """The region bool (h, w) of one label that hangs together around a place (fractions)."""
    import cv2

    row, column = _pixel(labels.shape, x, y)
    alike = (labels == labels[row, column]).astype(np.uint8)
    parts = cv2.connectedComponents(alike, connectivity=4)[1]
    return parts == parts[row, column]


def label_at(labels: np.ndarray, x: float, y: float) -> int:
    """The label at a place (fractions)."""
    return int(labels[_pixel(labels.shape, x, y)])


def outline_of(region: np.ndarray) -> tuple[tuple[float, float], ...]:
    """The outer border of a region bool (h, w), as a polygon in fractions of at most MOST_CORNERS."""
    import cv2

    lines, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not lines:
        return ()
    line, slack = max(lines, key=cv2.contourArea), _CORNERS * max(region.shape)
    fewer = cv2.approxPolyDP(line, slack, True)
    while len(fewer) > MOST_CORNERS:
        slack *= 2
        fewer = cv2.approxPolyDP(line, slack, True)
    height, width = region.shape
    return tuple(((float(x) + 0.5) / width, (float(y) + 0.5) / height) for x, y in fewer.reshape(-1, 2))


def outline_at(labels: np.ndarray, x: int, y: int) -> tuple[tuple[float, float], ...]:
    """The border of the region of one label around a pixel of a map (H, W) of any size, looked at small; no points
    where it is too small for that."""
    step = max(1, max(labels.shape) // _SMALL)
    region = region_at(labels[::step, ::step], (x + 0.5) / labels.shape[1], (y + 0.5) / labels.shape[0])
    points = outline_of(region)
    return points if len(points) >= 3 else ()


def relabelled(guidance: Guidance, path: str, relabel: Relabel) -> dict[str, object]:
    """What changes in a guidance when the label map of the reference at `path` is put right once more."""
    references = list(guidance.references)
    at = next((at for at, one in enumerate(references) if one.path == path), None)
    if at is None:
        references.append(Reference(path, 0.0, relabels=(relabel,)))
    else:
        references[at] = replace(references[at], relabels=(*references[at].relabels, relabel))
    return {"references": tuple(references)}


def relabels_of(guidance: Guidance, path: str) -> tuple[Relabel, ...]:
    """What was put right in the label map of a reference."""
    return next((one.relabels for one in guidance.references if one.path == path), ())


def _pixel(shape: tuple[int, ...], x: float, y: float) -> tuple[int, int]:
    return tuple(min(max(int(part * side), 0), side - 1) for part, side in ((y, shape[0]), (x, shape[1])))
