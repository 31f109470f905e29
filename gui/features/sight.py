"""Sight: what the network sees of the photo in work, for tools that go by it.

    tool -> canvas.see(then) -> Sight -> worker (once for each photo and work size) -> then(features)

Nothing is asked before the first tool wants it. Who asks while the answer is on its way hears it with the others;
a failing network, which the worker has told of, counts as none.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import ref

import numpy as np

from core.document import Document
from core.engine import Request
from gui.features.base import Feature

Then = Callable[[np.ndarray | None], None]


class Sight(Feature):
    """Keeps the answer for the document in work."""

    name = "sight"

    def start(self) -> None:
        """Be the canvas's sight."""
        window = self.window
        self._waiting: list[Then] = []
        self._features: np.ndarray | None = None
        self._known = False
        self._document: Callable[[], Document | None] = lambda: None  # what is known, or asked, is of this one
        window.canvas.sight = self.ask
        window.worker.seen.connect(self._came)
        window.worker.failed.connect(lambda _: self._answer(None, known=False))

    def ask(self, then: Then) -> None:
        """Call `then` with the features, float32 (h, w, c), or None; never for a document that was left."""
        document = self.window.document
        if document is None:
            return
        if document is not self._document():  # whoever asked about another one has left it
            self._document = ref(document)
            self._waiting, self._features, self._known = [], None, False
        if self._known:
            then(self._features)
            return
        self._waiting.append(then)
        if len(self._waiting) == 1:
            self.window.session.recolour.see()

    def _came(self, request: Request, features: np.ndarray | None) -> None:
        document = self._document()
        if document is not None and document is self.window.document and request.photo_key == document.photo.key:
            self._answer(features, known=True)

    def _answer(self, features: np.ndarray | None, *, known: bool) -> None:
        waiting, self._waiting = self._waiting, []
        if known:
            self._features, self._known = features, True
        for then in waiting:
            then(features)
