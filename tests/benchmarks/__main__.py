"""`python -m tests.benchmarks [WORD …]`: measures, shows a table, compares with the last committed one.

Words choose the rows whose name holds one of them. A full run writes tests/benchmarks/results.json; commit it
when the machine was quiet, and the next run is compared with it. Nothing here is part of the tests.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import run
from tests.benchmarks.harness import Figure, NotAvailable, machine, table

RESULTS = Path(__file__).with_name("results.json")
GROUPS = ("rows_edit", "rows_labels", "rows_files", "rows_batch", "rows_window")


def committed() -> dict[str, float]:
    """Figure name -> value of the last committed run; empty when there is none."""
    name = RESULTS.relative_to(Path.cwd()).as_posix() if RESULTS.is_relative_to(Path.cwd()) else RESULTS.name
    shown = subprocess.run(["git", "show", f"HEAD:{name}"], capture_output=True, text=True, check=False)
    if shown.returncode != 0:
        return {}
    return {figure["name"]: figure["value"] for figure in json.loads(shown.stdout)["figures"]}


def measure(words: list[str]) -> tuple[list[Figure], dict[str, str]]:
    """The figures of the chosen rows, and why the others could not be had."""
    figures: list[Figure] = []
    missing: dict[str, str] = {}
    for group in GROUPS:
        with noted(group, missing):
            rows = importlib.import_module(f"tests.benchmarks.{group}").ROWS
            for name, row in rows:
                if words and not any(word in name for word in words):
                    continue
                sys.stderr.write(f"{name} ...\n")
                with noted(name, missing):
                    figures += row()
    return figures, missing


@contextmanager
def noted(name: str, missing: dict[str, str]) -> Iterator[None]:
    """A row that breaks must not cost the others their figures: it is listed as missing, with the reason."""
    try:
        yield
    except NotAvailable as reason:
        missing[name] = str(reason)
    except Exception as error:
        missing[name] = f"{type(error).__name__}: {error}"
        sys.stderr.write(traceback.format_exc())


def main(words: list[str]) -> int:
    before = committed()
    figures, missing = measure(words)
    here = machine()
    print(f"{here['cpu']}, {here['cores']} cores, load {here['load']}, Python {here['python']}\n")
    print(table(figures, before))
    for name, reason in missing.items():
        print(f"{name}: not available ({reason})")
    if figures and not words:
        result = {"machine": here, "figures": [figure.as_json() for figure in figures], "missing": missing}
        RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    run.keep_freed_memory()  # as the program does before anything else
    sys.exit(main(sys.argv[1:]))
