"""What may be written beside a result: names, pictures, animations, all of it together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import before_after, cli, psd
from core.also import Shown, write_also
from core.also_kinds import FILES, KINDS, free_stem, kinds_of, names_of
from core.batch_names import BatchNames
from core.chroma import render
from core.engine import Engine
from core.errors import Cancelled, ExportError, LabelError
from core.label_maps import load_label_map
from core.labels import default_label_set
from core.palette_io import read_palette
from core.photo import Photo, photo_from_array
from core.provenance import read_made
from tests.core.fakes import FakeModels
from tests.core.layered import GRASS, SKY, result_of, small
from tests.core.openraster import violations

GREY = np.array([0.299, 0.587, 0.114])


@pytest.fixture(scope="module")
def shown(samples: dict[str, Path]) -> Shown:
    """A grey photo of 150 x 100 with the colours it once had."""
    coloured = small(samples["coffee"])
    grey = photo_from_array((coloured.pixels @ GREY + 0.5).astype(np.uint8))
    return Shown(grey, result_of(coloured), default_label_set())


@pytest.fixture(scope="module")
def folder(shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All kinds of files of it, called "mill"."""
    made = tmp_path_factory.mktemp("also")
    written = write_also(shown, KINDS, made, "mill")
    assert sorted(written) == sorted(made.iterdir())
    return made


def chroma_of(picture: Image.Image) -> np.ndarray:
    """How far from grey each pixel is, (h, w)."""
    return np.ptp(np.asarray(picture.convert("RGB")).astype(int), axis=2)


def test_layers_labels_and_palette_are_the_results(folder: Path, shown: Shown) -> None:
    assert violations(folder / "mill_layers.ora") == []
    labels = load_label_map(folder / "mill_labels.png", shown.photo.size)
    assert {SKY, GRASS} <= set(np.unique(labels).tolist())
    swatches = read_palette(folder / "mill_palette.gpl").swatches
    assert len(swatches) == 8
    with Image.open(folder / "mill_after.jpg") as after:
        seen = np.asarray(after).reshape(-1, 3).astype(int)
    for swatch in swatches:
        rgb = [round(255 * part) for part in (swatch.r, swatch.g, swatch.b)]
        assert np.abs(seen - rgb).max(axis=1).min() < 40


