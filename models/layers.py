"""Small things that several networks share: compact widths, size checks, padding."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from models.errors import ModelError

STEP = 8  # compact channel counts stay multiples of this, which is what the CPU's vectors like


def scaled(channels: int, width: float) -> int:
    """Channel count of a compact variant: ``channels`` itself at width 1, else a multiple of eight."""
    if width <= 0:
        raise ModelError(f"A network's width must be above 0, not {width}.")
    return channels if width == 1 else max(STEP, STEP * round(channels * width / STEP))


def require_multiple(x: torch.Tensor, multiple: int, network: str, least: int = 1) -> None:
    """Refuse a (n, c, h, w) input whose sides the network cannot halve evenly.

    Not looked at while the network is traced for another runtime: sizes are symbols then.
    """
    if torch.jit.is_tracing():
        return
    height, width = x.shape[-2:]
    if height % multiple or width % multiple or height * width < least:
        raise ModelError(
            f"{network} takes sides that are multiples of {multiple}, not {height}x{width}; pad the input first."
        )


def pad_to_multiple(x: torch.Tensor, multiple: int, least: int = 1) -> torch.Tensor:
    """(n, c, h, w) enlarged at the bottom and the right by reflection, to multiples of ``multiple``.

    Reflection is repeated where the picture is narrower than the margin; a single pixel is repeated.
    """
    height, width = x.shape[-2:]
    rows = max(least, -(-height // multiple) * multiple)
    columns = max(least, -(-width // multiple) * multiple)
    while x.shape[-2] < rows or x.shape[-1] < columns:
        right = min(columns - x.shape[-1], max(1, x.shape[-1] - 1))
        bottom = min(rows - x.shape[-2], max(1, x.shape[-2] - 1))
        mode = "reflect" if min(x.shape[-2:]) > 1 else "replicate"
        x = F.pad(x, (0, right, 0, bottom), mode=mode)
    return x
