"""Files: from a JPEG to the first colour, out to disk at full size, and many of them in a row."""

from __future__ import annotations

import itertools
import sys

import numpy as np

from core.chroma import export, render
from core.engine import Request
from core.formats import FORMATS, ExportSettings
from core.guidance import Guidance, Plane
from core.photo import load_photo
from core.photo_write import target_of
from tests.benchmarks.harness import Figure, NotAvailable, child, timed
from tests.benchmarks.material import camera_jpeg, folder, jpeg_24mp, tiff_200mp
from tests.benchmarks.rows_edit import engine

WORK = 384
PREVIEW = 1200 / 6000


def open_to_colour() -> list[Figure]:
    """Decode, luminance, segmentation, colour and the preview of a 24 MP JPEG; the networks are warm."""
    path = jpeg_24mp()
    counter = itertools.count()

    def first_colour() -> None:
        photo = load_photo(path)
        luminance = photo.small_luminance(WORK)
        key = f"opened {next(counter)}"
        seen = engine().segment(Request(key, Plane(luminance), Guidance(), "guided", WORK))
        guidance = Guidance(labels=Plane(seen.labels))
        result = engine().colorize(Request(key, Plane(luminance), guidance, "guided", WORK))
        render(photo, result.chroma, scale=PREVIEW)

    load = timed(lambda: load_photo(path), runs=5, warm_up=1)
    return [
        timed(first_colour, runs=5, warm_up=1).figure("24 MP JPEG -> first colour", 600),
        load.figure("of which reading the JPEG"),
    ]


EXPORT = """
import sys, time
sys.path.insert(0, "")
import numpy as np
from pathlib import Path
from core.chroma import export
from core.photo import load_photo
photo = load_photo(Path(sys.argv[1]))
chroma = np.random.default_rng(1).normal(0, 12, (256, 384, 2)).astype(np.float32)
export(photo, chroma, Path(sys.argv[2]), overwrite=True)
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])  # kB; ru_maxrss would count the parent
"""


def export_24mp() -> list[Figure]:
    """Chroma known, photo open -> a 24 MP JPEG on disk; and the peak memory of a process that does only this."""
    photo = load_photo(jpeg_24mp())
    chroma = np.random.default_rng(1).normal(0, 12, (256, 384, 2)).astype(np.float32)
    target = folder() / "exported.jpg"
    times = timed(lambda: export(photo, chroma, target, overwrite=True), runs=5, warm_up=1)
    figures = [times.figure("export of 24 MP as JPEG", 600)]
    if sys.platform == "linux":
        peak = child(EXPORT, str(jpeg_24mp()), str(folder() / "child.jpg"))
        figures.append(Figure("its peak memory", float(peak) / 1000, "MB", 500))
    return figures


def export_200mp() -> list[Figure]:
    """Peak memory of a process that opens and exports 200 MP: a JPEG, and a TIFF of 16 bit, whose pixels are 1.2 GB."""
    if sys.platform != "linux":
        raise NotAvailable("peak memory is read from /proc")
    figures = []
    for name, source, suffix in (("JPEG", camera_jpeg(20_000, 10_000), ".jpg"), ("16-bit TIFF", tiff_200mp(), ".tiff")):
        target = folder() / f"200{suffix}"
        peak = float(child(EXPORT, str(source), str(target)))
        figures.append(Figure(f"peak memory, 200 MP {name} in and out", peak / 1000, "MB", 2000))
        target.unlink()
    return figures


def export_formats() -> list[Figure]:
    """24 MP to the other formats, chroma known; no reach was set for them."""
    photo = load_photo(jpeg_24mp())
    chroma = np.random.default_rng(1).normal(0, 12, (256, 384, 2)).astype(np.float32)
    figures = []
    for form in ("png", "tiff", "webp", "avif"):
        settings = ExportSettings(form, quality=90 if form == "avif" else None)
        target = folder() / f"exported.{form}"
        times = timed(lambda to=target, how=settings: export(photo, chroma, to, how, overwrite=True), runs=3, warm_up=1)
        figures.append(times.figure(f"export of 24 MP as {FORMATS[target_of(target, photo, form)[1]].title}"))
    return figures


ROWS = [("open", open_to_colour), ("export", export_24mp), ("export formats", export_formats),
        ("export 200", export_200mp)]
