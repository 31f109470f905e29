"""Running the five published systems with their bundled compact weights, on luminance of any size.

    runner = open_compact("palettenet")
    ab = runner.colorize(L, labels, palette=lab)        # what each system is guided by: GUIDED_BY

Each system sees what its paper gives it and nothing else; guidance it does not know is ignored, and guidance it
cannot do without is made from `fallback`, a coloured version of the same photo (the label prior's), so that it
answers all the same. SCFT is told grey photos as well as sketches in training, so that it is given the photo's
grey here. These run in torch, in fp32.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from models.errors import ModelError
from models.published_runner import gray_of, open_colornet

WEIGHTS = Path(__file__).parent / "weights"
GUIDED_BY = {
    "semantic": "labels",
    "palettenet": "palette",
    "cys_color": "palette",
    "gray2color": "reference",
    "scft": "reference",
}
NETWORKS = {
    "semantic": "colornet",
    "palettenet": "palettenet",
    "cys_color": "cys_colorizer",
    "gray2color": "gray2color",
    "scft": "scft",
}
SWATCHES = {"palettenet": 6, "cys_color": 5}
SCFT_STEP = 16  # its sizes are multiples of this
AB = 110.0  # Gray2ColorNet's scale of ab


def weights_of(name: str) -> Path:
    """The bundled file of a system, which may be missing."""
    return WEIGHTS / f"{name}.safetensors"


class CompactRunner:
    """One system on one device. `name` is a key of GUIDED_BY."""

    def __init__(self, name: str, device: str, runtime: str, answer: Callable[..., np.ndarray]) -> None:
        self.name, self.device, self.runtime, self._answer = name, device, runtime, answer
        self.gates: np.ndarray | None = None
        self.light: np.ndarray | None = None

    def colorize(
        self,
        luminance: np.ndarray,
        labels: np.ndarray,
        palette: np.ndarray | None = None,
        reference: np.ndarray | None = None,
        fallback: Callable[[], np.ndarray] | None = None,
        gate: float = 1.0,
    ) -> np.ndarray:
        """Chroma (h, w, 2) float32 for L (h, w) 0..100, labels (h, w) uint8, `palette` (k, 3) and `reference`
        (h', w', 3) in Lab. `fallback()` answers ab (h, w, 2). ModelError where nothing can guide the system.

        Gray2ColorNet's own gate is scaled by `gate` 0..1, and `gates` keeps what it was (h/2, w/2) in the last answer.
        Of SCFT's, which paints sketches light and all, `light` keeps L (h, w).
        """
        kind = GUIDED_BY[self.name]
        if kind == "labels":
            return self._answer(luminance, labels)
        given = palette if kind == "palette" else reference
        if given is None or not len(given):
            if fallback is None:
                raise ModelError(f"{self.name} colours by a {kind}; give it one.")
            given = np.dstack([luminance, fallback()]).astype(np.float32)
            if kind == "palette":
                given = _palette_of(given, SWATCHES[self.name])
        given = np.asarray(given, np.float32)
        if self.name == "scft":
            lab = self._answer(luminance, given)
            self.light = np.ascontiguousarray(lab[..., 0])
            return np.ascontiguousarray(lab[..., 1:])
        if self.name != "gray2color":
            return self._answer(luminance, given)
        chroma, self.gates = self._answer(luminance, given, gate)
        return chroma


def open_compact(name: str, device: str = "cpu", path: Path | None = None) -> CompactRunner:
    """The system `name` with its bundled weights, or those of `path`. ModelError, with a sentence, where the file
    is missing or another's."""
    path = path or weights_of(name)
    if name == "semantic":
        runner = open_colornet(path, device)
        return CompactRunner(name, runner.device, runner.runtime, runner.colorize)
    from models import registry

    net = registry.from_file(path, NETWORKS[name]).to(device)
    if name == "gray2color":
        return CompactRunner(name, device, "torch fp32", lambda *given: gated_answer(net, *given))
    if name == "scft":
        return CompactRunner(name, device, "torch fp32", lambda L, given: sketch_answer(net, L, given))
    return CompactRunner(name, device, "torch fp32", lambda L, given: answer(name, net, L, given))


def answer(name: str, net, luminance: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Chroma (h, w, 2) float32 of an opened network: palettenet, cys_color, gray2color or scft, for L (h, w) and the
    palette (k, 3) or reference (h', w', 3) in Lab that guides it."""
    import torch

    ways = {"palettenet": _palettenet, "cys_color": _cys, "gray2color": _gray2color, "scft": _scft}
    device = next(net.parameters()).device

    def tensor(array: np.ndarray) -> torch.Tensor:
        array = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
        return torch.from_numpy(np.ascontiguousarray(array, np.float32))[None].to(device)

    with torch.inference_mode():
        planes = ways[name](net, tensor, np.asarray(luminance, np.float32), given)
    return np.ascontiguousarray(planes[0].float().cpu().numpy().transpose(1, 2, 0))


def sketch_answer(net, luminance: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """SCFT's colours for a sketch, Lab (h, w, 3) float32, for its L (h, w) and the reference (h', w', 3) in Lab."""
    import torch

    def tensor(array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array.transpose(2, 0, 1), np.float32))[None].to(
            next(net.parameters()).device
        )

    gray = _padded(gray_of(np.asarray(luminance, np.float32))[..., None])
    with torch.inference_mode():
        planes = net(tensor(_padded(_to_rgb(reference)) * 2 - 1), tensor(gray * 2 - 1))[0].float().cpu().numpy()
    picture = (np.clip(planes[:, : luminance.shape[0], : luminance.shape[1]].transpose(1, 2, 0), -1, 1) + 1) / 2
    return cv2.cvtColor(np.ascontiguousarray(picture, np.float32), cv2.COLOR_RGB2LAB)


