"""OpenRaster: the open file of layers that Krita, GIMP, MyPaint and others share.

    write(file, stack, tell)

A zip (openraster.org, version 0.0.6): `mimetype` first and stored, `stack.xml`, one PNG in `data/` for every picture
of the stack, `mergedimage.png`, `Thumbnails/thumbnail.png`. Pictures go into it strip by strip as they are made; PNGs
are stored, as they are deflated already. Those in the photo's colour space carry its profile, the merged one its EXIF
and XMP too.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

from core.layer_stack import COLOR, LUMINOSITY, NORMAL, Group, Layer, Stack
from core.palette_parts import clean
from core.photo_encode import Picture, PngEncoder
from core.photo_files import piece_rows
from core.photo_write import in_order

MIMETYPE = "image/openraster"
VERSION = "0.0.6"
MERGED, THUMBNAIL, STACK = "mergedimage.png", "Thumbnails/thumbnail.png", "stack.xml"
MODES = {NORMAL: "svg:src-over", COLOR: "svg:color", LUMINOSITY: "svg:luminosity"}
_EPOCH = 1980, 1, 1, 0, 0, 0  # the same stack gives the same bytes
_LARGE = 1 << 30  # bytes of raw pixels from which on an entry may need 64-bit sizes

Tell = Callable[[int], None]
"""Told how many pixels will be made next; may raise Cancelled."""


def write(file: BinaryIO, stack: Stack, tell: Tell) -> None:
    """Write the stack to a file that can be read and sought in. Its layers' pixels are asked for in threads."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_entry("mimetype"), MIMETYPE)
        archive.writestr(_entry(STACK, zipfile.ZIP_DEFLATED), stack_xml(stack))
        pictures = {layer.data: layer for layer in (*stack.every(), stack.merged)}
        for data, layer in pictures.items():
            names = [f"data/{data}.png"] if any(one.data == data for one in stack.every()) else []
            if data == stack.merged.data:
                _write_merged(archive, [*names, MERGED], stack, tell, _folder_of(file))
            else:
                with archive.open(_entry(names[0]), "w", force_zip64=_is_large(layer)) as entry:
                    _write_png(entry, layer, stack.icc, tell)
        archive.writestr(_entry(THUMBNAIL), _thumbnail(stack))


def stack_xml(stack: Stack) -> bytes:
    """The stack's description, top first."""
    height, width = stack.size
    image = f'<image version="{VERSION}" w="{width}" h="{height}">'
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", image, " <stack>"]
    for entry in stack.layers:
        if isinstance(entry, Group):
            told = f'opacity="1.0" visibility={_shown(entry)} composite-op="{MODES[NORMAL]}" isolation="isolate"'
            lines += [f"  <stack name={quoteattr(clean(entry.name))} {told}>"]
            lines += [f"   {_layer(layer)}" for layer in entry.layers]
            lines += ["  </stack>"]
        else:
            lines += [f"  {_layer(entry)}"]
    return "\n".join([*lines, " </stack>", "</image>", ""]).encode()


def _layer(layer: Layer) -> str:
    place = f'x="{layer.box.left}" y="{layer.box.top}"'
    return (f'<layer name={quoteattr(clean(layer.name))} src="data/{layer.data}.png" {place} opacity="1.0" '
            f'visibility={_shown(layer)} composite-op="{MODES[layer.mode]}"/>')  # fmt: skip


def _shown(entry: Layer | Group) -> str:
    return '"visible"' if entry.visible else '"hidden"'


def _entry(name: str, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = method
    info.external_attr = 0o644 << 16
    return info


def _is_large(layer: Layer) -> bool:
    return layer.box.height * layer.box.width * layer.channels * layer.depth // 8 > _LARGE


def _folder_of(file: BinaryIO) -> Path | None:
    """Where a file lies, so that what it needs for a while fills no other disk; None for one in memory."""
    name = getattr(file, "name", None)
    return Path(name).parent if isinstance(name, str | Path) else None


def _write_merged(archive: zipfile.ZipFile, names: list[str], stack: Stack, tell: Tell, folder: Path | None) -> None:
    """The merged picture under all its names: encoded once, by way of a file without one."""
    layer = stack.merged
    with tempfile.TemporaryFile(dir=folder) as spool:
        _write_png(spool, layer, stack.icc, tell, stack.exif, stack.xmp)
        for name in names:
            spool.seek(0)
            with archive.open(_entry(name), "w", force_zip64=_is_large(layer)) as entry:
                shutil.copyfileobj(spool, entry, 1 << 20)


def _write_png(
    file: BinaryIO, layer: Layer, icc: bytes | None, tell: Tell, exif: bytes | None = None, xmp: bytes | None = None
) -> None:
    height, width = layer.box.height, layer.box.width
    rows = piece_rows(height, width, 1)
    encoder = PngEncoder(Picture(layer.shape, layer.depth, rows, icc if layer.profiled else None, exif, xmp))

    def piece(part: slice) -> object:
        tell((part.stop - part.start) * width)
        return encoder.piece(layer.pixels(part))

    pieces = in_order(piece, [slice(top, min(top + rows, height)) for top in range(0, height, rows)])
    try:
        encoder.write(file, pieces)
    finally:
        pieces.close()


def _thumbnail(stack: Stack) -> bytes:
    made = io.BytesIO()
    encoder = PngEncoder(Picture(stack.thumbnail.shape, 8, len(stack.thumbnail)))
    encoder.write(made, iter([encoder.piece(stack.thumbnail)]))
    return made.getvalue()
