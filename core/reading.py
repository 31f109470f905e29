"""Reading a text for its colours: which pieces are understood, as what, and what they do to each other.

Latin words are matched up to four at a time; Chinese, which has no spaces, up to six characters at a time. The
longest match wins, but a name of a single colour never swallows words that were made by hand ("autumn forest" is
autumn and forest). "dark", "pale", 深 and the like change the next piece.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from core.lexicon import Entry, Lexicon, normal

LONGEST = 2000  # characters that are read; of a longer text its beginning
_WORDS_AT_ONCE, _CHARACTERS_AT_ONCE = 4, 6
_LIKE_ENOUGH = 0.5  # for an unknown word to be taken as another
_MOST_GUESSES = 6

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_PIECE = re.compile(rf"#(?:[0-9a-fA-F]{{6}}|[0-9a-fA-F]{{3}})(?![0-9a-zA-Z])|[{_HAN}]+|[^\W_{_HAN}]+(?:['’][^\W_]+)*")

_SILENT_WORDS = (
    "a an the of in on at to for with by from and or but is are was be it its this that these those my your our "
    "i you he she they we me him her them as into over under like very so some any all no not color colour colors "
    "colours palette tone tones style look feel feeling image photo picture paint please make want some through "
    "while when where there here "
    "first last great big little small new every each own then than too just only again "
    "up down out off about after before because"
)
_SILENT = set(_SILENT_WORDS.split())
_SILENT_HAN = set("的了和与配撞在是我你他她它们有里上下中个一不着过也都就又这那之把被让给很以及为到啊呢吧色系风感般样")

# (lightness added, chroma factor, degrees of hue) for the next piece
_CHANGES: dict[str, tuple[float, float, float]] = {
    **dict.fromkeys(("dark", "deep", "深", "暗", "浓", "重"), (-0.16, 0.95, 0)),
    **dict.fromkeys(("light", "浅", "亮"), (0.16, 0.75, 0)),
    **dict.fromkeys(("pale", "淡", "faint"), (0.24, 0.55, 0)),
    **dict.fromkeys(("bright", "vivid", "saturated", "intense", "鲜", "鲜艳", "艳", "明亮"), (0.04, 1.3, 0)),
    **dict.fromkeys(("muted", "dusty", "faded", "dull", "desaturated", "褪色", "暗淡", "灰调"), (0.02, 0.55, 0)),
    **dict.fromkeys(("嫩", "娇"), (0.1, 1.0, 8)),
    **dict.fromkeys(("old", "aged", "worn", "旧"), (-0.03, 0.7, 0)),
}


@dataclass(frozen=True)
class Piece:
    """A piece of the text that is understood: `text` as it was written, `entry` as it is meant.

    weight: how much it says; change: (lightness, chroma factor, hue) asked for it by words before it; likeness:
    1, or less where the word is unknown and the entry only resembles it.
    """

    text: str
    entry: Entry
    weight: float
    change: tuple[float, float, float] = (0.0, 1.0, 0.0)
    likeness: float = 1.0


@dataclass(frozen=True)
class Reading:
    """The pieces in the text's order, and the words that say nothing."""

    pieces: tuple[Piece, ...]
    unknown: tuple[str, ...]


_WEIGHTS = {"colour": 3.0, "concept": 2.5, "category": 2.5, "name": 2.0, "phrase": 1.5, "word": 1.0}


