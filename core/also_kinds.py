"""The kinds of files that may be written beside a result, and their names; core/also writes them.

    names_of({"ora", "labels"}, folder, "mill")   mill_layers.ora, mill_labels.png
    kinds_of("side-by-side,labels")               as --also has it
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

ORA, PSD, LABELS, PALETTE = "ora", "psd", "labels", "palette"
SIDE, PAIR, WEBP, GIF = "side-by-side", "before-after", "animation", "gif"

FILES: dict[str, tuple[str, ...]] = {
    ORA: ("_layers.ora",),
    PSD: ("_layers.psd",),
    LABELS: ("_labels.png",),
    PALETTE: ("_palette.gpl",),
    SIDE: ("_side-by-side.jpg",),
    PAIR: ("_before.jpg", "_after.jpg"),
    WEBP: ("_animation.webp",),
    GIF: ("_animation.gif",),
}
"""What each kind writes, by what follows the stem."""
KINDS = tuple(FILES)


def names_of(kinds: Collection[str], folder: Path, stem: str) -> dict[str, tuple[Path, ...]]:
    """The files of each kind, in the order of FILES."""
    return {kind: tuple(folder / f"{stem}{tail}" for tail in FILES[kind]) for kind in KINDS if kind in kinds}


def free_stem(kinds: Collection[str], folder: Path, stem: str) -> str:
    """The stem itself, or with the first number under which none of the files is there yet."""
    number, tried = 1, stem
    while any(path.exists() for paths in names_of(kinds, folder, tried).values() for path in paths):
        number += 1
        tried = f"{stem}-{number}"
    return tried


def kinds_of(text: str) -> tuple[str, ...]:
    """The kinds in "side-by-side,labels". Raises ValueError for a word that is none of KINDS."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if unknown := [word for word in words if word not in KINDS]:
        raise ValueError(f"“{unknown[0]}” is none of {', '.join(KINDS)}")
    return tuple(dict.fromkeys(words))
