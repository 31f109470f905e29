"""Guidance: everything a result depends on besides the photo, as a frozen value.

Two guidances that are equal give the same colours, so "is there anything to do?" is `==`. Arrays enter as a
Plane, which compares by digest. All classes here hash, and Guidance and Recipe go through JSON:

    Guidance.from_dict(json.loads(json.dumps(guidance.to_dict()))) == guidance

The dictionaries carry VERSION; fields that are missing take their defaults, so an older one still opens.
"""

from __future__ import annotations

import base64
import hashlib
import math
import types
import typing
import zlib
from dataclasses import dataclass, fields, is_dataclass

import numpy as np

from core.errors import ProjectError

VERSION = 2  # 2: gates, regions and labels of references, point pairs


class Plane:
    """A read-only array that is a value: equal and hashed by shape, type and content.

    The array is copied once and its digest taken once, so comparing two planes costs nothing.
    """

    __slots__ = ("array", "digest")

    def __init__(self, array: np.ndarray) -> None:
        self.array = np.array(array, order="C")
        self.array.flags.writeable = False
        digest = hashlib.sha1(f"{self.array.shape} {self.array.dtype.str}".encode(), usedforsecurity=False)
        digest.update(self.array)
        self.digest = digest.hexdigest()

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Plane) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Plane({'x'.join(map(str, self.shape))} {self.array.dtype}, {self.digest[:8]})"

    def to_dict(self) -> dict:
        data = base64.b64encode(zlib.compress(self.array, 6)).decode()
        return {"shape": list(self.shape), "dtype": self.array.dtype.str, "zlib": data}

    @classmethod
    def from_dict(cls, data: dict) -> Plane:
        """The plane of `to_dict`; ValueError, TypeError or KeyError if the dictionary is damaged."""
        dtype, shape = np.dtype(data["dtype"]), tuple(data["shape"])
        if dtype.kind not in "uif" or min(shape, default=0) < 0:
            raise ValueError("not a plane of numbers")
        size = math.prod(shape) * dtype.itemsize
        inflater = zlib.decompressobj()
        try:  # one byte more than it should be is enough to know; a bomb is never inflated
            raw = inflater.decompress(base64.b64decode(data["zlib"], validate=True), size + 1)
        except zlib.error as error:
            raise ValueError(str(error)) from error
        if len(raw) != size:
            raise ValueError(f"{size} bytes expected")
        return cls(np.frombuffer(raw, dtype).reshape(shape))


@dataclass(frozen=True)
class Swatch:
    """One colour, sRGB components 0..1, with a name if it has one."""

    r: float
    g: float
    b: float
    name: str = ""

    @property
    def hex(self) -> str:
        return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02x}" for part in (self.r, self.g, self.b))

    @classmethod
    def from_hex(cls, text: str, name: str = "") -> Swatch:
        """`#rrggbb` or `#rgb`, the # may be missing; ValueError otherwise."""
        digits = text.strip().removeprefix("#")
        if len(digits) == 3:
            digits = "".join(2 * digit for digit in digits)
        if len(digits) != 6 or not set(digits) <= set("0123456789abcdefABCDEF"):
            raise ValueError(f"“{text}” is not a colour like #c0ffee")
        return cls(*(int(digits[at:at + 2], 16) / 255 for at in (0, 2, 4)), name)


@dataclass(frozen=True)
class Link:
    """One colour of a colour photo and what becomes of it when the photo is recoloured (core/recolor).

    strength 0..1: how far it goes. A locked link keeps its colour where it is, whatever the others do.
    """

    source: Swatch
    target: Swatch
    strength: float = 1.0
    locked: bool = False


@dataclass(frozen=True)
class Spot:
    """A place of a reference, as fractions of its width and height."""

    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Hint:
    """A wanted colour at a point, or along a scribble of several points.

    Places are fractions of the photo's width and height, (0, 0) its top left corner; the radius is a fraction
    of its long side. So a hint means the same at every work size. With a `spot` it is one half of a point pair: its
    colour is that spot's.
    """

    points: tuple[tuple[float, float], ...]
    swatch: Swatch
    radius: float = 0.01
    exact: bool = False
    spot: Spot | None = None


@dataclass(frozen=True)
class Relabel:
    """The region of a reference's label map around a place (fractions of its size) has another label."""

    x: float
    y: float
    label: int


@dataclass(frozen=True)
class Reference:
    """Another photo whose colours are wanted, and how much beside the other references.

    Of a `region`, a polygon in fractions of the photo's size, nothing outside is looked at. `relabels` are what a
    person put right in its label map.
    """

    path: str
    weight: float = 1.0
    region: tuple[tuple[float, float], ...] = ()
    relabels: tuple[Relabel, ...] = ()


@dataclass(frozen=True)
class Graft:
    """A region of the photo, a polygon in fractions, that takes its colours from the reference at `path`, or from a
    region of that."""

    points: tuple[tuple[float, float], ...]
    path: str
    region: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Rule:
    """What the person wants for one label."""

    label: int
    swatch: Swatch | None = None
    strength: float = 1.0  # how far the colour goes towards the swatch, 0..1
    chroma_gain: float = 1.0  # factor on chroma
    hue_shift: float = 0.0  # degrees, positive from red over yellow to green
    reference: str | None = None  # path of one of the references, for this label alone
    colorizer: str | None = None  # id of the colorizer for this label alone
    exact: bool = False  # the regions' mean becomes the swatch
    temperature: float = 0.0  # -100 cool .. 100 warm
    tint: float = 0.0  # -100 green .. 100 magenta
    swatch_light: Swatch | None = None  # with it a range: from `swatch` where it is dark to this where it is light
    seed: int | None = None  # which try (core/variants) for this label alone; 0 is the plain answer
    region: tuple[tuple[float, float], ...] = ()  # of `reference`: its colours come from inside this polygon
    gate: float | None = None  # as in Settings, for this label alone


