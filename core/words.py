"""Words to a palette, offline: Chinese or English, of any length, in a few milliseconds.

The text is read for what its words look like (core/reading with core/lexicon), and each piece that is understood
gives its most telling colours in turn, more of them the more it says. Moods reach the others: night darkens, fog
takes colour away. The same words, options and seed give the same swatches; seed 0 gives the most typical ones.
A category or a picture joins as context, and locked swatches stay where they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.color import delta_e2000
from core.guidance import Swatch
from core.lexicon import Entry, Lexicon, lexicon
from core.oklch import lch_of, swatch_of
from core.palette import lab_of
from core.reading import LONGEST, Piece, Reader, Reading

FEWEST, MOST = 1, 32  # swatches of one answer
_APART = 7.0  # ΔE2000 between two swatches of one answer
_CATEGORY_WEIGHT, _PICTURE_WEIGHT = 2.5, 2.0


@dataclass(frozen=True)
class Understood:
    """One understood piece: as written, what it was taken for, and the colours that stand for it here."""

    text: str
    meaning: str
    swatches: tuple[Swatch, ...]


@dataclass(frozen=True)
class Spoken:
    """A palette made from words. `unknown` are words that gave nothing; `notes` are sentences for the person."""

    swatches: tuple[Swatch, ...]
    understood: tuple[Understood, ...]
    unknown: tuple[str, ...]
    seed: int
    notes: tuple[str, ...] = ()


@dataclass
class _Voice:
    """A piece with its say: colours still to come, as OKLCH, and what it has given."""

    label: str
    meaning: str
    colors: list[np.ndarray]
    weight: float
    base: np.ndarray
    given: int = 0
    variants: int = 0


def categories() -> tuple[str, ...]:
    """The 21 categories of the CYS data set, by their own names."""
    names = [name for name, entry in lexicon().categories.items() if name == entry.key]
    return tuple(names)


def category_palette(name: str) -> tuple[Swatch, ...]:
    """The typical palette of a category, by its name or another spelling; KeyError for an unknown one."""
    table = lexicon().categories
    return _swatches(table.get(name) or table[name.strip().lower()])


def words_to_palette(
    text: str,
    count: int = 5,
    *,
    seed: int = 0,
    category: str | None = None,
    picture: Sequence[Swatch] = (),
    locked: Mapping[int, Swatch] | None = None,
) -> Spoken:
    """`count` swatches for a text; see the module.

    `category` is one of `categories()`, `picture` the palette of a picture as context, `locked` the swatches that
    stay, by their place. Unknown words give what is nearest; no words at all give a palette people love, another
    for every seed. KeyError for an unknown category.
    """
    book = lexicon()
    count = min(max(count, FEWEST), MOST)
    reading = Reader(book).read(text)
    chance = np.random.default_rng([zlib.crc32(text[:LONGEST].encode("utf-8", "replace")), seed])
    voices = _voices(reading, chance if seed else None)
    voices += _context(book, category, picture)
    guessed = not voices
    if guessed:
        voices = [_loved(book, text, chance, seed)]
    fixed = {at: one for at, one in (locked or {}).items() if 0 <= at < count}
    chosen = _choose(voices, count - len(fixed), list(fixed.values()))
    return _answer(reading, voices, chosen, fixed, seed, _notes(text, reading, guessed))


def _voices(reading: Reading, chance: np.random.Generator | None) -> list[_Voice]:
    """What every understood piece has to say, moods of the others applied."""
    pieces = reading.pieces
    sure = [piece for piece in pieces if piece.weight >= 1.0]
    pieces = tuple(sure) if sure else pieces
    voices = []
    for piece in pieces:
        others = [other.entry for other in pieces if other is not piece]
        moods = (sum(one.lightness for one in others), float(np.prod([one.chroma for one in others])))
        voices.append(_voice(piece, moods, chance))
    return voices


def _voice(piece: Piece, moods: tuple[float, float], chance: np.random.Generator | None) -> _Voice:
    asked, chroma, hue = piece.change
    spoken = piece.entry.kind in ("colour", "name")  # who says red means red, by night as well
    mood = max(moods[0], -0.2) * (0.4 if spoken else 1.0)
    chroma *= max(moods[1], 0.5) ** (0.3 if spoken else 1.0)
    chroma = float(np.clip(chroma, 0.3, 2.0))
    colors = [lch_of(one) * (1, chroma, 1) + (0, 0, hue) for one in _swatches(piece.entry)]
    for color in colors:
        room = min(1.0, color[0] / 0.5 if asked < 0 else (1 - color[0]) / 0.35)  # dark chocolate is not black
        color[0] = np.clip(color[0] + np.clip(mood + asked * room, -0.3, 0.3), 0.06, 0.985)
    if chance is not None:
        colors = _shuffled(colors, chance, spoken)
    meaning = piece.entry.key if piece.likeness == 1 else f"like “{piece.entry.key}”"
    return _Voice(piece.text, meaning, colors, piece.weight, colors[0])


def _shuffled(colors: list[np.ndarray], chance: np.random.Generator, keep_first: bool) -> list[np.ndarray]:
    """Another telling of the same: in another order, with relatives among them, each a little different.

    `keep_first`: a colour that was named comes first, and brings no relatives.
    """
    if not keep_first:
        kin = [_variant(colors[at % len(colors)], int(chance.integers(len(_STEPS)))) for at in range(4)]
        colors = [*colors, *kin]
    share = 0.8 ** np.arange(len(colors))
    order = list(chance.choice(len(colors), len(colors), replace=False, p=share / share.sum()))
    if keep_first:
        order.sort(key=bool)
    wobble = chance.normal(size=(len(colors), 3)) * (0.025, 0.1, 5.0)
    wobble = np.clip(wobble, (-0.05, -0.2, -10), (0.05, 0.2, 10))
    return [colors[at] * (1, 1 + move[1], 1) + (move[0], 0, move[2]) for at, move in zip(order, wobble)]


def _context(book: Lexicon, category: str | None, picture: Sequence[Swatch]) -> list[_Voice]:
    voices = []
    if category:
        colors = [lch_of(one) for one in category_palette(category)]
        voices.append(_Voice(category, "category", colors, _CATEGORY_WEIGHT, colors[0]))
    if picture:
        colors = [lch_of(one) for one in picture]
        voices.append(_Voice("", "picture", colors, _PICTURE_WEIGHT, colors[0]))
    return voices


def _loved(book: Lexicon, text: str, chance: np.random.Generator, seed: int) -> _Voice:
    """A palette for words that say nothing: what is spelt nearest, or one that people love."""
    word = max(text[:LONGEST].split(), key=len, default="")
    near = book.nearest(word.lower()) if word else None
    if near and not seed:
        colors = [lch_of(one) for one in _swatches(near[0])]
        meaning = f"like “{near[0].key}”"
    else:
        rows = book.loved[int(chance.integers(len(book.loved)))]
        colors = [lch_of(Swatch(*(float(part) / 255 for part in row))) for row in rows]
        meaning = "a palette people love"
    return _Voice(word[:40], meaning, colors, 1.0, colors[0])


def _choose(voices: list[_Voice], count: int, taken: list[Swatch]) -> list[tuple[_Voice, Swatch]]:
    """`count` colours, each from the voice that has said least for its weight."""
    if len(voices) > count > 0:
        kept = sorted(range(len(voices)), key=lambda at: (-voices[at].weight, at))[:count]
        voices[:] = [voices[at] for at in sorted(kept)]
    chosen: list[tuple[_Voice, Swatch]] = []
    while len(chosen) < count:
        # everybody once, then by weight; the earlier word first
        voice = min(voices, key=lambda one: one.given and one.given / one.weight**0.5)
        voice.given += 1
        swatch = _next(voice, [*taken, *(one for _, one in chosen)])
        chosen.append((voice, swatch))
    return chosen


def _next(voice: _Voice, taken: list[Swatch]) -> Swatch:
    """The voice's next colour that is not there yet: its own, then variants of them, at last any."""
    for _ in range(24):
        if voice.colors:
            color = voice.colors.pop(0)
        else:
            color = _variant(voice.base, voice.variants)
            voice.variants += 1
        swatch = swatch_of(color)
        if not taken or delta_e2000(lab_of([swatch]), lab_of(taken)).min() > _APART:
            return swatch
    return swatch


