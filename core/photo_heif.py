"""HEIC and HEIF -> one array, 8 bit, or 16 bit for what holds 10 or 12; AVIF of 10 and 12 bit likewise.

libheif turns and mirrors the photo as its boxes say, so the EXIF orientation, which repeats that, is not applied
again. AVIF comes from libavif by way of imagecodecs, since Pillow cuts it to 8 bit in silence.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.errors import PhotoError
from core.extras import need
from core.metadata import Metadata, read_metadata

_HEVC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs")
_AVIF = (b"avif", b"avis")


def kind_of(data: bytes) -> str:
    """"HEIF" or "AVIF" by the brands at the beginning of a file (ISO/IEC 14496-12), "" for what is neither."""
    if data[4:8] != b"ftyp":
        return ""
    length = min(int.from_bytes(data[:4], "big"), 512)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, length, 4))]
    if any(brand in _AVIF for brand in brands):
        return "AVIF"
    if any(brand in _HEVC for brand in brands) or brands[0] in (b"mif1", b"msf1"):
        return "HEIF"
    return ""


def decode(
    path: Path, data: bytes, page: int, check_size: Callable[[Path, int, int], None]
) -> tuple[np.ndarray, str, Metadata, str, int, tuple[str, ...]]:
    """Of a HEIC photo: pixels (H, W, channels), upright, "RGB", its metadata, "HEIF", how many pictures it holds, and
    notes."""
    heif = need("pillow_heif", f"{path} is a HEIC photo, which", PhotoError)
    file = heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=False)
    if page >= len(file):
        raise PhotoError(f"{path} has no page {page + 1}; it has {len(file)}.")
    number = page if page else file.primary_index
    picture = file[number]
    check_size(path, *picture.size)
    pixels = np.array(np.asarray(picture))
    if pixels.dtype == np.uint16:
        pixels = widened(pixels, int(picture.info.get("bit_depth", 16)))
    return pixels, "RGB", _metadata(picture), "HEIF", len(file), _spoken_of(picture.info)


def decode_avif(data: bytes) -> np.ndarray | None:
    """Pixels of an AVIF of more than 8 bit, widened to 16; None for one of 8 bit, which Pillow reads."""
    import imagecodecs

    if avif_depth(data) <= 8:
        return None
    pixels = imagecodecs.avif_decode(data, index=0)
    return widened(pixels, avif_depth(data)) if pixels.dtype == np.uint16 else pixels


def avif_depth(data: bytes) -> int:
    """Bits a channel of an AVIF, from its first `av1C` box (AV1-ISOBMFF 2.3.3); 8 where there is none."""
    place = data.find(b"av1C", 0, 1 << 16)
    if place < 0 or place + 7 > len(data):
        return 8
    high, twelve = data[place + 6] & 0x40, data[place + 6] & 0x20
    return 12 if high and twelve else 10 if high else 8


def widened(pixels: np.ndarray, bits: int) -> np.ndarray:
    """uint16 values of 0..2^bits - 1 over the whole range of 16 bit."""
    if bits >= 16:
        return pixels
    most = 2**bits - 1
    return ((pixels.astype(np.uint32) * 65535 + most // 2) // most).clip(0, 65535).astype(np.uint16)


def _spoken_of(info: dict[str, Any]) -> tuple[str, ...]:
    """A sentence where the numbers mean what no ICC profile says and sRGB is not (ITU-T H.273, 8.1 and 8.2)."""
    coded = info.get("nclx_profile") or {}
    if info.get("icc_profile") or not coded:
        return ()
    if coded.get("transfer_characteristics") in (16, 18):
        return ("It is made for HDR screens; its brightness was taken as that of sRGB.",)
    if coded.get("color_primaries") not in (1, 2):
        return ("It is in a wider colour space that has no profile; it was taken as sRGB.",)
    return ()


def _metadata(picture: Any) -> Metadata:
    """Its metadata; `open_heif` leaves EXIF and XMP as bytes, which are read as Pillow reads those of the others."""
    bearer = Image.new("L", (1, 1))
    info = picture.info
    bearer.info = {name: info[name] for name in ("icc_profile", "exif", "xmp") if info.get(name)}
    return replace(read_metadata(bearer), orientation=1)
