"""The report of a batch as a file: JSON for programs, CSV for tables, HTML as a contact sheet to look at.

    write_report(report, Path("report.html"))

All are written line by line, each as a whole or not at all. The contact sheet needs nothing but itself: the pictures
are in it, small. Past a thousand photos it goes on in report-2.html, report-3.html, ..., with links between them.
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from core.batch_job import FAILED, STATUSES, BatchReport, FileReport
from core.errors import BatchError, ExportError
from core.photo_write import writing

REPORT_VERSION = 1
PAGE = 1000  # photos on one page of a contact sheet
COLUMNS = ("path", "status", "seconds", "device", "work_size", "message", "output")

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #2e8b57; --bad: #c0392b; --dim: #888 }
body { font: 14px/1.4 system-ui, sans-serif; margin: 24px; background: Canvas; color: CanvasText }
h1 { font-size: 20px; margin: 0 } p { margin: 4px 0 18px; color: var(--dim) } a { color: inherit }
ul { list-style: none; padding: 0; display: grid; gap: 12px;
  grid-template-columns: repeat(auto-fill, minmax(312px, 1fr)) }
li { border: 1px solid var(--line); border-radius: 6px; padding: 8px; overflow-wrap: anywhere }
li div { display: flex; gap: 4px; height: 144px; align-items: center; justify-content: center }
img { max-width: 144px; max-height: 144px } b, small { display: block } b { margin-top: 6px }
small { color: var(--dim) }
.done { color: var(--good) } .failed { color: var(--bad) } .skipped { color: var(--dim) }
"""


def check_report(path: Path) -> Path:
    """`path`, if a report can have that name; BatchError otherwise. A name without a suffix is JSON."""
    if path.suffix.lower() not in ("", *_WRITERS):
        raise BatchError(f"--report {path} is no kind of report; name a .json, .csv or .html file.")
    return path


def wants_pictures(path: Path | None) -> bool:
    """Whether the report at `path` shows the photos."""
    return path is not None and path.suffix.lower() in (".html", ".htm")


def write_report(report: BatchReport, path: Path) -> None:
    """Write `report`, never half a file; its form is that of the suffix. Raises ExportError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _WRITERS.get(path.suffix.lower(), _write_json)(report, path)
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written ({error.strerror}); choose another --report file."
        ) from error


def _write_json(report: BatchReport, path: Path) -> None:
    head = {
        "version": REPORT_VERSION,
        "seconds": round(report.seconds, 3),
        "interrupted": report.interrupted,
        "before": report.before,
        **{status: report.count(status) for status in STATUSES},
    }

    def text() -> Iterator[str]:
        yield json.dumps(head, indent=2)[:-2] + ',\n  "files": ['
        comma = "\n    "
        for file in report.files:
            yield comma + json.dumps(file.told(), ensure_ascii=False)
            comma = ",\n    "
        yield "\n  ]\n}\n"

    _write(path, text())


def _write_csv(report: BatchReport, path: Path) -> None:
    def text() -> Iterator[str]:
        line = io.StringIO()
        table = csv.DictWriter(line, COLUMNS, lineterminator="\r\n")  # RFC 4180
        table.writeheader()
        yield "\ufeff"  # so that table programs know it for UTF-8
        for file in report.files:
            table.writerow(file.told())
            yield line.getvalue()
            line.seek(0)
            line.truncate()

    _write(path, text())


def _write_html(report: BatchReport, path: Path) -> None:
    pages = max(1, -(-len(report.files) // PAGE))
    files = iter(report.files)
    for number in range(pages):
        _write(page_path(path, number), _html(report, path, number, pages, islice(files, PAGE)))


def page_path(path: Path, number: int) -> Path:
    """Where page `number` (from 0) of a contact sheet goes."""
    return path if number == 0 else path.with_name(f"{path.stem}-{number + 1}{path.suffix}")


def _html(
    report: BatchReport, path: Path, number: int, pages: int, files: Iterable[FileReport]
) -> Iterator[str]:
    counts = ", ".join(f"{report.count(status)} {status}" for status in STATUSES if report.count(status))
    ended = " It was stopped before its end." if report.interrupted else ""
    place = f" Page {number + 1} of {pages}." if pages > 1 else ""
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>Huesmith: {escape(counts) or 'no photos'}</title>\n<style>{_STYLE}</style>\n"
        f"<h1>Batch</h1>\n<p>{escape(counts) or 'No photos'}, in {report.seconds:.0f} s.{ended}{place}"
        f"{_links(path, number, pages)}</p>\n<ul>\n"
    )
    for file in files:
        yield _card(file, path)
    yield "</ul>\n</html>\n"


def _links(path: Path, number: int, pages: int) -> str:
    told = []
    for other, text in ((number - 1, "Page before"), (number + 1, "Next page")):
        if 0 <= other < pages:
            told.append(f' <a href="{escape(_address(page_path(path, other).name))}">{text}</a>')
    return "".join(told)


def _address(name: str) -> str:
    return quote(name, errors="surrogateescape")


def _card(file: FileReport, sheet: Path) -> str:
    """A photo: small pictures, its name, which leads to the result, its folder, and what became of it."""
    alts = ("before", "after") if len(file.small) == 2 else ("",)
    pictures = "".join(
        f'<img alt="{alt}" loading="lazy" src="data:image/jpeg;base64,{base64.b64encode(small).decode()}">'
        for alt, small in zip(alts, file.small)
    )
    frame = f"<div>{pictures}</div>" if pictures else ""
    message = f"<br>{escape(file.message)}" if file.message else ""
    name = escape(file.path.name)
    if file.output is not None and file.status != FAILED:
        name = f'<a href="{escape(_way(file.output, sheet))}">{name}</a>'
    return (
        f'<li title="{escape(str(file.path))}">{frame}<b>{name}</b><small>{escape(str(file.path.parent))}</small>'
        f'<span class="{file.status}">{file.status}</span> {file.seconds:.2f} s{message}</li>\n'
    )


def _way(result: Path, sheet: Path) -> str:
    """The address of a result as seen from the sheet: both can be moved together. Elsewhere, where it is."""
    result, folder = result.absolute(), sheet.absolute().parent
    if result.is_relative_to(folder):
        return _address(result.relative_to(folder).as_posix())
    return "file://" + _address(result.as_posix() if result.as_posix().startswith("/") else f"/{result.as_posix()}")


def _write(path: Path, text: Iterable[str]) -> None:
    """Write a file, as a whole or not at all; a name that is no text becomes an escape."""
    with writing(path, overwrite=True) as file:
        for part in text:
            file.write(part.encode("utf-8", "backslashreplace"))


_WRITERS: dict[str, Callable[[BatchReport, Path], None]] = {
    ".json": _write_json, ".csv": _write_csv, ".html": _write_html, ".htm": _write_html,
}  # fmt: skip
