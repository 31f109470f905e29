"""Networks small enough to reason about, for the engine, the batch and the worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.asked import Asked
from core.colorizers import GUIDED, PRIOR, ColorizerInfo
from core.engine import Request
from core.errors import CheckpointError
from core.guidance import Guidance, Plane

SKY, GRASS = 50, 36


class FakeNetwork:
    """Sees sky above grass, and colours a label by a fixed colour: a* = label, b* = -label / 2, and 15 more of b* for
    every seed of another try.

    `calls` lists what was asked for, with the shape. `before` runs at the start of every call and may raise.
    """

    network = "fake"

    def __init__(self, device: str = "cpu", info: ColorizerInfo = GUIDED) -> None:
        self.info, self.device, self.runtime = info, device, "fake"
        self.calls: list[tuple[str, tuple[int, int]]] = []
        self.sure: np.ndarray | None = None
        self.asked: Asked | None = None
        self.before: Callable[[str, tuple[int, int]], None] = lambda name, shape: None

    def _called(self, name: str, shape: tuple[int, int]) -> None:
        self.calls.append((name, shape))
        self.before(name, shape)

    def encode(self, luminance: np.ndarray) -> np.ndarray:
        self._called("encode", luminance.shape)
        return luminance.copy()

    def probabilities(self, encoded: np.ndarray, luminance: np.ndarray) -> np.ndarray:
        self._called("segment", luminance.shape)
        height, width = luminance.shape
        scores = np.full((60, height, width), 0.1 / 58, np.float32)
        scores[SKY], scores[GRASS] = 0.2, 0.7
        scores[[SKY, GRASS], : height // 2] = [[[0.8]], [[0.1]]]
        return scores

    def colorize(
        self, encoded: np.ndarray, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray,
        asked: Asked | None = None,
    ) -> tuple[np.ndarray, np.ndarray | None]:  # fmt: skip
        assert encoded.shape == luminance.shape == labels.shape == sure.shape
        self._called("colorize", luminance.shape)
        self.sure, self.asked = sure, asked
        label = labels.astype(np.float32)
        tried = np.zeros_like(label)
        if asked is not None and asked.tries is not None:
            tries, regions = asked.tries
            tried = np.float32([15 * tries.seed_of(one) for one in range(256)])[regions]
        return np.stack([label, tried - label / 2], axis=-1), np.ones(labels.shape, np.float32)

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


class FakeModels:
    """One fake network that colours and segments; the label prior is another. `broken` ones cannot be opened."""

    def __init__(self, device: str = "cpu", broken: tuple[str, ...] = ()) -> None:
        self.device, self.broken = device, broken
        self.guided, self.prior = FakeNetwork(device), FakeNetwork(device, PRIOR)
        self.prior.network = "none"
        self.cpu: FakeModels | None = None

    def infos(self) -> tuple[ColorizerInfo, ...]:
        return GUIDED, PRIOR

    def colorizer(self, name: str) -> FakeNetwork:
        if name in self.broken or name not in ("guided", "prior"):
            raise CheckpointError(f"The {name} network is broken.")
        return self.guided if name == "guided" else self.prior

    def segmenter(self) -> FakeNetwork:
        return self.colorizer("guided")

    def check(self) -> None:
        for name in self.broken:
            self.colorizer(name)

    def weights(self, request: Request) -> tuple[Path, ...]:
        return ()

    def on_cpu(self) -> FakeModels:
        self.cpu = FakeModels("cpu", self.broken)
        return self.cpu


def request_for(
    height: int = 24, width: int = 32, *, labels: np.ndarray | None = None, key: str = "photo", **guidance
) -> Request:
    """A request about a grey ramp."""
    ramp = np.linspace(10, 90, height * width, dtype=np.float32).reshape(height, width)
    plane = None if labels is None else Plane(np.asarray(labels, np.uint8))
    return Request(key, Plane(ramp), Guidance(labels=plane, **guidance), "guided", max(height, width))
