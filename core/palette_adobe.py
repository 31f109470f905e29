"""Adobe's palettes. All numbers are big-endian, all names UTF-16.

.ase  "ASEF", version 1.0 (u16 u16), count of blocks (u32); blocks: type u16 (C001 group begins, C002 ends, 0001
      colour), length u32; a colour: name length in letters with its closing zero u16, name, model of 4 letters,
      float32 values (RGB 0..1, CMYK 0..1, LAB L 0..1 a b, Gray 0..1), kind u16 (global, spot, normal).
.aco  version 1: count u16, then space u16 and four u16; version 2 follows: the same with a name each (u32 letters
      with the closing zero). RGB ×65535; HSB; CMYK 0 = full ink; Lab L ×100, a b ×100 signed; grey 0..10000.
.act  256 × 3 bytes; 772 bytes long it ends with the count u16 and the index of the transparent colour u16.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from core.guidance import Swatch
from core.palette_parts import (
    MOST_SWATCHES,
    Damaged,
    Read,
    bytes_of,
    clean,
    cmyk_swatch,
    gray_swatch,
    hsb_swatch,
    lab_swatch,
    rgb_swatch,
)  # fmt: skip

_COLOR, _GROUP, _GROUP_END = 0x0001, 0xC001, 0xC002
_MODELS = {b"RGB ": (3, rgb_swatch), b"CMYK": (4, cmyk_swatch), b"Gray": (1, gray_swatch), b"LAB ": (3, None)}


def read_ase(data: bytes) -> Read:
    """Adobe Swatch Exchange."""
    if data[:4] != b"ASEF":
        raise Damaged("it does not begin as an .ase file does")
    read, at = Read(), 12
    if len(data) < at:
        raise Damaged("it is cut short")
    major, minor, count = struct.unpack_from(">HHI", data, 4)
    if (major, minor) != (1, 0):
        read.losses.append(f"it is of version {major}.{minor}, not 1.0")
    for block in range(count):
        if at + 6 > len(data) or len(read.swatches) >= MOST_SWATCHES:
            read.losses.append(f"it ends after {block} of {count} blocks")
            break
        kind, length = struct.unpack_from(">HI", data, at)
        body, at = data[at + 6:at + 6 + length], at + 6 + length
        if kind == _COLOR:
            _ase_color(body, read)
        elif kind == _GROUP and not read.name:
            read.name = _name(body[2:])
        elif kind not in (_GROUP, _GROUP_END):
            read.losses.append(f"block {block + 1} is of an unknown kind")
    return read


def _ase_color(body: bytes, read: Read) -> None:
    try:
        (letters,) = struct.unpack_from(">H", body)
        name, at = _name(body[2:2 + 2 * letters]), 2 + 2 * letters
        size, make = _MODELS[body[at:at + 4]]
        values = struct.unpack_from(f">{size}f", body, at + 4)
        read.swatches.append(make(*values, name) if make else lab_swatch(100 * values[0], *values[1:], name))
    except KeyError as error:
        read.losses.append(f"a colour model {error.args[0]!r} is unknown")
    except (struct.error, ValueError):
        read.losses.append("a colour is cut short or is no number")


def write_ase(swatches: Sequence[Swatch], name: str) -> bytes:
    """Adobe Swatch Exchange 1.0: one group of RGB colours."""
    blocks = [_block(_GROUP, _counted(name))]
    for swatch in swatches:
        color = struct.pack(">4s3fH", b"RGB ", swatch.r, swatch.g, swatch.b, 2)
        blocks.append(_block(_COLOR, _counted(swatch.name) + color))
    blocks.append(_block(_GROUP_END, b""))
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def _block(kind: int, body: bytes) -> bytes:
    return struct.pack(">HI", kind, len(body)) + body


def _counted(name: str, form: str = ">H") -> bytes:
    letters = (clean(name) + "\0").encode("utf-16-be")
    return struct.pack(form, len(letters) // 2) + letters


def _name(data: bytes) -> str:
    return clean(data[:len(data) // 2 * 2].decode("utf-16-be", "replace").split("\0")[0])


def read_aco(data: bytes) -> Read:
    """Photoshop's swatches; the second version, with the names, where it is there and whole."""
    if len(data) < 4 or struct.unpack_from(">H", data)[0] not in (1, 2):
        raise Damaged("it does not begin as an .aco file does")
    first, end = _aco_section(data, 0)
    if struct.unpack_from(">H", data)[0] == 2 or end + 4 > len(data):
        return first
    if struct.unpack_from(">H", data, end)[0] != 2:
        return first
    second, _ = _aco_section(data, end)
    if len(second.swatches) >= len(first.swatches):
        return second
    first.losses.append(f"only {len(second.swatches)} of its names are there")
    named = [one.name for one in second.swatches]
    first.swatches[:len(named)] = second.swatches
    return first


