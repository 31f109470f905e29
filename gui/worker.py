"""The worker: one thread that owns the engine, so that the window never waits for a network.

    submit(request)        -> colorized(Result, preview)   newest waiting request wins, one in flight
    segment(request)       -> segmented(Segmentation)      the same
    render_detail(box, s)  -> detailed(Detail)             a region at 100 %, the same
    see(request)           -> seen(Request, features)      what the network sees, for tools; the same
    try_out(purpose, ...)  -> triedOut(purpose, Result, rgb)  colours to look at beside the photo's own; the same
    run_batch(job)         -> batchProgress, batchFinished; live requests are answered between two photos

A request equal to the one whose colours will be on the screen anyway means no work. Only signals cross the border;
they are emitted in the worker's thread and arrive in the receiver's. The engine is made in the thread after
`start()`, which the window calls once it has been painted; requests that come before wait.

A failure is one sentence through `failed`. What is not the person's doing is a bug, and keeps its traceback in the
log.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal, SignalInstance

from core import chroma as chroma_io
from core.box import Box
from core.engine import Engine, Request, Result
from core.errors import Cancelled, UserError
from core.photo import Photo
from core.preview import Preview
from core.segmenting import features_from_probabilities
from gui.worker_jobs import ORDER, Detail, Job

if TYPE_CHECKING:
    from core.batch import BatchJob, FileReport

BUG = "Something went wrong inside Huesmith ({}); the log has the details, and work can go on."

log = logging.getLogger(__name__)
EngineFactory = Callable[[], Engine]


class Worker(QObject):
    """Requests in, signals out. Every method returns at once, but for `stop`.

    `engine_factory` makes the engine, in the worker's thread; by default Engine(device, color_ckpt, seg_ckpt), and
    when that device or a checkpoint cannot be used, `failed` says so and an engine without it takes over.
    """

    engineReady = Signal(str)  # the device line of the status bar
    colorizersChanged = Signal(object)  # tuple[ColorizerInfo, ...], the default one first
    segmented = Signal(object)  # Segmentation
    colorized = Signal(object, object)  # Result, preview: uint8 (h, w, 3) sRGB, None when set_photo named another
    detailed = Signal(object)  # Detail
    seen = Signal(object, object)  # Request, features float32 (h, w, c), None without a segmenter
    triedOut = Signal(str, object, object)  # purpose, Result, uint8 (h, w, 3) sRGB
    besideDetailed = Signal(object)  # Detail of what is compared
    looked = Signal(str, object, object)  # kind, Request, what was found; a sentence where it could not be
    failed = Signal(str)  # one sentence
    busy = Signal(bool, str)  # whether there is work, and which
    batchProgress = Signal(int, int, object)  # done, total, FileReport
    batchFinished = Signal(object)  # BatchReport

    def __init__(
        self,
        engine_factory: EngineFactory | None = None,
        *,
        device: str = "auto",
        color_ckpt: Path | None = None,
        seg_ckpt: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._factories: list[EngineFactory] = (
            [engine_factory]
            if engine_factory
            else [lambda: _checked(Engine(device, color_ckpt, seg_ckpt)), lambda: Engine("auto")]
        )
        self._changed = Condition()  # guards everything below
        self._waiting: dict[str, Job] = {}
        self._flying: Job | None = None
        self._answered: Request | None = None  # what the last `colorized` was about
        self._photo: Photo | None = None
        self._stopping = False
        self._batch_cancelled = self._batch_paused = False
        self._thread = _Thread(self._run)
        # The worker thread's own:
        self._engine: Engine | None = None
        self._last: Result | None = None
        self._compared: Result | None = None
        self._previews = Preview()

    # -- the window's side

    def start(self) -> None:
        """Make the engine and begin with what waits. Call it when the window has been painted."""
        _running.add(self)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> bool:
        """Cancel everything and wait for the thread; False if it did not end in that time."""
        with self._changed:
            self._stopping = True
            self._waiting.clear()
            self._changed.notify_all()
        joined = self._thread.wait(int(seconds * 1000))
        if joined:
            _running.discard(self)
        return joined

    def set_photo(self, photo: Photo | None) -> None:
        """The photo that previews and details are rendered of; jobs about another one are cancelled."""
        with self._changed:
            self._photo = photo
            self._answered = None

    def submit(self, request: Request) -> None:
        """Ask for colours. Replaces a request that waits; one equal to what is under way is dropped."""
        with self._changed:
            if self._comes_anyway(request):
                return
            if self._flying and self._flying.kind == "colorize" and self._flying.subject == request:
                self._waiting.pop("colorize", None)  # back to what is being coloured: the newer wish is off
                return
            self._put(Job("colorize", request))

    def segment(self, request: Request) -> None:
        """Ask for a label map. Replaces a segmentation that waits."""
        self._ask(Job("segment", request))

    def render_detail(self, box: Box, scale: float = 1.0) -> None:
        """Ask for `box` of the photo in the last colours, at `scale`. Replaces a detail that waits."""
        self._ask(Job("detail", (box, scale)))

    def render_beside(self, box: Box, scale: float = 1.0) -> None:
        """The same of what was tried out last to "compare"; `besideDetailed` answers."""
        self._ask(Job("beside", (box, scale)))

    def see(self, request: Request) -> None:
        """Ask what the network sees of the photo. Replaces such a wish that waits."""
        self._ask(Job("see", request))

    def look(self, kind: str, request: Request, work: Callable[[Engine, Callable[[], bool]], Any]) -> None:
        """Ask what `work(engine, cancel)` finds about a request; kinds are those of `LOOKS`, and each replaces its like
        that waits."""
        self._ask(Job(kind, (kind, request, work)))

    def try_out(self, purpose: str, request: Request, long_side: int) -> None:
        """Ask for colours to look at beside the photo's own: `purpose` is "compare" or "tries", and one that waits
        for the same is replaced. The picture has that long side at most."""
        self._ask(Job(purpose, (purpose, request, long_side)))

    def run_batch(self, job: BatchJob) -> None:
        """Do a whole batch; photos on the canvas are still coloured in between."""
        with self._changed:
            self._batch_cancelled = self._batch_paused = False
            self._put(Job("batch", job))

    def cancel_batch(self) -> None:
        """End the batch after the stage it is in; `batchFinished` still tells what was done."""
        with self._changed:
            self._batch_cancelled = True
            self._changed.notify_all()

    def pause_batch(self, paused: bool) -> None:
        """Let the batch rest after the photo it is at, or go on."""
        with self._changed:
            self._batch_paused = paused
            self._changed.notify_all()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and nothing waits."""
        with self._changed:
            return self._flying is None and not self._waiting

    def _ask(self, job: Job) -> None:
        with self._changed:
            self._put(job)

    def _put(self, job: Job) -> None:
        if not self._stopping:
            self._waiting[job.kind] = job
            self._changed.notify_all()

    def _comes_anyway(self, request: Request) -> bool:
        """Whether the colours that will be on the screen last are those of `request` already."""
        waiting = self._waiting.get("colorize")
        if waiting:
            return waiting.subject == request
        if self._flying and self._flying.kind == "colorize":
            return self._flying.subject == request
        return self._answered == request

    # -- the thread's side

    def _run(self) -> None:
        self._engine = self._make_engine()
        if self._engine and self.idle:
            self._warm_up()
        while self._engine and (job := self._next()):
            self._do(job)

    def _make_engine(self) -> Engine | None:
        """The first engine that can be made; every one that cannot is a sentence."""
        for factory in self._factories:
            if self._stopping:
                return None
            self.busy.emit(True, "Starting")
            engine = self._guarded(lambda make=factory: self._introduced(make()))
            self.busy.emit(False, "")
            if engine:
                return engine
        return None

    def _introduced(self, engine: Engine) -> Engine:
        """`engine`, once the window knows it. A request that it cannot serve is off: the window asks another."""
        infos = engine.colorizers()
        with self._changed:
            waiting = self._waiting.get("colorize")
            if waiting and waiting.subject.colorizer not in {info.id for info in infos}:
                del self._waiting["colorize"]
        self.colorizersChanged.emit(infos)
        self.engineReady.emit(engine.device_line())
        return engine

    def _warm_up(self) -> None:
        """So that the first photo need not wait. What goes wrong will be said when a photo asks for it."""
        try:
            self._engine.warm_up()
        except Exception:
            log.info("Warming up failed", exc_info=True)

    def _next(self) -> Job | None:
        """The job to do next, once there is one; None when it is time to go."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._waiting)
            return None if self._stopping else self._take(ORDER)

    def _take(self, kinds: tuple[str, ...]) -> Job | None:
        kind = next((kind for kind in kinds if kind in self._waiting), None)
        self._flying = self._waiting.pop(kind) if kind else None
        return self._flying

    def _do(self, job: Job) -> None:
        self.busy.emit(True, job.text)
        self._guarded(lambda: getattr(self, f"_do_{job.kind}")(job.subject))
        with self._changed:
            self._flying = None
            rests = not self._waiting
        if rests:
            self.busy.emit(False, "")

    def _guarded(self, work: Callable[[], Any]) -> Any:
        """What `work` returns; None and a sentence when it fails, None when it was cancelled."""
        try:
            return work()
        except Cancelled:
            return None
        except UserError as error:
            self.failed.emit(str(error))
        except Exception as error:
            log.exception("A job failed")
            self.failed.emit(BUG.format(type(error).__name__))
        return None

    def _do_segment(self, request: Request) -> None:
        segmentation = self._engine.segment(request, self._outdated(request))
        if not self._stopping:
            self.segmented.emit(segmentation)

    def _do_colorize(self, request: Request) -> None:
        result = self._engine.colorize(request, self._outdated(request))
        preview = self._preview(result)
        with self._changed:
            self._answered = request
        self._last = result
        if not self._stopping:
            self.colorized.emit(result, preview)

    def _do_detail(self, subject: tuple[Box, float]) -> None:
        self._render_detail(subject, self._last, self.detailed)

    def _do_beside(self, subject: tuple[Box, float]) -> None:
        self._render_detail(subject, self._compared, self.besideDetailed)

    def _render_detail(self, subject: tuple[Box, float], result: Result | None, told: SignalInstance) -> None:
        box, scale = subject
        photo = self._photo
        if photo is None or result is None or result.request.photo_key != photo.key:
            return
        rgb = chroma_io.render(photo, result.chroma, box=box, scale=scale, locks=result.locks, moved=result.moved,
                               fill=result.fill)  # fmt: skip
        if not self._stopping:
            told.emit(Detail(result.request, box, scale, rgb))

    def _do_see(self, request: Request) -> None:
        found = self._engine.probabilities(request, self._outdated(request))
        features = None if found is None else features_from_probabilities(found)
        if not self._stopping:
            self.seen.emit(request, features)

    def _do_look(self, subject: tuple[str, Request, Callable[..., Any]]) -> None:
        kind, request, work = subject
        try:
            found = work(self._engine, self._outdated(request))
        except UserError as error:
            found = str(error)
        if not self._stopping:
            self.looked.emit(kind, request, found)

    _do_gate = _do_matches = _do_reference = _do_look

    def _do_try_out(self, subject: tuple[str, Request, int]) -> None:
        purpose, request, long_side = subject
        result = self._engine.colorize(request, self._outdated(request))
        photo = self._photo
        if photo is None or photo.key != request.photo_key:
            return
        scale = min(1.0, long_side / max(photo.size))
        rgb = chroma_io.render(photo, result.chroma, scale=scale, locks=result.locks, moved=result.moved,
                               fill=result.fill)  # fmt: skip
        if purpose == "compare":
            self._compared = result
        if not self._stopping:
            self.triedOut.emit(purpose, result, rgb)

    _do_compare = _do_tries = _do_try_out

    def _do_batch(self, job: BatchJob) -> None:
        from core.batch import run_batch

        report = run_batch(
            job, self._engine, self._between_photos, lambda: self._batch_cancelled or self._stopping
        )
        self.batchFinished.emit(report)

    def _between_photos(self, done: int, total: int, report: FileReport) -> None:
        """Tell how far the batch is, then answer what the canvas asked for meanwhile."""
        self.batchProgress.emit(done, total, report)
        batch = self._flying
        while not self._stopping:
            with self._changed:
                job = self._take(ORDER[:-1])
                if job is None and self._batch_paused and not self._batch_cancelled:
                    self._changed.wait()
                    continue
            if job is None:
                break
            self._guarded(lambda now=job: getattr(self, f"_do_{now.kind}")(now.subject))
        with self._changed:
            self._flying = batch

    def _outdated(self, request: Request) -> Callable[[], bool]:
        """The cancel token of a live job: the program ends, or another photo is on the canvas."""

        def token() -> bool:
            photo = self._photo
            return self._stopping or (photo is not None and photo.key != request.photo_key)

        return token

    def _preview(self, result: Result) -> np.ndarray | None:
        photo = self._photo
        if photo is None or photo.key != result.request.photo_key:
            return None
        return self._previews.render(photo, result.chroma, result.locks, result.moved, result.fill)


# Qt ends the process when a thread's object goes before the thread does: a running worker is never forgotten.
_running: set[Worker] = set()


@atexit.register
def _stop_all() -> None:
    for worker in tuple(_running):
        worker.stop()


class _Thread(QThread):
    """A thread that runs one function."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()


def _checked(engine: Engine) -> Engine:
    engine.check()
    return engine
