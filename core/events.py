"""How core tells others that something happened, without Qt.

    document.changed.connect(canvas.on_change)
"""

from __future__ import annotations

from collections.abc import Callable


class Event:
    """A list of functions to call, in the order they were connected.

    Functions are held strongly: who connects for less than the event's life disconnects. An exception in a
    listener is a bug and goes to whoever emitted.
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[..., object]] = []

    def connect(self, listener: Callable[..., object]) -> None:
        self._listeners.append(listener)

    def disconnect(self, listener: Callable[..., object]) -> None:
        """Forget `listener`; ValueError if it is not connected."""
        self._listeners.remove(listener)

    def emit(self, *args: object) -> None:
        """Call every listener. Those who connect or leave meanwhile count from the next time on."""
        for listener in tuple(self._listeners):
            listener(*args)