def test_side_by_side_is_grey_at_the_left_and_coloured_at_the_right(folder: Path) -> None:
    with Image.open(folder / "mill_side-by-side.jpg") as picture:
        width = picture.width
        chroma = chroma_of(picture)
        assert picture.height == 100 and 300 < width < 310
        assert np.asarray(picture)[:, width // 2].min() > 240  # the gap
    assert chroma[:, :150].mean() < 2 < 20 < chroma[:, -150:].mean()


def test_before_and_after_have_one_size_and_the_photos_light(folder: Path, shown: Shown) -> None:
    with Image.open(folder / "mill_before.jpg") as before, Image.open(folder / "mill_after.jpg") as after:
        assert before.size == after.size == (150, 100)
        error = np.abs(np.asarray(before.convert("L")).astype(int) - shown.photo.pixels)
        assert error.mean() < 2 and chroma_of(before).mean() < 2
        again = np.asarray(after).astype(int) - render(shown.photo, shown.result.chroma)
        assert np.abs(again).mean() < 3


def test_pictures_with_made_up_colour_say_so(folder: Path) -> None:
    for name in ("mill_side-by-side.jpg", "mill_after.jpg", "mill_animation.webp"):
        assert read_made(folder / name).colorizer == "guided"
    with Image.open(folder / "mill_before.jpg") as before:
        assert not before.info.get("xmp")


@pytest.mark.parametrize("name", ["mill_animation.webp", "mill_animation.gif"])
def test_an_animation_wipes_from_grey_to_colour_and_back(folder: Path, name: str) -> None:
    with Image.open(folder / name) as picture:
        assert picture.size == (150, 100) and picture.info["loop"] == 0
        shares, durations = [], []
        for number in range(picture.n_frames):
            picture.seek(number)
            shares.append((chroma_of(picture) > 12).mean())
            durations.append(picture.info["duration"])
    top = int(np.argmax(shares))
    assert shares[0] < 0.02 and shares[top] > 0.5 and shares[-1] < 0.3
    assert all(later >= earlier - 0.02 for earlier, later in zip(shares[:top], shares[1 : top + 1]))
    assert all(later <= earlier + 0.02 for earlier, later in zip(shares[top:], shares[top + 1 :]))
    assert durations[0] >= 700 and durations[top] >= 1000 and 3500 <= sum(durations) <= 5500
    assert (folder / name).stat().st_size < 1 << 20


def test_a_wipes_frame_is_colour_left_of_its_edge_and_grey_right_of_it() -> None:
    before, after = np.zeros((4, 400, 3), np.uint8), np.full((4, 400, 3), 200, np.uint8)
    frame = list(before_after._frames(before, after, [0, 100, 400], 255))
    assert not frame[0].any() and (frame[2] == 200).all()
    assert (frame[1][:, :98] == 200).all() and (frame[1][:, 99] == 255).all() and not frame[1][:, 100:].any()


def test_pictures_are_bounded_and_never_enlarged(samples: dict[str, Path]) -> None:
    large, tiny = (photo_from_array(np.zeros((h, w), np.uint8)) for h, w in ((500, 2000), (3, 2)))
    result = result_of(small(samples["coffee"]))
    for photo, size in ((large, (160, 640)), (tiny, (3, 2))):
        pair = before_after.pair(photo, result, 640)
        assert [part.shape[:2] for part in pair] == [size, size]


def test_what_is_clear_lies_on_white(samples: dict[str, Path]) -> None:
    base = small(samples["coffee"])
    alpha = np.full(base.size, 255, np.uint8)
    alpha[:50] = 0
    for picture in before_after.pair(Photo(None, base.pixels, alpha), result_of(base), 2160):
        assert (picture[:50] == 255).all() and picture[50:].mean() < 240


def test_names_follow_the_stem_and_a_taken_one_numbers_all(tmp_path: Path) -> None:
    assert [path.name for path in names_of(["labels", "ora"], tmp_path, "mill")["ora"]] == ["mill_layers.ora"]
    assert free_stem(["ora", "gif"], tmp_path, "mill") == "mill"
    (tmp_path / "mill_animation.gif").touch()
    (tmp_path / "mill-2_layers.ora").touch()
    assert free_stem(["ora", "gif"], tmp_path, "mill") == "mill-3"
    assert free_stem(["labels"], tmp_path, "mill") == "mill"


def test_what_is_there_is_not_replaced_unasked(shown: Shown, tmp_path: Path) -> None:
    there = tmp_path / "mill_labels.png"
    there.write_bytes(b"mine")
    with pytest.raises(ExportError, match="is there already"):
        write_also(shown, ["labels"], tmp_path, "mill")
    assert there.read_bytes() == b"mine"
    write_also(shown, ["labels"], tmp_path, "mill", overwrite=True)
    assert there.read_bytes() != b"mine"


def test_without_labels_there_is_no_label_map(samples: dict[str, Path], tmp_path: Path) -> None:
    photo = small(samples["coffee"])
    with pytest.raises(LabelError, match="made without labels"):
        write_also(Shown(photo, result_of(photo, labelled=False), default_label_set()), ["labels"], tmp_path, "x")


def test_it_tells_how_far_it_is_and_stops_when_it_is_told(shown: Shown, tmp_path: Path) -> None:
    shares: list[float] = []
    write_also(shown, ["ora", "animation"], tmp_path, "a", progress=shares.append)
    assert shares[0] == 0 and 0.9 < max(shares) <= 1 and len(shares) > 40
    left = [len(shares) - 10]

    def cancel() -> bool:
        left[0] -= 1
        return left[0] < 0

    with pytest.raises(Cancelled):
        write_also(shown, ["ora", "animation"], tmp_path, "b", cancel=cancel)
    assert sorted(path.name for path in tmp_path.glob("b*")) == ["b_layers.ora"]  # finished before it was stopped
    assert not list(tmp_path.glob(".*"))


def test_words_for_kinds_are_read_from_a_list() -> None:
    assert kinds_of("side-by-side, LABELS,labels") == ("side-by-side", "labels")
    assert kinds_of(",".join(KINDS)) == KINDS == tuple(FILES)
    with pytest.raises(ValueError, match="“movie” is none of ora, psd"):
        kinds_of("labels,movie")


def test_a_batch_writes_them_beside_each_result(samples: dict[str, Path], tmp_path: Path, monkeypatch) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in (1, 2):
        Image.fromarray(small(samples["coffee"], (60, 40)).pixels).save(folder / f"p{number}.png")
    monkeypatch.setattr(cli, "Engine", lambda *_: Engine(models=FakeModels()))
    words = ["--batch", "--imgs", folder, "--out", out, "--also", "ora,labels,side-by-side", "--work-size", 64]
    assert cli.run_batch_cli(cli.parse(list(map(str, words)))) == cli.DONE
    tails = (".png", "_layers.ora", "_labels.png", "_side-by-side.jpg")
    assert sorted(path.name for path in out.iterdir()) == sorted(f"p{n}{tail}" for n in (1, 2) for tail in tails)
    assert violations(out / "p2_layers.ora") == []


def test_a_batch_asked_for_what_there_is_not_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        cli.parse(["--batch", "--also", "movie"])
    assert "“movie” is none of ora" in capsys.readouterr().err
    Image.new("L", (20, 20)).save(tmp_path / "a.png")
    monkeypatch.setattr(psd, "find_spec", lambda name: None)
    for words in (["--also", "psd"], ["--format", "psd"]):
        options = cli.parse(["--batch", "--imgs", str(tmp_path), "--out", str(tmp_path / "out"), *words])
        assert cli.run_batch_cli(options) == cli.USAGE
        assert f"{words[0]} psd: PSD needs psd-tools; type: " in capsys.readouterr().err


def test_two_photos_of_one_name_share_no_file(tmp_path: Path) -> None:
    dealer = BatchNames([], tmp_path, "same", False, None, also=("ora",))
    first, second = dealer.deal(Path("a.jpg")), dealer.deal(Path("a.png"))
    assert first.files == (tmp_path / "a.jpg", tmp_path / "a_layers.ora")
    assert second.files == (tmp_path / "a_png.png", tmp_path / "a_png_layers.ora")


def test_a_batch_takes_openraster_files_and_writes_pictures_of_them(
    samples: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = small(samples["coffee"], (60, 40))
    (tmp_path / "in").mkdir()
    write_also(Shown(photo, result_of(photo), default_label_set()), ["ora"], tmp_path / "in", "mill")
    monkeypatch.setattr(cli, "Engine", lambda *_: Engine(models=FakeModels()))
    words = ["--batch", "--imgs", tmp_path / "in", "--out", tmp_path / "out", "--work-size", 64]
    assert cli.run_batch_cli(cli.parse(list(map(str, words)))) == cli.DONE
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mill_layers.png"]
