"""Photoshop's PSD, through psd-tools, which is optional.

The same stack as in OpenRaster: names, boxes, groups, blend modes (`colr`, `lum `), 8 or 16 bits, the photo's profile
as image resource 1039, EXIF as 1058 and XMP as 1060. The merged picture in the file is the stack's own, not what
psd-tools would blend. Label layers and hints have the depth of the rest: a PSD has one for all. psd-tools holds whole
pictures, so that unlike OpenRaster this takes memory: about ten bytes a pixel and layer.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from core.extras import to_type
from core.layer_stack import COLOR, LUMINOSITY, NORMAL, Group, Layer, Stack
from core.ora import Tell
from core.palette_parts import clean
from core.photo_encode import EXIF_START

if TYPE_CHECKING:
    from psd_tools import PSDImage
    from psd_tools.api.layers import Group as PsdGroup

_ICC, _EXIF, _XMP = "ICC_PROFILE", "EXIF_DATA_1", "XMP_METADATA"
_ROWS = 1 << 20  # pixels made at a time


def missing() -> str:
    """What to type where psd-tools is not there, else nothing."""
    if find_spec("psd_tools") is not None:
        return ""
    return f"PSD needs psd-tools; type: {to_type('psd_tools')}, or choose OpenRaster, which needs nothing."


def write(file: BinaryIO, stack: Stack, tell: Tell) -> None:
    """Write the stack as a PSD."""
    from psd_tools import PSDImage

    height, width = stack.size
    psd = PSDImage.new("RGB" if stack.merged.channels == 3 else "RGBA", (width, height), depth=stack.depth)
    _put_resources(psd, stack)
    for entry in reversed(stack.layers):  # from below
        if isinstance(entry, Group):
            group = psd.create_group(name=_name(entry.name), open_folder=False)
            for layer in reversed(entry.layers):
                _put(group, layer, stack.depth, tell)
            group.visible = entry.visible
        else:
            _put(psd, entry, stack.depth, tell)
    # `PSDImage.save` would blend all layers anew, slower and with its own rounding
    record = psd._record
    merged = _whole(stack.merged, tell)
    planes = [np.ascontiguousarray(merged[..., channel]) for channel in range(merged.shape[2])]
    big_endian = [plane.astype(plane.dtype.newbyteorder(">")).tobytes() for plane in planes]
    record.image_data.set_data(big_endian, record.header)
    record.write(file)


def _put(parent: PSDImage | PsdGroup, layer: Layer, depth: int, tell: Tell) -> None:
    from psd_tools.constants import BlendMode

    modes = {NORMAL: BlendMode.NORMAL, COLOR: BlendMode.COLOR, LUMINOSITY: BlendMode.LUMINOSITY}
    pixels = _whole(layer, tell)
    if layer.channels < 3:  # the document is RGB
        pixels = np.concatenate([pixels[..., :1].repeat(3, axis=2), pixels[..., 1:]], axis=2)
    made = parent.create_pixel_layer_from_array(
        pixels, _name(layer.name), layer.box.top, layer.box.left, blend_mode=modes[layer.mode]
    )
    made.visible = layer.visible


def _whole(layer: Layer, tell: Tell) -> np.ndarray:
    """All pixels of a layer, (h, w, channels)."""
    height, width = layer.box.height, layer.box.width
    whole = np.empty((height, width, layer.channels), np.uint8 if layer.depth == 8 else np.uint16)
    step = max(1, _ROWS // width)
    for top in range(0, height, step):
        rows = slice(top, min(top + step, height))
        tell((rows.stop - rows.start) * width)
        whole[rows] = layer.pixels(rows).reshape(rows.stop - rows.start, width, layer.channels)
    return whole


def _name(name: str) -> str:
    return clean(name)[:255] or "Layer"


def _put_resources(psd: PSDImage, stack: Stack) -> None:
    from psd_tools.constants import Resource
    from psd_tools.psd.image_resources import ImageResource

    exif = stack.exif.removeprefix(EXIF_START) if stack.exif else None
    for name, data in ((_ICC, stack.icc), (_EXIF, exif), (_XMP, stack.xmp)):
        if data:
            key = Resource[name]
            psd.image_resources[key] = ImageResource(key=key.value, data=data)
