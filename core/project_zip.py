"""The zip that a project is kept in: written plainly, read with suspicion.

A project may come from anywhere, so nothing in it is believed: how many entries there are, how large they say they
are, how large they turn out to be and what they are called is looked at before a byte is used. Nothing is unpacked
by its own name. Whatever is wrong is a Broken, whose text completes the sentence "FILE is no whole project: ...".
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from core.zip_safety import most_entries

MIMETYPE = "application/x-huesmith-project"
FIRST = "mimetype"
MOST_ENTRIES = 2000
LARGEST_ENTRY = 2 << 30  # bytes; a photo inside, and nothing else, may come near
LARGEST_TOGETHER = 4 << 30
_NAME = re.compile(r"[\w()\[\]+,@~#= -][\w.()\[\]+,@~#= -]*(?:/[\w()\[\]+,@~#= -][\w.()\[\]+,@~#= -]*)?")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_MOST_IN_DIRECTORY = 8 * MOST_ENTRIES  # as many of the shortest names as there may be of long ones
_EPOCH = 1980, 1, 1, 0, 0, 0  # the same contents are the same bytes


class Broken(Exception):
    """A zip that is no project, or damaged, or made to do harm; the text says which."""


def pack(file: BinaryIO, entries: Iterable[tuple[str, bytes, bool]]) -> None:
    """Write a zip of (name, content, whether to deflate it) in this order, behind the entry that says what it is."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, content, deflate in ((FIRST, MIMETYPE.encode(), False), *entries):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, compresslevel=1)


def safe_name(name: str) -> str:
    """A file's name as an entry may be called: what might mean something to a file system is taken out."""
    return re.sub(r"[^\w.()\[\]+,@~#= -]", "_", name).lstrip(".")[-120:] or "file"


class Reader:
    """The entries of a project, by name. Broken where it cannot be opened; use it as a context."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                entries = most_entries(file)
            if entries > _MOST_IN_DIRECTORY:
                raise Broken(f"it has room for {entries} entries, far more than a project needs")
            self._zip = zipfile.ZipFile(path)
        except (OSError, MemoryError, Broken):
            raise
        except Exception as error:  # what zipfile raises on bytes that only look like a zip is not told anywhere
            raise Broken("it is damaged, cut short or another kind of file") from error
        try:
            self.names = _checked(self._zip.infolist())
        except Broken:
            self._zip.close()
            raise

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    def read(self, name: str, most: int) -> bytes:
        """The content of an entry of at most so many bytes."""
        info = self.names.get(name)
        if info is None:
            raise Broken(f"“{name}” is missing in it")
        if info.file_size > most:
            raise Broken(f"“{name}” in it claims to be {info.file_size >> 20} MB, far more than it may be")
        try:
            with self._zip.open(info) as file:
                content = file.read(most + 1)
        except _DAMAGED as error:
            raise Broken(f"“{name}” in it is damaged or cut short") from error
        if len(content) != info.file_size:
            raise Broken(f"“{name}” in it is not as large as it claims")
        return content


def _checked(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The entries by name; Broken where one of them is not such as a project has."""
    if len(entries) > MOST_ENTRIES:
        raise Broken(f"it has {len(entries)} entries, far more than a project needs")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in entries:
        name, mode = info.orig_filename, info.external_attr >> 16
        if not _NAME.fullmatch(name):
            raise Broken(f"it has an entry with the unsafe name “{_shown(name)}”")
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise Broken(f"“{name}” in it is a link or no ordinary file")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken(f"“{name}” in it is encrypted or packed in another way")
        if name in found:
            raise Broken(f"“{name}” is in it twice")
        found[name] = info
    sizes = [info.file_size for info in entries]
    if max(sizes, default=0) > LARGEST_ENTRY or sum(sizes) > LARGEST_TOGETHER:
        raise Broken("it claims to hold more than a project may")
    return found


def _shown(name: str) -> str:
    """A name as part of a sentence of one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:60])
