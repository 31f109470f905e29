"""`python -m tests.benchmarks [WORD …]`: measures, shows a table, compares with the last committed one.

Words choose the rows whose name holds one of them. The result goes to tests/benchmarks/results.json; commit it when
the machine was quiet, and the next run is compared with it. Nothing here is part of the tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from pathlib import Path

from tests.benchmarks import rows_edit, rows_files, rows_window
from tests.benchmarks.harness import Figure, NotAvailable, machine, table

RESULTS = Path(__file__).with_name("results.json")
ROWS = rows_edit.ROWS + rows_files.ROWS + rows_window.ROWS


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
    for name, row in ROWS:
        if words and not any(word in name for word in words):
            continue
        sys.stderr.write(f"{name} ...\n")
        try:
            figures += row()
        except NotAvailable as reason:
            missing[name] = str(reason)
        except Exception:  # a row that breaks must not cost the others their figures
            missing[name] = traceback.format_exc(limit=-2).strip().splitlines()[-1]
            sys.stderr.write(traceback.format_exc())
    return figures, missing


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
    sys.exit(main(sys.argv[1:]))
