"""Swatches moved, locks and links that follow."""

from __future__ import annotations

from core.guidance import Link, Swatch
from core.palette_edit import kept_locks, moved, order_after_move, relinked, rematched

RED, GREEN, BLUE, GREY = map(Swatch.from_hex, ("#c02020", "#20a030", "#2030c0", "#808080"))
PALETTE = (RED, GREEN, BLUE)


def test_a_moved_swatch_stands_where_it_was_taken_and_the_others_close_up() -> None:
    assert moved(PALETTE, 0, 2) == (GREEN, BLUE, RED)
    assert moved(PALETTE, 2, 0) == (BLUE, RED, GREEN)
    for at, to in ((0, 2), (2, 0), (1, 1)):
        assert tuple(PALETTE[place] for place in order_after_move(3, at, to)) == moved(PALETTE, at, to)


def test_a_lock_holds_while_its_swatch_is_in_its_place() -> None:
    assert kept_locks(frozenset({0, 2}), PALETTE, (RED, BLUE, BLUE)) == {0, 2}
    assert kept_locks(frozenset({0, 2}), PALETTE, (GREEN, GREEN)) == frozenset()


def test_links_follow_a_changed_swatch_and_find_the_nearest_of_one_that_is_gone() -> None:
    links = (Link(GREY, RED, 0.5), Link(GREEN, GREEN, locked=True), Link(BLUE, GREY))
    pink = Swatch.from_hex("#d04050")
    assert [one.target for one in relinked(links, PALETTE, (pink, GREEN, BLUE))] == [pink, GREEN, GREY]
    assert [one.target for one in relinked(links, PALETTE, moved(PALETTE, 0, 2))] == [RED, GREEN, GREY]
    fewer = relinked(links, PALETTE, (BLUE, pink))
    assert (fewer[0].target, fewer[0].strength) == (pink, 0.5)
    assert relinked(links, PALETTE, ()) == ()


def test_matching_anew_leaves_strengths_and_locked_links() -> None:
    links = (Link(RED, BLUE, 0.5), Link(GREEN, RED, locked=True))
    again = rematched(links, (Swatch.from_hex("#b03030"), Swatch.from_hex("#30b040")))
    assert (again[0].target.hex, again[0].strength) == ("#b03030", 0.5)
    assert again[1] == links[1]
