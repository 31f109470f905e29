"""The pipeline: a few photos in work however many there are, giants alone, nothing lost when it ends early."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

import pytest

from core.batch import Pace
from core.batch_job import DONE, FAILED, SKIPPED, FileReport
from core.batch_names import Target
from core.batch_photo import Coloured, Loaded, Misnamed, Task
from core.batch_pipeline import MOST_PIXELS, run
from core.errors import Cancelled, PhotoError


class Shop:
    """A desk and a painter in one: counts how many decoded photos are alive at a time."""

    def __init__(self, count: int, side: int = 100) -> None:
        self.count, self.side = count, side
        self.asked = self.alive = self.most = 0
        self.told: list[FileReport] = []
        self.stop_after: int | None = None
        self.halted = False
        self._lock = Lock()

    # the desk
    def tasks(self) -> Iterator[Task]:
        for number in range(self.count):
            self.asked += 1
            yield Task(Target(Path(f"{number}.png"), Path(f"out/{number}.png"), None, None, number))

    def renamed(self, task: Task, suffix: str) -> Task | None:
        return None if task.target.index == 3 else Task(task.target, Path(suffix))

    def begin(self, task: Task) -> None:
        pass

    def tell(self, report: FileReport) -> None:
        self.told.append(report)
        if self.stop_after is not None and len(self.told) >= self.stop_after and not self.halted:
            raise Cancelled

    def cancelled(self) -> bool:
        return self.halted

    def halt(self) -> None:
        self.halted = True

    # the painter
    def load(self, task: Task) -> Loaded:
        if task.target.index == 5:
            raise PhotoError("5.png is torn.")
        with self._lock:
            self.alive += 1
            self.most = max(self.most, self.alive)
        return Loaded(SimpleNamespace(height=self.side, width=self.side), 0.0)

    def colour(self, loaded: Loaded, task: Task) -> Coloured | Misnamed:
        if task.target.index in (3, 4) and task.under == Path():
            if task.target.index == 3:
                self.alive -= 1  # its result is there already
            return Misnamed(".jpg")
        return Coloured(loaded.photo, task, None, None, None, (), 0.1)

    def write(self, coloured: Coloured) -> FileReport:
        time.sleep(0.001)
        with self._lock:
            self.alive -= 1
        target = coloured.task.target
        return FileReport(target.source, DONE, 0.1, index=target.index)


@pytest.mark.parametrize("workers", [1, 3])
def test_few_are_in_work_however_many_there_are(workers: int) -> None:
    shop = Shop(120)
    run(shop, shop, workers, shop.halt)
    assert sorted(line.index for line in shop.told) == [number for number in range(120) if number != 3]
    assert [line.index for line in shop.told if line.status == FAILED] == [5]
    assert shop.most <= 2 * workers + 1 and shop.alive == 0


def test_giants_are_done_one_after_the_other() -> None:
    shop = Shop(12, side=int(MOST_PIXELS**0.5) + 1)
    run(shop, shop, 4, shop.halt)
    assert len(shop.told) == 11
    assert shop.most <= 5  # the first few are on their way before anybody knows their size


def test_tasks_are_asked_for_as_they_are_needed_and_an_end_loses_nothing() -> None:
    shop = Shop(10_000)
    shop.stop_after = 20
    with pytest.raises(Cancelled):
        run(shop, shop, 2, shop.halt)
    assert shop.halted and 20 <= len(shop.told) <= 23 and shop.asked < 40
    assert len({line.index for line in shop.told}) == len(shop.told)


def test_the_time_left_goes_by_photos_that_were_coloured() -> None:
    now = iter([0.0, 10.0, 40.0, 7220.0, 9000.0])
    pace = Pace(lambda: next(now))
    done, skipped = FileReport(Path("a"), DONE, 1.0), FileReport(Path("a"), SKIPPED)
    pace.add(skipped)
    pace.add(done)
    assert pace.told(2, 100) == ""  # one is too few to tell
    pace.add(done)
    assert pace.told(3, 13) == "about 50 s left"
    pace.rested(20)
    assert pace.told(3, 23) == "about 3 min left"
    assert pace.told(3, 7) == "about 4.0 h left"
    assert pace.told(9, 9) == ""
