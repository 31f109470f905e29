"""Palettes as text: GIMP's .gpl, lists of hex codes, CSS, addresses of palette sites.

.gpl, as GIMP reads it: a line "GIMP Palette", then "Name: …" and "Columns: …" (both since version 2), comments
after #, and lines "R G B name" with 0..255. Aseprite's variant with "Channels: RGBA" carries a fourth number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.guidance import Swatch
from core.palette_parts import (
    MOST_SWATCHES,
    Damaged,
    Read,
    bytes_of,
    clean,
    hsb_swatch,
    lab_swatch,
    rgb_swatch,
)

_HEX = re.compile(r"(?<![0-9a-zA-Z&_#])#?([0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})(?![0-9a-zA-Z])")
_FUNCTION = re.compile(r"\b(rgba?|hsla?|hsva?|hsb|lab|oklch)\(([^()]{3,80})\)", re.I)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?%?", re.I)
_NAMED = re.compile(r"^\s*(?:--|\$|@)?([^\s:;,{}#=][^:;{}#=]{0,99}?)\s*[:=]\s*[\"']?$")
_ADDRESS = re.compile(r"\bhttps?://\S+|\b[\w.-]+\.(?:co|com|org|net|io|app)/\S+", re.I)
_RUN = re.compile(r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{6}-?)+(?![0-9a-fA-F])")
_HALF = re.compile(r"#[0-9a-zA-Z]+")
_HALF_BARE = re.compile(r"[0-9a-fA-F]+")


def decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or else Latin-1, which every byte is."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 1 and error.start > len(data) - 4:  # only the last letter is cut
            return data[:error.start].decode("utf-8-sig")
        return data.decode("latin-1")


def read_gpl(data: bytes) -> Read:
    """A GIMP palette."""
    lines = decode(data).splitlines()
    read = Read()
    if not lines or not lines[0].startswith("GIMP Palette"):
        read.losses.append("its first line is not “GIMP Palette”")
    for number, line in enumerate(lines, 1):
        field, _, value = line.partition(":")
        if line.lstrip().startswith("#") or not line.strip() or line.startswith("GIMP Palette"):
            continue
        if field.strip().lower() == "name":
            read.name = clean(value)
        elif field.strip().lower() not in ("columns", "channels") and not _gpl_swatch(line, read):
            read.losses.append(f"line {number} is no colour")
        if len(read.swatches) >= MOST_SWATCHES:
            read.losses.append(f"only {MOST_SWATCHES} were taken")
            break
    return read


def _gpl_swatch(line: str, read: Read) -> bool:
    parts = line.split(None, 3)
    if len(parts) < 3 or not all(re.fullmatch(r"\d{1,3}", part) for part in parts[:3]):
        return False
    r, g, b = (int(part) for part in parts[:3])
    name = clean(parts[3]) if len(parts) > 3 else ""
    read.swatches.append(rgb_swatch(r / 255, g / 255, b / 255, "" if name == "Untitled" else name))
    return max(r, g, b) <= 255


def write_gpl(swatches: Sequence[Swatch], name: str) -> bytes:
    """A GIMP palette, version 2."""
    lines = ["GIMP Palette", f"Name: {clean(name)}", "Columns: 0", "#"]
    for swatch in swatches:
        r, g, b = bytes_of(swatch)
        lines.append(f"{r:3d} {g:3d} {b:3d}\t{clean(swatch.name) or 'Untitled'}")
    return ("\n".join(lines) + "\n").encode()


def read_list(data: bytes) -> Read:
    """A file of hex codes or CSS."""
    if b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Damaged("it is not text")
    return read_text(decode(data))


def read_text(text: str) -> Read:
    """Colours wherever they stand in a text: hex codes, CSS functions and variables, addresses of palettes.

    A hex code may lack its #; then three or four digits count only in a list of such. Alpha is dropped.
    """
    read = Read()
    addresses = _ADDRESS.findall(text)
    found = [code for address in addresses for run in _RUN.findall(address) for code in _cut(run)]
    if found:
        read.swatches = [Swatch.from_hex(code) for code in found[:MOST_SWATCHES]]
        return read
    if text.lstrip().lower().startswith("; paint.net"):  # alpha stands first there
        text = re.sub(r"(?m)^\s*[0-9a-fA-F]{2}(?=[0-9a-fA-F]{6}\s*$)", "", text)
    bare = re.sub(r"/\*.*?(\*/|$)", " ", text, flags=re.S) if "{" in text or "--" in text else text
    lines = [line for line in bare.splitlines() if not line.lstrip().startswith((";", "//"))]  # comments of lists
    listed = any(_HEX.fullmatch(line.strip()) for line in lines)
    for line in lines:
        _line(line, read, listed)
        if len(read.swatches) >= MOST_SWATCHES:
            read.losses.append(f"only {MOST_SWATCHES} were taken")
            break
    return read


def _cut(run: str) -> list[str]:
    digits = run.replace("-", "")
    return [digits[at:at + 6] for at in range(0, len(digits), 6)]


def _line(line: str, read: Read, listed: bool) -> None:
    """The colours of one line, and what looks like one and is none. `listed`: other lines are codes and no more."""
    places: list[tuple[int, int, Swatch]] = []
    for match in _FUNCTION.finditer(line):
        try:
            places.append((match.start(), match.end(), _css(match[1].lower(), match[2])))
        except (ValueError, IndexError):
            read.losses.append(f"“{match[0][:40]}” is no colour")
    taken = [(start, end) for start, end, _ in places]
    for match in _HEX.finditer(line):
        if not any(start <= match.start() < end for start, end in taken) and _meant(match, line):
            places.append((match.start(), match.end(), Swatch.from_hex(_opaque(match[1]))))
    for half in _halves(line, listed):
        read.losses.append(f"“{half[:40]}” is no hex code")
    places.sort(key=lambda place: place[0])
    before = 0
    for start, end, swatch in places:
        name = _NAMED.match(line[before:start])
        read.swatches.append(Swatch(swatch.r, swatch.g, swatch.b, clean(name[1]) if name else ""))
        before = end + len(line[end:]) - len(line[end:].lstrip(" \t;,\"'}"))


def _halves(line: str, listed: bool) -> list[str]:
    """What looks like a hex code and is none: anything after a #, and in a list of codes digits without it."""
    if "{" in line:
        return []
    words = [word for word in re.split(r"[\s,;]+", line) if word]
    listed = listed or any(_HEX.fullmatch(word) for word in words)
    if listed and all(_HEX.fullmatch(word) or _HALF_BARE.fullmatch(word) for word in words):
        return [word for word in words if not _HEX.fullmatch(word)]
    return [word for word in _HALF.findall(line) if not _HEX.fullmatch(word)]


