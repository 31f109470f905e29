"""Pictures that show what colour did: before and after, side by side, and a wipe from one to the other.

    before, after = pair(photo, result, 2160)      sRGB uint8, of one size
    side_by_side(before, after)                    one picture of both
    jpeg(pixels, xmp), webp(before, after, xmp), gif(before, after)

They are for showing, so they are smaller than the photo and in sRGB; what is clear lies on white. The animation holds
the photo as it was, wipes colour over it, holds that and wipes back, without end. A WebP has all colours; a GIF has one
palette for all of it, so that nothing flickers, and is smaller.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np

from core.chroma import render
from core.photo import Photo
from core.request import Result

PICTURE, WEBP, GIF = 2160, 1080, 640
"""Long sides: of pictures, one of a pair; of the animations."""
_QUALITY = 92
_GAP = 0.012  # of the long side, between two pictures
_HOLD_BEFORE, _WIPE, _HOLD_AFTER, _BACK = 0.8, 1.4, 1.3, 0.9  # seconds
_FRAMES = {"WEBP": 20, "GIF": 14}  # a second
_LINE = 0.003  # of the width: the edge that wipes


def pair(photo: Photo, result: Result, long_side: int) -> tuple[np.ndarray, np.ndarray]:
    """The photo as it was and as it is, sRGB uint8 (h, w, 3), no larger than `long_side` and than the photo."""
    before = photo.thumbnail(long_side)
    scale = min(1.0, long_side / max(photo.size))
    after = render(photo, result.chroma, scale=scale, locks=result.locks, moved=result.moved, fill=result.fill)
    if photo.alpha is not None:
        alpha = cv2.resize(photo.alpha, after.shape[1::-1], interpolation=cv2.INTER_AREA)
        cover = (alpha.astype(np.float32) / np.iinfo(alpha.dtype).max)[..., None]
        after = (after * cover + 255 * (1 - cover) + 0.5).astype(np.uint8)
    return before, after


def side_by_side(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Both in one picture, on white."""
    height = len(before)
    gap = np.full((height, max(2, round(_GAP * max(before.shape))), 3), 255, np.uint8)
    return np.hstack([before, gap, after])


def jpeg(pixels: np.ndarray, xmp: bytes | None = None) -> bytes:
    """A JPEG of sRGB uint8 (h, w, 3)."""
    from PIL import Image

    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "JPEG", quality=_QUALITY, subsampling=0, xmp=xmp or b"")
    return made.getvalue()


def webp(
    before: np.ndarray, after: np.ndarray, xmp: bytes | None = None, tell: Callable[[float], None] | None = None
) -> bytes:
    """An animated WebP; `tell(0..1)` is called before every frame, and may raise Cancelled."""
    from PIL import Image

    edges, durations = _course(before.shape[1], _FRAMES["WEBP"])
    frames = (Image.fromarray(frame) for frame in _told(_frames(before, after, edges, 255), len(edges), tell))
    made = io.BytesIO()
    next(frames).save(
        made, "WEBP", save_all=True, append_images=frames, duration=durations, loop=0, quality=82, method=2,
        xmp=xmp or b"",
    )  # fmt: skip
    return made.getvalue()


def gif(before: np.ndarray, after: np.ndarray, tell: Callable[[float], None] | None = None) -> bytes:
    """An animated GIF, as `webp`. A GIF can carry no XMP that others would find."""
    from PIL import Image

    both = Image.fromarray(np.vstack([before, after])).quantize(255, Image.Quantize.MEDIANCUT)
    palette, indices = both.getpalette(), np.asarray(both)
    line = int(np.reshape(palette, (-1, 3)).sum(axis=1).argmax())  # the lightest
    edges, durations = _course(before.shape[1], _FRAMES["GIF"])

    def picture(frame: np.ndarray) -> Image.Image:
        shown = Image.fromarray(frame)
        shown.putpalette(palette)
        return shown

    halves = indices[: len(before)], indices[len(before) :]
    frames = [picture(frame) for frame in _told(_frames(*halves, edges, line), len(edges), tell)]
    made = io.BytesIO()
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, disposal=1,
                   optimize=False)  # fmt: skip
    return made.getvalue()


def _told(frames, count: int, tell: Callable[[float], None] | None):
    for number, frame in enumerate(frames):
        if tell is not None:
            tell(number / count)
        yield frame


def _course(width: int, rate: int) -> tuple[list[int], list[int]]:
    """Where the edge is in each frame, in columns, 0 all before .. width all after, and how long it stays, in ms."""
    there = [_eased(step / (_WIPE * rate)) for step in range(1, round(_WIPE * rate))]
    back = [1 - _eased(step / (_BACK * rate)) for step in range(1, round(_BACK * rate))]
    shares = [0.0, *there, 1.0, *back]
    # GIF counts hundredths of a second
    lasts = [round(_HOLD_BEFORE * 100), *[round(100 / rate)] * len(there), round(_HOLD_AFTER * 100),
             *[round(100 / rate)] * len(back)]  # fmt: skip
    edges = [round(share * width) for share in shares]
    return _without_repeats(edges, [10 * last for last in lasts])


def _without_repeats(edges: list[int], lasts: list[int]) -> tuple[list[int], list[int]]:
    """A frame that is like the one before it is that one, for longer: GIF writers drop it, and its time with it."""
    kept, times = [edges[0]], [lasts[0]]
    for (before, edge), last in zip(pairwise(edges), lasts[1:]):
        if edge == before:
            times[-1] += last
        else:
            kept.append(edge)
            times.append(last)
    return kept, times


def _eased(share: float) -> float:
    """Slow at both ends."""
    return share * share * (3 - 2 * share)


def _frames(before: np.ndarray, after: np.ndarray, edges: list[int], line: int):
    """The pictures, with a light line where the edge is."""
    width = before.shape[1]
    thick = max(1, round(_LINE * width))
    for edge in edges:
        frame = before.copy()
        frame[:, :edge] = after[:, :edge]
        if 0 < edge < width:
            frame[:, max(0, edge - thick) : edge] = line
        yield frame
