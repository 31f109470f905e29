"""The formats a result can be written in, as one table, and what a person asks of one.

    FORMATS["TIFF"].depths      -> (8, 16)
    format_named("jpg")         -> FORMATS["JPEG"]
    ExportSettings("jpg", quality=90, subsampling="420", strip_gps=True)

A format stands here once; the command line, the dialog, the batch and the writer read the same row. One that holds
layers has `layered` set: such a file is made of more than the pixels of one picture, and its writer is `module`.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import ExportError

SAME = "same"
SUBSAMPLINGS = {"444": "4:4:4", "422": "4:2:2", "420": "4:2:0"}
GOOD_ENOUGH = 90  # from this quality on, colour is kept at every pixel


@dataclass(frozen=True)
class Format:
    """One format. `name` is its own, `id` what the command line calls it; the first suffix is the one that is given.

    `quality` is what is meant where none was asked for, None for a format that has none; `lossless` says that
    without a quality nothing is lost. `longest` is the most pixels a side may have.
    """

    name: str
    id: str
    title: str
    suffixes: tuple[str, ...]
    depths: tuple[int, ...] = (8,)
    alpha: bool = True
    carries: bool = True  # profile, EXIF and XMP
    lossless: bool = True
    quality: int | None = None
    subsampled: bool = False
    longest: int = (1 << 31) - 1
    layered: bool = False
    module: str = "core.photo_encode"

    @property
    def suffix(self) -> str:
        return self.suffixes[0]

    @property
    def has_quality(self) -> bool:
        """Whether a quality means anything."""
        return self.quality is not None

    def subsampling(self, quality: int | None, wish: str | None) -> str:
        """How finely colour is kept, "444", "422" or "420": as wished, else by the quality."""
        return wish or ("444" if (self.quality if quality is None else quality) >= GOOD_ENOUGH else "420")


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("PNG", "png", "PNG", (".png",), (8, 16)),
        Format("TIFF", "tiff", "TIFF", (".tiff", ".tif"), (8, 16)),
        Format("JPEG", "jpg", "JPEG", (".jpg", ".jpeg"), alpha=False, lossless=False, quality=95, subsampled=True,
               longest=65500),
        Format("WEBP", "webp", "WebP", (".webp",), quality=100, longest=16383),
        Format("AVIF", "avif", "AVIF", (".avif",), lossless=False, quality=90, subsampled=True, longest=65535),
        Format("BMP", "bmp", "BMP", (".bmp",), alpha=False, carries=False),
        Format("ORA", "ora", "OpenRaster, with layers", (".ora",), (8, 16), layered=True, module="core.ora"),
        Format("PSD", "psd", "Photoshop PSD, with layers", (".psd",), (8, 16), longest=30000, layered=True,
               module="core.psd"),
    )
}  # fmt: skip
_BY_WORD = {word: row for row in FORMATS.values() for word in (row.id, *(suffix[1:] for suffix in row.suffixes))}
CHOICES = tuple(row.id for row in FORMATS.values() if row.id != "bmp")
"""What the command line and the dialog offer besides "same"; BMP holds pixels alone, and is written where it came."""


def format_named(word: str) -> Format | None:
    """The format that an id or a suffix means ("jpg", ".tif", "JPEG"), if there is one."""
    return _BY_WORD.get(word.lower().lstrip("."))


@dataclass(frozen=True)
class ExportSettings:
    """How a result is to be written. `format` is an id or "same"; what is None is as the photo and the format have it.

    `depth` 8 or 16 bits a channel; `quality` 0..100 and `subsampling` "444", "422" or "420" count where the format
    has them (WebP without a quality, or with 100, loses nothing). `strip_gps` leaves out where the photo was taken.
    """

    format: str = SAME
    depth: int | None = None
    quality: int | None = None
    subsampling: str | None = None
    strip_gps: bool = False

    @classmethod
    def from_dict(cls, data: dict) -> ExportSettings:
        """The settings of `dataclasses.asdict`; ValueError or TypeError for anything else."""
        settings = cls(**data)
        quality = 0 if settings.quality is None else settings.quality
        fits = (
            isinstance(settings.format, str)
            and (settings.format == SAME or format_named(settings.format) is not None)
            and settings.depth in (None, 8, 16)
            and type(quality) is int
            and 0 <= quality <= 100
            and settings.subsampling in (None, *SUBSAMPLINGS)
            and isinstance(settings.strip_gps, bool)
        )
        if not fits:
            raise ValueError("its format is unknown")
        return settings

    def depth_for(self, form: Format, own: int, name: str = "The result") -> int:
        """Bits a channel of a photo of `own` bits in `form`. ExportError where the wish cannot be met."""
        if self.depth is not None and self.depth not in form.depths:
            raise ExportError(f"{name} cannot have {self.depth} bits a channel as {form.title}, which holds "
                              f"{form.depths[-1]}; choose PNG or TIFF, or another depth.")  # fmt: skip
        wish = self.depth or own
        return wish if wish in form.depths else form.depths[0]