def _meant(match: re.Match[str], line: str) -> bool:
    """Whether digits without # are meant as a colour: six or eight, or short ones in a list of nothing else."""
    if match[0].startswith("#") or len(match[1]) == 6:
        return True
    return all(_HEX.fullmatch(word) for word in re.split(r"[\s,;]+", line.strip()) if word)


def _opaque(digits: str) -> str:
    return {8: digits[:6], 4: digits[:3]}.get(len(digits), digits)


def _css(name: str, inside: str) -> Swatch:
    """The swatch of a CSS colour function; ValueError where it is none."""
    parts = [_value(part) for part in _NUMBER.findall(inside)]
    (x, x_share), (y, y_share), (z, z_share) = parts[:3]
    if name.startswith("rgb"):
        return rgb_swatch(*(part if share else part / 255 for part, share in parts[:3]))
    if name == "lab":
        return lab_swatch(x * 100 if x_share else x, y * 125 if y_share else y, z * 125 if z_share else z)
    if name == "oklch":
        from core.oklch import swatch_of

        return swatch_of((x, y * 0.4 if y_share else y, z))
    y, z = y if y_share or y <= 1 else y / 100, z if z_share or z <= 1 else z / 100
    if name.startswith("hsl"):
        import colorsys

        return rgb_swatch(*colorsys.hls_to_rgb(x / 360 % 1, min(max(z, 0), 1), min(max(y, 0), 1)))
    return hsb_swatch(x / 360, y, z)


def _value(text: str) -> tuple[float, bool]:
    """A CSS number, and whether it was a share; 50% is 0.5."""
    return (float(text[:-1]) / 100, True) if text.endswith("%") else (float(text), False)


def write_hex(swatches: Sequence[Swatch], name: str) -> bytes:
    """One hex code a line, as Lospec's .hex."""
    return "".join(f"{swatch.hex[1:]}\n" for swatch in swatches).encode()


def write_css(swatches: Sequence[Swatch], name: str) -> bytes:
    """CSS variables, named by the swatches."""
    used: set[str] = set()
    lines = (f"  --{_identifier(swatch.name, at, used.add, used)}: {swatch.hex};" for at, swatch in
             enumerate(swatches, 1))
    return "\n".join([":root {", *lines, "}", ""]).encode()


def _identifier(name: str, at: int, take: Callable[[str], None], used: set[str]) -> str:
    """A CSS identifier, each one once: letters of any script, digits and hyphens."""
    words = re.sub(r"[^\w]+", "-", name).strip("-") or f"color-{at}"
    word = words if words not in used else f"{words}-{at}"
    take(word)
    return word
