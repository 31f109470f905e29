"""Words to palettes: what they look like, and that nothing a person types breaks them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.color import delta_e2000
from core.guidance import Swatch
from core.lexicon import DATA, lexicon
from core.oklch import lch_of
from core.palette import lab_of
from core.words import Spoken, categories, category_palette, words_to_palette


def is_red(swatch: Swatch) -> bool:
    _, c, h = lch_of(swatch)
    return c > 0.06 and (h < 45 or h > 345)


def is_green(swatch: Swatch) -> bool:
    _, c, h = lch_of(swatch)
    return c > 0.05 and 105 < h < 175


def is_blue(swatch: Swatch) -> bool:
    _, c, h = lch_of(swatch)
    return c > 0.01 and 180 < h < 290


def lightness(spoken: Spoken) -> float:
    return float(lab_of(spoken.swatches)[:, 0].mean())


def chroma(spoken: Spoken) -> float:
    return float(np.hypot(*lab_of(spoken.swatches)[:, 1:].T).mean())


def test_red_with_green_is_red_and_green() -> None:
    spoken = words_to_palette("红配绿")
    assert [is_red(one) or is_green(one) for one in spoken.swatches] == [True] * 5
    assert any(map(is_red, spoken.swatches))
    assert any(map(is_green, spoken.swatches))
    assert [one.text for one in spoken.understood] == ["红", "绿"]
    assert sum(len(one.swatches) for one in spoken.understood) == 5


def test_old_rose_is_old_rose() -> None:
    spoken = words_to_palette("old rose")
    assert spoken.swatches[0].hex == "#c08081"
    assert all(np.cos(np.radians(lch_of(one)[2] - lch_of(spoken.swatches[0])[2])) > 0 for one in spoken.swatches)
    assert [one.text for one in spoken.understood] == ["old rose"]


def test_the_deep_sea_at_night_is_dark_and_blue() -> None:
    spoken = words_to_palette("deep sea at night")
    assert all(map(is_blue, spoken.swatches))
    assert lightness(spoken) < 25
    assert lightness(spoken) < lightness(words_to_palette("deep sea")) < lightness(words_to_palette("sea"))


def test_punk_is_black_red_and_loud() -> None:
    for spoken in (words_to_palette("朋克"), words_to_palette("punk"), words_to_palette("", category="朋克")):
        assert lab_of(spoken.swatches)[:, 0].min() < 10
        assert any(map(is_red, spoken.swatches))


def test_an_autumn_forest_in_rain_is_rust_and_green_and_muted() -> None:
    spoken = words_to_palette("autumn forest in rain")
    dry = words_to_palette("autumn forest")
    assert [one.meaning for one in spoken.understood] == ["autumn", "forest", "rain"]
    assert any(map(is_green, spoken.swatches))
    assert any(30 < lch_of(one)[2] < 80 for one in spoken.swatches)
    assert chroma(spoken) < 0.8 * chroma(dry)


@pytest.mark.parametrize(("chinese", "english"), [
    ("秋天", "autumn"), ("深海", "deep sea"), ("夜晚", "night"), ("金色", "golden"), ("雨", "rainy"),
    ("森林", "forests"),
])  # fmt: skip
def test_both_languages_say_the_same(chinese: str, english: str) -> None:
    assert words_to_palette(chinese).swatches == words_to_palette(english).swatches


def test_dark_and_pale_change_what_follows() -> None:
    assert lightness(words_to_palette("暗橙色", 1)) < lightness(words_to_palette("橙色", 1))
    assert lightness(words_to_palette("pale rust", 1)) > lightness(words_to_palette("rust", 1))


def test_pale_is_paler_than_light_and_dark_chocolate_is_not_black() -> None:
    for pale, light in (("淡紫色", "浅紫色"), ("淡蓝", "浅蓝")):
        assert lightness(words_to_palette(pale)) > lightness(words_to_palette(light)) + 2
        assert chroma(words_to_palette(pale)) < chroma(words_to_palette(light))
    dark = lch_of(words_to_palette("dark chocolate", 1).swatches[0])
    assert dark[0] < lch_of(words_to_palette("chocolate", 1).swatches[0])[0] and dark[0] > 0.2 and dark[1] > 0.03


def test_hex_codes_among_words_are_taken_as_they_are() -> None:
    assert words_to_palette("#d04030 and night", 3).swatches[0].r > 0.7


@pytest.mark.parametrize("count", [1, 2, 5, 8, 16])
@pytest.mark.parametrize("text", ["红", "velvet forest", "春夏秋冬 日出 月光 大海 沙漠", "", "qzxw"])
def test_as_many_swatches_as_asked_all_different(text: str, count: int) -> None:
    swatches = words_to_palette(text, count).swatches
    assert len(swatches) == count
    lab = lab_of(swatches)
    if count <= 8:
        assert (delta_e2000(lab[:, None], lab[None]) + 100 * np.eye(count)).min() > 3


def test_the_seed_gives_the_same_again_and_another_gives_others() -> None:
    first, again, other = (words_to_palette("森林 日落", seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert first.swatches != other.swatches
    assert first.seed == 7
    assert words_to_palette("红配绿", seed=3).understood[0].meaning == "red"


def test_locked_swatches_stay_when_asked_again() -> None:
    kept = Swatch.from_hex("#123456", "mine")
    spoken = words_to_palette("autumn", 5, seed=4, locked={0: kept, 3: kept, 9: kept})
    assert (spoken.swatches[0], spoken.swatches[3]) == (kept, kept)
    assert len(spoken.swatches) == 5
    assert words_to_palette("autumn", 2, locked={0: kept, 1: kept}).swatches == (kept, kept)


def test_there_are_21_categories_and_the_demos_spellings_work() -> None:
    assert len(categories()) == 21
    for name in categories():
        assert len(category_palette(name)) == 5
    assert category_palette("hiphop") == category_palette("HipHop")
    assert category_palette("噪音") == category_palette("另类 独立 噪音摇滚 朋克 迷幻")
    with pytest.raises(KeyError):
        words_to_palette("red", category="polka")


def test_context_joins_the_words() -> None:
    picture = (Swatch.from_hex("#00ff90"), Swatch.from_hex("#60ffc0"))
    alone, joined = words_to_palette("日落"), words_to_palette("日落", picture=picture)
    assert joined.swatches[0] == alone.swatches[0]
    assert any(one.hex == "#00ff90" for one in joined.swatches)
    assert words_to_palette("日落", category="核").understood[-1].meaning == "category"


def test_unknown_words_give_what_is_nearest_and_say_so() -> None:
    near = words_to_palette("autunm")
    assert near.swatches
    assert near.understood[0].meaning.startswith("like ")
    mixed = words_to_palette("forest qzxwv")
    assert mixed.unknown == ("qzxwv",)
    assert mixed.swatches == words_to_palette("forest").swatches
    assert words_to_palette("سماء").notes == ("None of these words is known; this is the nearest there is.",)
    assert words_to_palette(" ").notes == ("No words were given; this is a palette that people love.",)


@pytest.mark.parametrize("text", ["red " * 25_000, "红" * 33_000, "深" * 100_000, "x" * 100_000, "a b " * 25_000])
def test_a_hundred_kilobytes_are_cut_and_that_is_said(text: str) -> None:
    spoken = words_to_palette(text)
    assert len(spoken.swatches) == 5
    assert "characters the first 2,000 were read" in spoken.notes[0]


@given(st.text(max_size=60), st.integers(0, 3))
def test_any_text_at_all_gives_a_palette(text: str, seed: int) -> None:
    assert len(words_to_palette(text, seed=seed).swatches) == 5


def test_broken_characters_are_no_trouble() -> None:
    assert len(words_to_palette("\ud800 red \udfff \x00").swatches) == 5


def test_the_lexicon_says_whose_it_is_and_holds_free_sources_only() -> None:
    card = lexicon().card
    assert {source["licence"] for source in card["sources"]} == {"MIT", "CC0"}
    assert len(lexicon().concepts) > 500


def test_every_list_is_named_beside_the_data_with_its_licence_and_the_notice_points_there() -> None:
    notes = (DATA / "README.md").read_text(encoding="utf-8")
    for source in lexicon().card["sources"]:
        repository = source["from"].split(":")[0]
        (row,) = [line for line in notes.splitlines() if line.startswith("|") and repository in line]
        assert source["licence"] in row
    assert "THE SOFTWARE IS PROVIDED" in notes
    assert "core/data/README.md" in (DATA.parents[1] / "NOTICE").read_text(encoding="utf-8")
