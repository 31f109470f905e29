"""Promises over a folder of mixed photos: sizes, depths, profiles and light, judged by other people's code.

Pixels are read by Pillow, tifffile and imagecodecs, and turned into L* here, in float64, from the definitions.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from core.batch import BatchJob, run_batch
from core.document import Document
from core.engine import Engine, Request
from core.exporting import export_result
from core.formats import ExportSettings
from core.guidance import Plane, Rule, Settings
from core.labels import default_label_set
from core.photo import load_photo
from core.provenance import BY_NETWORK
from tests.core.fakes import FakeModels
from tests.core.profiles import ADOBE, ADOBE_RGB, DISPLAY_P3, P3

ROOT = Path(__file__).resolve().parents[2]
XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
SRGB_D50 = np.array([
    [0.4360747, 0.3850649, 0.1430804],
    [0.2225045, 0.7168786, 0.0606169],
    [0.0139322, 0.0971045, 0.7141733],
])  # fmt: skip
LOSSY = {".jpg", ".jpeg"}


@pytest.fixture
def folder(samples: dict[str, Path], tmp_path: Path) -> Path:
    """A photo a format, depth, profile and shape; JPEG turned by its EXIF."""
    folder = tmp_path / "photos"
    folder.mkdir()
    photo = Image.open(samples["chelsea"]).convert("RGB").resize((151, 100))
    pixels = np.asarray(photo)
    noise = np.random.default_rng(3).integers(-128, 128, pixels.shape)
    deep = np.clip(pixels.astype(np.int64) * 257 + noise, 0, 65535).astype(np.uint16)
    turned = Image.Exif()
    turned[0x0112] = 6
    photo.save(folder / "plain.png")
    photo.save(folder / "p3.png", icc_profile=DISPLAY_P3)
    photo.save(folder / "adobe.tiff", icc_profile=ADOBE_RGB)
    photo.save(folder / "turned.jpg", exif=turned, quality=92, icc_profile=DISPLAY_P3)
    photo.save(folder / "lossy.webp", quality=80)
    photo.save(folder / "bits.bmp")
    photo.convert("L").save(folder / "grau-Ä.png")
    photo.convert("LA").save(folder / "clear.png")
    photo.quantize(64).save(folder / "palette.png")
    photo.resize((1, 1)).save(folder / "one.png")
    photo.resize((1, 400)).save(folder / "thin.png")
    (folder / "deep.png").write_bytes(imagecodecs.png_encode(deep))
    (folder / "deep-grey.png").write_bytes(imagecodecs.png_encode(deep[..., 1].copy()))
    tifffile.imwrite(folder / "deep-adobe.tif", deep, photometric="rgb", iccprofile=ADOBE_RGB)
    return folder


def read(path: Path) -> tuple[np.ndarray, bytes | None]:
    """Upright pixels without alpha, and the profile."""
    if path.suffix in (".tif", ".tiff"):
        page = tifffile.TiffFile(path).pages[0]
        icc = page.tags.get(34675)
        return page.asarray(), bytes(icc.value) if icc else None
    image = Image.open(path)
    icc = image.info.get("icc_profile")
    if path.suffix == ".png" and image.mode != "P":
        pixels = imagecodecs.png_decode(path.read_bytes())
    else:
        pixels = np.asarray(ImageOps.exif_transpose(image.convert("RGB") if image.mode == "P" else image))
    return (pixels[..., :-1].squeeze(2) if pixels.ndim == 3 and pixels.shape[2] == 2 else pixels[..., :3]
            if pixels.ndim == 3 else pixels), icc  # fmt: skip


def lightness(pixels: np.ndarray, icc: bytes | None) -> np.ndarray:
    """L* by the definitions: the curve, the primaries, CIE's root."""
    x = pixels / np.iinfo(pixels.dtype).max
    linear = x ** (563 / 256) if icc == ADOBE_RGB else np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    if pixels.ndim == 3:
        own = {ADOBE_RGB: ADOBE, DISPLAY_P3: P3}.get(icc)
        to_srgb = np.eye(3) if own is None else np.linalg.inv(SRGB_D50) @ np.array(own)
        weights = XYZ[1] @ (to_srgb / to_srgb.sum(axis=1, keepdims=True))
        linear = (linear * weights).sum(axis=-1) / XYZ[1].sum()
    return np.where(linear > (6 / 29) ** 3, 116 * np.cbrt(linear) - 16, linear * (29 / 3) ** 3)


