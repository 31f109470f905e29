"""`models/RESULTS.md`: every system with weights over the same held-out photos, beside grey and the label prior.

A system is given its own guidance (`System.guidance`). Systems without a file are listed as not trained yet.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from models import registry
from models.prior import apply_prior, load_prior
from models.training import measures, scores
from models.training.common import Shown, split_lab
from models.training.cys import hue_agreement, hue_class
from models.training.data import DataError, Photos
from models.training.evaluate import GuidedJudge
from models.training.gridnet import segment
from models.training.guided_ways import GIVEN, guided_ways
from models.training.palettes import COLORS, photo_palette, read_rows
from models.training.reference_ways import reference_table
from models.training.sketch_ways import sketch_table
from models.training.systems import SYSTEMS

COMMAND = "python -m models.training evaluate --all"
Way = Callable[[np.ndarray, np.random.Generator], Shown]  # a photo (h, w, 4) -> the answer
MOST = 120  # photos and illustrations for the tables of references and sketches
LABELLED = ("guided, true labels", "semantic")


def write_results(photos: Photos, weights: Path, packs: Path, path: Path, split: str) -> str:
    """Judge every system with a file in ``weights``, write ``path`` and return its text."""
    if not len(photos):
        raise DataError(f"There is no photo of the {split} split to judge by; name other --packs.")
    files = {name: weights / f"{name}.safetensors" for name in ("guided", *SYSTEMS)}
    missing = [name for name, file in files.items() if not file.exists()]
    nets = {
        name: registry.from_file(files[name], SYSTEMS[name].network)
        for name in SYSTEMS
        if name not in missing
    }
    judge = _guided(files["guided"])
    ways = color_ways(nets, judge)
    sizes = {name: _size(files[name], nets.get(name)) for name in files if name not in missing}
    parts = [
        f"# Results\n\n{len(photos)} photos of the `{split}` split, at the size of the packs (short side 176 px). "
        f"Made by `{COMMAND}`; measures are defined in `training/measures.py` and `training/scores.py`.",
        color_table(photos, ways, sizes),
        reference_table(photos, judge and judge.runner, nets.get("gray2color"), MOST),
        sketch_table(photos, judge and judge.runner, nets.get("scft"), MOST),
        segmentation_table(photos, nets.get("gridnet"), judge),
    ]
    if "cys_palette" in nets:
        parts.append(words_table(nets["cys_palette"], packs / "palettes", split))
    if missing:
        titles = {"guided": "Huesmith's own"} | {name: row.title for name, row in SYSTEMS.items()}
        parts.append("## Not trained yet\n\n" + "\n".join(f"- {name}: {titles[name]}" for name in missing))
    text = "\n\n".join(part for part in parts if part) + "\n"
    path.write_text(text, encoding="utf-8")
    return text


def _guided(file: Path) -> GuidedJudge | None:
    from models.runtime import open_guided

    return GuidedJudge(open_guided("auto", file)) if file.exists() else None


def _size(file: Path, net: torch.nn.Module | None) -> tuple[int, int]:
    """Parameters and bytes."""
    if net is None:
        net = registry.from_file(file, "guided")
    return sum(p.numel() for p in net.parameters()), file.stat().st_size


def color_ways(nets: dict, judge: GuidedJudge | None) -> dict[str, Way]:
    """Everything that colours a photo, by name."""

    def prior(pixels: np.ndarray, rng: np.random.Generator) -> Shown:
        L, _ = split_lab(pixels)
        return Shown(apply_prior(L, pixels[..., 3]), pixels[..., :3])

    ways: dict[str, Way] = {
        "grey": lambda pixels, rng: Shown(split_lab(pixels)[1] * 0, pixels[..., :3]),
        "label prior": prior,
    }
    if judge:
        ways |= guided_ways(judge.runner)
    for name, net in nets.items():
        if (show := SYSTEMS[name].show) is not None and name != "cys_palette":
            ways[name] = lambda pixels, rng, show=show, net=net: show(net, pixels, rng)
    return ways


def color_table(photos: Photos, ways: dict[str, Way], sizes: dict[str, tuple[int, int]]) -> str:
    """Colour of all ways, and how they follow labels, palettes and references."""
    marks: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in ways}
    with torch.inference_mode():
        for i in tqdm(range(len(photos)), unit=" photos", leave=False):
            judge_photo(photos[i], ways, marks, i)
    means = {
        name: {key: float(np.nanmean(v)) if np.isfinite(v).any() else np.nan for key, v in row.items()}
        for name, row in marks.items()
    }
    rows = []
    for name, mean in means.items():
        parameters, size = sizes.get(name.split(",")[0], (0, 0))
        rows.append(
            [
                name,
                _given(name),
                f"{mean['delta_e']:.2f}",
                f"{mean['delta_e'] / max(means['grey']['delta_e'], 1e-9):.3f}",
                f"{mean['psnr']:.2f}",
                f"{mean['vivid'] / max(mean['true'], 1e-9):.2f}",
                _number(mean.get("control"), 2),
                _number(mean.get("spill"), 3),
                _number(mean.get("palette"), 2),
                _number(mean.get("unused"), 2),
                _number(mean.get("histogram"), 3),
                _number(mean.get("hints"), 2),
                f"{np.median(marks[name]['ms']):.1f}" if parameters else "–",
                f"{parameters:,}" if parameters else "–",
                f"{size:,}" if size else "–",
            ]
        )
    head = (
        "way to colour | given | ΔE2000 | of grey's | PSNR of ab, dB | colourfulness, of the photo's | label control | "
        "spill over label edges | ΔE2000 to the palette | palette unused | histogram ∩ reference | ΔE2000 at hints | "
        "ms | parameters | bytes"
    )
    return (
        "## Colour\n\nΔE2000 alone rewards grey: read it beside colourfulness. Palettes are the photo's six colours, "
        "references its mirrored and warped self, the same for all. ms: one photo on this machine, with the making of "
        "its guidance.\n\n" + _table(head, rows)
    )


def judge_photo(pixels: np.ndarray, ways: dict[str, Way], marks: dict, index: int) -> None:
    """Add one photo's measures to ``marks``; every way is told the same palette and the same reference."""
    from models.training.gray2color import bent

    L, ab = split_lab(pixels)
    labels, true = pixels[..., 3], scores.colorfulness(L, ab)
    palette = photo_palette(np.dstack([L, ab]), 6, np.random.default_rng(index))
    reference = bent(np.dstack([L, ab]), np.random.default_rng(index))[..., 1:]
    for name, way in ways.items():
        start = time.perf_counter()
        shown = way(pixels, np.random.default_rng(index))
        seconds = time.perf_counter() - start
        asked = palette if shown.palette is None else shown.palette
        wanted = reference if shown.reference is None else shown.reference
        distance, unused = measures.palette_distance(L, shown.ab, asked)
        found = {
            "delta_e": scores.delta_e(L, shown.ab, ab),
            "psnr": scores.psnr_ab(shown.ab, ab),
            "vivid": scores.colorfulness(L, shown.ab),
            "true": true,
            "spill": measures.spill(shown.ab, labels),
            "palette": distance,
            "unused": unused,
            "histogram": measures.histogram_intersection(shown.ab, wanted),
            "ms": 1000 * seconds,
        }
        if name in (*LABELLED, "label prior"):
            found["control"] = _control(way, pixels, L, index)
        if shown.hints is not None:
            spots = shown.hints[..., 2] > 0
            found["hints"] = scores.delta_e(L[spots][None], shown.ab[spots][None], shown.hints[spots][None, :, :2])
        for key, value in found.items():
            marks[name][key].append(value)


