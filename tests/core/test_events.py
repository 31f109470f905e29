"""Events: who hears what, and when."""

from __future__ import annotations

import pytest

from core.events import Event


def test_listeners_are_called_in_order_with_the_arguments():
    event, heard = Event(), []
    event.connect(lambda *args: heard.append(("first", args)))
    event.connect(lambda *args: heard.append(("second", args)))
    event.emit(1, "a")
    assert heard == [("first", (1, "a")), ("second", (1, "a"))]


def test_a_disconnected_listener_hears_nothing_more():
    event, heard = Event(), []
    event.connect(heard.append)
    event.disconnect(heard.append)
    event.emit(1)
    assert heard == []
    with pytest.raises(ValueError):
        event.disconnect(heard.append)


def test_a_listener_may_leave_while_it_is_called():
    event, heard = Event(), []

    def once(value):
        heard.append(value)
        event.disconnect(once)

    event.connect(once)
    event.connect(heard.append)
    event.emit(1)
    event.emit(2)
    assert heard == [1, 1, 2]


def test_an_exception_goes_to_who_emits():
    event = Event()
    event.connect(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        event.emit()
