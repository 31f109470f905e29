"""Fetching published weights: one list, a download that resumes, and a check before anything is used.

    python -m core.fetch                      the two networks of semantic-driven colorization
    python -m core.fetch gray2color --to DIR  another one, elsewhere
    python -m core.fetch --list               what there is, with licences
    python -m core.fetch --verify             check what is there already

The list is ``models/catalog.toml``. A file arrives in a side folder, where an interrupted download is
picked up again; it is held against its size and checksum where they are known, else opened as weights of
the network it claims to be, and only then moved into place. When the host refuses, one sentence says which
page to open by hand and where to put the file.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import os
import shutil
import sys
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from core.errors import Cancelled, FetchError

CATALOG = Path(__file__).resolve().parents[1] / "models" / "catalog.toml"
BUNDLED = CATALOG.parent / "weights"
INCOMING = ".incoming"  # side folder of a download that is not checked yet
ARCHIVE_LIMIT = 2 * 2**30  # bytes that a member of a downloaded archive may unpack to
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}

Progress = Callable[[int, int | None], None]  # bytes so far, bytes in all if known
Download = Callable[["Weights", Path, Progress], None]


@dataclass(frozen=True)
class Weights:
    """One row of the catalogue; see the head of ``models/catalog.toml`` for what each field means."""

    name: str
    system: str
    file: str
    page: str
    licence: str
    note: str
    network: str = ""
    bundled: bool = False
    default: bool = False
    gdrive: str = ""
    url: str = ""
    member: str = ""
    about: str = ""
    size: int = 0
    sha256: str = ""

    @property
    def address(self) -> str:
        """Where it is downloaded from; empty when only a person can fetch it."""
        return f"https://drive.google.com/uc?id={self.gdrive}" if self.gdrive else self.url


def catalog(path: Path = CATALOG) -> tuple[Weights, ...]:
    """Every row of the catalogue, in its order."""
    known = {field.name for field in fields(Weights)}
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["weights"]
    for row in rows:
        if strange := set(row) - known:
            raise FetchError(
                f"{path.name} has an unknown field {min(strange)} in {row.get('name', 'a row')}."
            )
    return tuple(Weights(**row) for row in rows)


def find(name: str) -> Weights:
    """The catalogue's row of ``name``; raises FetchError with the known names."""
    rows = {row.name: row for row in catalog()}
    if name not in rows:
        raise FetchError(f"There are no weights called {name!r}; known are {', '.join(rows)}.")
    return rows[name]


def weights_dir() -> Path:
    """Where fetched weights are kept: ``HUESMITH_WEIGHTS``, else a folder among the user's data."""
    from platformdirs import user_data_dir

    return Path(os.environ.get("HUESMITH_WEIGHTS") or Path(user_data_dir("huesmith")) / "weights")


def path_of(weights: Weights, folder: Path | None = None) -> Path:
    """Where the file belongs, whether it is there or not."""
    return (BUNDLED if weights.bundled else folder or weights_dir()) / weights.file


def fetched(name: str, folder: Path | None = None) -> Path | None:
    """The file of ``name`` if it is there, else None."""
    path = path_of(find(name), folder)
    return path if path.is_file() else None


def verify(weights: Weights, path: Path) -> None:
    """Raise FetchError unless ``path`` is what the catalogue says: size and checksum, else the right network."""
    size = path.stat().st_size
    if weights.size and size != weights.size:
        raise FetchError(
            f"{path.name} has {size:,} bytes instead of {weights.size:,}; fetch it again, or from {weights.page}."
        )
    if weights.sha256:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != weights.sha256:
            raise FetchError(f"{path.name} is not the published file (its checksum differs); fetch it again.")
    elif weights.network:
        from models import registry
        from models.errors import ModelError

        try:
            registry.from_file(path, weights.network)
        except ModelError as error:
            raise FetchError(str(error)) from None


