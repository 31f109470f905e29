"""Every kind of photo to every format: what an archive asks of a result, judged by other people's code.

Size, depth, profile, orientation, EXIF, XMP and alpha of each result, and the photo's light at every pixel: of the file
where the format loses nothing, of the pixels handed to the encoder where it does. Photos and results are read by
Pillow, tifffile and imagecodecs; L* is worked out from the definitions (tests/core/test_batch_light.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core import photo_files
from core.chroma import export
from core.formats import FORMATS, ExportSettings
from core.photo import Photo, load_photo
from core.xmp import COMPOSITE, IPTC, Mark, value
from tests.core.profiles import DISPLAY_P3, gray_profile
from tests.core.test_batch_light import lightness, read

HEIGHT, WIDTH, TURNED = 34, 50, 6
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="album 7" '
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)
DC = "http://purl.org/dc/elements/1.1/"
MARK = Mark("Huesmith test", COMPOSITE, "{}")
ALLOWED = {8: 0.5, 16: 0.02}  # |ΔL*|, promise 1


@dataclass(frozen=True)
class Kind:
    """A photo to begin with: its format, depth and mode ("L", "LA", "RGB" or "RGBA")."""

    form: str
    depth: int
    mode: str

    def __str__(self) -> str:
        return f"{self.form} {self.depth} {self.mode}"


KINDS = [
    *(Kind(form, depth, mode) for form in ("PNG", "TIFF") for depth in (8, 16) for mode in ("L", "LA", "RGB", "RGBA")),
    Kind("JPEG", 8, "L"), Kind("JPEG", 8, "RGB"),
    *(Kind(form, 8, mode) for form in ("WEBP", "AVIF") for mode in ("RGB", "RGBA")),
]  # fmt: skip


def pixels_of(kind: Kind) -> np.ndarray:
    """Smooth hills with noise in the lowest bits, and alpha from clear to opaque."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH] / 20
    hills = np.stack([np.sin(down + phase) * np.cos(across - phase) for phase in (0.0, 0.6, 1.3)], axis=-1)
    top = 2**kind.depth - 1
    color = (hills * 0.42 + 0.5) * top + np.random.default_rng(5).integers(-3, 4, hills.shape)
    alpha = np.broadcast_to(np.linspace(-0.2, 1.2, WIDTH).clip(0, 1) * top, (HEIGHT, WIDTH))
    planes = np.dstack([color[..., :1] if kind.mode[0] == "L" else color] + [alpha] * (kind.mode[-1] == "A"))
    return np.clip(planes, 0, top).astype(np.uint8 if kind.depth == 8 else np.uint16)


def tags_of(turned: int) -> Image.Exif:
    exif = Image.Exif()
    exif[274], exif[271], exif[315] = turned, "Hue & Sons", "Ada"
    exif[282], exif[283], exif[296] = 600.0, 300.0, 2
    exif.get_ifd(0x8769)[36867] = "1931:05:17 12:00:00"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (52.0, 30.0, 1.5)
    return exif


def write_kind(kind: Kind, folder: Path) -> Path:
    """The photo as a file, turned by its EXIF, made without our own writers."""
    pixels, path = pixels_of(kind), folder / f"in{FORMATS[kind.form].suffix}"
    icc = gray_profile(2.2) if kind.mode[0] == "L" else DISPLAY_P3
    if kind.form == "TIFF":
        tifffile.imwrite(
            path, pixels.squeeze(), photometric="minisblack" if kind.mode[0] == "L" else "rgb", iccprofile=icc,
            planarconfig="contig" if len(kind.mode) > 1 else None, metadata=None,
            extrasamples=["unassalpha"] if kind.mode[-1] == "A" else None,
            resolution=(600, 300), resolutionunit="inch",
            extratags=[(274, "H", 1, TURNED, True), (315, "s", 0, "Ada", True), (700, "B", len(XMP), XMP, True)],
        )  # fmt: skip
    elif kind.depth == 16:
        image = Image.fromarray(np.zeros((1, 1), np.uint8))  # its metadata, before our pixels
        image.save(path, icc_profile=icc, exif=tags_of(TURNED))
        path.write_bytes(_with_pixels(path.read_bytes(), pixels.squeeze()))
    else:
        image = Image.fromarray(pixels.squeeze())
        extra = {"WEBP": {"lossless": True, "exact": True}, "JPEG": {"quality": 95}}.get(kind.form, {})
        if kind.form == "PNG":
            told = extra["pnginfo"] = PngInfo()
            told.add_itxt("XML:com.adobe.xmp", XMP.decode())
        else:
            extra["xmp"] = XMP
        image.save(path, icc_profile=icc, exif=tags_of(TURNED), **extra)
    return path


