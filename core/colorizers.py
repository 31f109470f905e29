"""The networks as the engine sees them: who can colour here, who can segment, opened when first asked.

A Colorizer turns luminance and labels into chroma and says what guidance it takes; a Segmenter turns luminance
into class probabilities. Both encode the photo first, and what they encoded is theirs to reuse: the engine keeps
it by photo and by `network`, so that two of them sharing an encoder share its work. `Models` is the set installed
on one device; tests hand the engine a set of their own.

This is the only file of the core that reaches into `models/`, and it does so inside functions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core import devices
from core.asked import HINTS, PALETTE, REFERENCES, TRIES
from core.errors import CheckpointError

if TYPE_CHECKING:
    from core.request import Request

log = logging.getLogger(__name__)

WEIGHTS = Path(__file__).parents[1] / "models" / "weights"  # what is bundled
LABELS = "labels"  # the colorizer reads the label map
UNDECIDED = "undecided"  # ... and pixels of it may be UNSURE


@dataclass(frozen=True)
class ColorizerInfo:
    """What a menu shows of a colorizer. `takes` names the guidance it honours by itself."""

    id: str
    title: str
    takes: frozenset[str]
    note: str = ""


class Colorizer(Protocol):
    """Luminance and labels in, chroma out."""

    info: ColorizerInfo
    network: str  # colorizers and segmenters of one network share what `encode` returns
    device: str
    runtime: str

    def encode(self, luminance: np.ndarray) -> Any:
        """What depends on the photo alone, from L* float32 (h, w)."""

    def colorize(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Chroma (h, w, 2) and confidence (h, w) or None, for labels uint8 (h, w).

        `sure` float32 (h, w) in 0..1 tells how far to believe the labels: 1 where a person said so. One that takes
        palette, hints or references is handed them as well, as `asked`.
        """


class Segmenter(Protocol):
    """Luminance in, class probabilities out."""

    network: str
    device: str
    runtime: str

    def encode(self, luminance: np.ndarray) -> Any:
        """What depends on the photo alone, from L* float32 (h, w)."""

    def probabilities(self, encoded: Any, luminance: np.ndarray) -> np.ndarray:
        """float32 (labels, h', w') adding up to 1 over the labels, at most of the luminance's size."""


class Models(Protocol):
    """The networks there are, on one device. Opening one raises CheckpointError where it cannot be used."""

    device: str

    def infos(self) -> tuple[ColorizerInfo, ...]:
        """The colorizers that may be asked for, the default one first."""

    def colorizer(self, name: str) -> Colorizer:
        """The colorizer of that id, opened."""

    def segmenter(self) -> Segmenter:
        """The segmenter, opened."""

    def check(self) -> None:
        """Open what was named by file; raises CheckpointError."""

    def weights(self, request: Request) -> tuple[Path, ...]:
        """The files that the answer to `request` comes from, those of the segmenter too."""

    def on_cpu(self) -> Models:
        """The same set on the CPU, for when another device ran out of memory."""


GUIDED = ColorizerInfo(
    "guided", "Huesmith", frozenset({LABELS, UNDECIDED, PALETTE, HINTS, REFERENCES, TRIES}),
    "takes from references what it finds alike, and pales where that is little",
)
PRIOR = ColorizerInfo(
    "prior", "Label prior", frozenset({LABELS}), "the usual colour of every label; no network"
)
COLORNET = ColorizerInfo("colornet", "ColorNet", frozenset({LABELS}), "the published network")

COMPACT = {
    info.id: info
    for info in (
        ColorizerInfo("semantic", "Semantic-driven (compact)", frozenset({LABELS}), "colours by labels alone"),
        ColorizerInfo("palettenet", "PaletteNet (compact)", frozenset({PALETTE}), "colours by a palette alone"),
        ColorizerInfo("cys_color", "CYS (compact)", frozenset({PALETTE}), "colours by five swatches alone"),
        ColorizerInfo(
            "gray2color", "Gray2ColorNet (compact)", frozenset({REFERENCES}),
            "by one reference alone, fitted to 128 x 128; slow without a graphics card",
        ),
        ColorizerInfo("scft", "SCFT (compact)", frozenset({REFERENCES}),
                      "made for line art; by one reference alone, and not by what it shows where"),
    )
}  # fmt: skip

