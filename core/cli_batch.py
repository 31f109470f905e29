"""The command line's words about batches of any size: which photos, names of results, how to go on, where it runs.

    inputs_of(options)          -> Inputs       the photos of --imgs and PATH, trees, patterns and lists
    with_batch(job, options)    -> BatchJob     the job with what this group says
    run_told(job, engine, ...)  -> BatchReport  the batch, with a bar and the time left on stderr
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import BatchError

if TYPE_CHECKING:  # the window reads its options here too, and need not wait for what only a batch needs
    from core.batch import BatchJob, BatchReport, Executor, FileReport
    from core.batch_inputs import Inputs
    from core.engine import Engine

COLOURED = 3.0  # as in core.batch_beside, which a parser need not load
MOST_WORKERS = 256
_NEED_BATCH = ("recursive", "name", "references", "projects", "skip_coloured", "resume", "workers", "scheduler")


def add_many_options(parser: argparse.ArgumentParser) -> None:
    """The options, as a group of their own."""
    group = parser.add_argument_group(
        "many photos", "With --batch. PATH may also be a pattern in quotes, 'scans/**/*.tif', or a list, @list.txt."
    )
    add = group.add_argument
    add("--recursive", action="store_true", help="take folders with all below them; --out gets the same tree")
    add("--name", metavar="PATTERN", help="names of the results, of {stem}, {parent}, {index}, {colorizer} and "
        "{label-set}, such as '{stem}_color' (default: {stem})")  # fmt: skip
    add("--references", metavar="DIR", type=Path,
        help="a photo takes its colours from <stem>_ref.* (or <stem>.*) in here; others from --reference")  # fmt: skip
    add("--projects", action="store_true", help="colour a photo with a project beside it, <stem>.huesmith, by that")
    add("--skip-coloured", metavar="CHROMA", type=_chroma, nargs="?", const=COLOURED,
        help="leave alone photos whose mean chroma beside their tone is CHROMA or more (default: "
             f"{COLOURED:g}); sepia counts as none")  # fmt: skip
    add("--resume", action="store_true", help="go on with the batch that stopped in --out: nothing is done twice")
    add("--workers", metavar="N", type=_workers,
        help="photos decoded ahead, and written, at a time, in threads that share one model (default: half the "
             "cores, 4 at most)")  # fmt: skip
    add("--scheduler", metavar="ADDRESS|local:N",
        help="let the workers of a Dask scheduler do it, or N processes on this machine")  # fmt: skip


def _chroma(text: str) -> float:
    try:
        chroma = float(text)
    except ValueError:
        chroma = -1.0
    if not 0 < chroma <= 200:
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no chroma; name a number above 0, such as {COLOURED:g}")
    return chroma


def _workers(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    if not 1 <= number <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no number from 1 to {MOST_WORKERS}")
    return number


def many_flags(options: argparse.Namespace) -> list[str]:
    """The flags of this group that were given; they mean nothing without a batch."""
    return [f"--{name.replace('_', '-')}" for name in _NEED_BATCH if getattr(options, name) not in (None, False)]


def inputs_of(options: argparse.Namespace, given: list[Path]) -> Inputs:
    """The photos that the paths `given` stand for. Raises PhotoError or BatchError."""
    from core.batch_inputs import find_inputs

    if options.references is not None and not options.references.is_dir():
        raise BatchError(f"--references: {options.references} is not a folder; name the one with the references.")
    return find_inputs(
        given, recursive=options.recursive, out_dir=options.out, references_dir=options.references
    )


def with_batch(job: BatchJob, options: argparse.Namespace, inputs: Inputs) -> BatchJob:
    """`job` as this group's options want it. Raises BatchError."""
    from core.batch_names import PLAIN, NamePattern
    from core.batch_report import check_report, wants_pictures

    if options.report is not None:
        check_report(options.report)
    name = PLAIN if options.name is None else options.name
    NamePattern(name)  # is checked before anything is opened
    if options.workers is not None:
        job = replace(job, workers=options.workers)
    if options.labels is not None:
        job = replace(job, label_set_name=options.labels.stem)
    return replace(
        job, roots=inputs.roots, name=name, references_dir=options.references, projects=options.projects,
        skip_coloured=options.skip_coloured, resume=options.resume, thumbnails=wants_pictures(options.report),
    )  # fmt: skip


def run_told(job: BatchJob, engine: Engine, options: argparse.Namespace) -> BatchReport:
    """The batch, told about on stderr: a bar on a terminal, a line for every photo elsewhere. Raises UserError."""
    from core.journal import unfinished

    stopped = unfinished(job.out_dir)
    if stopped and stopped.done and not job.resume:
        say(f"A batch stopped here after {stopped.done} of {stopped.total} photos; --resume goes on with it. "
            "This one starts over.")  # fmt: skip
    report = _run(job, engine, _executor(options))
    _say_end(report, len(job.paths), job.out_dir)
    return report


def _run(job: BatchJob, engine: Engine, executor: Executor | None) -> BatchReport:
    from tqdm import tqdm

    from core import batch, batch_pipeline

    batch_pipeline.one_photo_a_thread()
    terminal = sys.stderr.isatty()
    pace = batch.Pace()
    more = {} if executor is None else {"executor": executor}
    with tqdm(total=len(job.paths), unit="photo", file=sys.stderr, disable=not terminal,
              bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} {postfix}") as bar:  # fmt: skip

        def tell(done: int, total: int, report: FileReport) -> None:
            pace.add(report)
            bar.set_postfix_str(pace.told(done, total), refresh=False)
            bar.update(done - bar.n)
            if not terminal or report.message:
                bar.clear()
                say(_line(done, total, report, "" if terminal else pace.told(done, total)))

        return batch.run_batch(job, engine, tell, **more)


def _executor(options: argparse.Namespace) -> Executor | None:
    """Who does the photos, where it is not this process."""
    if options.scheduler is None:
        return None
    from core.cluster import EngineSpec, on_cluster

    spec = EngineSpec(options.device, options.color_ckpt, options.seg_ckpt)
    return on_cluster(options.scheduler, spec)


def _say_end(report: BatchReport, total: int, out_dir: Path) -> None:
    from core.batch_job import STATUSES

    counts = ", ".join(f"{report.count(status)} {status}" for status in STATUSES)
    before = f" ({report.before} of them before)" if report.before else ""
    photos = "1 photo" if total == 1 else f"{total} photos"
    ending = f"; interrupted. --resume goes on with what is left in {out_dir}." if report.interrupted else "."
    say(f"{photos}: {counts}{before}, in {report.seconds:.1f} s{ending}")


def _line(done: int, total: int, report: FileReport, left: str) -> str:
    from core.batch_job import DONE

    start = f"{done}/{total} {report.status}"
    end = f" ({left})" if left else ""
    if report.status == DONE:
        told = f"{start} {report.path} ({report.seconds:.2f} s, {report.device}) {report.message}"
        return f"{told.rstrip()}{end}"
    named = str(report.path) in report.message  # by most sentences
    return f"{start} {report.message}{end}" if named else f"{start} {report.path}: {report.message}{end}"


def say(text: str) -> None:
    """A line on stderr, whatever characters the terminal knows."""
    encoding = sys.stderr.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=sys.stderr)