def job_for(folder: Path, out: Path, **changes) -> BatchJob:
    return replace(BatchJob(tuple(sorted(folder.iterdir())), out, work_size=64), **changes)


def test_a_batch_over_mixed_photos_keeps_size_depth_profile_and_light(folder: Path, tmp_path: Path) -> None:
    """With a network that asks for colours far outside every gamut."""
    report = run_batch(job_for(folder, tmp_path / "out"), Engine(models=FakeModels()))
    assert report.all_done
    for line in report.files:
        (before, icc), (after, icc_after) = read(line.path), read(line.output)
        assert after.shape == (*before.shape[:2], 3) and after.dtype == before.dtype, line
        assert icc_after == icc, line
        error = np.abs(lightness(after, icc) - lightness(before, icc))
        if line.path.suffix in LOSSY:  # JPEG rounds by blocks, in its own way
            assert error.mean() <= 0.5, line
        else:
            assert error.max() <= (0.5 if before.dtype == np.uint8 else 0.02), (line, error.max())


def test_a_document_saved_gives_the_bytes_of_the_batch(folder: Path, tmp_path: Path) -> None:
    """What the window does (labels kept at full size, one request, one export) against the batch."""
    engine = Engine(models=FakeModels())
    report = run_batch(job_for(folder, tmp_path / "out"), engine)
    for line in report.files:
        photo = load_photo(line.path)
        document = Document(photo, default_label_set())
        luminance = Plane(photo.small_luminance(64))
        request = Request(photo.key, luminance, document.guidance(luminance.shape), "guided", 64)
        found = engine.segment(request)
        document.set_segmentation(found.labels, found.confidence)
        request = replace(request, guidance=document.guidance(luminance.shape))
        saved = export_result(
            photo, engine.colorize(request), tmp_path / f"window{line.output.suffix}", ExportSettings(),
            label_set=document.label_set, labels_by=BY_NETWORK, overwrite=True,
        )  # fmt: skip
        assert saved.read_bytes() == line.output.read_bytes(), line


@pytest.fixture(scope="module")
def bundled() -> Engine:
    """The engine with the network that comes with the repository."""
    return Engine("cpu")


def test_ids_survive_a_hundred_recomputes(bundled: Engine, samples: dict[str, Path]) -> None:
    photo = load_photo(samples["coffee"])
    document = Document(photo, default_label_set())
    stripes = np.repeat(np.arange(60, dtype=np.uint8), 10)[None].repeat(photo.height, axis=0)
    document.import_labels(stripes, "stripes")
    before = document.labels.copy()
    luminance = Plane(photo.small_luminance(96))
    labels = document.guidance(luminance.shape).labels
    for number in range(100):
        guidance = replace(document.guidance(luminance.shape), settings=Settings(vividness=1 + number / 100),
                           rules=(Rule(number % 60, hue_shift=float(number + 1)),))  # fmt: skip
        # another photo key: nothing is remembered, the network itself runs
        result = bundled.colorize(Request(f"{photo.key} {number}", luminance, guidance, "guided", 96))
        assert result.request.guidance.labels == labels
        document.begin_stroke("dab")
        document.paint(np.ones((5, 5), np.uint8), 3 * number % 300, 0, 1 + number % 59)
        document.end_stroke()
        document.undo()
    assert len(np.unique(before)) == 60
    np.testing.assert_array_equal(document.labels, before)
    np.testing.assert_array_equal(labels.array, document.guidance(luminance.shape).labels.array)


def test_two_processes_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    names = ("plain.png", "deep-adobe.tif", "turned.jpg")
    for out in ("first", "second"):
        command = [sys.executable, ROOT / "run.py", "--batch", *(folder / name for name in names), "--out",
                   tmp_path / out, "--device", "cpu", "--save-labels", "--work-size", "128"]  # fmt: skip
        done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    first = {path.name: path.read_bytes() for path in (tmp_path / "first").iterdir()}
    assert len(first) == 6
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "second").iterdir()}
