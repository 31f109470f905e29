"""The command line: one parser for the window and for the batch.

    python run.py [PATH ...] [--imgs ...]                 the window
    python run.py --batch --imgs DIR_OR_FILE --out DIR    no display, no Qt
    python run.py --palette-only --words TEXT             a palette on stdout, nothing else

The first six options are those of the original program. Exit codes of the batch: 0 all done, 1 some photos
failed (the others are done), 2 usage, 130 interrupted. What a person can cause is one sentence on stderr.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli_batch import add_many_options, inputs_of, many_flags, run_told, say, with_batch
from core.cli_colors import add_color_options, color_flags, palette_lines, recipe_of, references_of
from core.cli_export import add_export_options, export_flags, export_settings, made_of, remade, with_also
from core.cli_reference import REFERENCE_HELP, add_reference_options, with_gate
from core.cli_sketch import SKETCH_HELP, add_sketch_options, sketch_flags, with_sketch
from core.engine import SMALLEST_WORK_SIZE, WORK_SIZE, Engine
from core.errors import BatchError, ExportError, UserError
from core.label_sets import has_parents, load_own_labels, mapping_of
from core.labels import LabelSet, default_label_set

if TYPE_CHECKING:  # the window reads its options here too, and need not wait for what only a batch needs
    from core.batch import BatchJob

DONE, SOME_FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
LARGEST_WORK_SIZE = 2048
NETWORK_LABELS = 60  # how many labels the networks know

MODE_HELP = """\
how a photo gets its labels. semantic (default): it is segmented, and every pixel is coloured by the label found
there, the map that --save-labels writes. auto: no map is given; a label counts only where the segmentation is
sure, and elsewhere the network decides from light alone. palette: as semantic, and nothing but the colours of
--palette or --words"""


def build_parser() -> argparse.ArgumentParser:
    """The one parser; `gui.app` and the batch read the same options."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="Huesmith colours photographs by what is in them. Without --batch it opens the window.",
    )
    add = parser.add_argument
    add("paths", metavar="PATH", nargs="*", type=Path, help="photos, folders and projects (.huesmith) to open")
    add(
        "--imgs", metavar="DIR_OR_FILE", type=Path, help="a folder of photos, or one (default: sample photos)"
    )
    add("--out", metavar="DIR", type=Path, help="where results are saved; made when it is missing")
    add(
        "--labels",
        metavar="FILE",
        type=Path,
        help="label set: 'id: name' a line, with FILE.map.txt beside it saying what the networks call each, or a set "
        "saved in the window as JSON (default: labels-59.txt)",
    )
    add("--color_ckpt", metavar="FILE", type=Path, help="colour with these weights of the published ColorNet")
    add("--seg_ckpt", metavar="FILE", type=Path, help="segment with these weights of the published GridNet")
    add("--cuda", action="store_const", const="cuda", dest="device", default="auto",
        help="the same as --device cuda")  # fmt: skip
    add("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto",
        help="where the networks run (default: auto, the fastest there is)")  # fmt: skip
    _add_batch_options(parser)
    add_many_options(parser)
    add_export_options(parser)
    add_color_options(parser)
    add_reference_options(parser)
    add_sketch_options(parser)
    return parser


def _add_batch_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "batch", "Colours files without a window; needs --imgs or PATH, and --out."
    )
    add = group.add_argument
    add("--batch", action="store_true", help="colour all photos given, write them to --out, and exit")
    add("--mode", choices=("semantic", "auto", "palette", "reference", "sketch"), default="semantic",
        help=MODE_HELP + REFERENCE_HELP + SKETCH_HELP)  # fmt: skip
    add("--label-maps", metavar="DIR", type=Path,
        help="take <stem>_labels.png (or <stem>.png) from here in place of segmentation; id 255 in them means "
             "'decide for me'")  # fmt: skip
    add(
        "--save-labels",
        action="store_true",
        help="also write <stem>_labels.png, an indexed picture of label ids",
    )
    add("--work-size", metavar="N", type=_work_size, default=WORK_SIZE,
        help=f"long side in pixels at which the networks see a photo (default: {WORK_SIZE})")  # fmt: skip
    add("--report", metavar="FILE", type=Path,
        help="write what became of every file to FILE.json, FILE.csv or FILE.html, a contact sheet")  # fmt: skip
    add("--overwrite", action="store_true", help="replace results that exist (without it they are skipped)")


