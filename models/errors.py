"""What goes wrong with networks and weight files, as sentences for the person who chose the file."""

from __future__ import annotations


class ModelError(ValueError):
    """A network or a weight file cannot be used; ``str(error)`` is one sentence: which, why, what to do."""
