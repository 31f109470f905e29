"""The lexicon behind `core.words`: colour names, words and palettes, distilled from freely licensed lists.

    python -m models.training.words --packs DIR --out core/data/words.npz

Names come as they are. A word that is part of several names gets the colours those names agree on (k-means in
Lab). Only MIT and CC0 sources enter, and each is written into the file's card with its licence.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from models.training.data import DataError, find_packs

OUT = Path(__file__).parents[2] / "core" / "data" / "words.npz"

SOURCES = {
    "corpora_xkcd": ("dariusk/corpora: XKCD colour survey", "CC0"),
    "corpora_web_colors": ("dariusk/corpora: web colours", "CC0"),
    "corpora_crayola": ("dariusk/corpora: Crayola", "CC0"),
    "sanzo_wada": ("mattdesl/dictionary-of-colour-combinations", "MIT"),
    "meodai_color-names": ("meodai/color-names", "MIT"),
    "zerosoul/chinese-colors": ("zerosoul/chinese-colors", "MIT"),
    "taiyuuki/chinese-colors": ("taiyuuki/chinese-colors", "MIT"),
    "uiGradients": ("ghosh/uiGradients", "MIT"),
    "MetBrewer": ("BlakeRMills/MetBrewer", "CC0"),
    "wesanderson": ("karthik/wesanderson", "MIT"),
    "colourlovers_top1000": ("Experience-Monks/nice-color-palettes", "MIT"),
    "corpora_palettes": ("dariusk/corpora: palettes", "CC0"),
    "cys": ("tezignlab/subculture-colorization: 100 public samples", "MIT"),
}
"""What may enter: source -> repository and licence. The order is that of trust."""

TRUSTED = ("corpora_xkcd", "corpora_web_colors", "corpora_crayola", "sanzo_wada", "zerosoul/chinese-colors",
           "taiyuuki/chinese-colors")  # fmt: skip
NAMED_PALETTES = ("uiGradients", "MetBrewer", "wesanderson")
LOVED_PALETTES = ("colourlovers_top1000", "corpora_palettes")

_STOP_WORDS = "the of a an and in on at to for with from by is de la le der color colour s i my your"
_STOP = set(_STOP_WORDS.split())
_COLORS_A_WORD = 5
_FEWEST_NAMES = 2  # a word must be part of, to enter by itself


def main(argv: list[str] | None = None) -> int:
    """Build the lexicon; the exit status, 1 after a sentence about what is missing."""
    parser = argparse.ArgumentParser(prog="python -m models.training.words", description=__doc__)
    parser.add_argument(
        "--packs", type=Path, help="folder with palettes/ (else HUESMITH_PACKS, ../shared/packs)"
    )
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args(argv)
    try:
        write_words(find_packs(args.packs) / "palettes", args.out)
    except DataError as error:
        print(error)
        return 1
    print(f"{args.out}: {args.out.stat().st_size / 2**10:.0f} KiB")
    return 0


def write_words(folder: Path, out: Path) -> None:
    """Distil the lists in `folder` into `out`; the same lists give the same bytes. Raises DataError."""
    names, trusted = _names(folder)
    phrases = _phrases(folder)
    words = _words(names)
    loved = [
        colors for source, _, colors in _palettes(folder) if source in LOVED_PALETTES and len(colors) == 5
    ]
    card = {
        "what": "words and their colours, for core.words",
        "made by": "python -m models.training.words",
        "sources": [{"from": text, "licence": licence} for text, licence in SOURCES.values()],
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        out,
        card=_text([json.dumps(card, ensure_ascii=False)]),
        names=_text(names),
        name_colors=np.array(list(names.values()), np.uint8),
        trusted=np.array([name in trusted for name in names]),
        **_table("word", words),
        **_table("phrase", phrases),
        loved=np.array(loved, np.uint8),
    )


def _text(lines: Iterable[str]) -> np.ndarray:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def _table(what: str, rows: dict[str, list]) -> dict[str, np.ndarray]:
    """Keys and their lists of colours as flat arrays."""
    ends = np.cumsum([0, *(len(colors) for colors in rows.values())])
    flat = [color for colors in rows.values() for color in colors]
    return {
        f"{what}s": _text(rows),
        f"{what}_ends": ends.astype(np.int32),
        f"{what}_colors": np.array(flat, np.uint8).reshape(-1, 3),
    }


def normal(text: str) -> str:
    """Lower case, without accents, words apart by one space."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare.replace("'", "").replace("’", "")))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}); the palettes pack is incomplete."
        ) from None


