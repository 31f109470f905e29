"""Which photos a batch is given: files, folders and trees of them, patterns, and lists in a text file.

    holiday/           the photos in it; with `recursive` those of the folders in it too
    'scans/**/*.tif'   a pattern, quoted so that the shell leaves it alone; ** stands for any folders
    @list.txt          a line each: a photo, a folder or a pattern, from the list's folder on; # begins a remark

Below the folder that was named, or the part of a pattern before its first *, the tree is mirrored in the output
folder. What lies in the output folder itself is never an input. Fifty thousand names are kept as what they are,
short texts, and become paths when they are asked for.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import BatchError, PhotoError
from core.folder import find_photos, is_there, photos_in
from core.photo import is_photo_path
from core.photo_pages import expand

LARGEST_LIST = 64 * 2**20  # bytes of a text file of names
REFERENCE = "_ref"  # at the end of a stem: colours for the photo of that name


class Names(Sequence[Path]):
    """Many paths, held as text."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, at: int) -> Path:  # type: ignore[override]  # a slice is asked of no batch
        return Path(self._texts[at])


@dataclass(frozen=True)
class Inputs:
    """The photos, each once, in reading order; `roots` are the folders whose trees are mirrored."""

    paths: Names
    roots: tuple[Path, ...] = ()


def find_inputs(
    given: Iterable[Path],
    *,
    recursive: bool = False,
    out_dir: Path | None = None,
    references_dir: Path | None = None,
) -> Inputs:
    """All photos that `given` stands for. With `references_dir`, a <stem>_ref there beside its photo is none of them.

    Raises PhotoError or BatchError, a sentence, for what is missing, cannot be read or stands for no photo.
    """
    search = _Search(recursive, out_dir, references_dir)
    for one in given:
        search.add(Path(one))
    return Inputs(Names(list(search.found)), tuple(search.roots))


class _Search:
    """The names found so far."""

    def __init__(self, recursive: bool, out_dir: Path | None, references_dir: Path | None) -> None:
        self._recursive = recursive
        self._out = None if out_dir is None else os.path.realpath(out_dir)
        self._references = None if references_dir is None else os.path.realpath(references_dir)
        self.found: dict[str, None] = {}
        self.roots: dict[Path, None] = {}

    def add(self, given: Path, listed: bool = False) -> None:
        text = str(given)
        if text.startswith("@") and not listed and not is_there(given):
            self._add_list(Path(text[1:]))
        elif glob.has_magic(text) and not is_there(given):
            self._add_pattern(text)
        elif given.is_dir() and self._recursive:
            self._add_tree(given)
        else:
            photos = find_photos([given])
            self._take(self._without_references(photos) if given.is_dir() else photos)

    def _take(self, photos: Iterable[Path | str]) -> None:
        self.found.update(dict.fromkeys(map(str, photos)))

    def _add_list(self, path: Path) -> None:
        try:
            if path.stat().st_size > LARGEST_LIST:
                raise BatchError(f"{path} is larger than {LARGEST_LIST >> 20} MB; name a list of photos, a line each.")
            lines = path.read_bytes().decode("utf-8-sig", "surrogateescape").splitlines()
        except OSError as error:
            raise BatchError(f"The list {path} cannot be read ({error.strerror}); check its name.") from error
        for line in map(str.strip, lines):
            if line and not line.startswith("#"):
                self.add(path.parent / line, listed=True)

    def _add_pattern(self, text: str) -> None:
        root = _fixed_part(text)
        hits = glob.iglob(text, recursive=True)  # noqa: PTH207 - pathlib refuses a pattern that is absolute
        fitting = [Path(hit) for hit in sorted(hits, key=reading_order) if self._fits(hit, root)]
        photos = [one for hit in fitting for one in expand(hit)]
        if not photos:
            raise PhotoError(f"{text} fits no photo; check the pattern and put it in quotes.")
        self.roots[root] = None
        self._take(photos)

    def _add_tree(self, root: Path) -> None:
        before = len(self.found)
        for folder in self._folders(root):
            self._take(self._without_references(photos_in(folder)))
        if len(self.found) == before:
            find_photos([root])  # which says what is wrong, where there is no photo at all
        self.roots[root] = None

    def _folders(self, root: Path) -> Iterator[Path]:
        """`root` and what is below it, but for hidden folders, links to folders and the results."""
        for folder, below, _ in os.walk(root):
            below[:] = sorted((name for name in below if not name.startswith(".")), key=reading_order)
            below[:] = [name for name in below if not self._is_out(Path(folder) / name)]
            yield Path(folder)

    def _is_out(self, folder: Path) -> bool:
        return self._out is not None and os.path.realpath(folder) == self._out

    def _fits(self, hit: str, root: Path) -> bool:
        return is_photo_path(Path(hit)) and Path(hit).is_file() and not self._is_result(hit, root)

    def _is_result(self, hit: str, root: Path) -> bool:
        """Whether a pattern that starts at `root` fell on what a batch wrote into a folder below it."""
        below = self._out is not None and _is_below(root, self._out)
        return self._out is not None and not below and _is_below(Path(hit).parent, self._out)

    def _without_references(self, photos: list[Path]) -> list[Path]:
        """`photos` of one folder, but for those that lend the others their colours."""
        if self._references is None or not photos or not _is_below(photos[0].parent, self._references):
            return photos
        stems = {photo.stem for photo in photos}
        return [one for one in photos if not (one.stem.endswith(REFERENCE) and one.stem[: -len(REFERENCE)] in stems)]


def _is_below(folder: Path, root: str) -> bool:
    real = os.path.realpath(folder)
    return real == root or real.startswith(root + os.sep)


def _fixed_part(pattern: str) -> Path:
    """The folder that a pattern starts in: all before its first part with a * ? or [."""
    fixed = []
    for part in Path(pattern).parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)


def reading_order(text: str) -> tuple[list[tuple[int, int | str]], str]:
    """As a person reads names: b2 before b10, case set aside; folder by folder."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part], text
