"""The worker: newest waiting wins, one in flight, equal means no work, failures are sentences, stop joins."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from core.batch import BatchJob
from core.box import Box
from core.chroma import render
from core.engine import Engine, Request
from core.errors import CheckpointError, DeviceError
from core.photo import Photo, load_photo, photo_from_array
from core.preview import PREVIEW_SIZE
from gui.worker import Worker
from tests.core.fakes import SKY, FakeModels, request_for

ROOT = Path(__file__).resolve().parents[2]


class Desk:
    """A worker with a fake network that can be held in the middle of a job, and what came out of it."""

    def __init__(self) -> None:
        self.models = FakeModels()
        self.engine_thread: object = None
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Semaphore(0)
        self.models.guided.before = self._gate
        self.worker = Worker(self._make)
        self.results: list = []
        self.sentences: list[str] = []
        self.worker.colorized.connect(lambda result, preview: self.results.append((result, preview)))
        self.worker.failed.connect(self.sentences.append)

    def _make(self) -> Engine:
        self.engine_thread = QThread.currentThread()
        return Engine(models=self.models)

    def _gate(self, name: str, shape: tuple[int, int]) -> None:
        if name == "colorize" and shape == (24, 32):  # not the warming up
            self.entered.release()
            assert self.open.wait(20)

    def colours(self) -> list[float]:
        return [float(result.chroma[0, 0, 0]) for result, _ in self.results]


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.open.set()
    assert desk.worker.stop()


def painted(label: int, key: str = "photo") -> Request:
    return request_for(labels=np.full((24, 32), label), key=key)


def settle(qtbot: QtBot, desk: Desk, count: int) -> None:
    qtbot.waitUntil(lambda: desk.worker.idle and len(desk.results) >= count, timeout=20_000)
    qtbot.wait(20)  # nothing more may come


def test_the_engine_is_made_in_the_thread_when_the_window_says_so(qtbot: QtBot, desk: Desk) -> None:
    desk.worker.submit(painted(1))
    qtbot.wait(50)
    assert desk.engine_thread is None
    with qtbot.waitSignal(desk.worker.engineReady, timeout=20_000) as ready:
        desk.worker.start()
    assert "fake" in ready.args[0]
    settle(qtbot, desk, 1)
    assert desk.engine_thread is not QThread.currentThread()
    assert desk.colours() == [1.0]  # the request that came before was kept


def test_one_is_in_flight_and_the_newest_waiting_wins(qtbot: QtBot, desk: Desk) -> None:
    desk.open.clear()
    desk.worker.start()
    desk.worker.submit(painted(1))
    assert desk.entered.acquire(timeout=20)
    for label in range(2, 30):
        desk.worker.submit(painted(label))
    desk.open.set()
    settle(qtbot, desk, 2)
    assert desk.colours() == [1.0, 29.0]
    assert desk.results[0][0].request == painted(1)


def test_a_request_equal_to_the_last_answer_means_no_work(qtbot: QtBot, desk: Desk) -> None:
    desk.worker.start()
    desk.worker.submit(painted(1))
    settle(qtbot, desk, 1)
    desk.worker.submit(painted(1))
    settle(qtbot, desk, 1)
    assert len(desk.results) == 1
    assert desk.models.guided.calls.count(("colorize", (24, 32))) == 1


def test_going_back_to_what_is_under_way_takes_the_newer_wish_back(qtbot: QtBot, desk: Desk) -> None:
    desk.open.clear()
    desk.worker.start()
    desk.worker.submit(painted(1))
    assert desk.entered.acquire(timeout=20)
    desk.worker.submit(painted(2))
    desk.worker.submit(painted(1))
    desk.open.set()
    settle(qtbot, desk, 1)
    assert desk.colours() == [1.0]


def test_going_back_to_an_answered_request_while_another_is_under_way_shows_it_last(
    qtbot: QtBot, desk: Desk
) -> None:
    desk.worker.start()
    desk.worker.submit(painted(1))
    settle(qtbot, desk, 1)
    assert desk.entered.acquire(timeout=20)
    desk.open.clear()
    desk.worker.submit(painted(2))
    assert desk.entered.acquire(timeout=20)
    desk.worker.submit(painted(1))
    desk.open.set()
    settle(qtbot, desk, 3)
    assert desk.colours() == [1.0, 2.0, 1.0]


def test_a_job_about_a_photo_that_was_left_is_cancelled(qtbot: QtBot, desk: Desk) -> None:
    photo = photo_from_array(np.full((24, 32, 3), 128, np.uint8))
    desk.open.clear()
    desk.worker.start()
    desk.worker.submit(painted(1, key="left behind"))
    assert desk.entered.acquire(timeout=20)
    desk.worker.set_photo(photo)
    desk.worker.submit(painted(2, key=photo.key))
    desk.open.set()
    settle(qtbot, desk, 1)
    assert desk.colours() == [2.0]
    assert desk.sentences == []


def test_segmentation_comes_with_its_request(qtbot: QtBot, desk: Desk) -> None:
    desk.worker.start()
    request = request_for()
    with qtbot.waitSignal(desk.worker.segmented, timeout=20_000) as segmented:
        desk.worker.segment(request)
    assert segmented.args[0].request == request
    assert (segmented.args[0].labels[:12] == SKY).all()


@pytest.fixture
def photo(samples: dict[str, Path]) -> Photo:
    return load_photo(samples["coffee"])


def request_about(photo: Photo, label: int = 7) -> Request:
    height, width = photo.small_luminance(48).shape
    return request_for(height, width, labels=np.full((height, width), label), key=photo.key)


def test_the_preview_is_what_an_export_would_show(qtbot: QtBot, desk: Desk, photo: Photo) -> None:
    desk.worker.start()
    desk.worker.set_photo(photo)
    desk.worker.submit(request_about(photo))
    settle(qtbot, desk, 1)
    result, preview = desk.results[0]
    assert preview.dtype == np.uint8 and max(preview.shape) == min(
        PREVIEW_SIZE, max(photo.height, photo.width)
    )
    np.testing.assert_array_equal(preview, render(photo, result.chroma, depth=8))


def test_a_detail_is_the_region_in_the_last_colours(qtbot: QtBot, desk: Desk, photo: Photo) -> None:
    desk.worker.start()
    desk.worker.set_photo(photo)
    desk.worker.submit(request_about(photo))
    settle(qtbot, desk, 1)
    box = Box(100, 120, 160, 220)
    with qtbot.waitSignal(desk.worker.detailed, timeout=20_000) as detailed:
        desk.worker.render_detail(box, 1.0)
    detail = detailed.args[0]
    assert detail.box == box and detail.rgb.shape == (60, 100, 3)
    assert detail.request == desk.results[0][0].request


def test_without_the_photo_there_are_colours_and_no_preview(qtbot: QtBot, desk: Desk) -> None:
    desk.worker.start()
    desk.worker.submit(painted(1))
    settle(qtbot, desk, 1)
    assert desk.results[0][1] is None


def test_a_user_error_is_its_sentence_and_the_next_request_is_served(qtbot: QtBot, desk: Desk) -> None:
    desk.worker.start()
    desk.models.broken = ("guided", "prior")
    desk.worker.submit(painted(1))
    qtbot.waitUntil(lambda: desk.sentences != [], timeout=20_000)
    assert desk.sentences == ["The prior network is broken."]
    desk.models.broken = ()
    desk.worker.submit(painted(1))
    settle(qtbot, desk, 1)


def test_a_bug_is_a_plain_sentence_and_a_traceback_in_the_log(qtbot: QtBot, desk: Desk, caplog) -> None:
    def fail(name: str, shape: tuple[int, int]) -> None:
        raise ZeroDivisionError("a bug")

    desk.models.guided.before = fail
    desk.worker.start()
    desk.worker.submit(painted(1))
    qtbot.waitUntil(lambda: desk.sentences != [], timeout=20_000)
    assert "Traceback" not in desk.sentences[0] and desk.sentences[0].endswith(".")
    assert any(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)


def test_busy_begins_and_ends(qtbot: QtBot, desk: Desk) -> None:
    states: list[tuple[bool, str]] = []
    desk.worker.busy.connect(lambda busy, text: states.append((busy, text)))
    desk.worker.start()
    desk.worker.submit(painted(1))
    settle(qtbot, desk, 1)
    qtbot.waitUntil(lambda: states[-1] == (False, ""), timeout=20_000)
    assert (True, "Colouring") in states


def test_stop_joins_in_the_middle_of_a_job_and_nothing_comes_after(qtbot: QtBot) -> None:
    desk = Desk()
    desk.open.clear()
    desk.worker.start()
    desk.worker.submit(painted(1))
    assert desk.entered.acquire(timeout=20)
    desk.worker.submit(painted(2))
    threading.Timer(0.2, desk.open.set).start()
    assert desk.worker.stop()
    qtbot.wait(50)
    assert desk.results == []


def test_stop_before_start_is_fine(qtbot: QtBot) -> None:
    assert Worker(lambda: Engine(models=FakeModels())).stop()


def test_a_device_that_is_not_here_is_said_and_the_best_one_works_instead(qtbot: QtBot, monkeypatch) -> None:
    def engine(device: str = "auto", color_ckpt=None, seg_ckpt=None) -> Engine:
        if device == "cuda":
            raise DeviceError("No CUDA device here.")
        return Engine(models=FakeModels())

    sentences: list[str] = []
    monkeypatch.setattr("gui.worker.Engine", engine)
    worker = Worker(device="cuda")
    worker.failed.connect(sentences.append)
    with qtbot.waitSignal(worker.engineReady, timeout=20_000):
        worker.start()
    assert worker.stop()
    assert sentences == ["No CUDA device here."]


def test_a_checkpoint_that_cannot_be_used_is_said_and_the_bundled_network_works_instead(
    qtbot: QtBot, monkeypatch, tmp_path: Path
) -> None:
    def engine(device: str = "auto", color_ckpt=None, seg_ckpt=None) -> Engine:
        return Engine(models=FakeModels(broken=("guided",) if color_ckpt else ()))

    sentences: list[str] = []
    monkeypatch.setattr("gui.worker.Engine", engine)
    worker = Worker(color_ckpt=tmp_path / "x.pth.tar")
    worker.failed.connect(sentences.append)
    worker.submit(replace(painted(1), colorizer="colornet"))  # what the window wants until it hears otherwise
    with qtbot.waitSignal(worker.engineReady, timeout=20_000):
        worker.start()
    assert worker.stop()
    assert sentences == [str(CheckpointError("The guided network is broken."))]


def test_a_batch_reports_and_the_canvas_is_served_in_between(
    qtbot: QtBot, desk: Desk, samples: dict[str, Path], tmp_path: Path
) -> None:
    order: list[str] = []

    def told(done: int, total: int, report) -> None:
        order.append(f"{done}/{total} {report.status}")

    def asked(done: int, total: int, report) -> None:
        if done == 1:
            desk.worker.submit(painted(5))

    desk.worker.batchProgress.connect(told)
    desk.worker.batchProgress.connect(asked)
    desk.worker.colorized.connect(lambda *_: order.append("canvas"))
    desk.worker.start()
    paths = tuple(samples[name] for name in ("coffee", "chelsea", "camera", "rocket"))
    with qtbot.waitSignal(desk.worker.batchFinished, timeout=60_000) as finished:
        desk.worker.run_batch(BatchJob(paths, tmp_path / "out", work_size=64))
    assert finished.args[0].all_done
    assert order.index("1/4 done") < order.index("canvas") < order.index("4/4 done")
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_a_cancelled_batch_tells_what_was_done(
    qtbot: QtBot, desk: Desk, samples: dict[str, Path], tmp_path: Path
) -> None:
    desk.worker.batchProgress.connect(lambda *_: desk.worker.cancel_batch())
    desk.worker.start()
    with qtbot.waitSignal(desk.worker.batchFinished, timeout=60_000) as finished:
        desk.worker.run_batch(BatchJob(tuple(samples.values()), tmp_path / "out", work_size=64))
    report = finished.args[0]
    assert report.interrupted and 1 <= len(report.files) < len(samples)


def test_a_worker_that_nobody_stopped_does_not_end_in_a_crash() -> None:
    code = (
        "from PySide6.QtCore import QCoreApplication\n"
        "from core.engine import Engine\n"
        "from gui.worker import Worker\n"
        "from tests.core.fakes import FakeModels, request_for\n"
        "app = QCoreApplication([])\n"
        "worker = Worker(lambda: Engine(models=FakeModels()))\n"
        "worker.start()\n"
        "worker.submit(request_for())\n"
        "del worker\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_making_a_worker_imports_no_network() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gui.worker import Worker\n"
        "app = QApplication([])\n"
        "worker = Worker()\n"
        "print(sorted({'torch', 'openvino', 'tqdm', 'skimage'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr
