"""How many planted faults are found, and how many are said of maps without one.

    python -m tests.benchmarks.faults learn     tables of what is usual, and the judge's weights, from the packs
    python -m tests.benchmarks.faults           measure on held-out photos, and write docs/FAULTS.md

Tables come from the training split, weights from the validation split and some training photos; the measurement
uses the test split alone, maps by people (labels60_kind true or fused). Both run in one process and need the photo
packs; a new network needs both, in this order. Options: --cache DIR (decoded photos), --every N (of the photos,
for a quick look).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from core.engine import Engine, Request
from core.fault_candidates import FEATURES, SMALLEST, candidates
from core.fault_judge import products
from core.fault_scene import EVIDENCE, Scene, build_scene, cut_cells, known, log_softmax
from core.fault_tables import FILE, Counts, Tables, load_tables
from core.faults import MOST, find_faults
from core.guidance import Guidance, Plane
from core.regions import regions
from models.training.data import Photos, find_packs, load_photos
from tests.benchmarks.plant import KINDS, plant

ROOT = Path(__file__).resolve().parents[2]
LABELS = 60
FOUND = 0.3  # intersection over union with the planted place from which a fault counts as found
CALM = 3e-4  # how strongly the judge's weights are drawn to 0


def luminance_of(photo: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(photo[..., 0], np.float32) / np.float32(2.55)


def ask(engine: Engine, luminance: np.ndarray) -> np.ndarray:
    """The network's probabilities, on the coarse grid that says all it says."""
    request = Request("", Plane(luminance), Guidance(), "guided", max(luminance.shape))
    return engine.probabilities(request)[:, ::4, ::4]


def by_people(photos: Photos) -> list[int]:
    return [index for index, record in enumerate(photos.records) if record.kind != "pseudo"]


# -- learning


def learn(photos: Photos, engine: Engine, every: int) -> Tables:
    train, tune = photos.split("train"), photos.split("val")
    counts = Counts(LABELS)
    asked = set(by_people(train)[:: 8 * every])
    for index in sorted(asked | set(range(0, len(train), 2 * every))):
        labels = np.array(train[index][..., 3])
        answer = None
        if index in asked:
            coarse = ask(engine, luminance_of(train[index]))
            answer = np.repeat(np.repeat(coarse, 4, 1), 4, 2)[:, : labels.shape[0], : labels.shape[1]]
        counts.add(labels, [(a, r.area) for a, r in regions(labels, smallest=labels.size // 500)], answer)
    tables = counts.tables(np.ones(len(EVIDENCE), np.float32), np.zeros(1, np.float32))
    print("counted", flush=True)
    material = [(tune, index) for index in by_people(tune)[::every]]
    more = [(train, index) for index in by_people(train)[3 :: 15 * every]]
    tables = replace(tables, weights=fit_weights(list(_scenes(material, engine, tables))))
    print("weights", dict(zip(EVIDENCE, tables.weights.round(2).tolist())), flush=True)
    return replace(tables, judge=fit_judge([row for one in _cases([*material, *more], engine, tables) for row in one]))


def _scenes(material: list, engine: Engine, tables: Tables):
    for photos, index in material:
        light = luminance_of(photos[index])
        yield build_scene(known(photos[index][..., 3], LABELS), light, ask(engine, light), tables)


def fit_weights(scenes: list[Scene]) -> np.ndarray:
    """How much each kind of evidence counts: the weights under which true labels of true regions are likeliest."""
    evidence, truth, weight = [], [], []
    for scene in scenes:
        members = [scene.region == region for region in range(scene.region.max() + 1)]
        least = SMALLEST * scene.ids.size
        members = [m for m in members if scene.label[m][0] < LABELS and scene.area[m].sum() >= least]
        if members:
            evidence.append(scene.evidence(np.array(members)))
            truth += [scene.label[m][0] for m in members]
            weight += [scene.area[m].sum() ** 0.25 for m in members]
    x, y, w = np.concatenate(evidence), np.array(truth), np.array(weight) / sum(weight)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logs, rows = log_softmax(x @ weights), np.arange(len(y))
        slope = (np.exp(logs)[..., None] * x).sum(1) - x[rows, y]
        return -(w * logs[rows, y]).sum() + 1e-3 * weights @ weights, (w[:, None] * slope).sum(0) + 2e-3 * weights

    return minimize(loss, np.full(len(EVIDENCE), 0.5), jac=True).x.astype(np.float32)


def _cases(material: list, engine: Engine, tables: Tables):
    """For each photo: (features, intersection over union with the planted place) of all candidates, of three maps."""
    for number, (photos, index) in enumerate(material):
        light, labels = luminance_of(photos[index]), known(photos[index][..., 3], LABELS)
        cut, answer = cut_cells(light), ask(engine, light)
        for kind in (None, KINDS[number % 3], KINDS[(number + 1) % 3]):
            planted = labels if kind is None else plant(kind, labels, tables.common, _draw(number, kind))
            if planted is not None:
                yield [_case(build_scene(planted, light, answer, tables, cut), planted != labels)]


def _case(scene: Scene, planted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = candidates(scene)
    if not found:
        return np.empty((0, len(FEATURES))), np.empty(0)
    members = np.stack([one.member for one in found]).astype(np.float32)
    area, hit = members @ scene.area, members @ np.bincount(scene.ids[planted], minlength=scene.count)
    return np.stack([one.features for one in found]), hit / (area + planted.sum() - hit)


def fit_judge(cases: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """The judge's weights. Candidates that are half a fault say nothing."""
    features, overlap = (np.concatenate(rows) for rows in zip(*cases))
    fault, clear = (overlap >= 0.5).astype(float), (overlap <= 0.15) | (overlap >= 0.5)
    features, fault = features[clear], fault[clear]
    usual = np.sqrt((features**2).mean(0)) + 1e-6
    rows = products(features, usual).astype(np.float32)
    size = np.sqrt((rows**2).mean(0)) + 1e-6
    rows /= size

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = rows @ weights.astype(np.float32)
        slope = rows.T @ (1 / (1 + np.exp(-odds)) - fault) / len(fault) + 2 * CALM * weights
        return float((np.logaddexp(0, odds) - fault * odds).mean() + CALM * weights @ weights), slope

    weights = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return np.concatenate([usual, weights / size]).astype(np.float32)


# -- measuring


def measure(photos: Photos, engine: Engine, every: int) -> dict[str, list[float]]:
    """What is found of each kind (0 or 1 a case), and how many faults are said of clean maps."""
    test, tables = photos.split("test"), load_tables()
    rows: dict[str, list[float]] = {kind: [] for kind in ("clean", *KINDS, "seconds")}
    for number, index in enumerate(by_people(test)[::every]):
        light, labels = luminance_of(test[index]), known(test[index][..., 3], LABELS)
        answer = ask(engine, light)
        for kind in (None, *KINDS):
            planted = labels if kind is None else plant(kind, labels, tables.common, _draw(number, kind))
            if planted is None:
                continue
            guidance = Guidance(labels=Plane(planted))
            colors = engine.colorize(Request("", Plane(light), guidance, "guided", max(light.shape))).chroma
            started = time.process_time()  # which other programs on the machine do not lengthen
            found = find_faults(planted, light, answer, chroma=colors)
            rows["seconds"].append(time.process_time() - started)
            if kind is None:
                rows["clean"].append(len(found))
            else:
                rows[kind].append(any(_same(f.region.full(labels.shape), planted != labels) for f in found[:MOST]))
    return rows


def _same(found: np.ndarray, planted: np.ndarray) -> bool:
    return (found & planted).sum() >= FOUND * (found | planted).sum()


def _draw(number: int, kind: str) -> np.random.Generator:
    return np.random.default_rng([1, number, KINDS.index(kind)])


def table(rows: dict[str, list[float]]) -> str:
    clean = np.array(rows["clean"])
    lines = ["| planted | cases | found among the first five |", "|---|---|---|"]
    lines += [f"| {kind} | {len(rows[kind])} | {100 * np.mean(rows[kind]):.0f} % |" for kind in KINDS]
    everything = [found for kind in KINDS for found in rows[kind]]
    lines.append(f"| all | {len(everything)} | {100 * np.mean(everything):.0f} % |")
    lines.append("")
    lines.append(
        f"Clean maps: {len(clean)}; {clean.mean():.1f} places said of each on average, at most two of "
        f"{100 * np.mean(clean <= 2):.0f} %. Median processor time of a look: "
        f"{1000 * np.median(rows['seconds']):.0f} ms."
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.faults")
    parser.add_argument("what", nargs="?", choices=("measure", "learn"), default="measure")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "huesmith-photos")
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    photos, engine = load_photos(find_packs(), options.cache), Engine("cpu")
    if options.what == "learn":
        learn(photos, engine, options.every).save(FILE)
        print(f"{FILE.name}: {FILE.stat().st_size / 1024:.0f} KB")
        return
    text = table(measure(photos, engine, options.every))
    print(text)
    page = ROOT / "docs" / "FAULTS.md"
    head, mark, _ = page.read_text(encoding="utf-8").partition("<!-- measured -->\n")
    page.write_text(f"{head}{mark}{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
