"""The command line's words about files written: --format, --depth, --quality, --subsampling, --strip-gps; and
--recipe-from, which makes a result again from what it says of itself.

    export_settings(options, made) -> ExportSettings      what was not said is as the result to be made again has it
    made_of(options)               -> Made | None         with the files of its references
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.also_kinds import KINDS, LABELS, kinds_of
from core.errors import BatchError
from core.formats import FORMATS, SAME, SUBSAMPLINGS, ExportSettings, format_named

if TYPE_CHECKING:
    from core.batch import BatchJob
    from core.provenance import Made

_DEPTHS = {"8": 8, "16": 16, SAME: None}


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """The options, as a group of their own."""
    group = parser.add_argument_group("files written", "How results are written; with --batch.")
    add = group.add_argument
    add("--format", choices=(*(row.id for row in FORMATS.values() if row.id != "bmp"), SAME),
        help="format written (default: same, as the photo)")  # fmt: skip
    add("--depth", choices=tuple(_DEPTHS), help="bits a channel (default: same); only png, tiff, ora and psd hold 16")
    add("--quality", metavar="0..100", type=_quality, help="of jpg (default: 95), avif (90) and webp (lossless)")
    add("--subsampling", choices=tuple(SUBSAMPLINGS),
        help="how finely jpg and avif keep colour (default: 444 from quality 90 on, 420 below)")  # fmt: skip
    add("--strip-gps", action="store_true", default=None, help="leave out where the photo was taken")
    add("--also", metavar="KINDS", type=_kinds,
        help=f"write these besides each result, separated by commas: {', '.join(KINDS)}")  # fmt: skip
    add("--recipe-from", metavar="RESULT", type=Path,
        help="make RESULT again from what it says of itself, or give its recipe to other photos")  # fmt: skip


def _kinds(text: str) -> tuple[str, ...]:
    try:
        return kinds_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _quality(text: str) -> int:
    if not text.isdecimal() or len(text) > 3 or int(text) > 100:
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no number from 0 to 100")
    return int(text)


def export_flags(options: argparse.Namespace) -> list[str]:
    """The flags of this group that were given and mean nothing without a batch."""
    names = ("depth", "quality", "subsampling", "strip_gps", "also", "recipe_from")
    return [f"--{name.replace('_', '-')}" for name in names if getattr(options, name) is not None]


def export_settings(options: argparse.Namespace, made: Made | None = None) -> ExportSettings:
    """How the results are to be written. Raises BatchError where no file could be written so."""
    settings = made.settings if made else ExportSettings()
    if options.format is not None and options.format != settings.format:
        settings = ExportSettings(options.format, strip_gps=settings.strip_gps)
    given = {name: getattr(options, name) for name in ("quality", "subsampling", "strip_gps")}
    settings = replace(settings, **{name: value for name, value in given.items() if value is not None})
    if options.depth is not None:
        settings = replace(settings, depth=_DEPTHS[options.depth])
    form = format_named(settings.format)
    if form is not None and settings.depth not in (None, *form.depths):
        raise BatchError(f"--depth {settings.depth}: {form.title} holds {form.depths[-1]} bits a channel; choose "
                         "--format png or tiff, or another depth.")  # fmt: skip
    return settings


def made_of(options: argparse.Namespace) -> Made | None:
    """What --recipe-from tells, with the files of its references: among those of --reference, or beside the result or
    the photos. Raises ProjectError."""
    if options.recipe_from is None:
        return None
    others = ("recipe", "palette", "words", "category", "colors", "look", "seed", "gate")
    if other := next((name for name in others if getattr(options, name, None) is not None), None):
        raise BatchError(f"--{other} and --recipe-from both say how to colour; choose one of them.")
    from core.provenance import found_references, read_made

    made = read_made(options.recipe_from)
    photos = [path for path in (options.imgs, *options.paths) if path is not None]
    folders = [path if path.is_dir() else path.parent for path in (options.recipe_from, *photos)]
    return found_references(made, options.reference, folders)


def with_also(job: BatchJob, options: argparse.Namespace) -> BatchJob:
    """`job` with what --also wants beside each result. Raises BatchError where psd-tools is missing for it."""
    kinds = options.also or ()
    if "psd" in kinds or options.format == "psd":
        from core.psd import missing

        if why := missing():
            raise BatchError(f"{'--format' if options.format == 'psd' else '--also'} psd: {why}")
    also = tuple(kind for kind in kinds if kind != LABELS)
    return replace(job, also=also, save_labels=job.save_labels or LABELS in kinds)


def remade(job: BatchJob, made: Made | None, settings: ExportSettings) -> BatchJob:
    """`job` with its results written by `settings`, and as the result that is to be made again was."""
    job = replace(job, format=settings.format, settings=settings)
    if made is None:
        return job
    from core.remake import recipe_of

    return replace(
        job, made=made, recipe=recipe_of(made), references=made.guidance.references, colorizer=made.colorizer,
        work_size=made.work_size, label_set=made.label_set,
    )  # fmt: skip