def fetch(
    weights: Weights,
    folder: Path | None = None,
    *,
    download: Download | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Path:
    """Download, check and put in place; returns the path. A file that is there and sound is left alone.

    ``progress`` is told bytes so far and in all; ``cancel`` is asked at every step and ends the download
    with Cancelled, keeping what has arrived for the next time. Raises FetchError with a sentence.
    """
    target = path_of(weights, folder)
    if weights.bundled or target.is_file():
        return _present(weights, target)
    if not weights.address:
        raise FetchError(_by_hand(weights, target, "it cannot be fetched by itself"))
    arrived = target.parent / INCOMING / target.name

    def step(done: int, total: int | None) -> None:
        if cancel is not None and cancel():
            raise Cancelled
        if progress is not None:
            progress(done, total)

    try:
        arrived.parent.mkdir(parents=True, exist_ok=True)
        (download or _gdown)(weights, arrived, step)
        _unpack(weights, arrived)
    except (Cancelled, FetchError):
        raise
    except Exception as error:  # the host's, the network's and the library's errors are of a dozen kinds
        raise FetchError(_failure(weights, target, error)) from error
    _accept(weights, arrived, target)
    return target


def _present(weights: Weights, target: Path) -> Path:
    if not target.is_file():
        raise FetchError(
            f"{target.name} is missing from {target.parent}; restore it with git checkout {target}."
        )
    verify(weights, target)
    return target


def _accept(weights: Weights, arrived: Path, target: Path) -> None:
    """Check what arrived and move it into place; what is not right is deleted, so that it is not resumed."""
    try:
        verify(weights, arrived)
    except FetchError as error:
        arrived.unlink(missing_ok=True)
        raise FetchError(_by_hand(weights, target, f"what the host sent is of no use: {error}")) from None
    arrived.replace(target)
    if not any(arrived.parent.iterdir()):
        arrived.parent.rmdir()


def _unpack(weights: Weights, arrived: Path) -> None:
    """Put an archive's member in the archive's own place; a file that is no such archive stays as it is."""
    if not weights.member or not zipfile.is_zipfile(arrived):
        return
    with zipfile.ZipFile(arrived) as archive:
        members = [info for info in archive.infolist() if Path(info.filename).name == weights.member]
        if not members:  # torch's own files are zip archives too
            return
        if members[0].file_size > ARCHIVE_LIMIT:
            raise FetchError(
                f"{weights.member} in {arrived.name} claims {members[0].file_size:,} bytes; not unpacked."
            )
        unpacked = arrived.with_name(arrived.name + ".unpacked")
        with archive.open(members[0]) as source, unpacked.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
    unpacked.replace(arrived)


def _gdown(weights: Weights, target: Path, progress: Progress) -> None:
    """Download with gdown, which knows Google Drive's questions; a partial file beside ``target`` is resumed."""
    try:
        import gdown
    except ImportError:
        raise FetchError(
            _by_hand(weights, target.parents[1] / target.name, "gdown is not installed")
        ) from None
    source = {"id": weights.gdrive} if weights.gdrive else {"url": weights.url}
    gdown.download(
        **source,
        output=str(target),
        quiet=True,
        resume=True,
        progress=progress,
        retries=2,
        timeout=30,
        use_cookies=False,
    )


def _failure(weights: Weights, target: Path, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in _DISK:
        why, folder = error.strerror, target.parent
        return f"{target.name} cannot be written into {folder} ({why}); choose another folder with --to."
    return _by_hand(weights, target, "the host refused or cannot be reached")


def _by_hand(weights: Weights, target: Path, why: str) -> str:
    return (
        f"{weights.name} was not fetched: {why}. Open {weights.page} in a browser "
        f"and put the file into {target.parent} as {target.name}."
    )


def main(arguments: Sequence[str] | None = None, *, download: Download | None = None) -> int:
    """The command line; returns 0 when all is well, 1 when something failed, 2 for a usage error."""
    parser = argparse.ArgumentParser(
        prog="fetch_models.sh", description="Fetch published weights, or check them."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to fetch (default: colornet gridnet)")
    parser.add_argument("--list", action="store_true", help="say what there is, and stop")
    parser.add_argument(
        "--verify", action="store_true", help="check the files that are there; download nothing"
    )
    parser.add_argument(
        "--to", type=Path, metavar="DIR", help=f"folder of fetched weights (default: {weights_dir()})"
    )
    options = parser.parse_args(arguments)
    try:
        rows = [find(name) for name in options.names] or list(catalog())
    except FetchError as error:
        print(error, file=sys.stderr)
        return 2
    if options.list:
        print("\n\n".join(_described(row, options.to) for row in rows))
        return 0
    if options.verify:
        return max(_verify_aloud(row, options.to, asked=bool(options.names)) for row in rows)
    if not options.names:
        rows = [row for row in rows if row.default]
    return max(_fetch_aloud(row, options.to, download) for row in rows)


def _described(row: Weights, folder: Path | None) -> str:
    state = "bundled" if row.bundled else "here" if path_of(row, folder).is_file() else "not fetched"
    size = f", {row.size / 1e6:.1f} MB" if row.size else f", about {row.about}" if row.about else ""
    return f"{row.name}  [{state}{size}]  {row.system}\n  licence: {row.licence}\n  {row.note}\n  {row.page}"


def _verify_aloud(row: Weights, folder: Path | None, *, asked: bool) -> int:
    path = path_of(row, folder)
    if not path.is_file():
        print(f"{row.name}: not there ({path})")
        return int(asked or row.bundled)
    try:
        verify(row, path)
    except FetchError as error:
        print(f"{row.name}: {error}", file=sys.stderr)
        return 1
    print(f"{row.name}: sound ({path})")
    return 0


def _fetch_aloud(row: Weights, folder: Path | None, download: Download | None) -> int:
    from tqdm import tqdm

    with tqdm(desc=row.name, unit="B", unit_scale=True, disable=None, leave=False) as bar:

        def progress(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            path = fetch(row, folder, download=download, progress=progress)
        except FetchError as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print(f"{row.name}: stopped; the next start goes on from here.", file=sys.stderr)
            return 1
    print(f"{row.name}: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
