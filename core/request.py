"""What is asked of the engine and what it answers, as values: Request, Segmentation, Result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from core.guidance import Guidance, Lock, Plane, Recoloured
from core.label_parents import Standing
from core.labels import UNSURE
from core.recolor import Moved, PaletteMap
from core.sketch_light import Fill

WORK_SIZE = 384  # long side of a photo at work, when the hand rests


@dataclass(frozen=True)
class Request:
    """All that a result depends on; equal requests mean no work.

    `luminance` is the photo's L* at work size, float32 (h, w); `guidance.labels` has the same shape, or is None
    when the network is to decide alone. `work_size` is the long side that was asked for. Inside the labels,
    UNSURE (255) means "decide for me". `own` is the photo's own a*b*, float32 (h, w, 2), which `guidance.palette_map`
    needs of a colour photo and nothing else does. `standing` says what the networks call the labels of a set with
    parents, which rules and labels then go by; without one the labels are the networks' own. `regions`, uint8, is the
    label map of a sketch finer than at work size, for its colours to end exactly at its lines.
    """

    photo_key: str
    luminance: Plane
    guidance: Guidance
    colorizer: str = "guided"
    work_size: int = WORK_SIZE
    own: Plane | None = None
    standing: Standing | None = None
    regions: Plane | None = None

    @property
    def recolours(self) -> bool:
        """Whether the photo's own colours are moved, rather than new ones made."""
        return self.own is not None and bool(self.guidance.palette_map) and not self.guidance.line_art

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
    smaller than the request's when memory ran short. `notes` are sentences for the status bar and the report,
    `weights` the files of the networks that were at work. `fill` is what a sketch has under its
    strokes, None for a photo.
    """

    request: Request
    chroma: np.ndarray
    confidence: np.ndarray | None
    seconds: float
    device: str
    runtime: str
    notes: tuple[str, ...] = ()
    work_size: int = 0
    weights: tuple[Path, ...] = ()
    fill: Fill | None = None

    @cached_property
    def light(self) -> np.ndarray:
        """L* (h, w) float32 as the result is seen: the photo's, or under a sketch's strokes its fill light."""
        own = self.request.luminance.array
        return own if self.fill is None else np.minimum(own, self.fill.light)

    @property
    def fill_light(self) -> Plane | None:
        """The fill light of a sketch, for a lock to keep."""
        return None if self.fill is None else Plane(self.fill.light)

    @cached_property
    def moved(self) -> Moved | None:
        """How the photo's own colours were moved, for `core.chroma` to do it in every detail; None for new ones."""
        request = self.request
        if not request.recolours:
            return None
        lab = np.concatenate([request.luminance.array[..., None], request.own.array], axis=2)
        by = PaletteMap(request.guidance.palette_map, request.guidance.settings.palette_strength)
        return Moved(by, by(lab))

    @property
    def recoloured(self) -> Recoloured | None:
        """The same as a value, for a lock to keep."""
        guidance = self.request.guidance
        if self.moved is None:
            return None
        return Recoloured(guidance.palette_map, guidance.settings.palette_strength, Plane(self.moved.chroma))

    @property
    def locks(self) -> tuple[Lock, ...]:
        """What `core.chroma` has to keep to the bit when it shows or writes this chroma."""
        return self.request.guidance.locks


def undecided(request: Request, device: str, why: str) -> Segmentation:
    """What to say when nobody can segment: nothing is known, and why."""
    return Segmentation(
        request=request,
        labels=np.full(request.shape, UNSURE, np.uint8),
        confidence=np.zeros(request.shape, np.float32),
        seconds=0.0,
        device=device,
        runtime="none",
        notes=(f"{why} Nothing is segmented; labels can be painted.",),
        work_size=max(request.shape),
    )


def as_given(request: Request, labels: np.ndarray) -> np.ndarray:
    """Network labels (h, w) as rules and hints go by them: what the person's map says, and in its label set."""
    if request.guidance.line_art and request.guidance.labels is not None:
        return request.guidance.labels.array
    if request.standing is None:
        return labels
    own, given = request.standing.from_network(labels), request.guidance.labels
    return own if given is None else np.where(given.array == UNSURE, own, given.array)
