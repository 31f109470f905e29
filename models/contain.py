"""Colour stays on its side of a label's edge where the light has an edge too.

A decoder at a quarter of the photo's size cannot but smear colour over some pixels at an edge. Within BAND pixels of
an edge between labels, the colour is taken from beyond that band, on the same side: the mean around the nearest
pixel outside it. Where the light shows no edge at the label's, the brush was loose, and the network's own transition
stays.
"""

from __future__ import annotations

import cv2
import numpy as np

BAND = 4  # pixels on each side of a label edge
FAINT, CLEAR = 4.0, 10.0  # contrast of L near a pixel: no edge below, certainly one above


def light_edges(luminance: np.ndarray) -> np.ndarray:
    """How surely the light has an edge within three pixels, float32 (h, w) 0..1, for L (h, w) 0..100."""
    around = np.ones((7, 7), np.uint8)
    contrast = cv2.dilate(luminance, around) - cv2.erode(luminance, around)
    return np.clip((contrast - FAINT) / (CLEAR - FAINT), 0, 1)


def contained(ab: np.ndarray, labels: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """`ab` (h, w, 2) float32 with what crossed edges of `labels` (h, w) uint8 taken back, as far as `edges` (h, w)
    0..1 of `light_edges` say. Answers `ab` itself where there is nothing to do."""
    cross = np.ones((3, 3), np.uint8)
    edge = (cv2.dilate(labels, cross) != cv2.erode(labels, cross)).view(np.uint8)
    band = cv2.dilate(edge, np.ones((2 * BAND - 1,) * 2, np.uint8))
    outside = np.flatnonzero(band == 0)
    inside = np.flatnonzero(band * edges)
    if not len(inside) or not len(outside):
        return ab
    # a window no wider than the band cannot see across it, so that these means are of one side
    free, window = (1 - band).astype(np.float32), (4 * BAND + 1,) * 2
    total = cv2.boxFilter(ab * free[..., None], -1, window, normalize=False).reshape(-1, 2)
    count = cv2.boxFilter(free, -1, window, normalize=False).ravel()
    _, nearest = cv2.distanceTransformWithLabels(band, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    source = outside[nearest.ravel()[inside] - 1]  # zeros are numbered from 1 in their order
    same = labels.ravel()[source] == labels.ravel()[inside]
    inside, source = inside[same], source[same]
    out = ab.reshape(-1, 2).copy()
    own = total[source] / count[source, None]
    out[inside] += (own - out[inside]) * edges.ravel()[inside, None]
    return out.reshape(ab.shape)
