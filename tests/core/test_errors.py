from __future__ import annotations

import pytest

from core import errors


def test_what_a_person_causes_is_a_sentence():
    kinds = [
        errors.PhotoError, errors.LabelError, errors.CheckpointError, errors.ExportError, errors.DeviceError,
        errors.FetchError, errors.ProjectError, errors.BatchError,
    ]  # fmt: skip
    for kind in kinds:
        with pytest.raises(errors.UserError, match="^a.png is not there; check the name.$"):
            raise kind("a.png is not there; check the name.")


def test_a_cancelled_job_is_no_error_of_the_person():
    assert issubclass(errors.Cancelled, errors.HuesmithError)
    assert not issubclass(errors.Cancelled, errors.UserError)
