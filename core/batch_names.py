"""Which file a batch writes for which photo, decided before any work and without looking at what exists.

`<out>/<stem>.<ext>` and `<out>/<stem>_labels.png`. Where two photos want the same name (a.jpg and a.png, both to
PNG) the second becomes a_png.png; where a result would fall on an input it becomes a_color.jpg. Names are compared
without regard to case, as some file systems do. The same inputs always get the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from core.formats import FORMATS

SUFFIXES = {row.id: row.suffix for row in FORMATS.values()}
# Forms that are read and not written, and names that are not written: the suffix their results get.
_REPLACED = {".gif": ".png", ".jpe": ".jpg", ".jfif": ".jpg", ".dib": ".bmp"}


@dataclass(frozen=True)
class Target:
    """Where the results of one photo go, and where its label map comes from."""

    source: Path
    photo: Path
    labels: Path | None
    label_map: Path | None

    @property
    def files(self) -> tuple[Path, ...]:
        """What will be written."""
        return (self.photo,) if self.labels is None else (self.photo, self.labels)


class BatchNames:
    """Deals out names for the inputs of one batch, in their order."""

    def __init__(
        self, inputs: Sequence[Path], out_dir: Path, form: str, save_labels: bool, label_maps_dir: Path | None
    ) -> None:
        self._out_dir, self._form, self._save_labels = out_dir, form, save_labels
        self._maps_dir = label_maps_dir
        self._shared = label_maps_dir is not None and _identity(label_maps_dir) == _identity(out_dir)
        self._inputs = {_identity(path) for path in inputs}
        self._dealt: set[str] = set()

    def deal_again(self, target: Target, suffix: str) -> Target:
        """A target in place of `target`, for a photo whose content asks for another suffix than its name."""
        self._dealt -= {_identity(file) for file in target.files}
        return self.deal(target.source, suffix)

    def deal(self, source: Path, suffix: str = "") -> Target:
        """The target of one input, by default with its own suffix or that of the format; its names are then taken."""
        suffix = suffix or SUFFIXES.get(self._form) or _REPLACED.get(source.suffix.lower(), source.suffix)
        for stem in self._stems(source, suffix):
            label_map = self._label_map(source, stem)
            labels = self._out_dir / f"{stem}_labels.png"
            if not self._save_labels or (label_map and _identity(label_map) == _identity(labels)):
                labels = None  # a map that was given stays as it is
            target = Target(source, self._out_dir / f"{stem}{suffix}", labels, label_map)
            if self._is_free(target):
                used = (*target.files, label_map) if label_map else target.files
                self._dealt.update(_identity(file) for file in used)
                return target
        raise AssertionError("the stems never end")

    def _stems(self, source: Path, suffix: str) -> Iterator[str]:
        yield source.stem
        if _identity(self._out_dir / f"{source.stem}{suffix}") in self._inputs:
            yield f"{source.stem}_color"
        tagged = f"{source.stem}_{source.suffix.lstrip('.').lower()}"
        yield tagged
        yield from (f"{tagged}_{number}" for number in count(2))

    def _is_free(self, target: Target) -> bool:
        return not {_identity(file) for file in target.files} & (self._inputs | self._dealt)

    def _label_map(self, source: Path, stem: str) -> Path | None:
        """The label map in the folder given for it: that of the dealt name first, then that of the photo's own."""
        if self._maps_dir is None:
            return None
        # Where maps and results share a folder, <stem>.png there is a result.
        ends = ("_labels",) if self._shared else ("_labels", "")
        names = [f"{name}{end}.png" for name in dict.fromkeys((stem, source.stem)) for end in ends]
        candidates = (self._maps_dir / name for name in names)
        return next(
            (path for path in candidates if path.is_file() and _identity(path) not in self._inputs), None
        )


def _identity(path: Path) -> str:
    return str(path.resolve()).casefold()
