"""The lexicon is distilled from its lists, by their licences, to the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.training.data import DataError
from models.training.words import main, normal, write_words


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "palettes"
    folder.mkdir()
    (folder / "color_names.csv").write_text(
        "source,name,hex\nmeodai_color-names,Old Röse,#102030\ncorpora_xkcd,Old Rose,#c87f89\n"
        "meodai_color-names,Rose Ash,#b5acab\nunlicensed,Secret Rose,#ff0000\nmeodai_color-names,Short,#abc\n"
    )
    (folder / "chinese_color_names.csv").write_text(
        "name,hex,note,source\n竹青,#789262,,zerosoul/chinese-colors\n"
    )
    (folder / "palettes.csv").write_text(
        "source,name,colors\nMetBrewer,VanGogh3,#010101 #020202\ngogh_terminal,Secret,#030303\n"
        "colourlovers_top1000,1,#69d2e7 #a7dbd8 #e0e4cc #f38630 #fa6900\n"
    )
    (folder / "cys_url_text_ctg_rgb_100samples.csv").write_text(
        'url,text,category,RGB\nu,夏天 x,朋克,"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"\n'
    )
    return tmp_path


def text(array: np.ndarray) -> list[str]:
    return array.tobytes().decode().split("\n")


def test_lists_become_a_lexicon(lists: Path) -> None:
    out = lists / "words.npz"
    assert main(["--packs", str(lists), "--out", str(out)]) == 0
    with np.load(out) as file:
        names = text(file["names"])
        assert names == ["old rose", "竹青", "rose ash", "short"] or set(names) == {
            "old rose", "竹青", "rose ash", "short"}  # fmt: skip
        assert tuple(file["name_colors"][names.index("old rose")]) == (0xC8, 0x7F, 0x89)  # the trusted one
        assert tuple(file["name_colors"][names.index("short")]) == (0xAA, 0xBB, 0xCC)
        assert text(file["words"]) == ["rose"]
        assert text(file["phrases"]) == ["van gogh", "夏天"]
        assert file["loved"].shape == (1, 5, 3)
        assert "secret" not in " ".join(names)


def test_the_same_lists_give_the_same_bytes(lists: Path) -> None:
    write_words(lists / "palettes", lists / "a.npz")
    write_words(lists / "palettes", lists / "b.npz")
    assert (lists / "a.npz").read_bytes() == (lists / "b.npz").read_bytes()


def test_missing_lists_are_one_sentence(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lists / "palettes" / "palettes.csv").unlink()
    with pytest.raises(DataError, match=r"palettes\.csv"):
        write_words(lists / "palettes", lists / "c.npz")
    assert main(["--packs", str(lists), "--out", str(lists / "c.npz")]) == 1
    assert "incomplete" in capsys.readouterr().out


def test_names_are_compared_without_accents_and_marks() -> None:
    assert normal("  Tōkyō's  Öld-Rose ") == "tokyos old rose"