def _with_pixels(data: bytes, pixels: np.ndarray) -> bytes:
    """A PNG's chunks of metadata around 16-bit pixels."""
    made = imagecodecs.png_encode(pixels)
    place, kept = 8, b""
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] in (b"iCCP", b"eXIf"):
            kept += data[place : place + 12 + length]
        place += 12 + length
    return made[:33] + kept + made[33:]


@pytest.fixture(scope="module")
def chroma() -> np.ndarray:
    """Colours far outside every gamut."""
    return np.random.default_rng(6).normal(0, 60, (9, 7, 2)).astype(np.float32)


@pytest.fixture(params=KINDS, ids=str)
def case(request, tmp_path: Path) -> tuple[Kind, Photo]:
    return request.param, load_photo(write_kind(request.param, tmp_path))


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, np.ndarray]]:
    """The pixels that an encoder was given, alpha and all, by their first row: threads bring them in any order."""
    given: dict[int, np.ndarray] = {}
    with_alpha = photo_files.ResultFile._with_alpha

    def told(self, pixels: np.ndarray, rows: slice) -> np.ndarray:
        given[rows.start] = with_alpha(self, pixels, rows)
        return given[rows.start]

    monkeypatch.setattr(photo_files.ResultFile, "_with_alpha", told)
    yield given


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if not form.layered])
def test_everything_is_kept(
    case, name: str, chroma: np.ndarray, handed: dict[int, np.ndarray], tmp_path: Path
) -> None:
    kind, photo = case
    form = FORMATS[name]
    told: list[str] = []
    path = export(
        photo, chroma, tmp_path / "out", ExportSettings(form.id), mark=MARK if form.carries else None, say=told.append
    )
    again = load_photo(path)
    assert (path.suffix, again.format) == (form.suffix, name)
    depth = kind.depth if 16 in form.depths else 8
    assert (again.size, again.depth, photo.size) == ((WIDTH, HEIGHT), depth, (WIDTH, HEIGHT))  # it was turned
    check_beside(path, again, photo, form.carries)
    check_alpha(again, photo, form.alpha, told)
    pixels = again.pixels if form.lossless else np.concatenate([handed[row] for row in sorted(handed)])[..., :3]
    check_light(photo, pixels, photo.color_icc if form.carries else None, form.alpha, depth)


def check_beside(path: Path, again: Photo, photo: Photo, carries: bool) -> None:
    """Profile bytes, EXIF without a second turn, XMP with the mark."""
    if not carries:
        assert (again.icc, again.exif, again.xmp) == (None, None, None)
        return
    assert again.icc == photo.color_icc == (None if photo.was_gray else DISPLAY_P3)
    exif = Image.Exif()
    exif.load(again.exif)
    assert (exif[274], exif[315]) == (1, "Ada")
    assert (float(exif[282]), float(exif[283]), exif[296]) == (300, 600, 2)  # it was turned
    if path.suffix in (".png", ".tiff", ".jpg"):  # which have a place of their own for it
        assert Image.open(path).info["dpi"] == pytest.approx((300, 600), abs=0.1)
    if photo.format != "TIFF":  # the TIFFs here bring no more
        assert exif.get_ifd(0x8769)[36867] == "1931:05:17 12:00:00"
        assert tuple(map(float, exif.get_ifd(0x8825)[2])) == (52.0, 30.0, 1.5)
    assert value(again.xmp, IPTC, "DigitalSourceType") == COMPOSITE
    if photo.xmp:
        assert value(again.xmp, DC, "source") == "album 7" and b'tiff:Orientation="1"' in again.xmp


