"""The engine: from a Request, which is a value, to a label map or to chroma.

    Request(photo_key, luminance, guidance, colorizer, work_size)
        segment   -> Segmentation(labels, confidence)
        colorize  -> encode (cached by photo) -> labels decided -> colorizer -> rules -> Result(chroma)

Everything a result depends on is in its request, so equal requests have equal answers and the engine keeps
the last few. What depends on the photo alone (encoder features, the segmentation) is kept as well: an edit
pays only for what it changed. The engine belongs to one thread, holds no Qt, and imports no network before
the first request asks for one.

Nothing fails silently and nothing returns grey as if it were a result: a photo that does not fit in memory
is worked on smaller, then on the CPU; a bundled network that cannot be opened is replaced by the label
prior; either is said in `notes`. Everything else is a sentence of `core.errors`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np

from core import devices
from core.colorizers import Colorizer, ColorizerInfo, Models, Segmenter, open_models
from core.errors import Cancelled, CheckpointError, DeviceError
from core.guidance import Guidance, Plane
from core.labels import UNSURE, resize_labels
from core.lru import Lru
from core.rules import apply_rules
from core.segmenting import labels_from_probabilities

WORK_SIZE = 384  # long side of a photo at work, when the hand rests
DRAFT_SIZE = 256  # ... and while a stroke is drawn
SMALLEST_WORK_SIZE = 64  # no halving goes below this
SURE = 0.5  # an automatic label counts from this confidence on

log = logging.getLogger(__name__)
T = TypeVar("T")
Cancel = Callable[[], bool]


def never() -> bool:
    """The cancel token of a job nobody will cancel."""
    return False


@dataclass(frozen=True)
class Request:
    """All that a result depends on; equal requests mean no work.

    `luminance` is the photo's L* at work size, float32 (h, w); `guidance.labels` has the same shape, or is None
    when the network is to decide alone. `work_size` is the long side that was asked for. Inside the labels,
    UNSURE (255) means "decide for me".
    """

    photo_key: str
    luminance: Plane
    guidance: Guidance
    colorizer: str = "guided"
    work_size: int = WORK_SIZE

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w) of the luminance, and so of every answer."""
        height, width = self.luminance.array.shape
        return height, width


@dataclass(frozen=True, eq=False)
class Segmentation:
    """What the segmenter saw: uint8 labels and float32 confidence 0..1, both (h, w) of the request.

    `labels` is UNSURE everywhere when there is no segmentation network; `notes` say so.
    """

    request: Request
    labels: np.ndarray
    confidence: np.ndarray
    seconds: float
    device: str
    runtime: str
    notes: tuple[str, ...] = ()
    work_size: int = 0


@dataclass(frozen=True, eq=False)
class Result:
    """Chroma for one request: float32 a*b* (h, w, 2), not yet mapped into any gamut.

    `confidence` (h, w) is the colorizer's own, or None. `work_size` is the long side it really ran at, which is
    smaller than the request's when memory ran short. `notes` are sentences for the status bar and the report.
    """

    request: Request
    chroma: np.ndarray
    confidence: np.ndarray | None
    seconds: float
    device: str
    runtime: str
    notes: tuple[str, ...] = ()
    work_size: int = 0