@dataclass(frozen=True)
class Settings:
    """What holds for the whole photo."""

    vividness: float = 1.0  # factor on chroma
    seed: int = 0  # which try (core/variants); 0 is the plain answer
    palette_strength: float = 0.8  # how far all colours are drawn to the palette, 0..1
    temperature: float = 0.0  # -100 cool .. 100 warm
    tint: float = 0.0  # -100 green .. 100 magenta
    toning: tuple[Swatch, ...] = ()  # colours by light, as of old prints, in place of the photo's
    toning_strength: float = 1.0  # how much of them, 0..1
    gate: float = 1.0  # of references: 1 is what matches in meaning, 0 their overall colours
    fill: str = "flat"  # of a sketch: "flat", one colour for a region, or "shaded"
    manner: str = "careful"  # of a sketch: "careful", colours stay in their regions, or "painterly"
    lines: str = "keep"  # of a sketch: "keep", "layer" (kept, and saved apart as well) or "drop"


@dataclass(frozen=True)
class Recoloured:
    """How a photo's own colours were moved (core/recolor): by which links, how far, and what that made of them at
    work size, float32 a*b* (h, w, 2)."""

    links: tuple[Link, ...]
    strength: float
    chroma: Plane


@dataclass(frozen=True)
class Lock:
    """A label whose pixels keep the colours they had (core/locks): the chroma of that moment, float32 (h, w, 2),
    and where the label was, uint8 (h, w). `moved` says how the photo's own colours were part of that chroma; `light`,
    float32 (h, w), is the fill light of a sketch."""

    label: int
    chroma: Plane
    mask: Plane
    moved: Recoloured | None = None
    light: Plane | None = None


@dataclass(frozen=True)
class Recipe:
    """The part of guidance that can be applied to another photo."""

    rules: tuple[Rule, ...] = ()
    palette: tuple[Swatch, ...] = ()
    settings: Settings = Settings()
    palette_map: tuple[Link, ...] = ()

    def to_dict(self) -> dict:
        return _to_dict("recipe", self)

    @classmethod
    def from_dict(cls, data: dict) -> Recipe:
        """The recipe of `to_dict`; ProjectError if it is damaged or of a newer version."""
        return _from_dict("recipe", cls, data)


@dataclass(frozen=True)
class Guidance:
    """Label map (uint8 at work size, 255 = "decide for me"; None = no map), rules, palette, hints, references
    and settings. With `palette_map` a colour photo is not coloured anew: its own colours are moved along the links,
    and `palette_strength` is how far. `line_art` says that the photo is a sketch: its strokes are kept, its paper is
    coloured."""

    labels: Plane | None = None
    rules: tuple[Rule, ...] = ()
    palette: tuple[Swatch, ...] = ()
    hints: tuple[Hint, ...] = ()
    references: tuple[Reference, ...] = ()
    settings: Settings = Settings()
    locks: tuple[Lock, ...] = ()
    palette_map: tuple[Link, ...] = ()
    line_art: bool = False
    grafts: tuple[Graft, ...] = ()

    def to_dict(self) -> dict:
        return _to_dict("guidance", self)

    @classmethod
    def from_dict(cls, data: dict) -> Guidance:
        """The guidance of `to_dict`; ProjectError if it is damaged or of a newer version."""
        return _from_dict("guidance", cls, data)


def _to_dict(what: str, value: object) -> dict:
    return {"what": what, "version": VERSION, **_encode(value)}


def _from_dict(what: str, cls: type, data: dict) -> typing.Any:
    if not isinstance(data, dict) or data.get("what") != what or not isinstance(data.get("version"), int):
        raise ProjectError(f"This is not a {what} of Huesmith; choose another file.")
    if data["version"] > VERSION:
        raise ProjectError(f"This {what} was written by a newer Huesmith (version {data['version']}, this one "
                           f"reads up to {VERSION}); update Huesmith to open it.")
    try:
        return _decode(cls, {key: value for key, value in data.items() if key not in ("what", "version")})
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ProjectError(f"This {what} is damaged ({error}); choose another or make it again.") from error


def _encode(value: object) -> typing.Any:
    """JSON's own types for a dataclass, tuple, Plane or plain value."""
    if is_dataclass(value):
        return {field.name: _encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    return value.to_dict() if isinstance(value, Plane) else value


def _decode(kind: typing.Any, value: typing.Any) -> typing.Any:
    """The value of the annotated type `kind` for what `_encode` made of it; ValueError where they disagree."""
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        if unknown := value.keys() - hints.keys():
            raise ValueError(f"unknown field “{min(unknown)}”")
        return kind(**{key: _decode(hints[key], item) for key, item in value.items()})
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if value is None else _decode(arguments[0], value)
    if origin is tuple and isinstance(value, list):
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_decode(item_kind, item) for item_kind, item in zip(kinds, value, strict=True))
    if kind is Plane:
        return Plane.from_dict(value)
    if kind is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if type(value) is kind and kind is not float:
        return value
    raise ValueError(f"{value!r:.40} where {getattr(kind, '__name__', kind)} should be")