def _control(way: Way, pixels: np.ndarray, L: np.ndarray, index: int) -> float:
    def colorize(labels: np.ndarray) -> np.ndarray:
        return way(np.dstack([pixels[..., :3], labels]), np.random.default_rng(index)).ab

    rng = np.random.default_rng(index)
    return measures.label_control(colorize, L, pixels[..., 3], load_prior(), rng)


def segmentation_table(photos: Photos, net, judge: GuidedJudge | None) -> str:
    """Labels from luminance alone, beside the commonest label everywhere."""
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {}
    counts = np.zeros(256, np.int64)
    for i in range(len(photos)):
        counts += np.bincount(photos[i][..., 3].ravel(), minlength=256)
    if not counts[:60].sum():
        return ""
    commonest = int(counts[:60].argmax())
    ways["the commonest label"] = lambda L: np.full(L.shape, commonest, np.uint8)
    if net is not None:
        ways["gridnet"] = lambda L: segment(net, L)
    if judge:
        ways["guided"] = lambda L: judge.runner.segment(judge.runner.encode(L)).argmax(0).astype(np.uint8)
    rows = []
    for name, way in ways.items():
        score = scores.LabelScore()
        for i in range(len(photos)):
            score.add(way(split_lab(photos[i])[0]), photos[i][..., 3])
        rows.append([name, f"{score.accuracy:.3f}", f"{score.mean_iou():.3f}"])
    return "## Labels\n\n" + _table("segmentation | pixel accuracy | mean IoU, labels of 2,000 pixels", rows)


@torch.inference_mode()
def words_table(net, folder: Path, split: str) -> str:
    """Hue of the first colour for held-out names, beside grey and the commonest hue."""
    rows = read_rows(folder)
    held_out = [row for row in rows if row.split == split]
    known = hue_class(np.array([row.colors[0] for row in rows if row.split == "train"]))
    wanted = np.array([row.colors[0] for row in held_out])
    if not len(wanted) or not len(known):
        return ""
    commonest = np.bincount(known).argmax()
    start = time.perf_counter()
    answered = net([row.text for row in held_out]).cpu().numpy()[:, 0]
    ms = 1000 * (time.perf_counter() - start) / len(held_out)
    lines = [
        ["grey", f"{hue_agreement(wanted, np.full_like(wanted, 0.5)):.3f}", "–"],
        ["the commonest hue", f"{(hue_class(wanted) == commonest).mean():.3f}", "–"],
        ["cys_palette", f"{hue_agreement(wanted, answered):.3f}", f"{ms:.2f}"],
    ]
    text = f"## Words\n\n{len(held_out)} held-out names and texts, English and Chinese; {COLORS} colours are made, the "
    return (
        text
        + "first is judged.\n\n"
        + _table("words to colour | hue agreement, top-1 of 13 | ms a text", lines)
    )


def _given(name: str) -> str:
    if name in SYSTEMS:
        return SYSTEMS[name].guidance
    return {"label prior": "true labels"}.get(name) or GIVEN.get(name, "nothing")


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None or not np.isfinite(value) else f"{value:.{digits}f}"


def _table(head: str, rows: list[list[str]]) -> str:
    columns = [cell.strip() for cell in head.split("|")]
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])
