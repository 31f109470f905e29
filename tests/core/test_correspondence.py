"""A photo as its own reference gives its colours back, and every pixel knows where in it they came from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.color import delta_e2000, rgb_to_lab
from core.correspondence import Match, Matches, find_matches
from core.engine import Engine, never
from core.guidance import Graft, Guidance, Plane, Reference, Rule
from core.request import Request

SIZE = 176, 264  # rows, columns
GIVEN_BACK = {"guided": 10.0, "statistics": 9.0, "transport": 9.0}
"""ΔE2000 that a photo coloured after its mirrored and warped self may be away from itself, on the average."""
FOUND = 9.0  # ... that the colour of the piece each pixel is said to come from may be away from the pixel's


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("cpu")


@pytest.fixture(scope="module")
def lab(samples: dict[str, Path]) -> np.ndarray:
    rgb = cv2.imread(str(samples["coffee"]), cv2.IMREAD_COLOR)[..., ::-1]
    return rgb_to_lab(cv2.resize(rgb, SIZE[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255)


@pytest.fixture(scope="module")
def warped(samples: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The photo mirrored, turned a little and bent in waves."""
    photo = cv2.resize(cv2.imread(str(samples["coffee"])), SIZE[::-1], interpolation=cv2.INTER_AREA)
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    x = SIZE[1] - 1 - columns + 6 * np.sin(rows / 25) + 0.04 * rows
    y = rows + 5 * np.sin(columns / 30) - 0.03 * columns
    path = tmp_path_factory.mktemp("references") / "warped.png"
    cv2.imwrite(str(path), cv2.remap(photo, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))
    return path


def asking(lab: np.ndarray, *references: Path, colorizer: str = "guided", rules: tuple[Rule, ...] = ()) -> Request:
    guidance = Guidance(references=tuple(Reference(str(path)) for path in references), rules=rules)
    return Request("coffee", Plane(np.ascontiguousarray(lab[..., 0])), guidance, colorizer, max(SIZE))


def away(lab: np.ndarray, ab: np.ndarray) -> float:
    return float(delta_e2000(lab, np.dstack([lab[..., 0], ab])).mean())


@pytest.mark.parametrize("colorizer", GIVEN_BACK)
def test_a_photo_after_its_mirrored_and_warped_self_gets_its_colours_back(
    engine: Engine, lab: np.ndarray, warped: Path, colorizer: str
) -> None:
    chroma = engine.colorize(asking(lab, warped, colorizer=colorizer)).chroma
    assert away(lab, chroma) < GIVEN_BACK[colorizer] < 0.7 * away(lab, np.zeros_like(chroma))


@pytest.fixture(scope="module")
def matches(engine: Engine, lab: np.ndarray, warped: Path) -> Matches:
    request = asking(lab, warped)
    return find_matches(engine, request, np.ascontiguousarray(lab[..., 1:]), never)


def grid() -> list[tuple[float, float]]:
    return [(x, y) for x in np.linspace(0.08, 0.92, 9) for y in np.linspace(0.1, 0.9, 7)]


def test_every_place_finds_its_colour_in_the_warped_self(matches: Matches, lab: np.ndarray, warped: Path) -> None:
    off, far = [], []
    for x, y in grid():
        match = matches.at(x, y)
        assert match.path == str(warped) and 0 <= match.sure <= 1 and 0 <= match.x <= 1 and 0 <= match.y <= 1
        there = rgb_to_lab(np.float32([[match.swatch.r, match.swatch.g, match.swatch.b]]))[0]
        here = lab[int(y * SIZE[0]), int(x * SIZE[1])]
        off.append(away(here[None, None], there[None, None, 1:]))
        far.append(np.hypot(match.x - (1 - x), match.y - y))
    assert np.mean(off) < FOUND and np.median(far) < 0.15


def test_where_the_colour_is_not_the_references_nobody_is_sure(
    engine: Engine, lab: np.ndarray, warped: Path, matches: Matches
) -> None:
    foreign = find_matches(engine, matches.request, np.full((*SIZE, 2), (-60, -60), np.float32), never)
    sure = np.mean([matches.at(x, y).sure for x, y in grid()])
    assert sure > 0.25 and np.mean([foreign.at(x, y).sure for x, y in grid()]) < 0.02


def test_a_label_with_its_own_region_looks_there_alone(engine: Engine, lab: np.ndarray, warped: Path) -> None:
    corner = ((0.0, 0.0), (0.3, 0.0), (0.3, 0.4), (0.0, 0.4))
    request = asking(lab, rules=(Rule(7, reference=str(warped), region=corner),))
    found = find_matches(engine, request, np.ascontiguousarray(lab[..., 1:]), never)
    assert found.at(0.5, 0.5, 3) is None
    for x, y in grid():
        match = found.at(x, y, 7)
        assert match.x < 0.34 and match.y < 0.45


def test_a_graft_looks_in_its_own_region_alone(engine: Engine, lab: np.ndarray, warped: Path) -> None:
    corner, left = ((0.0, 0.0), (0.3, 0.0), (0.3, 0.4), (0.0, 0.4)), ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    request = asking(lab, warped)
    request = replace(request, guidance=replace(request.guidance, grafts=(Graft(left, str(warped), corner),)))
    found = find_matches(engine, request, np.ascontiguousarray(lab[..., 1:]), never)
    assert all(found.at(x, y).x < 0.34 for x, y in grid() if x < 0.49)
    assert any(found.at(x, y).x > 0.34 for x, y in grid() if x > 0.51)


def test_of_two_references_the_one_that_has_the_colour_is_named(
    engine: Engine, lab: np.ndarray, warped: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.png"
    cv2.imwrite(str(other), cv2.imread(str(warped))[..., ::-1])  # red and blue exchanged
    found = find_matches(engine, asking(lab, other, warped), np.ascontiguousarray(lab[..., 1:]), never)
    named = [Path(found.at(x, y).path).stem for x, y in grid()]
    assert named.count("warped") > 0.8 * len(named)


def test_without_references_or_beside_the_photo_there_is_no_match(
    engine: Engine, lab: np.ndarray, matches: Matches, tmp_path: Path
) -> None:
    chroma = np.ascontiguousarray(lab[..., 1:])
    assert find_matches(engine, asking(lab), chroma, never) is None
    assert find_matches(engine, asking(lab, tmp_path / "gone.png"), chroma, never) is None
    assert matches.at(1.0, 0.5) is None and matches.at(0.5, -0.1) is None
    off = replace(matches.request, guidance=Guidance(references=(Reference("gone.png", 0.0),)))
    assert find_matches(engine, off, chroma, never) is None and isinstance(matches.at(0.5, 0.5), Match)
