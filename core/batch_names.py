"""Which file a batch writes for which photo, decided before any work and without looking at what exists.

`<out>/<tree>/<stem>.<ext>` and `<out>/<tree>/<stem>_labels.png`, where <tree> is where the photo lies below the folder
that was given, and a pattern may say otherwise than <stem>. Where two photos want the same name (a.jpg and a.png, both
to PNG) the second becomes a_png.png; where a result would fall on an input it becomes a_color.jpg. Names are compared
without regard to case, as some file systems do. The same inputs always get the same names.

Of names that are taken only digests are kept, so that fifty thousand of them are a few megabytes.
"""

from __future__ import annotations

import os
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from pathlib import Path

from core.also_kinds import names_of
from core.errors import BatchError
from core.file_names import safe_stem
from core.formats import SAME, format_named
from core.photo_pages import file_of, stem_of

# Names that are not written: the suffix their results get. Forms that are read and not written become PNG.
_REPLACED = {".jpe": ".jpg", ".jfif": ".jpg", ".dib": ".bmp"}
_ILLEGAL = frozenset('<>:"/\\|?*') | {chr(code) for code in range(32)}
FIELDS = ("stem", "parent", "index", "colorizer", "label-set")
PLAIN = "{stem}"


@dataclass(frozen=True)
class Target:
    """Where the results of one photo go, and where its label map comes from. `index` is its place in the batch."""

    source: Path
    photo: Path
    labels: Path | None
    label_map: Path | None
    index: int = 0
    also: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """What will be written."""
        return (self.photo, *(() if self.labels is None else (self.labels,)), *self.also)


@dataclass(frozen=True)
class NamePattern:
    """How results are named: text with {stem}, {parent} (the photo's folder), {index} (1 is the first), {colorizer}
    and {label-set}. `colorizer` and `label_set` are what stands for the last two. Raises BatchError where no names
    could come of it."""

    text: str = PLAIN
    total: int = 1
    colorizer: str = ""
    label_set: str = ""

    def __post_init__(self) -> None:
        try:
            parts = list(string.Formatter().parse(self.text))
        except ValueError as error:
            raise BatchError(f"--name '{self.text}' has a brace too many or too few ({error}).") from error
        fields = [field for _, field, _, _ in parts if field is not None]
        known = ", ".join(f"{{{field}}}" for field in FIELDS)
        for field, (_, _, form, turn) in zip(fields, [part for part in parts if part[1] is not None]):
            if field not in FIELDS or form or turn:
                raise BatchError(f"--name knows no {{{field}}}; there are {known}.")
        if not {"stem", "index"} & set(fields):
            raise BatchError("--name needs {stem} or {index}, or all results would have one name.")
        if bad := sorted(_ILLEGAL & set("".join(part[0] for part in parts))):
            raise BatchError(f"--name cannot hold {bad[0]!r}, which no file may have in its name on some systems.")

    def stem(self, source: Path, index: int) -> str:
        """The stem of the result of a photo."""
        if self.text == PLAIN:
            return safe_stem(stem_of(source))
        values = {
            "stem": stem_of(source),
            "parent": source.absolute().parent.name,
            "index": str(index + 1).zfill(len(str(self.total))),
            "colorizer": self.colorizer,
            "label-set": self.label_set,
        }
        parts = string.Formatter().parse(self.text)
        return safe_stem("".join(text + (values[field] if field else "") for text, field, _, _ in parts))