BASELINES = {
    info.id: info
    for info in (
        ColorizerInfo("statistics", "Colour statistics (Reinhard)", frozenset({REFERENCES}),
                      "knows light and texture, not what it sees: right only where both photos share their greys"),
        ColorizerInfo("transport", "Optimal transport", frozenset({REFERENCES}),
                      "uses every colour of the reference in its amount, whatever the photo shows"),
    )
}  # fmt: skip


class PriorColorizer:
    """The mean colour of every label at every luminance, as the training photos had it."""

    info = PRIOR
    network = "none"
    device = "cpu"
    runtime = "NumPy"

    def __init__(self, apply: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
        self._apply = apply

    def encode(self, luminance: np.ndarray) -> None:
        return None

    def colorize(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray
    ) -> tuple[np.ndarray, None]:
        return self._apply(luminance, labels), None


class PublishedColorizer:
    """The published ColorNet, whose encoder sees luminance and labels together: nothing to keep."""

    info = COLORNET
    network = "none"

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self.device, self.runtime = runner.device, runner.runtime

    def encode(self, luminance: np.ndarray) -> None:
        return None

    def colorize(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray
    ) -> tuple[np.ndarray, None]:
        return self._runner.colorize(luminance, labels), None


class PublishedSegmenter:
    """The published GridNet."""

    network = "none"

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self.device, self.runtime = runner.device, runner.runtime

    def encode(self, luminance: np.ndarray) -> None:
        return None

    def probabilities(self, encoded: Any, luminance: np.ndarray) -> np.ndarray:
        return self._runner.segment(luminance)


def fetched(name: str) -> Path | None:
    """Where the published weights `name` are, if they have been fetched."""
    from core import fetch  # as late as this, for the window stands before anybody asks

    return fetch.fetched(name)


class InstalledModels:
    """The bundled networks, the label prior, and published weights that were named or have been fetched."""

    def __init__(self, device: str, color_ckpt: Path | None = None, seg_ckpt: Path | None = None) -> None:
        self.device = device
        self._color_ckpt, self._seg_ckpt = color_ckpt, seg_ckpt
        self._published = color_ckpt or fetched("colornet")
        self._compact = {name: info for name, info in COMPACT.items() if (WEIGHTS / f"{name}.safetensors").is_file()}
        self._opened: dict[str, Any] = {}

    def infos(self) -> tuple[ColorizerInfo, ...]:
        compact = (*self._compact.values(), *BASELINES.values())
        if self._color_ckpt:
            return COLORNET, GUIDED, PRIOR, *compact
        return (GUIDED, PRIOR, COLORNET, *compact) if self._published else (GUIDED, PRIOR, *compact)

    def colorizer(self, name: str) -> Colorizer:
        openers = {"guided": self._guided, "prior": self._prior}
        if self._published:
            openers["colornet"] = self._colornet
        openers |= {known: partial(self._open_compact, info) for known, info in self._compact.items()}
        openers |= {known: partial(self._baseline, info) for known, info in BASELINES.items()}
        if name not in openers:
            raise CheckpointError(f"There is no colorizer '{name}' here; choose one of {', '.join(openers)}.")
        return self._once(name, openers[name])

    def segmenter(self) -> Segmenter:
        if self._seg_ckpt:
            return self._once("gridnet", self._gridnet)
        return self._once("guided", self._guided)

    def check(self) -> None:
        if self._color_ckpt:
            self.colorizer(COLORNET.id)
        if self._seg_ckpt:
            self.segmenter()

    def weights(self, request: Request) -> tuple[Path, ...]:
        asked = {request.colorizer, *(rule.colorizer for rule in request.guidance.rules if rule.colorizer)}
        files = [self._seg_ckpt or WEIGHTS / "guided.safetensors"]
        for name in () if request.recolours else sorted(asked):
            if name == COLORNET.id:
                files.append(self._published or WEIGHTS / name)
            elif name != GUIDED.id:  # all others take from the prior what they do not know
                files += [WEIGHTS / f"{name}.safetensors", WEIGHTS / "label_prior.safetensors"]
            else:
                files.append(WEIGHTS / "guided.safetensors")
        return tuple(file for file in dict.fromkeys(files) if file.is_file())

    def on_cpu(self) -> InstalledModels:
        return InstalledModels("cpu", self._color_ckpt, self._seg_ckpt)

    def _once(self, name: str, opener: Callable[[], Any]) -> Any:
        """Open a network the first time; one that failed is not tried again at every stroke."""
        if name not in self._opened:
            try:
                self._opened[name] = opener()
            except CheckpointError as error:
                self._opened[name] = error
        if isinstance(self._opened[name], CheckpointError):
            raise self._opened[name]
        return self._opened[name]

    def _guided(self) -> Colorizer:
        def opener() -> Any:
            from models.runtime import open_guided

            return open_guided(self.device)

        from core.guided_colorizer import GuidedColorizer

        return GuidedColorizer(GUIDED, _open(opener, "The bundled network"))

    def _prior(self) -> PriorColorizer:
        def opener() -> Any:
            from models.prior import apply_prior, load_prior

            load_prior()
            return apply_prior

        return PriorColorizer(_open(opener, "The label prior"))

    def _colornet(self) -> PublishedColorizer:
        def opener() -> Any:
            from models.published_runner import open_colornet

            return open_colornet(self._published, self.device)

        return PublishedColorizer(_open(opener, str(self._published)))

    def _open_compact(self, info: ColorizerInfo) -> Colorizer:
        def opener() -> Any:
            from models.compact_runner import open_compact

            return open_compact(info.id, self.device)

        from core.compact_colorizer import CompactColorizer, GatedColorizer, SketchColorizer

        kind = {"gray2color": GatedColorizer, "scft": SketchColorizer}.get(info.id, CompactColorizer)
        return kind(info, _open(opener, f"The bundled {info.title}"), self.colorizer(PRIOR.id))

    def _baseline(self, info: ColorizerInfo) -> Colorizer:
        from core.baselines import BaselineColorizer
        from models import transfer

        prior = self.colorizer(PRIOR.id)
        carry = {"statistics": transfer.statistics, "transport": transfer.transport}[info.id]

        def usual(luminance: np.ndarray, labels: np.ndarray) -> np.ndarray:
            return prior.colorize(None, luminance, labels, luminance)[0]

        return BaselineColorizer(info, carry, transfer.Sample.of, usual)

    def _gridnet(self) -> PublishedSegmenter:
        def opener() -> Any:
            from models.published_runner import open_gridnet

            return open_gridnet(self._seg_ckpt, self.device)

        return PublishedSegmenter(_open(opener, str(self._seg_ckpt)))


def _open(opener: Callable[[], Any], what: str) -> Any:
    """What `opener` opens; whatever is wrong with the file becomes one sentence, memory trouble stays itself."""
    from models.errors import ModelError

    try:
        return opener()
    except ModelError as error:
        raise CheckpointError(str(error)) from error
    except Exception as error:
        if devices.is_out_of_memory(error):
            raise
        log.exception("%s cannot be opened", what)
        raise CheckpointError(f"{what} cannot be opened ({error}).") from error


def open_models(device: str, color_ckpt: Path | None = None, seg_ckpt: Path | None = None) -> InstalledModels:
    """The set installed here; nothing is read before it is asked for."""
    return InstalledModels(device, color_ckpt, seg_ckpt)
