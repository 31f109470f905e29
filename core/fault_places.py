"""What is shown of a fault: its name, a line around it, a spot for its number, a small picture.

    places = look(labels, luminance, probabilities, label_set, chroma, rgb, ignored)     # in a thread, some 0.1 s

Lines are in photo pixels, of a few hundred points whatever the photo's size, so that drawing them costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import cv2
import numpy as np

from core.box import Box
from core.faults import Fault, find_faults
from core.labels import LabelSet
from core.regions import Region

PICTURE = 112  # pixels a side of the small picture
_FINE = 320  # the long side at which an outline is followed
_AROUND = 0.35  # of the region's long side: so much is seen around it in the small picture
_LEAST = 24  # pixels of the preview: a smaller piece of it says nothing


@dataclass(frozen=True, eq=False)
class Place:
    """A fault with what is shown of it. outlines: each (n, 2) x, y in photo pixels, closed; spot: a point well inside;
    picture: uint8 (PICTURE, PICTURE, 3) sRGB."""

    fault: Fault
    name: str
    outlines: tuple[np.ndarray, ...]
    spot: tuple[float, float]
    picture: np.ndarray


def look(
    labels: np.ndarray, luminance: np.ndarray, probabilities: np.ndarray, label_set: LabelSet,
    chroma: np.ndarray, rgb: np.ndarray, ignored: Collection[str],
) -> list[Place]:  # fmt: skip
    """The places of a label map that are probably wrong, likeliest first; as find_faults, with rgb uint8 (h, w, 3),
    the photo in its colours at any size."""
    found = find_faults(labels, luminance, probabilities, label_set=label_set, chroma=chroma, ignored=ignored)
    return [place_of(fault, label_set, labels.shape, rgb) for fault in found]


def place_of(fault: Fault, label_set: LabelSet, shape: tuple[int, int], rgb: np.ndarray) -> Place:
    """What is shown of a fault of a photo of `shape` (height, width)."""
    outlines, spot = outline(fault.region)
    picture = _picture(fault.box, outlines, shape, rgb)
    return Place(fault, label_set.name(fault.label), outlines, spot, picture)


def outline(region: Region) -> tuple[tuple[np.ndarray, ...], tuple[float, float]]:
    """The lines around a region and its holes, float32 (n, 2) in photo pixels, and the middle of its thickest part."""
    box = region.box
    scale = _FINE / max(box.height, box.width)
    size = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    fine = (cv2.resize(region.mask.view(np.uint8) * np.uint8(255), size, interpolation=way) > 127).view(np.uint8)
    if not fine.any():
        fine[:] = 1
    fine = np.pad(fine, 1)
    across, down = size[0] / box.width, size[1] / box.height
    found, _ = cv2.findContours(fine, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    lines = [cv2.approxPolyDP(line, 0.8, True)[:, 0].astype(np.float32) for line in found if len(line) > 2]
    corner = np.float32([box.left, box.top])
    in_photo = tuple((line - 0.5) / np.float32([across, down]) + corner for line in lines)
    depth = cv2.distanceTransform(fine, cv2.DIST_L2, 3)
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return in_photo, (box.left + (x - 0.5) / across, box.top + (y - 0.5) / down)


def _picture(box: Box, outlines: tuple[np.ndarray, ...], shape: tuple[int, int], rgb: np.ndarray) -> np.ndarray:
    """A square around a box, cut from the preview, with the place's line in it."""
    scale = rgb.shape[1] / shape[1]
    side = max(_LEAST, (1 + 2 * _AROUND) * max(box.width, box.height) * scale)
    side = min(side, *rgb.shape[:2])
    left, top = (
        float(np.clip((low + high) / 2 * scale - side / 2, 0, most - side))
        for low, high, most in ((box.left, box.right, rgb.shape[1]), (box.top, box.bottom, rgb.shape[0]))
    )
    piece = rgb[int(top) : int(np.ceil(top + side)), int(left) : int(np.ceil(left + side))]
    way = cv2.INTER_AREA if side > PICTURE else cv2.INTER_CUBIC
    picture = cv2.resize(piece, (PICTURE, PICTURE), interpolation=way)
    steps = [
        np.rint(((line * scale - (left, top)) * (PICTURE / side) - 0.5) * 16).astype(np.int32) for line in outlines
    ]
    for color, thick in (((20, 20, 20), 4), ((255, 255, 255), 2)):
        cv2.polylines(picture, steps, True, color, thick, cv2.LINE_AA, 4)
    return picture
