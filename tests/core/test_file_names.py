"""Names of results are possible on every computer, whatever the photo is called, and it is said when they differ."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.batch_names import BatchNames, NamePattern
from core.file_names import LONGEST, is_there, readable, renamed_note, safe_stem

FORBIDDEN = '<>:"/\\|?*'


@pytest.mark.parametrize(
    ("stem", "safe"),
    [
        ("holiday 7", "holiday 7"),
        ("Ünïcode 标签 🌷", "Ünïcode 标签 🌷"),
        ("a.tar", "a.tar"),
        ("a:b", "a_b"),
        ('who? "me" <you>|*', "who_ _me_ _you___"),
        ("line\nbreak\ttab\0", "line_break_tab_"),
        ("dots...", "dots"),
        ("blank ", "blank"),
        (". .", "photo"),
        ("", "photo"),
        ("CON", "CON_"),
        ("nul", "nul_"),
        ("com1.old", "com1_old"),
        ("console", "console"),
        ("caf\udce9", "caf_"),
    ],
)
def test_what_some_system_refuses_is_replaced(stem: str, safe: str) -> None:
    assert safe_stem(stem) == safe
    assert bool(renamed_note(stem)) == (stem != safe)


@given(st.one_of(st.text(max_size=300), st.text(alphabet="éa.: \udce9CONcon", max_size=300)))
def test_any_stem_becomes_one_that_every_system_takes(stem: str) -> None:
    safe = safe_stem(stem)
    assert 0 < len(safe.encode()) <= LONGEST + 1  # which a surrogate would not let
    assert not set(safe) & set(FORBIDDEN) and min(safe) >= " " and safe[-1] not in ". "
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", safe)
    assert safe_stem(safe) == safe


def test_the_note_names_both_and_can_be_printed() -> None:
    assert renamed_note("a:b") == "The name was changed to a_b, since a:b is not possible on every computer."
    renamed_note("caf\udce9").encode()
    assert len(readable("x" * 300)) == 60


def test_impossible_paths_are_not_there(tmp_path: Path) -> None:
    for name in ("x" * 300, "a\0b", "none"):
        assert not is_there(tmp_path / name)
    assert is_there(tmp_path)


def test_a_batch_gives_safe_names_of_which_no_two_are_one(tmp_path: Path) -> None:
    names = ["a:b.png", "a_b.png", "A?B.png", "con.png", "x" * 250 + ".png", "x" * 249 + "y.png", "caf\udce9.png"]
    inputs = [tmp_path / "in" / name for name in names]
    dealer = BatchNames(inputs, tmp_path / "out", "same", True, None)
    targets = [dealer.deal(path, index=index) for index, path in enumerate(inputs)]
    files = [file.name for target in targets for file in target.files]
    assert len({name.casefold() for name in files}) == len(files) == 14
    for name in files:
        assert len(name.encode()) < 200
        assert not set(name) & set(FORBIDDEN)
    assert targets[0].photo.name == "a_b.png"


def test_a_pattern_cannot_make_an_impossible_name(tmp_path: Path) -> None:
    pattern = NamePattern("{stem} by {colorizer}.", 1, "gui?ded")
    assert pattern.stem(tmp_path / "a.png", 0) == "a by gui_ded"
