"""What `python -m models.training` understands."""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from dataclasses import asdict
from pathlib import Path

from models.errors import ModelError
from models.training.data import DataError, Photos, find_packs, load_photos
from models.training.systems import SYSTEMS

RECIPES = Path(__file__).parent / "recipes"
MODELS = Path(__file__).parents[1]
BUNDLED = MODELS / "weights" / "guided.safetensors"


def main(argv: list[str] | None = None) -> int:
    """Train, export or evaluate; returns the exit status (0 done, 1 a sentence was printed)."""
    args = _parser().parse_args(argv)
    from models.training.loop import TrainingError

    try:
        args.do(args)
    except (DataError, TrainingError, ModelError) as error:
        print(error)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    titles = {"guided": "Huesmith's own network"} | {name: row.title for name, row in SYSTEMS.items()}
    for name, title in titles.items():
        train = _command(commands, name, _train, f"train: {title}")
        train.set_defaults(system=name)
        train.add_argument("--recipe", type=Path, default=RECIPES / f"compact-{name}.toml")
        train.add_argument("--out", type=Path, help="folder of the run (runs/SYSTEM), continued if there")
        train.add_argument("--minutes", type=float, help="overrules the recipe's")
        train.add_argument("--steps", type=int, help="overrules the recipe's")
    prior = _command(commands, "prior", _count_prior, "count the label prior")
    prior.add_argument("--out", type=Path, default=BUNDLED.with_name("label_prior.safetensors"))
    export = _command(commands, "export", _export, "turn a run into the bundled file")
    export.add_argument("system", nargs="?", default="guided", choices=["guided", *SYSTEMS], metavar="SYSTEM")
    export.add_argument("--run", type=Path, help="folder of the run (runs/SYSTEM)")
    export.add_argument("--out", type=Path, help="else the bundled file of the system")
    export.add_argument(
        "--caution", type=float, help="guided: 0 colours boldly, 1 soberly; else chosen on the val split"
    )
    export.add_argument(
        "--boldness", type=float, default=0.0, help="with --caution: how much less of it where a person said a label"
    )
    evaluate = _command(commands, "evaluate", _evaluate, "score bundled files, write the tables")
    evaluate.add_argument("--all", action="store_true", help="every system, into models/RESULTS.md")
    evaluate.add_argument("--folder", type=Path, default=MODELS / "weights", help="of weights, with --all")
    evaluate.add_argument("--results", type=Path, default=MODELS / "RESULTS.md", help="written by --all")
    evaluate.add_argument("--split", choices=("val", "test"), default="test")
    evaluate.add_argument("--weights", type=Path, default=BUNDLED)
    evaluate.add_argument("--sheet", type=Path, help="also write contact sheets of held-out photos here")
    return parser


def _command(commands, name: str, do, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text)
    parser.set_defaults(do=do)
    parser.add_argument(
        "--packs", type=Path, help="tar shards or photos (else HUESMITH_PACKS, ../shared/packs)"
    )
    parser.add_argument(
        "--cache", type=Path, default=Path("runs/cache"), help="where decoded photos are kept"
    )
    parser.add_argument("--limit", type=int, help="only so many photos of each shard")
    return parser


def read_recipe(path: Path, **changes) -> dict:
    """The recipe of a TOML file with `changes` that are not None. Raises DataError with a sentence."""
    try:
        recipe = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path} is no readable recipe ({error}).") from None
    return recipe | {k: v for k, v in changes.items() if v is not None}


def _photos(args: argparse.Namespace) -> Photos:
    return load_photos(find_packs(args.packs), args.cache, args.limit)


def _train(args: argparse.Namespace) -> None:
    from models.training.loop import Run
    from models.training.processes import find_processes

    recipe = read_recipe(args.recipe, minutes=args.minutes, steps=args.steps)
    if recipe.get("system") != args.system:
        raise DataError(f"{args.recipe} is a recipe for {recipe.get('system')}, not for {args.system}.")
    processes = find_processes()
    with processes.first():
        photos = _photos(args)
    if args.system == "guided":
        from models.training.guided import GuidedTask

        task = GuidedTask(recipe, photos)
    else:
        build = SYSTEMS[args.system].task_class()
        task = build(recipe, photos, find_packs(args.packs), processes.device)
    Run(task, recipe, args.out or Path("runs") / args.system, processes).train()


def _count_prior(args: argparse.Namespace) -> None:
    from models.training.prior import write_prior

    write_prior(_photos(args), args.out)


def _export(args: argparse.Namespace) -> None:
    args.run = args.run or Path("runs") / args.system
    if args.system == "guided":
        args.out = args.out or BUNDLED
        _export_guided(args)
        return
    from models.training.bundle import export_system

    out = args.out or SYSTEMS[args.system].weights
    print(f"{out}: {export_system(SYSTEMS[args.system], args.run, out) / 2**20:.1f} MiB")


def _export_guided(args: argparse.Namespace) -> None:
    from models.training.balance import be_cautious, bin_weights, choose_caution
    from models.training.export import averaged, export_guided, make_card

    net, state = averaged(args.run)
    photos, recipe = _photos(args), json.loads((args.run / "recipe.json").read_text())
    weights = bin_weights(net, recipe, photos.split("train"))
    caution, boldness = args.caution, args.boldness
    if caution is None:
        caution, boldness = choose_caution(net, weights, photos.split("val"))
    be_cautious(net, weights, caution, boldness)
    size = export_guided(net, args.out, make_card(args.run, state, caution, boldness))
    print(f"{args.out}: {size / 2**20:.1f} MiB, caution {caution}, boldness {boldness}")


def _evaluate(args: argparse.Namespace) -> None:
    if args.all:
        from models.training.results import write_results

        held_out = _photos(args).split(args.split)
        print(write_results(held_out, args.folder, find_packs(args.packs), args.results, args.split))
        return
    from models.runtime import open_guided
    from models.training.evaluate import GuidedJudge, markdown
    from models.training.export import add_to_card
    from models.training.guided_ways import kinds_sheet
    from models.training.sheets import contact_sheet

    judge = GuidedJudge(open_guided("auto", args.weights))
    photos = _photos(args).split(args.split)
    rows, maps = judge.table(photos)
    text = markdown(rows, maps, len(photos), args.split)
    print(text)
    if args.split == "test" and args.weights == BUNDLED:
        write_between(MODELS / "README.md", "scores", text)
        add_to_card(args.weights, test={name: asdict(row) for name, row in rows.items()})
    if args.sheet:
        few = Photos(photos.pixels, photos.records[:: max(1, len(photos) // 24)])
        contact_sheet(judge, few, args.sheet)
        kinds_sheet(judge.runner, few, args.sheet.with_stem(args.sheet.stem + "-kinds"))


def write_between(path: Path, mark: str, text: str) -> None:
    """Replace what stands between `<!-- mark -->` and `<!-- /mark -->` in a Markdown file."""
    pattern = re.compile(f"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.S)
    path.write_text(pattern.sub(lambda m: m[1] + text + "\n" + m[2], path.read_text()))