class Reader:
    """Reads one text with a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._pieces: dict[str, Piece] = {}
        self._unknown: dict[str, None] = {}
        self._change = (0.0, 1.0, 0.0)
        self._guesses = 0

    def read(self, text: str) -> Reading:
        """All that is understood of `text`."""
        for run in self._runs(_beginning(text)):
            if run[0].startswith("#"):
                self._add(run[0], _hex_entry(run[0]))
            elif re.match(f"[{_HAN}]", run[0]):
                self._read_han(run[0])
            else:
                self._read_words(run)
        return Reading(tuple(self._pieces.values()), tuple(self._unknown))

    @staticmethod
    def _runs(text: str) -> list[list[str]]:
        """Runs of Latin words that follow each other; Chinese runs and hex codes stand alone."""
        runs: list[list[str]] = []
        joined = False
        for match in _PIECE.finditer(text):
            alone = match[0].startswith("#") or bool(re.match(f"[{_HAN}]", match[0]))
            if joined and not alone:
                runs[-1].append(match[0])
            else:
                runs.append([match[0]])
            joined = not alone
        return runs

    # -- words with spaces

    def _read_words(self, words: list[str]) -> None:
        keys = [normal(word) for word in words]
        at = 0
        while at < len(words):
            length = next((n for n in range(min(_WORDS_AT_ONCE, len(words) - at), 1, -1)
                           if self._phrase(keys[at:at + n])), 0)  # fmt: skip
            if length:
                key = " ".join(keys[at:at + length])
                self._add(" ".join(words[at:at + length]), self._lexicon.find(key) or self._lexicon.related(key))
                at += length
            else:
                self._word(words[at], keys[at])
                at += 1

    def _phrase(self, keys: list[str]) -> bool:
        """Whether several words mean something as one."""
        if keys[0] in _SILENT or keys[-1] in _SILENT:
            return False
        key = " ".join(keys)
        if self._lexicon.find(key, trusted=True):
            return True
        if any(any(form in self._lexicon.concepts for form in _forms(word)) for word in keys):
            return False
        return (self._lexicon.find(key) or self._lexicon.related(key)) is not None

    def _word(self, word: str, key: str) -> None:
        if key in _CHANGES:
            self._change = _both(self._change, _CHANGES[key])
            return
        if not key or key in _SILENT or key.isdigit():
            return
        forms = _forms(key)
        found = next((self._lexicon.concepts[form] for form in forms if form in self._lexicon.concepts), None)
        found = found or next(filter(None, (self._lexicon.find(form, trusted=True) for form in forms)), None)
        found = found or next(filter(None, map(self._lexicon.related, forms)), None)
        found = found or next(filter(None, map(self._lexicon.find, forms)), None)
        if found:
            self._add(word, found)
        else:
            self._guess(word, key)

    def _guess(self, word: str, key: str) -> None:
        """An unknown word means what is spelt most like it, but only a little."""
        self._unknown.setdefault(word[:40])
        self._guesses += 1
        near = self._lexicon.nearest(key) if self._guesses <= _MOST_GUESSES else None
        if near and near[1] >= _LIKE_ENOUGH:
            self._add(word[:40], near[0], near[1])
            self._unknown.pop(word[:40])

    # -- words without spaces

    def _read_han(self, run: str) -> None:
        at = 0
        while at < len(run):
            for length in range(min(_CHARACTERS_AT_ONCE, len(run) - at), 0, -1):
                part = run[at:at + length]
                if self._han(part):
                    break
            at += length

    def _han(self, part: str) -> bool:
        """Whether `part` was understood; of a single character, whether or not."""
        if part in _CHANGES:
            self._change = _both(self._change, _CHANGES[part])
            return True
        bare = part[:-1] if len(part) > 1 and part[-1] in "色调" else part
        found = self._lexicon.concepts.get(part) or self._lexicon.concepts.get(bare)
        if len(part) == 1 and part in _SILENT_HAN:
            return True
        found = found or self._lexicon.find(part) or (self._lexicon.find(bare) if len(bare) > 1 else None)
        if not found and len(part) > 1:
            related = self._lexicon.related(part)
            found = related if related and not self._holds_concept(part) else None
        if found:
            self._add(part, found)
        elif len(part) == 1:
            found = self._lexicon.related(part)
            if found:
                self._add(part, replace(found, kind="word"), 0.5)
            elif found := self._lexicon.by_character(part):
                self._add(part, found, 0.3)
            else:
                self._unknown.setdefault(part)
        return found is not None

    def _holds_concept(self, part: str) -> bool:
        return any(part[i:j] in self._lexicon.concepts for i in range(len(part)) for j in range(i + 1, len(part) + 1))

    # -- what was understood

    def _add(self, text: str, entry: Entry | None, likeness: float = 1.0) -> None:
        if entry is None:
            return
        change = self._change
        if likeness == 1:  # a guess leaves what was asked for to the next piece
            self._change = (0.0, 1.0, 0.0)
        weight = _WEIGHTS[entry.kind] * likeness
        if before := self._pieces.get(entry.key):
            self._pieces[entry.key] = replace(before, weight=before.weight + 0.5 * weight)
        else:
            self._pieces[entry.key] = Piece(text, entry, weight, change, likeness)


def _beginning(text: str) -> str:
    """The first LONGEST characters, without half a word at the end."""
    if len(text) <= LONGEST:
        return text
    head = text[:LONGEST]
    space = head.rfind(" ", LONGEST - 50)
    return head[:space] if space > 0 else head


def _hex_entry(code: str) -> Entry:
    from core.guidance import Swatch

    r, g, b = bytes.fromhex(Swatch.from_hex(code).hex[1:])
    return Entry(code.lower(), "colour", ((r, g, b),))


def _both(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float, float]:
    return one[0] + other[0], one[1] * other[1], one[2] + other[2]


def _forms(key: str) -> list[str]:
    """A word and what may stand in the lexicon for it: without its endings."""
    forms = [key]
    for ending, instead in (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("y", ""),
                            ("ish", ""), ("ly", ""), ("ness", ""), ("ful", "")):  # fmt: skip
        if key.endswith(ending) and len(key) - len(ending) >= 3:
            stem = key[: len(key) - len(ending)] + instead
            forms.append(stem)
            if len(stem) > 3 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])  # reddish, sunny
    return forms
