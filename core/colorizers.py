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
from typing import Any, Protocol

import numpy as np

from core import devices
from core.asked import HINTS, PALETTE, REFERENCES, TRIES, Asked
from core.errors import CheckpointError
from core.lru import Lru
from core.variants import varied

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

    def on_cpu(self) -> Models:
        """The same set on the CPU, for when another device ran out of memory."""


GUIDED = ColorizerInfo(
    "guided", "Huesmith", frozenset({LABELS, UNDECIDED, PALETTE, HINTS, REFERENCES, TRIES}), "the bundled network"
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
            "gray2color", "Gray2ColorNet (compact)", frozenset({REFERENCES}), "colours by one reference alone"
        ),
        ColorizerInfo("scft", "SCFT (compact)", frozenset({REFERENCES}), "for line art; by one reference alone"),
    )
}


class GuidedColorizer:
    """Huesmith's own network: one encoder, a head that segments, a decoder that colours by any mix of guidance."""

    info = GUIDED
    network = "guided"

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self.device, self.runtime = runner.device, runner.runtime
        self._pieces: Lru[tuple[np.ndarray, np.ndarray]] = Lru(8)  # of references, by identity

    def encode(self, luminance: np.ndarray) -> Any:
        return self._runner.encode(luminance)

    def colorize(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked | None = None
    ) -> tuple[np.ndarray, np.ndarray | None]:
        if asked is None:
            return self._runner.colorize(encoded, labels, sure)
        tokens = [self._runner.swatch_tokens(asked.palette)]
        tokens += [self._refer(lab, weight) for lab, weight in asked.references]
        painted = self._runner.paint(
            encoded, labels, sure, asked.hints, np.concatenate(tokens), with_share=asked.tries is not None
        )
        chroma, confidence = self._runner.full(encoded, painted, labels, sure)
        if asked.tries is not None:
            tries, regions = asked.tries
            chroma = varied(chroma, painted.share, self._runner.centers, regions, tries)
        return chroma, confidence

    def probabilities(self, encoded: Any, luminance: np.ndarray) -> np.ndarray:
        return self._runner.segment(encoded)

    def _refer(self, lab: np.ndarray, weight: float) -> np.ndarray:
        """Tokens of a reference; its Lab is the same array as long as the file is."""
        known = self._pieces.get((id(lab), weight))
        if known is None or known[0] is not lab:
            light = np.ascontiguousarray(lab[..., 0])
            tokens = self._runner.reference_tokens(self._runner.encode(light), light, lab[..., 1:], weight)
            known = self._pieces.put((id(lab), weight), (lab, tokens))
        return known[1]


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


class CompactColorizer:
    """A published system with its bundled compact weights. What it cannot do without and is not given is taken from
    the label prior's colours."""

    network = "none"

    def __init__(self, info: ColorizerInfo, runner: Any, prior: PriorColorizer) -> None:
        self.info, self._runner, self._prior = info, runner, prior
        self.device, self.runtime = runner.device, runner.runtime

    def encode(self, luminance: np.ndarray) -> None:
        return None

    def colorize(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked | None = None
    ) -> tuple[np.ndarray, None]:
        def usual() -> np.ndarray:
            return self._prior.colorize(None, luminance, labels, sure)[0]

        palette = asked.palette if asked else None
        reference = asked.references[0][0] if asked and asked.references else None
        return self._runner.colorize(luminance, labels, palette, reference, usual), None


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
        compact = tuple(self._compact.values())
        if self._color_ckpt:
            return COLORNET, GUIDED, PRIOR, *compact
        return (GUIDED, PRIOR, COLORNET, *compact) if self._published else (GUIDED, PRIOR, *compact)

    def colorizer(self, name: str) -> Colorizer:
        openers = {"guided": self._guided, "prior": self._prior}
        if self._published:
            openers["colornet"] = self._colornet
        openers |= {known: partial(self._open_compact, info) for known, info in self._compact.items()}
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

    def _guided(self) -> GuidedColorizer:
        def opener() -> Any:
            from models.runtime import open_guided

            return open_guided(self.device)

        return GuidedColorizer(_open(opener, "The bundled network"))

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

    def _open_compact(self, info: ColorizerInfo) -> CompactColorizer:
        def opener() -> Any:
            from models.compact_runner import open_compact

            return open_compact(info.id, self.device)

        return CompactColorizer(info, _open(opener, f"The bundled {info.title}"), self.colorizer(PRIOR.id))

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