def _work_size(text: str) -> int:
    size = int(text) if text.strip().isdecimal() else 0
    if not SMALLEST_WORK_SIZE <= size <= LARGEST_WORK_SIZE:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a size: a number from {SMALLEST_WORK_SIZE} to {LARGEST_WORK_SIZE} is wanted"
        )
    return size


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options in `argv` (without the program's name); exits with 2 where they make no sense.

    paths: list[Path], imgs, out, labels, color_ckpt, seg_ckpt: Path | None, device: str, batch: bool, and the
    batch's own: mode, label_maps, save_labels, format, work_size, report, overwrite; the colours': palette, words,
    category: str | None, colors, seed: int | None, recipe: Path | None, palette_only: bool.
    """
    parser = build_parser()
    options = parser.parse_args(list(argv))
    given = color_flags(options) + export_flags(options) + sketch_flags(options)
    if given and not options.batch and not options.palette_only:
        parser.error(f"{given[0]} needs --batch, or --palette-only")
    if many_flags(options) and not options.batch:
        parser.error(f"{many_flags(options)[0]} needs --batch")
    return options


def given_paths(options: argparse.Namespace) -> list[Path]:
    """The photos and folders named on the command line, --imgs first."""
    return ([options.imgs] if options.imgs else []) + options.paths


def run_batch_cli(options: argparse.Namespace) -> int:
    """Do the batch of `options`, with progress on stderr; the exit code."""
    from core import batch

    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        job, engine = _prepare(options)
        report = run_told(job, engine, options)
        if options.report:
            batch.write_report(report, options.report)
    except UserError as error:
        say(f"run.py: {error}")
        return SOME_FAILED if isinstance(error, ExportError) else USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    if report.interrupted:
        return INTERRUPTED
    return SOME_FAILED if report.count(batch.FAILED) else DONE


def print_palette(options: argparse.Namespace) -> int:
    """Print the palette of `options` on stdout; the exit code."""
    try:
        text, notes = palette_lines(options)
    except UserError as error:
        say(f"run.py: {error}")
        return USAGE
    for note in notes:
        say(note)
    print(text)
    return DONE


def _prepare(options: argparse.Namespace) -> tuple[BatchJob, Engine]:
    """The job and the engine for it; UserError where the options cannot be meant."""
    from core.batch import BatchJob

    if options.out is None:
        raise BatchError("--batch needs --out DIR, the folder for the results.")
    if not given_paths(options):
        raise BatchError("--batch needs --imgs DIR_OR_FILE, or photos by name.")
    if options.label_maps is not None and not options.label_maps.is_dir():
        raise BatchError(
            f"--label-maps: {options.label_maps} is not a folder; name the one with the label maps."
        )
    made = made_of(options)
    settings = export_settings(options, made)
    recipe, notes = recipe_of(options)
    recipe = with_sketch(with_gate(recipe, options), options)
    for note in notes:
        say(note)
    inputs = inputs_of(options, given_paths(options))
    job = BatchJob(
        paths=inputs.paths,
        out_dir=options.out,
        mode=options.mode,
        label_maps_dir=options.label_maps,
        save_labels=options.save_labels,
        work_size=options.work_size,
        overwrite=options.overwrite,
        label_set=_label_set(options),
        recipe=recipe,
        references=references_of(options),
    )
    engine = Engine(options.device, options.color_ckpt, options.seg_ckpt)
    engine.check()
    return remade(with_also(with_batch(job, options, inputs), options), made, settings), engine


def _label_set(options: argparse.Namespace) -> LabelSet:
    if options.labels is None:
        return default_label_set()
    label_set = load_own_labels(options.labels)
    if len(label_set) != NETWORK_LABELS and not has_parents(options.labels):
        raise BatchError(
            f"{options.labels} names {len(label_set)} labels, but the networks know {NETWORK_LABELS}; "
            f"give each of the ids 0 to {NETWORK_LABELS - 1} a name, or say in {mapping_of(options.labels).name} "
            "what the networks call each."
        )
    return label_set
