"""An edit: the label map under the brush, and the colour that follows it, against the published networks."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

import numpy as np

from core.chroma import render
from core.document import Document
from core.engine import Engine, Request
from core.guidance import Guidance, Plane
from core.labels import default_label_set
from core.photo import load_photo, photo_from_array
from tests.benchmarks.harness import Figure, NotAvailable, Times, interleaved, timed
from tests.benchmarks.material import jpeg_24mp, labels_at, luminance_at


@functools.cache
def engine() -> Engine:
    made = Engine()
    made.warm_up()
    return made


def published(name: str, size: int) -> Callable[[], object]:
    """One forward of a published network as its authors ship it: torch eager, float32, the whole picture anew."""
    import torch

    from models import registry

    net = registry.create(name, published=True)
    gray = torch.rand(1, 1, size, size)
    inputs = (gray, torch.rand(1, 1, size, size)) if name == "colornet" else (gray,)

    def forward() -> object:
        with torch.inference_mode():
            return net(*inputs)

    return forward


def label_edit(size: int, reach_ms: float) -> list[Figure]:
    """A changed label -> chroma -> the preview that the canvas shows, and the ColorNet's forward beside it.

    Eight maps take turns, more than the engine remembers answers for.
    """
    luminance = Plane(luminance_at(size))
    photo = photo_from_array(np.repeat((luminance.array * 2.55).astype(np.uint8)[..., None], 3, axis=2))
    maps = itertools.cycle([labels_at(size, changed) for changed in range(8)])

    def edit() -> None:
        guidance = Guidance(labels=Plane(next(maps)))
        result = engine().colorize(Request("bench", luminance, guidance, "guided", size))
        render(photo, result.chroma)

    times = interleaved({"ours": edit, "ColorNet": published("colornet", size)}, runs=15, warm_up=3)
    return compared(f"label edit -> preview, {size} px", times, "ColorNet", reach_ms)


def first_look(size: int) -> list[Figure]:
    """Segmentation of a photo never seen before, and the published SegNet's forward beside it."""
    luminance = Plane(luminance_at(size))
    counter = itertools.count()

    def segment() -> None:
        engine().segment(Request(f"photo {next(counter)}", luminance, Guidance(), "guided", size))

    times = interleaved({"ours": segment, "SegNet": published("gridnet", size)}, runs=9)
    return compared(f"segmentation, {size} px", times, "SegNet", None)


def compared(name: str, times: dict[str, Times], theirs: str, reach_ms: float | None) -> list[Figure]:
    ratio = times["ours"].median / times[theirs].median
    return [
        times["ours"].figure(name, reach_ms, note=f"published {theirs} {times[theirs].median:.0f} ms"),
        Figure(f"{name}, share of {theirs}", ratio, "x", 1 / 40 if reach_ms else None),
    ]


def dab() -> list[Figure]:
    """One brush dab of radius 50 on the label map of a 24 MP photo, inside a stroke; and the undo of a long stroke."""
    photo = load_photo(jpeg_24mp())
    document = Document(photo, default_label_set())
    ys, xs = np.ogrid[-50:51, -50:51]
    disc = (ys * ys + xs * xs) <= 50 * 50
    places = itertools.cycle((400 + 37 * step, 300 + 41 * step) for step in range(80))
    label = itertools.cycle((5, 9, 17))

    def one() -> None:
        top, left = next(places)
        document.paint(disc, top, left, next(label))

    document.begin_stroke("bench")
    try:
        times = timed(one, runs=200, warm_up=20)
    finally:
        document.end_stroke()
    undo = interleaved({"undo": document.undo, "redo": document.redo}, runs=5, warm_up=1)["undo"]
    return [times.figure("dab, 24 MP label map", 0.5), undo.figure("undo of a 220-dab stroke, 24 MP")]


def need_guided() -> None:
    if not any(info.id == "guided" for info in engine().colorizers()):
        raise NotAvailable("the bundled network is not there")


def _with_network(row: Callable[[], list[Figure]]) -> Callable[[], list[Figure]]:
    def checked() -> list[Figure]:
        need_guided()
        return row()

    return checked


ROWS = [
    ("label edit 256", _with_network(lambda: label_edit(256, 12))),
    ("label edit 512", _with_network(lambda: label_edit(512, 40))),
    ("segmentation 384", _with_network(lambda: first_look(384))),
    ("dab", dab),
]
