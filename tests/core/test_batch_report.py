"""Reports: the same lines as JSON, CSV and a contact sheet that needs nothing but itself."""

from __future__ import annotations

import base64
import csv
import json
import re
import tracemalloc
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import batch_report
from core.batch import BatchReport, FileReport, write_report
from core.batch_job import DONE, FAILED, SKIPPED, Lines
from core.batch_report import check_report, page_path
from core.errors import BatchError, ExportError

PICTURE = cv2.imencode(".jpg", np.full((9, 12, 3), 90, np.uint8))[1].tobytes()
NASTY = '<script>alert("1")</script>, "a"\nb'


def report_of(count: int, interrupted: bool = False) -> BatchReport:
    """Photos told of in another order than they lie in."""
    lines = Lines()
    for number in sorted(range(count), key=lambda number: number * 7 % count):
        status, message = (FAILED, NASTY) if number == 1 else (SKIPPED, "there") if number == 2 else (DONE, "")
        small = (PICTURE, PICTURE) if status == DONE else ()
        lines.append(FileReport(Path(f"/in/{number:04}.jpg"), status, 1.5, "cpu", 384, message,
                                Path(f"/out/{number:04}.jpg"), number, small))  # fmt: skip
    return BatchReport(lines, 12.0, interrupted, before=1)


class Sheet(HTMLParser):
    """What a browser makes of a contact sheet."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        self.tags.append(tag)
        self.sources += [given["src"]] if "src" in given else []
        self.links += [given["href"]] if "href" in given else []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_lines_are_in_the_order_of_the_photos_whenever_they_came() -> None:
    files = report_of(10).files
    assert [file.index for file in files] == list(range(10)) and files[-1].index == 9
    assert files[3] == FileReport(Path("/in/0003.jpg"), DONE, 1.5, "cpu", 384, "", Path("/out/0003.jpg"), 3,
                                  (PICTURE, PICTURE))  # fmt: skip
    assert (files.count(DONE), files.count(FAILED), files.count(SKIPPED)) == (8, 1, 1)


def test_the_three_forms_say_the_same(tmp_path: Path) -> None:
    report = report_of(5, interrupted=True)
    for name in ("r.json", "r.csv", "r.html"):
        write_report(report, tmp_path / "deep" / name)
    data = json.loads((tmp_path / "deep" / "r.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((tmp_path / "deep" / "r.csv").open(encoding="utf-8-sig", newline="")))
    assert (data["done"], data["failed"], data["skipped"], data["interrupted"], data["before"]) == (3, 1, 1, True, 1)
    assert [row["path"] for row in rows] == [line["path"] for line in data["files"]]
    assert [row["message"] for row in rows] == [line["message"] for line in data["files"]]
    assert rows[1]["message"] == NASTY
    text = " ".join(Sheet(tmp_path / "deep" / "r.html").texts)
    assert "stopped" in text and all(f"{number:04}.jpg" in text for number in range(5))
    assert len(list((tmp_path / "deep").iterdir())) == 3  # and nothing half written


def test_a_contact_sheet_shows_before_and_after_and_runs_nothing(tmp_path: Path) -> None:
    write_report(report_of(3), tmp_path / "r.html")
    sheet = Sheet(tmp_path / "r.html")
    assert len(sheet.sources) == 2 and "script" not in sheet.tags
    for source in sheet.sources:
        kind, _, data = source.partition(",")
        assert kind == "data:image/jpeg;base64" and base64.b64decode(data) == PICTURE
    assert NASTY.split("\n")[0] in " ".join(sheet.texts)
    assert not re.search(r"https?://|url\(", (tmp_path / "r.html").read_text())


def test_a_contact_sheet_names_folders_and_leads_to_the_results(tmp_path: Path) -> None:
    lines = Lines()
    for number, output in enumerate((tmp_path / "out" / "a#b 1.jpg", Path("/else where/2.jpg"), None)):
        lines.append(FileReport(Path(f"/scans/{number}/same.jpg"), DONE, 1.0, "cpu", 384, "", output, number))
    write_report(BatchReport(lines, 3.0, False, before=0), tmp_path / "r.html")
    sheet = Sheet(tmp_path / "r.html")
    assert sheet.links == ["out/a%23b%201.jpg", "file:///else%20where/2.jpg"]  # the first moves with its sheet
    assert all(f"/scans/{number}" in sheet.texts for number in range(3))


def test_a_long_sheet_goes_on_on_further_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_report, "PAGE", 4)
    write_report(report_of(10), tmp_path / "a b.html")
    pages = [Sheet(page_path(tmp_path / "a b.html", number)) for number in range(3)]
    assert [page.tags.count("li") for page in pages] == [4, 4, 2]
    links = [[link for link in page.links if not link.startswith("file:")] for page in pages]
    assert links == [["a%20b-2.html"], ["a%20b.html", "a%20b-3.html"], ["a%20b-2.html"]]


def test_a_batch_of_thousands_keeps_its_lines_on_the_disk(tmp_path: Path) -> None:
    lines, small = Lines(), (b"x" * 6000, b"y" * 6000)
    tracemalloc.start()
    try:
        for number in range(1000):
            lines.append(FileReport(Path("/in/a.jpg"), DONE, index=number, small=small))
        write_report(BatchReport(lines, 1.0), tmp_path / "r.html")
        now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "r.html").stat().st_size > 12_000_000
    assert now < 200_000 and most < 1_000_000


def test_a_name_that_is_no_text_is_an_escape(tmp_path: Path) -> None:
    lines = Lines()
    lines.append(FileReport(Path("/in/\udcff.jpg"), FAILED, message="odd"))
    for name in ("r.json", "r.csv", "r.html"):
        write_report(BatchReport(lines, 1.0), tmp_path / name)
        assert (tmp_path / name).read_bytes().decode("utf-8")


def test_a_report_of_another_kind_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="report.xml"):
        check_report(Path("report.xml"))
    assert check_report(Path("r.HTML")) and check_report(Path("r"))
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="--report"):
        write_report(report_of(1), tmp_path / "file" / "r.json")