def _rgb(code: str) -> tuple[int, ...]:
    digits = code.strip().lstrip("#")
    return tuple(bytes.fromhex("".join(2 * digit for digit in digits) if len(digits) == 3 else digits))


def _names(folder: Path) -> tuple[dict[str, tuple[int, ...]], set[str]]:
    """Name -> colour, the most trusted source first, and the names that a trusted one has."""
    rows = [*_rows(folder / "color_names.csv"), *_rows(folder / "chinese_color_names.csv")]
    order = {source: place for place, source in enumerate(SOURCES)}
    rows = sorted((row for row in rows if row["source"] in order), key=lambda row: order[row["source"]])
    names: dict[str, tuple[int, ...]] = {}
    trusted = set()
    for row in rows:
        name = normal(row["name"])
        if name and name not in names:
            names[name] = _rgb(row["hex"])
            trusted |= {name} if row["source"] in TRUSTED else set()
    return names, trusted


def _palettes(folder: Path) -> Iterator[tuple[str, str, list]]:
    for row in _rows(folder / "palettes.csv"):
        if row["source"] in SOURCES:
            yield row["source"], row["name"], [_rgb(code) for code in row["colors"].split()]


def _phrases(folder: Path) -> dict[str, list]:
    """Phrase -> colours, from palettes that have a name, and the phrases of the CYS samples."""
    phrases: dict[str, list] = {}
    for source, name, colors in _palettes(folder):
        key = normal(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"\d+$", "", name)))
        if source in NAMED_PALETTES and len(key) > 2:
            step = max(1, len(colors) // _COLORS_A_WORD)
            phrases.setdefault(key, colors[::step][:_COLORS_A_WORD])
    for row in _rows(folder / "cys_url_text_ctg_rgb_100samples.csv"):
        values = [int(value) for value in row["RGB"].split(",")]
        for phrase in normal(row["text"]).split():
            if len(phrase) > 1:
                phrases.setdefault(phrase, [tuple(values[at : at + 3]) for at in range(0, 15, 3)])
    return phrases


def _words(names: dict[str, tuple[int, ...]]) -> dict[str, list]:
    """Word -> the colours of the names it is part of; for Chinese one and two characters are words."""
    members: dict[str, list] = defaultdict(list)
    for name, color in names.items():
        for word in set(_parts(name)) - _STOP:
            members[word].append(color)
    return {
        word: _agreed(np.array(colors, np.uint8))
        for word, colors in sorted(members.items())
        if len(colors) >= _FEWEST_NAMES
    }


def _parts(name: str) -> Iterator[str]:
    for word in name.split():
        if word.isascii():
            if len(word) > 2:
                yield word
        else:
            yield from word
            yield from (word[at : at + 2] for at in range(len(word) - 1) if len(word) > 2)


def _agreed(colors: np.ndarray) -> list[tuple[int, ...]]:
    """Up to five of the colours (n, 3), those that most others are close to first."""
    lab = cv2.cvtColor(colors[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    near = np.exp(-((lab[:, None] - lab[None]) ** 2).sum(axis=-1) / (2 * 15**2))
    weight, chosen = near.sum(axis=1), []
    while len(chosen) < min(_COLORS_A_WORD, len(colors)) and weight.max() > 0.15:
        chosen.append(int(weight.argmax()))
        weight = weight * (1 - near[chosen[-1]])
    return [tuple(int(part) for part in colors[at]) for at in chosen]


if __name__ == "__main__":
    raise SystemExit(main())
