"""The photos of the first run.

scikit-image carries a handful of public-domain and CC0 photographs inside its wheel. They are found on disk
without importing the library (which would cost a start-up a tenth of a second) and without its downloader.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

# In the order they are shown. A newcomer sees the first one coloured: it is black and white, has sky, grass and
# skin in it, and comes out best.
_NAMES = (
    "camera.png",
    "astronaut.png",
    "motorcycle_left.png",
    "chelsea.png",
    "coffee.png",
    "rocket.jpg",
)


def sample_photos() -> list[Path]:
    """The sample photos that are installed, best first; an empty list where scikit-image is missing."""
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        return []
    folder = Path(spec.submodule_search_locations[0]) / "data"
    return [folder / name for name in _NAMES if (folder / name).is_file()]
