"""How we measure: runs of all candidates interleaved in one process, medians, and ratios between them.

A machine that gets busy in the middle slows all candidates alike, so a ratio stays true where milliseconds do not.
"""

from __future__ import annotations

import gc
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("torch", "openvino", "numpy", "opencv-python-headless", "PySide6_Essentials")


class NotAvailable(Exception):
    """What a row needs is not here; the sentence says what."""


@dataclass(frozen=True)
class Figure:
    """One line of the table: a value in its unit, what DESIGN wants it to reach, and whether less is better."""

    name: str
    value: float
    unit: str
    reach: float | None = None
    low: float | None = None  # the best of the runs
    note: str = ""
    more_is_better: bool = False

    @property
    def reached(self) -> bool | None:
        if self.reach is None:
            return None
        return self.value >= self.reach if self.more_is_better else self.value <= self.reach

    def as_json(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if value not in (None, "", False)}


@dataclass(frozen=True)
class Times:
    """The durations of one candidate, in milliseconds."""

    all: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.all)

    @property
    def low(self) -> float:
        return min(self.all)

    def figure(self, name: str, reach: float | None = None, note: str = "") -> Figure:
        return Figure(name, self.median, "ms", reach, self.low, note)


def interleaved(candidates: Mapping[str, Callable[[], object]], runs: int, warm_up: int = 2) -> dict[str, Times]:
    """Times of every candidate; one run of each in turn, the garbage collector asleep."""
    for _ in range(warm_up):
        for run in candidates.values():
            run()
    times: dict[str, list[float]] = {name: [] for name in candidates}
    gc.collect()
    gc.disable()
    try:
        for _ in range(runs):
            for name, run in candidates.items():
                start = time.perf_counter()
                run()
                times[name].append(1000 * (time.perf_counter() - start))
    finally:
        gc.enable()
    return {name: Times(tuple(values)) for name, values in times.items()}


def timed(run: Callable[[], object], runs: int, warm_up: int = 2) -> Times:
    return interleaved({"": run}, runs, warm_up)[""]


def child(code: str, *arguments: str, timeout: float = 300) -> str:
    """What a fresh Python in the repository root prints, its last line; for start-up times and peak memory."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    if done.returncode != 0 or not done.stdout.strip():
        raise NotAvailable((done.stderr.strip().splitlines() or ["it printed nothing"])[-1])
    return done.stdout.strip().splitlines()[-1]


def machine() -> dict[str, object]:
    """On what the figures were taken."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": versions,
    }


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def table(figures: list[Figure], before: Mapping[str, float]) -> str:
    """Markdown: what, now, best run, reach, and how it compares with the committed run."""
    lines = ["| what | median | best | reach | committed | note |", "|---|---|---|---|---|---|"]
    for figure in figures:
        mark = {True: " ✓", False: " ✗", None: ""}[figure.reached]
        reach = "" if figure.reach is None else f"{figure.reach:g}{mark}"
        low = "" if figure.low is None else f"{figure.low:.3g}"
        old = before.get(figure.name)
        ratio = "" if not old else f"{old:.3g} (x{figure.value / old:.2f})"
        cells = (figure.name, f"{figure.value:.3g} {figure.unit}", low, reach, ratio, figure.note)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
