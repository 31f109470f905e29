"""Every error a person can cause, in one tree.

    HuesmithError
    ├── Cancelled            private: a job was told to stop
    └── UserError            one sentence for the person, naming the file and the remedy
        ├── PhotoError       a photo cannot be opened
        ├── LabelError       a label set or a label map is wrong
        ├── CheckpointError  a file of weights cannot be used
        ├── ExportError      a result cannot be written
        ├── DeviceError      the wished device is not there, or too small
        ├── FetchError       weights cannot be downloaded
        ├── ProjectError     a session, recipe or palette cannot be read
        └── BatchError       a batch cannot start

Anything else that is raised is a bug, and keeps its traceback for the log.
"""

from __future__ import annotations


class HuesmithError(Exception):
    """What the program raises on purpose."""


class Cancelled(HuesmithError):
    """The job was cancelled; nobody needs to be told."""


class UserError(HuesmithError):
    """`str(error)` is the sentence that the window or the report shows."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class PhotoError(UserError):
    """A photo cannot be opened."""


class LabelError(UserError):
    """A label set or a label map cannot be used."""


class CheckpointError(UserError):
    """A file of weights cannot be used."""


class ExportError(UserError):
    """A result cannot be written."""


class DeviceError(UserError):
    """The wished device is not there, or cannot do the work."""


class FetchError(UserError):
    """Weights cannot be downloaded or verified."""


class ProjectError(UserError):
    """A session, a recipe or a palette cannot be read."""


class BatchError(UserError):
    """A batch cannot start."""