def _aco_section(data: bytes, at: int) -> tuple[Read, int]:
    """What a section gives, and where it ends."""
    version, count = struct.unpack_from(">HH", data, at)
    read, at = Read(), at + 4
    for index in range(count):
        try:
            space, *values = struct.unpack_from(">5H", data, at)
            at, name = at + 10, ""
            if version == 2:
                (letters,) = struct.unpack_from(">I", data, at)
                if at + 4 + 2 * letters > len(data):
                    raise struct.error
                name, at = _name(data[at + 4:at + 4 + 2 * letters]), at + 4 + 2 * letters
        except struct.error:
            read.losses.append(f"it ends after {index} of {count} colours")
            return read, len(data)
        try:
            read.swatches.append(_aco_swatch(space, values, name))
        except ValueError as error:
            read.losses.append(str(error))
    return read, at


def _aco_swatch(space: int, values: list[int], name: str) -> Swatch:
    """A swatch of one of Photoshop's colour spaces; ValueError for another one."""
    w, x, y, _ = values
    if space == 0:
        return rgb_swatch(w / 65535, x / 65535, y / 65535, name)
    if space == 1:
        return hsb_swatch(w / 65536, x / 65535, y / 65535, name)
    if space == 2:
        return cmyk_swatch(*(1 - value / 65535 for value in values), name)
    if space == 7:
        return lab_swatch(w / 100, _signed(x) / 100, _signed(y) / 100, name)
    if space == 8:
        return gray_swatch(1 - w / 10000, name)
    if space == 9:  # wide CMYK, shares of 10000
        return cmyk_swatch(*(value / 10000 for value in values), name)
    raise ValueError(f"colour space {space} is unknown")


def _signed(value: int) -> int:
    return value - 65536 if value >= 32768 else value


def write_aco(swatches: Sequence[Swatch], name: str) -> bytes:
    """Photoshop's swatches, RGB, both versions. ValueError for more than 65,535."""
    if len(swatches) > 65535:
        raise ValueError("an .aco file has room for 65,535 swatches")
    colors = [
        struct.pack(">5H", 0, *(round(min(max(part, 0), 1) * 65535) for part in (one.r, one.g, one.b)), 0)
        for one in swatches
    ]
    named = [color + _counted(one.name, ">I") for color, one in zip(colors, swatches)]
    parts = [struct.pack(">HH", 1, len(colors)), *colors, struct.pack(">HH", 2, len(colors)), *named]
    return b"".join(parts)


def read_act(data: bytes) -> Read:
    """Photoshop's colour table. Two blacks and more at the end of one without a count are padding, and left out."""
    read = Read()
    if len(data) < 3:
        raise Damaged("it is cut short")
    count = len(data[:768]) // 3
    if len(data) >= 772:
        (said,) = struct.unpack_from(">H", data, 768)
        count = min(said or 256, 256)
    if len(data) not in (768, 772):
        read.losses.append(f"it has {len(data)} bytes, not 768 or 772")
    colors = [data[at:at + 3] for at in range(0, 3 * count, 3)]
    if len(data) == 768 and colors[-2:] == 2 * [bytes(3)]:
        while len(colors) > 1 and colors[-1] == bytes(3):
            colors.pop()
    read.swatches = [rgb_swatch(*(byte / 255 for byte in color)) for color in colors]
    return read


def write_act(swatches: Sequence[Swatch], name: str) -> bytes:
    """Photoshop's colour table with its count, 772 bytes. ValueError for more than 256 swatches."""
    if len(swatches) > 256:
        raise ValueError("a colour table has room for 256 swatches")
    table = b"".join(bytes(bytes_of(swatch)) for swatch in swatches)
    return table.ljust(768, b"\0") + struct.pack(">HH", len(swatches), 0xFFFF)