def check_alpha(again: Photo, photo: Photo, has_alpha: bool, told: list[str]) -> None:
    if photo.alpha is None:
        assert again.alpha is None and told == []
    elif not has_alpha:
        title = FORMATS[again.format].title
        assert again.alpha is None and told == [f"{title} has no transparency: what was clear is white."]
        assert again.pixels[photo.alpha < photo.alpha.max() // 50].mean() > 240
    else:
        eight = (photo.alpha.astype(np.uint32) + 128) // 257 if photo.depth > again.depth else photo.alpha
        if again.format == "AVIF":  # which codes it, with a loss
            assert np.abs(again.alpha.astype(int) - eight).mean() < 3
        else:
            np.testing.assert_array_equal(again.alpha, eight)


def check_light(photo: Photo, pixels: np.ndarray, icc: bytes | None, has_alpha: bool, depth: int) -> None:
    before = photo.luminance() if photo.was_gray else lightness(photo.pixels, photo.icc)
    error = np.abs(lightness(pixels, icc) - before)
    if photo.alpha is not None and not has_alpha:
        error = error[photo.alpha == np.iinfo(photo.alpha.dtype).max]
    assert error.size and error.max() <= ALLOWED[depth]


@pytest.mark.parametrize("form", ["png", "tiff"])
def test_16_bit_of_an_8_bit_photo_and_8_of_16(form: str, chroma: np.ndarray, tmp_path: Path) -> None:
    """The depth that was asked for, with the light of the photo to that depth."""
    for kind, depth in ((Kind("PNG", 8, "RGBA"), 16), (Kind("PNG", 16, "RGBA"), 8)):
        photo = load_photo(write_kind(kind, tmp_path))
        path = export(photo, chroma, tmp_path / f"{depth}", ExportSettings(form, depth=depth))
        again = load_photo(path)
        assert again.depth == depth and again.alpha.dtype == again.pixels.dtype
        check_light(photo, again.pixels, again.icc, True, depth)
        assert again.alpha.max() == 2**depth - 1


def test_the_readers_of_others_agree(chroma: np.ndarray, tmp_path: Path) -> None:
    """What our own reader said of the files is what Pillow and tifffile say."""
    photo = load_photo(write_kind(Kind("PNG", 16, "RGB"), tmp_path))
    for form in ("png", "tiff"):
        path = export(photo, chroma, tmp_path / "other", ExportSettings(form))
        pixels, icc = read(path)
        np.testing.assert_array_equal(pixels, load_photo(path).pixels)
        assert icc == DISPLAY_P3


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.carries and not form.layered])
def test_on_wish_no_file_says_where_the_photo_was_taken(name: str, chroma: np.ndarray, tmp_path: Path) -> None:
    place = XMP.replace(b'dc:source="album 7"', b'dc:source="album 7" xmlns:e="http://ns.adobe.com/exif/1.0/" '
                                                b'e:GPSLatitude="52,30N"')  # fmt: skip
    pixels = pixels_of(Kind("PNG", 8, "RGB"))
    photo = Photo(tmp_path / "in.png", pixels, icc=DISPLAY_P3, exif=tags_of(1).tobytes(), xmp=place)
    for strip in (False, True):
        settings = ExportSettings(FORMATS[name].id, strip_gps=strip)
        path = export(photo, chroma, tmp_path / f"{strip}", settings, mark=MARK)
        again, exif = load_photo(path), Image.Exif()
        exif.load(again.exif)
        assert (exif[315], exif.get_ifd(0x8769)[36867]) == ("Ada", "1931:05:17 12:00:00")
        assert value(again.xmp, DC, "source") == "album 7"
        assert (bool(exif.get_ifd(0x8825)), b"GPSLatitude" in path.read_bytes()) == (not strip, not strip)
