"""Where to write a label's name: in the middle of the widest room of each of its regions."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.labels import UNSURE


@dataclass(frozen=True)
class NamePlace:
    """A region's name: the middle (x, y) of the largest circle inside it, that circle's radius, the region's area; in
    pixels of the map, whose first one reaches from 0 to 1."""

    label: int
    x: float
    y: float
    radius: float
    area: int


def name_places(labels: np.ndarray, *, smallest: int = 1) -> list[NamePlace]:
    """A place for every connected region of `smallest` pixels or more of a label map, uint8 (h, w), largest first.

    Meant for a reduced map of a few hundred pixels: it looks at every label's distance to others (OpenCV's L2).
    """
    places = []
    for label in np.unique(labels).tolist():
        if label == UNSURE:
            continue
        mask = (labels == label).view(np.uint8)
        _, parts, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        distance = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
        for part, (left, top, width, height, area) in enumerate(stats[1:].tolist(), start=1):
            if area < smallest:
                continue
            box = np.s_[top : top + height, left : left + width]
            room = np.where(parts[box] == part, distance[box], 0)
            y, x = np.unravel_index(int(room.argmax()), room.shape)
            places.append(NamePlace(label, left + float(x) + 0.5, top + float(y) + 0.5, float(room[y, x]), area))
    return sorted(places, key=lambda place: (-place.area, place.label, place.y, place.x))
