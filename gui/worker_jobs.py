"""What the worker is given to do, in the order it does it, and a sharp piece that it brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.box import Box
from core.engine import Request


@dataclass(frozen=True, eq=False)
class Detail:
    """A region of the photo in colour: `rgb` uint8 (h, w, 3) shows `box` (photo pixels) at `scale`."""

    request: Request
    box: Box
    scale: float
    rgb: np.ndarray


@dataclass(frozen=True)
class Job:
    """One thing to do. Jobs of one kind replace each other while they wait."""

    kind: str
    subject: Any

    @property
    def text(self) -> str:
        return TEXTS[self.kind]


TEXTS = {
    "segment": "Looking at the photo",
    "colorize": "Colouring",
    "detail": "Rendering",
    "see": "Looking at the photo",
    "compare": "Colouring to compare",
    "beside": "Rendering",
    "tries": "Colouring another try",
    "gate": "Looking where colours come from",
    "matches": "Comparing with the references",
    "reference": "Looking at a reference",
    "batch": "Colouring a batch",
}
LOOKS = "gate", "matches", "reference"  # what `Worker.look` is asked for
ORDER = tuple(TEXTS)  # what waits is done in this order