def gated_answer(net, luminance: np.ndarray, reference: np.ndarray, gate: float) -> tuple[np.ndarray, np.ndarray]:
    """Chroma (h, w, 2) of Gray2ColorNet with its own gate scaled by `gate`, and the scaled gate (h/2, w/2)."""
    import torch

    def tensor(array: np.ndarray) -> torch.Tensor:
        array = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
        return torch.from_numpy(np.ascontiguousarray(array, np.float32))[None].to(next(net.parameters()).device)

    ab = np.clip(reference[..., 1:] / AB, -1, 1)
    lights = (tensor(plane / 50 - 1) for plane in (luminance, reference[..., 0]))
    with torch.inference_mode():
        planes, gates = net.colorize(*lights, tensor(ab), gate=0.0, blend=1.0 - gate)
    chroma = planes[0].float().cpu().numpy().transpose(1, 2, 0) * AB
    return np.ascontiguousarray(chroma), gates[0, 0].float().cpu().numpy()


def _palettenet(net, tensor: Callable, luminance: np.ndarray, palette: np.ndarray):
    import torch

    from models.palettenet import MOST_COLORS, code, palette_numbers

    gray = np.dstack([luminance, np.zeros((*luminance.shape, 2), np.float32)])
    if len(palette) > MOST_COLORS:
        palette = _palette_of(palette[None], MOST_COLORS)
    numbers = torch.from_numpy(palette_numbers(palette))[None].to(next(net.parameters()).device)
    return net(code(tensor(gray)), numbers) * 128


def _cys(net, tensor: Callable, luminance: np.ndarray, palette: np.ndarray):
    import torch

    rgb = _to_rgb(_palette_of(palette[None], SWATCHES["cys_color"]))
    colors = torch.from_numpy(rgb)[None].to(next(net.parameters()).device)
    planes = net(tensor(gray_of(luminance) * 2 - 1), colors)
    return _chroma_of(planes[0]) if planes.shape[1] == 3 else planes * 128  # as published, it answers RGB


def _gray2color(net, tensor: Callable, luminance: np.ndarray, reference: np.ndarray):
    return tensor(gated_answer(net, luminance, reference, 1.0)[0])


def _scft(net, tensor: Callable, luminance: np.ndarray, reference: np.ndarray):
    return tensor(sketch_answer(net, luminance, reference)[..., 1:])


def _chroma_of(rgb):
    """RGB (3, h, w) in [-1, 1] as ab (1, 2, h, w)."""
    import torch

    picture = (np.clip(rgb.float().cpu().numpy().transpose(1, 2, 0), -1, 1) + 1) / 2
    lab = cv2.cvtColor(np.ascontiguousarray(picture, np.float32), cv2.COLOR_RGB2LAB)
    return torch.from_numpy(np.ascontiguousarray(lab[..., 1:].transpose(2, 0, 1)))[None]


def _padded(picture: np.ndarray) -> np.ndarray:
    """A picture (h, w, c) whose sides are multiples of SCFT_STEP, at least two of them, by mirroring."""
    sides = [max(2 * SCFT_STEP, -(-side // SCFT_STEP) * SCFT_STEP) - side for side in picture.shape[:2]]
    return np.pad(picture, [(0, sides[0]), (0, sides[1]), (0, 0)], mode="symmetric")


def _to_rgb(lab: np.ndarray) -> np.ndarray:
    """Colours (..., 3) in Lab as float32 RGB 0..1, clipped."""
    flat = np.ascontiguousarray(lab, np.float32).reshape(-1, 1, 3)
    return np.clip(cv2.cvtColor(flat, cv2.COLOR_LAB2RGB), 0, 1).reshape(lab.shape)


def _palette_of(lab: np.ndarray, count: int) -> np.ndarray:
    """`count` colours of a Lab picture (h, w, 3), or of as many swatches (1, k, 3), from dark to light (count, 3).

    Fewer swatches than asked are repeated, more are grouped.
    """
    points = np.ascontiguousarray(lab.reshape(-1, 3), np.float32)
    if len(points) <= count:
        colors = points[np.arange(count) % len(points)]
    else:
        cv2.setRNGSeed(0)
        criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
        some = points[:: max(1, len(points) // 4000)]
        colors = cv2.kmeans(some, count, None, criteria, 1, cv2.KMEANS_PP_CENTERS)[2]
    return colors[np.argsort(colors[:, 0], kind="stable")]
