"""The guide in docs/ says what is so: commands and keys are those of the action table, pictures are there and small."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.table import ACTIONS, Action

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "GUIDE.md"
LARGEST, LARGEST_TOGETHER = 250_000, 4_000_000  # bytes of pictures
GESTURES = {"Space", "Shift", "Alt", "Ctrl", "Tab", "Enter", "Esc", "Backspace", "Delete"}  # of tools, not commands
KEY = re.compile(r"(?:(?:Ctrl|Shift|Alt)\+)*(?:[A-Z0-9.,\[\]]|F\d+|[A-Z][A-Za-z]+)")
COMMAND = re.compile(r"\*\*(?P<text>[^*]+)\*\*(?:\s\(`(?P<key>[^`]+)`\))?")


def told(text: str) -> Iterator[tuple[str, str | None]]:
    """The commands that a text tells, with the key it tells for them, if it does."""
    for found in COMMAND.finditer(text):
        yield " ".join(found["text"].split()), found["key"]


@pytest.fixture(scope="module")
def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows() -> dict[str, Action]:
    return {action.text: action for action in ACTIONS}


def test_every_command_has_its_name_and_its_first_key(guide: str, rows: dict[str, Action]) -> None:
    commands = list(told(guide))
    assert len(commands) > 80
    for text, key in commands:
        assert text in rows, f"no command is called “{text}”"
        keys = rows[text].shortcut
        assert key == (keys[0] if keys else None), f"“{text}” is told with {key}, and has {keys}"


def test_every_key_is_one_of_the_table_or_of_a_gesture(guide: str) -> None:
    known = {key for action in ACTIONS for key in action.shortcut} | GESTURES
    keys = {code for code in re.findall(r"`([^`\n]+)`", guide) if KEY.fullmatch(code)}
    assert {"Ctrl+K", "F8", "Alt+0"} <= keys
    assert keys <= known, keys - known


@pytest.mark.parametrize("action", [row for row in ACTIONS if row.id.startswith("tool.")], ids=lambda row: row.id)
def test_every_tool_is_told(guide: str, action: Action) -> None:
    assert (action.text, action.shortcut[0]) in set(told(guide))


@pytest.mark.parametrize("action", [row for row in ACTIONS if row.group == "colorizer"], ids=lambda row: row.id)
def test_every_colorizer_is_told(guide: str, action: Action) -> None:
    assert (action.text, None) in set(told(guide))


@pytest.mark.parametrize("page", ["README.md", "docs/GUIDE.md"])
def test_what_a_page_shows_and_links_is_there(page: str) -> None:
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    assert targets
    for target in targets:
        assert (path.parent / target).is_file(), target


def test_every_heading_that_is_linked_is_there(guide: str) -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", guide, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", guide)) <= headings


def test_every_picture_is_shown_and_small(guide: str) -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    pages = guide + "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/WORDS.md"))
    assert {path.name for path in pictures if f"images/{path.name}" not in pages} == set()
    assert {path.name for path in pictures if path.stat().st_size >= LARGEST} == set()
    assert sum(path.stat().st_size for path in pictures) < LARGEST_TOGETHER


def test_the_readme_names_every_option() -> None:
    from core.cli import build_parser

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    options = {option for action in build_parser()._actions for option in action.option_strings} - {"-h", "--help"}
    assert "--recipe" in options
    assert {option for option in options if f"`{option}" not in readme} == set()
