"""Photos and label maps for training, decoded once.

A *shard* is a tar file `<name>.tar` with `<name>/manifest.csv`, photos and label
maps (`labels60`, 255 = unsure). A plain folder of photos works too: it has no
label maps, and its split is drawn by a hash of the file name.

Decoding takes a minute for 14,000 small photos, so the pixels are kept in one flat
uint8 file beside an index: per pixel L (0..255 for 0..100), a + 128, b + 128, label.
Eight-bit Lab is good enough to learn from; it never touches a person's photo.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

UNSURE = 255
PHOTO_SUFFIXES = {".webp", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"}


class DataError(ValueError):
    """Training data that cannot be used; the message says what and why."""


@dataclass(frozen=True)
class Record:
    """One photo in the cache: where it lies and what is known about it."""

    pack: str
    file: str
    split: str
    kind: str
    group: str
    words: str
    height: int
    width: int
    offset: int


def find_packs(folder: str | os.PathLike | None = None) -> Path:
    """The folder of tar shards: the argument, `HUESMITH_PACKS`, or `../shared/packs`.

    Raises DataError when there is none.
    """
    root = Path(__file__).resolve().parents[2]
    for candidate in (folder, os.environ.get("HUESMITH_PACKS"), root.parent / "shared" / "packs"):
        if candidate and Path(candidate).is_dir():
            return Path(candidate)
    raise DataError(
        "No training photos: name a folder of tar shards or photos with --packs DIR or HUESMITH_PACKS."
    )


def to_lab8(rgb: np.ndarray) -> np.ndarray:
    """uint8 sRGB (H, W, 3) -> uint8 Lab (H, W, 3): L * 2.55, a + 128, b + 128, rounded."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lab = lab * np.float32([2.55, 1, 1]) + np.float32([0, 128, 128])
    return np.clip(np.rint(lab), 0, 255).astype(np.uint8)


def from_lab8(lab8: np.ndarray) -> np.ndarray:
    """The inverse of `to_lab8`, as float32 L 0..100 and a*, b*."""
    return (lab8.astype(np.float32) - np.float32([0, 128, 128])) / np.float32([2.55, 1, 1])


class Photos:
    """The decoded photos of one split. `photos[i]` is a (H, W, 4) uint8 view: L, a, b, label."""

    def __init__(self, pixels: np.ndarray, records: list[Record]):
        self.pixels, self.records = pixels, records

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> np.ndarray:
        r = self.records[index]
        return self.pixels[r.offset : r.offset + r.height * r.width * 4].reshape(r.height, r.width, 4)

    def split(self, name: str) -> Photos:
        """The photos whose manifest says `name` ("train", "val" or "test")."""
        return Photos(self.pixels, [r for r in self.records if r.split == name])


def load_photos(source: Path, cache: Path, limit: int | None = None) -> Photos:
    """Decode `source` (a folder of shards or of photos) into `cache`, or take what is there.

    `limit` keeps the first so many photos of each shard, for tests and first looks.
    Raises DataError for an empty folder or a disk without room.
    """
    shards = sorted(source.glob("*.tar"))
    key = hashlib.sha256(repr([(s.name, s.stat().st_size) for s in shards] + [str(source), limit]).encode())
    stem = cache / f"photos-{key.hexdigest()[:12]}"
    index, blob = stem.with_suffix(".json"), stem.with_suffix(".lab")
    if not index.exists():
        cache.mkdir(parents=True, exist_ok=True)
        items = _shard_items(shards, limit) if shards else _folder_items(source, limit)
        try:
            records = _decode(items, blob)
        except OSError as error:
            raise DataError(
                f"{blob}: the decoded photos do not fit ({error.strerror}); name another --cache."
            ) from None
        if not records:
            raise DataError(f"{source} holds neither tar shards nor photos to train on.")
        index.write_text(json.dumps([asdict(r) for r in records]))
    records = [Record(**r) for r in json.loads(index.read_text())]
    return Photos(np.memmap(blob, np.uint8, "r"), records)


def _decode(items: Iterator[tuple[dict, bytes, bytes | None]], blob: Path) -> list[Record]:
    records, offset = [], 0
    with blob.open("wb") as out:
        for row, photo, labels in tqdm(items, desc="decoding", unit=" photos"):
            bgr = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR)
            if bgr is None:
                continue
            height, width = bgr.shape[:2]
            pixels = np.full((height, width, 4), UNSURE, np.uint8)
            pixels[..., :3] = to_lab8(bgr[..., ::-1])
            if labels:
                pixels[..., 3] = cv2.imdecode(np.frombuffer(labels, np.uint8), cv2.IMREAD_GRAYSCALE)
            out.write(pixels.tobytes())
            records.append(Record(height=height, width=width, offset=offset, **row))
            offset += pixels.size
    return records


def _shard_items(shards: list[Path], limit: int | None) -> Iterator[tuple[dict, bytes, bytes | None]]:
    for shard in shards:
        with tarfile.open(shard) as tar:
            files = {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}
        rows = list(csv.DictReader(io.StringIO(files[f"{shard.stem}/manifest.csv"].decode())))
        for row in rows[:limit]:
            known = {
                "pack": shard.stem,
                "file": row["file"],
                "split": row["split"],
                "kind": row["labels60_kind"],
                "group": row["group"],
                "words": row["words"],
            }
            yield known, files[f"{shard.stem}/{row['file']}"], files.get(f"{shard.stem}/{row['labels60']}")


def _folder_items(folder: Path, limit: int | None) -> Iterator[tuple[dict, bytes, None]]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in PHOTO_SUFFIXES)
    for path in paths[:limit]:
        percent = hashlib.sha256(path.name.encode()).digest()[0] * 100 // 256
        split = "test" if percent < 3 else "val" if percent < 6 else "train"
        known = {"pack": folder.name, "file": str(path.relative_to(folder)), "split": split}
        known |= {"kind": "none", "group": "", "words": ""}
        yield known, path.read_bytes(), None
