"""The engine: from a Request, which is a value, to a label map or to chroma.

    Request(photo_key, luminance, guidance, colorizer, work_size)
        segment   -> Segmentation(labels, confidence)
        colorize  -> encode (cached by photo) -> labels decided -> colorizer -> wishes -> Result(chroma)

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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np

from core import devices, sketch_paint
from core.asked import HINTS, PALETTE, REFERENCES, Asked, asked_for, heeded, with_tries
from core.colorizers import GUIDED, PRIOR, UNDECIDED, Colorizer, ColorizerInfo, Models, Segmenter, open_models
from core.errors import Cancelled, CheckpointError, DeviceError
from core.guidance import Guidance, Plane
from core.labels import UNSURE, resize_labels
from core.lru import Lru
from core.per_label import joined, request_of_rule, with_grafts
from core.request import WORK_SIZE, Request, Result, Segmentation, as_given, undecided
from core.segmenting import labels_from_probabilities
from core.wishes import carry_out

__all__ = ["DRAFT_SIZE", "SMALLEST_WORK_SIZE", "WORK_SIZE", "Engine", "Request", "Result", "Segmentation", "never"]

DRAFT_SIZE = 256  # long side of a photo while a stroke is drawn; WORK_SIZE when the hand rests
SMALLEST_WORK_SIZE = 64  # no halving goes below this
SURE = 0.5  # an automatic label counts from this confidence on

log = logging.getLogger(__name__)
T = TypeVar("T")
Cancel = Callable[[], bool]


def never() -> bool:
    """The cancel token of a job nobody will cancel."""
    return False


@dataclass(frozen=True)
class _Answer:
    """What a colorizer said, before any wish; kept, because moving a slider asks for it again."""

    chroma: np.ndarray
    confidence: np.ndarray | None
    labels: np.ndarray
    device: str
    runtime: str
    notes: tuple[str, ...]
    work_size: int
    light: np.ndarray | None = None  # of a sketch's paper, where the colorizer knows any


class Engine:
    """Segments and colours. Belongs to one thread; made without opening any network.

    `device` is one of `devices.DEVICES`. `color_ckpt` and `seg_ckpt` name weights of the published networks, which
    then segment, and are the default to colour with. `models` replaces what is installed (for tests).
    Raises DeviceError where the device is not here, CheckpointError (from a job) where weights are unusable.
    """

    def __init__(
        self,
        device: str = "auto",
        color_ckpt: Path | None = None,
        seg_ckpt: Path | None = None,
        *,
        models: Models | None = None,
    ) -> None:
        self._models = models or open_models(devices.choose_device(device), color_ckpt, seg_ckpt)
        self._size_cap: int | None = None  # the long side that memory was found to be enough for
        self._memory_notes: tuple[str, ...] = ()
        self._features: Lru[Any] = Lru(3)
        self._segmentations: Lru[Segmentation] = Lru(6)
        self._answers: Lru[_Answer] = Lru(4)
        self._results: Lru[Result] = Lru(4)

    def colorizers(self) -> tuple[ColorizerInfo, ...]:
        """The colorizers a request may name, the default one first."""
        return self._models.infos()

    @property
    def default_colorizer(self) -> str:
        """The id of the colorizer to use when nobody chose one."""
        return self._models.infos()[0].id

    def check(self) -> None:
        """Open the networks that were asked for by file, so that a bad one is a sentence before any work."""
        self._models.check()

    def warm_up(self) -> None:
        """Open the networks and let them see a small grey field, so that the first photo need not wait."""
        field = Plane(np.full((SMALLEST_WORK_SIZE, SMALLEST_WORK_SIZE), 50, np.float32))
        request = Request("", field, Guidance(), self.default_colorizer, SMALLEST_WORK_SIZE)
        self.colorize(request)

    def device_line(self) -> str:
        """For the status bar: "CPU · OpenVINO bf16"."""
        name = {"cpu": "CPU", "cuda": "CUDA", "mps": "MPS"}.get(self._models.device, self._models.device)
        try:
            return f"{name} · {self._colorizer(self.default_colorizer)[0].runtime}"
        except CheckpointError:
            return name  # why there is no network will be said by the first request

    def segment(self, request: Request, cancel: Cancel = never) -> Segmentation:
        """The label map of the request's photo, in network labels; its guidance plays no part. Raises Cancelled."""
        started = time.perf_counter()
        key = self._photo_key(request.luminance, request.photo_key)
        known = self._segmentations.get(key)
        if known is None:
            known = self._segmentations.put(key, self._segment(request, cancel))
        return replace(known, request=request, seconds=time.perf_counter() - started)

    def colorize(self, request: Request, cancel: Cancel = never) -> Result:
        """Chroma for the request, palette, hints, rules and vividness applied. Raises Cancelled between two stages."""
        started = time.perf_counter()
        known = self._results.get(request)
        if known is None:
            known = self._results.put(request, self._colorize(request, cancel))
        return replace(known, seconds=time.perf_counter() - started)

    # -- segmenting

    def probabilities(self, request: Request, cancel: Cancel = never) -> np.ndarray | None:
        """What the segmenter gives each label, float32 (C, h', w') over the request's photo; None without one."""
        try:
            self._models.segmenter()
        except CheckpointError:
            return None

        def job(luminance: Plane) -> np.ndarray:
            segmenter = self._models.segmenter()
            encoded = self._encode(segmenter, request.photo_key, luminance, cancel)
            return segmenter.probabilities(encoded, luminance.array)

        return self._fitting(request, job)[0]

    def _segment(self, request: Request, cancel: Cancel) -> Segmentation:
        try:
            segmenter = self._models.segmenter()
        except CheckpointError as error:
            return undecided(request, self._models.device, str(error))

        def job(luminance: Plane) -> tuple[np.ndarray, np.ndarray]:
            segmenter = self._models.segmenter()
            encoded = self._encode(segmenter, request.photo_key, luminance, cancel)
            probabilities = segmenter.probabilities(encoded, luminance.array)
            _stop_if(cancel)
            return labels_from_probabilities(probabilities, request.shape)

        (labels, confidence), size, notes = self._fitting(request, job)
        segmenter = self._models.segmenter()
        return Segmentation(
            request, labels, confidence, 0.0, segmenter.device, segmenter.runtime, notes, work_size=size
        )

    # -- colouring

    def _colorize(self, request: Request, cancel: Cancel) -> Result:
        answer = self._recoloured(request, cancel) if request.recolours else self._shared(request, cancel)
        _stop_if(cancel)
        luminance, guidance = request.luminance.array, request.guidance
        if request.recolours:
            guidance = replace(guidance, palette=())  # the links have led to it already
        labels, fill = as_given(request, answer.labels), None
        if guidance.line_art:
            chroma, fill, notes = sketch_paint.painted(request, answer.chroma, answer.light, answer.confidence, labels)
        else:
            chroma, notes = carry_out(answer.chroma, luminance, labels, guidance)
        return Result(
            request,
            chroma,
            answer.confidence,
            0.0,
            answer.device,
            answer.runtime,
            _unique((*answer.notes, *notes)),
            answer.work_size,
            self._models.weights(request),
            fill,
        )

    def _recoloured(self, request: Request, cancel: Cancel) -> _Answer:
        """The photo's own colours moved along the links; no network but the segmenter's."""
        from core.recolor import PaletteMap

        labels, _, notes = self._labels(request, cancel)
        lab = np.concatenate([request.luminance.array[..., None], request.own.array], axis=2)
        moved = PaletteMap(request.guidance.palette_map, request.guidance.settings.palette_strength)(lab)
        return _Answer(moved, None, labels, "cpu", "NumPy", notes, max(request.shape))

    def _shared(self, request: Request, cancel: Cancel) -> _Answer:
        """The colorizer's answer, with those of others in the labels whose rules ask for another."""
        answer = self._answer(request, cancel)
        parts, notes = [], []
        labels, rules = with_grafts(request, as_given(request, answer.labels))
        for rule in rules:
            other = request_of_rule(request, rule)
            if other is not None and (labels == rule.label).any():
                theirs = self._answer(other, cancel)
                parts.append((rule.label, theirs))
                notes.extend(theirs.notes)
        if not parts:
            return answer
        chroma = joined(answer.chroma, labels, [(label, theirs.chroma) for label, theirs in parts])
        light = sketch_paint.joined_light(answer, labels, parts) if request.guidance.line_art else None
        return replace(answer, chroma=chroma, light=light, notes=_unique((*answer.notes, *notes)))

    def _answer(self, request: Request, cancel: Cancel) -> _Answer:
        takes = self._colorizer(request.colorizer)[0].info.takes
        part = heeded(request.guidance, takes)
        told = request.guidance.labels, request.standing
        key = (request.photo_key, request.luminance, *told, request.colorizer, part, request.guidance.line_art)
        known = self._answers.get(key)
        if known is not None:
            return known
        notes = list(self._colorizer(request.colorizer)[1])
        labels, sure, more = self._labels(request, cancel)

        def job(luminance: Plane) -> sketch_paint.Answer:
            colorizer, told = self._told(request, luminance, labels, sure, cancel)

            def paint(*asked: Asked) -> sketch_paint.Answer:
                if not request.guidance.line_art:
                    return *colorizer.colorize(*told, *asked), None

                def encode(light: np.ndarray) -> Any:
                    return self._encode(colorizer, request.photo_key, Plane(light), cancel)

                return sketch_paint.answer(colorizer, encode, told, asked, self._models.colorizer)

            if not takes & {PALETTE, HINTS, REFERENCES}:
                return paint()
            shape = luminance.array.shape
            asked, left_out = asked_for(part, shape)
            asked = with_tries(asked, part, resize_labels(as_given(request, labels), shape))
            notes.extend(left_out)
            return paint(asked)

        (chroma, confidence, light), size, memory = self._fitting(request, job)
        colorizer, _ = self._colorizer(request.colorizer)
        answer = _Answer(
            chroma=_enlarged(chroma, request.shape),
            confidence=None if confidence is None else _enlarged(confidence, request.shape),
            labels=labels,
            device=colorizer.device,
            runtime=colorizer.runtime,
            notes=_unique((*notes, *more, *memory)),
            work_size=size,
            light=None if light is None else _enlarged(light, request.shape),
        )
        return self._answers.put(key, answer)

    def inspect(self, request: Request, look: Callable[..., T], cancel: Cancel = never) -> T:
        """What `look(colorizer, told, asked, shape)` finds: `told` is what it gets of the photo, `asked` what is
        asked of it, `shape` the request's. Raises Cancelled."""
        part = heeded(request.guidance, self._colorizer(request.colorizer)[0].info.takes)
        labels, sure, _ = self._labels(request, cancel)

        def job(luminance: Plane) -> T:
            colorizer, told = self._told(request, luminance, labels, sure, cancel)
            return look(colorizer, told, asked_for(part, luminance.array.shape)[0], request.shape)

        return self._fitting(request, job)[0]

    def _told(
        self, request: Request, luminance: Plane, labels: np.ndarray, sure: np.ndarray, cancel: Cancel
    ) -> tuple[Colorizer, tuple]:
        """The request's colorizer, and what it is told of the photo at work."""
        colorizer, _ = self._colorizer(request.colorizer)
        encoded, shape = self._encode(colorizer, request.photo_key, luminance, cancel), luminance.array.shape
        small = sure if sure.shape == shape else cv2.resize(sure, shape[::-1], interpolation=cv2.INTER_AREA)
        return colorizer, (encoded, luminance.array, resize_labels(labels, shape), small)

    def _labels(self, request: Request, cancel: Cancel) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
        """The network labels to colour by, how sure each of them is, and notes.

        Labels that the segmenter found itself are as sure as it was; where the map says otherwise, a person
        said so. UNSURE pixels take the segmenter's label. With no map at all only its sure labels count. A sketch is
        what its map says and no more.
        """
        given = request.guidance.labels
        if request.guidance.line_art:
            return sketch_paint.told_labels(request)
        own = self.segment(request, cancel)
        if given is None:
            free = own.confidence < SURE
            labels = (
                np.where(free, np.uint8(UNSURE), own.labels) if self._takes_undecided(request) else own.labels
            )
            return labels, np.where(labels == UNSURE, np.float32(0), own.confidence), own.notes
        known, found = given.array, own.labels
        if request.standing is not None:
            known, found = request.standing.to_network(known), request.standing.from_network(found)
        silent = known == UNSURE
        sure = np.where(silent | (given.array == found), own.confidence, np.float32(1))
        return np.where(silent, own.labels, known), sure, own.notes if silent.any() else ()

    def _takes_undecided(self, request: Request) -> bool:
        return UNDECIDED in self._colorizer(request.colorizer)[0].info.takes

    def _colorizer(self, name: str) -> tuple[Colorizer, tuple[str, ...]]:
        """The colorizer of that id; the label prior, and a note, where the bundled network is missing or broken."""
        try:
            return self._models.colorizer(name), ()
        except CheckpointError as error:
            if name != GUIDED.id:
                raise
            return self._models.colorizer(PRIOR.id), (f"{error} The label prior colours instead.",)

    # -- photos, features, memory

    @staticmethod
    def _photo_key(luminance: Plane, photo_key: str) -> Hashable:
        return photo_key, luminance

    def _encode(
        self, network: Colorizer | Segmenter, photo_key: str, luminance: Plane, cancel: Cancel
    ) -> Any:
        """What `network` encodes of the photo, from memory when it was encoded before."""
        _stop_if(cancel)
        key = (network.network, network.device, *self._photo_key(luminance, photo_key))
        encoded = self._features.get(key)
        if encoded is None:
            encoded = self._features.put(key, network.encode(luminance.array))
        _stop_if(cancel)
        return encoded

    def _fitting(self, request: Request, job: Callable[[Plane], T]) -> tuple[T, int, tuple[str, ...]]:
        """(what `job` answers, the long side it ran at, notes): smaller, then on the CPU, when memory runs short."""
        while True:
            luminance = self._capped(request.luminance)
            size = max(luminance.array.shape)
            try:
                return job(luminance), size, self._memory_notes
            except Exception as error:
                if not devices.is_out_of_memory(error):
                    raise
                log.warning("Out of memory at %d px on %s", size, self._models.device, exc_info=True)
            self._give_way(size)

    def _give_way(self, size: int) -> None:
        """Out of memory at `size`: from now on half of it, or the CPU; DeviceError where neither is left."""
        for memory in (self._features, self._segmentations, self._answers, self._results):
            memory.clear()
        devices.free_memory()
        if size // 2 >= SMALLEST_WORK_SIZE:
            self._size_cap = size // 2
            self._memory_notes = (f"Memory ran short: colours are made at {self._size_cap} px.",)
        elif self._models.device != "cpu":
            name = self._models.device.upper()
            self._models, self._size_cap = self._models.on_cpu(), None
            self._memory_notes = (f"Memory of the {name} device ran short: the CPU works instead.",)
        else:
            raise DeviceError(
                f"There is not enough memory to colour a photo even at {size} px; close other programs."
            )

    def _capped(self, luminance: Plane) -> Plane:
        height, width = luminance.array.shape
        if self._size_cap is None or max(height, width) <= self._size_cap:
            return luminance
        factor = self._size_cap / max(height, width)
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        return Plane(cv2.resize(luminance.array, size, interpolation=cv2.INTER_AREA))


def _stop_if(cancel: Cancel) -> None:
    if cancel():
        raise Cancelled


def _enlarged(plane: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """`plane` at `shape`, as float32."""
    plane = np.ascontiguousarray(plane, np.float32)
    return (
        plane if plane.shape[:2] == shape else cv2.resize(plane, shape[::-1], interpolation=cv2.INTER_LINEAR)
    )


def _unique(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notes))
