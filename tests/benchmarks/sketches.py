"""How well sketches are coloured: the whole of what the window does, beside the networks alone. A table and a sheet.

    python -m tests.benchmarks.sketches [--most N] [--out DIR]      needs the photo packs

Illustrations of the test split are drawn as line art, coloured after their own mirrored and warped selves, and compared
with what they were (models/training/sketch_ways).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import cv2
import numpy as np

from core.chroma import render
from core.color import luminance_to_gray, rgb_to_lab
from core.engine import Engine, Request
from core.guidance import Plane, Reference, Settings
from core.label_parents import standing
from core.labels import default_label_set
from core.photo import photo_from_array
from core.sketch_document import opened, regions_of
from models import registry
from models.runtime import open_guided
from models.training.data import find_packs, load_photos
from models.training.sheets import bgr
from models.training.sketch_ways import Way, illustrations, sketch_sheet, sketch_table, sketch_ways

SYSTEMS = {"program, guided, careful": ("guided", Settings(fill="flat")),
           "program, guided, shaded": ("guided", Settings(fill="shaded")),
           "program, guided, painterly": ("guided", Settings(fill="shaded", manner="painterly")),
           "program, scft, careful": ("scft", Settings(fill="flat"))}  # fmt: skip


def program_ways(engine: Engine, folder: Path) -> dict[str, Way]:
    """What the window shows of a sketch with one reference."""

    def way(colorizer: str, settings: Settings) -> Way:
        def answer(L: np.ndarray, reference: np.ndarray | None) -> np.ndarray:
            page = (np.clip(luminance_to_gray(L), 0, 1) * 255 + 0.5).astype(np.uint8)
            document = opened(photo_from_array(page), default_label_set(), sketch=True)
            path = folder / f"{abs(hash(reference.tobytes()))}.png"
            if not path.exists():
                cv2.imwrite(str(path), bgr(reference[..., 0], reference[..., 1:]))
            document.set_guidance("", references=(Reference(str(path)),), settings=settings)
            plane = Plane(document.photo.small_luminance(384))
            request = Request(document.photo.key, plane, document.guidance(plane.shape), colorizer, 384, None,
                              standing(document.label_set), regions_of(document))  # fmt: skip
            result = engine.colorize(request)
            return rgb_to_lab(render(document.photo, result.chroma, fill=result.fill).astype(np.float32) / 255)

        return answer

    return {name: way(*row) for name, row in SYSTEMS.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=40, help="how many illustrations (default: 40)")
    parser.add_argument("--out", type=Path, default=Path("runs/sketches"), help="where the sheet goes")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="where decoded photos are kept")
    options = parser.parse_args()
    photos = load_photos(find_packs(), options.cache).split("test")
    runner = open_guided("cpu")
    weights = Path(__file__).parents[2] / "models" / "weights" / "scft.safetensors"
    scft = registry.from_file(weights, "scft") if weights.is_file() else None
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        ours = program_ways(Engine("cpu"), Path(folder))
        ours = {name: way for name, way in ours.items() if scft is not None or "scft" not in name}
        text = sketch_table(photos, runner, scft, options.most, ours)
        (options.out / "sketches.md").write_text(text + "\n", encoding="utf-8")
        print(text)
        shown = illustrations(photos, 14)
        sketch_sheet(shown, {**sketch_ways(runner, scft), **ours}, options.out / "sketches.jpg")


if __name__ == "__main__":
    main()