class BatchNames:
    """Deals out names for the inputs of one batch, in their order."""

    def __init__(
        self, inputs: Sequence[Path], out_dir: Path, form: str, save_labels: bool, label_maps_dir: Path | None,
        roots: Sequence[Path] = (), pattern: NamePattern | None = None, also: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._also = also
        self._out_dir, self._form, self._save_labels = out_dir, form, save_labels
        self._maps_dir = label_maps_dir
        self._pattern = pattern or NamePattern()
        self._roots = [os.path.realpath(root) for root in roots]
        self._shared = label_maps_dir is not None and os.path.realpath(label_maps_dir) == os.path.realpath(out_dir)
        self._inputs = {_input_identity(path) for path in inputs}
        # What a photo would be called first stays free for it, whoever has to be called anew before.
        self._wanted = {_identity(self._first(path, index)) for index, path in enumerate(inputs)}
        self._dealt: set[bytes] = set()

    def deal_again(self, target: Target, suffix: str) -> Target:
        """A target in place of `target`, for a photo whose content asks for another suffix than its name."""
        self._dealt -= {_identity(file) for file in target.files}
        return self._deal(target.source, target.index, suffix, self._wanted)

    def deal(self, source: Path, suffix: str = "", index: int = 0) -> Target:
        """The target of one input, by default with its own suffix or that of the format; its names are then taken."""
        return self._deal(source, index, suffix or self._suffix(source), frozenset())

    def under(self, source: Path) -> Path:
        """Where a photo lies below the folder that was given: Path() for the folder itself."""
        folder = _real(str(source.parent))
        for root in self._roots:
            if folder == root or folder.startswith(root.rstrip(os.sep) + os.sep):
                return Path(os.path.relpath(folder, root))
        return Path()

    def _suffix(self, source: Path) -> str:
        if self._form != SAME:
            return format_named(self._form).suffix
        suffix = file_of(source).suffix
        return suffix if format_named(suffix) else _REPLACED.get(suffix.lower(), ".png")

    def _first(self, source: Path, index: int) -> Path:
        return self._out_dir / self.under(source) / f"{self._pattern.stem(source, index)}{self._suffix(source)}"

    def _deal(self, source: Path, index: int, suffix: str, kept: set[bytes] | frozenset[bytes]) -> Target:
        folder = self._out_dir / self.under(source)
        for stem in self._stems(source, index, folder, suffix):
            label_map = self._label_map(source, stem)
            labels = folder / f"{stem}_labels.png"
            if not self._save_labels or (label_map and _identity(label_map) == _identity(labels)):
                labels = None  # a map that was given stays as it is
            also = tuple(path for paths in names_of(self._also, folder, stem).values() for path in paths)
            target = Target(source, folder / f"{stem}{suffix}", labels, label_map, index, also)
            if self._is_free(target) and kept.isdisjoint(map(_identity, target.files)):
                used = (*target.files, label_map) if label_map else target.files
                self._dealt.update(_identity(file) for file in used)
                return target
        raise AssertionError("the stems never end")

    def _stems(self, source: Path, index: int, folder: Path, suffix: str) -> Iterator[str]:
        stem = self._pattern.stem(source, index)
        yield stem
        if _identity(folder / f"{stem}{suffix}") in self._inputs:
            yield f"{stem}_color"
        tagged = f"{stem}_{file_of(source).suffix.lstrip('.').lower()}"
        yield tagged
        yield from (f"{tagged}_{number}" for number in count(2))

    def _is_free(self, target: Target) -> bool:
        files = {_identity(file) for file in target.files}
        return files.isdisjoint(self._inputs) and files.isdisjoint(self._dealt)

    def _label_map(self, source: Path, stem: str) -> Path | None:
        """The label map in the folder given for it, in its tree or at its top: that of the dealt name first, then that
        of the photo's own."""
        if self._maps_dir is None:
            return None
        # Where maps and results share a folder, <stem>.png there is a result.
        ends = ("_labels",) if self._shared else ("_labels", "")
        names = [f"{name}{end}.png" for name in dict.fromkeys((stem, stem_of(source))) for end in ends]
        folders = dict.fromkeys((self._maps_dir / self.under(source), self._maps_dir))
        candidates = (folder / name for folder in folders for name in names)
        return next(
            (path for path in candidates if path.is_file() and _identity(path) not in self._inputs), None
        )


@lru_cache(4096)
def _real(folder: str) -> str:
    return os.path.realpath(folder)


def _digest(text: str) -> bytes:
    return blake2b(text.casefold().encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _identity(path: Path) -> bytes:
    """What two names of one file to be written have in common."""
    return _digest(f"{_real(str(path.parent))}{os.sep}{path.name}")


def _input_identity(path: Path) -> bytes:
    """The same of a file that is read: a link stands for the file behind it."""
    path = file_of(path)
    return _identity(path.resolve() if path.is_symlink() else path)
