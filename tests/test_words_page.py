"""The page of words in docs/: forty texts, half of them Chinese, with the palettes that the program gives today."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtGui import QImage

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.fixture(scope="module")
def words() -> ModuleType:
    spec = importlib.util.spec_from_file_location("words_page", DOCS / "words.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_holds_what_the_program_gives(words: ModuleType) -> None:
    assert (DOCS / "WORDS.md").read_text(encoding="utf-8") == words.page(), "run python docs/words.py and look at it"


def test_half_of_forty_texts_are_chinese_and_all_are_understood(words: ModuleType) -> None:
    assert len(set(words.TEXTS)) == 40
    assert sum(bool(re.search("[一-鿿]", text)) for text in words.TEXTS) == 20
    for text in words.TEXTS:
        answer = words.spoken(text)
        assert answer.understood and not answer.notes, text


def test_the_picture_shows_the_swatches_of_the_page(words: ModuleType, qapp) -> None:
    saved, painted = QImage(str(DOCS / "images" / "words.png")), words.picture()
    assert saved.size() == painted.size()
    left, top = words.MARGIN + words.SWATCH // 2, words.MARGIN + words.ROW // 3
    for at, text in enumerate(words.TEXTS):
        for place, swatch in enumerate(words.spoken(text).swatches):
            x, y = left + at % 2 * words.WIDTH + place * words.SWATCH, top + at // 2 * words.ROW
            assert saved.pixelColor(x, y).name() == painted.pixelColor(x, y).name() == swatch.hex