_STEPS = ((-0.16, 0.95, 0), (0.15, 0.7, 0), (-0.02, 0.75, 28), (0.24, 0.4, -12), (-0.28, 0.8, -10),
          (0.06, 0.85, -28), (-0.1, 0.35, 0), (0.3, 0.2, 20))  # fmt: skip


def _variant(base: np.ndarray, number: int) -> np.ndarray:
    """A relative of a colour: darker, lighter, a neighbour in hue, a tint, a shade, and on around."""
    lightness, chroma, hue = _STEPS[number % len(_STEPS)]
    turn = 1 + number // len(_STEPS)
    L = base[0] + lightness * (0.6 if turn % 2 == 0 else 1)
    if not 0.08 < L < 0.98:
        L = base[0] - lightness
    return np.array([L, base[1] * chroma, base[2] + hue * turn], np.float32)


def _swatches(entry: Entry) -> tuple[Swatch, ...]:
    return tuple(Swatch(r / 255, g / 255, b / 255) for r, g, b in entry.colors)


def _answer(
    reading: Reading,
    voices: list[_Voice],
    chosen: list[tuple[_Voice, Swatch]],
    fixed: dict[int, Swatch],
    seed: int,
    notes: tuple[str, ...],
) -> Spoken:
    new = iter(one for _, one in chosen)
    swatches = tuple(fixed[at] if at in fixed else next(new) for at in range(len(chosen) + len(fixed)))
    understood = tuple(
        Understood(voice.label, voice.meaning, tuple(one for who, one in chosen if who is voice))
        for voice in voices
    )
    heard = {voice.label for voice in voices}
    dropped = (piece.text for piece in reading.pieces if piece.likeness < 1 and piece.text not in heard)
    return Spoken(swatches, understood, tuple(dict.fromkeys((*reading.unknown, *dropped))), seed, notes)


def _notes(text: str, reading: Reading, guessed: bool) -> tuple[str, ...]:
    notes = []
    if len(text) > LONGEST:
        notes.append(f"Of {len(text):,} characters the first {LONGEST:,} were read.")
    if not text.strip():
        notes.append("No words were given; this is a palette that people love.")
    elif guessed:
        notes.append("None of these words is known; this is the nearest there is.")
    return tuple(notes)
