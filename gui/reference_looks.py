"""What references look like, read once each; to be asked in a thread."""

from __future__ import annotations

from pathlib import Path

from core.photo_pages import file_of
from core.references import Look, look_at

KNOWN = 64  # that are kept


class Looks:
    """Kept by path, time of change and the photo that they are for."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, str], Look] = {}

    def of(self, path: str, key: str) -> Look:
        """What is known of the reference at `path` for the photo of a `Photo.key`, or is read now. Takes long."""
        try:
            known = path, file_of(Path(path)).stat().st_mtime_ns, key
        except OSError:
            return look_at(path, key)
        if known not in self._known:
            while len(self._known) >= KNOWN:
                self._known.pop(next(iter(self._known)))
            self._known[known] = look_at(path, key)
        return self._known[known]
