"""What words look like: the lexicon behind `core.words`, loaded once, in some ten milliseconds.

    data/concepts.txt   made by hand: colour words, seasons, places, moods, the categories of the CYS data set
    data/words.npz      distilled by models/training/words.py: 33,000 colour names, the words they are made of,
                        palettes that have a name; its card says from whom and under which licence

A text is understood piece by piece, the longest piece first, what was made by hand before what was distilled.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "data"

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Entry:
    """Something a word can mean: its colours, 0..255, the most telling first.

    kind: "colour" and "concept" by hand, "name" of one colour, "word" of several names, "phrase" of a palette.
    lightness and chroma are what it does to the rest of a palette: "at night" darkens.
    """

    key: str
    kind: str
    colors: tuple[Rgb, ...]
    lightness: float = 0.0
    chroma: float = 1.0


def normal(text: str) -> str:
    """Lower case, without accents, words apart by one space; as models/training/words.py does it."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare.replace("'", "").replace("’", "")))


class Lexicon:
    """The entries, by `normal` key. `categories` are the 21 of the CYS data set by their own spelling."""

    def __init__(self, folder: Path = DATA) -> None:
        self.concepts: dict[str, Entry] = {}
        self.categories: dict[str, Entry] = {}
        self._read_concepts(folder / "concepts.txt")
        with np.load(folder / "words.npz") as file:
            self.card = json.loads(file["card"].tobytes())
            self._names = {name: at for at, name in enumerate(_lines(file["names"]))}
            self._name_colors, self._trusted = file["name_colors"], file["trusted"]
            self._tables = {
                kind: ({key: at for at, key in enumerate(_lines(file[f"{kind}s"]))}, file[f"{kind}_ends"],
                       file[f"{kind}_colors"])
                for kind in ("word", "phrase")
            }  # fmt: skip
            self.loved = file["loved"]
        self._characters: dict[str, Entry] = {}
        self._trigrams: tuple[np.ndarray, np.ndarray, list[str]] | None = None

    def _read_concepts(self, path: Path) -> None:
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            keys, colors, *mood = (part.strip() for part in line.lstrip("=@").split("|"))
            kind = {"=": "colour", "@": "category"}.get(line[0], "concept")
            codes = tuple(_rgb(bytes.fromhex(code)) for code in colors.split())
            lightness, chroma = map(float, mood[0].split()) if mood else (0.0, 1.0)
            names = [key.strip() for key in keys.split(",")]
            entry = Entry(names[0], kind, codes, lightness, chroma)
            table = self.categories if kind == "category" else self.concepts
            for name in names:
                table.setdefault(name if kind == "category" else normal(name), entry)

    def find(self, key: str, *, trusted: bool = False) -> Entry | None:
        """What a normal key means; `trusted` leaves out names that only one big collection has, and words."""
        if entry := self.concepts.get(key):
            return entry
        place = self._names.get(key)
        if place is not None and (self._trusted[place] or not trusted):
            return Entry(key, "name", (_rgb(self._name_colors[place]),))
        return None

    def related(self, key: str) -> Entry | None:
        """What a word means that is no name: a phrase of a palette, or part of several names."""
        for kind in ("phrase", "word"):
            keys, ends, colors = self._tables[kind]
            if (place := keys.get(key)) is not None:
                return Entry(key, kind, tuple(map(_rgb, colors[ends[place]:ends[place + 1]])))
        return None

    def by_character(self, character: str) -> Entry | None:
        """The concept with the shortest key that has a Chinese character in it."""
        if not self._characters:
            for key in sorted((key for key in self.concepts if not key.isascii()), key=len):
                for one in key:
                    self._characters.setdefault(one, self.concepts[key])
        return self._characters.get(character)

    def nearest(self, word: str) -> tuple[Entry, float] | None:
        """The entry whose key is most like `word`, and how much (0..1), by the three-letter pieces they share."""
        pieces, owners, keys = self._pieces()
        wanted = np.unique(_hashes(f"\n{word[:40]}\n"))
        hits = np.bincount(owners[np.isin(pieces, wanted)], minlength=len(keys))
        if not hits.any():
            return None
        lengths = np.bincount(owners, minlength=len(keys))
        alike = 2 * hits / (lengths + len(wanted))
        best = int(alike.argmax())
        entry = self.find(keys[best]) or self.related(keys[best])
        return (entry, float(min(alike[best], 1.0))) if entry else None

    def _pieces(self) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Three-letter pieces as numbers, the key each belongs to, and the keys: single words only."""
        if self._trigrams is None:
            known = [*self.concepts, *self._tables["word"][0]]
            keys = [key for key in dict.fromkeys(known) if " " not in key]
            text = "\n" + "\n\n".join(keys) + "\n"
            hashes = _hashes(text)
            letters = _letters(text)
            breaks = letters == 10
            between = breaks[:-2] & breaks[1:-1] | breaks[1:-1] & breaks[2:]
            owners = (np.cumsum(breaks)[:-2] - 1) // 2
            self._trigrams = hashes[~between], owners[~between], keys
        return self._trigrams


def _lines(array: np.ndarray) -> list[str]:
    return array.tobytes().decode().split("\n")


def _rgb(color) -> Rgb:
    r, g, b = (int(part) for part in color)
    return r, g, b


def _letters(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def _hashes(text: str) -> np.ndarray:
    """A number for every three letters in a row."""
    letters = _letters(text).astype(np.uint64)
    return (letters[:-2] << np.uint64(42)) | (letters[1:-1] << np.uint64(21)) | letters[2:]


@cache
def lexicon() -> Lexicon:
    """The lexicon of the program, loaded when first asked for."""
    return Lexicon()
