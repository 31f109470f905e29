"""Fetching weights: resumed, checked, put in place whole; or a sentence that says what to do by hand."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import threading
import zipfile
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from core import fetch
from core.errors import Cancelled, FetchError
from models import registry

ROOT = Path(__file__).resolve().parents[2]
COLORNET = fetch.find("colornet")


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> bytes:
    """What the host would send: a small ColorNet, wrapped as the original wraps it."""
    path = tmp_path_factory.mktemp("host") / "net.pth.tar"
    torch.save({"G": registry.create("colornet", width=0.25).state_dict()}, path)
    return path.read_bytes()


def host(content: bytes):
    """A download that sends `content` in three parts."""

    def download(weights: fetch.Weights, target: Path, progress: fetch.Progress) -> None:
        with target.open("wb") as file:
            for part in range(3):
                file.write(content[len(content) * part // 3 : len(content) * (part + 1) // 3])
                progress(file.tell(), len(content))

    return download


def refusing(error: Exception):
    def download(weights: fetch.Weights, target: Path, progress: fetch.Progress) -> None:
        raise error

    return download


def test_a_sound_file_is_put_in_place_and_nothing_else(tmp_path, published):
    told = []
    path = fetch.fetch(
        COLORNET, tmp_path, download=host(published), progress=lambda *numbers: told.append(numbers)
    )
    assert path == tmp_path / "color_weights.pth.tar" and path.read_bytes() == published
    assert list(tmp_path.iterdir()) == [path]
    assert told[-1] == (len(published), len(published)) and len(told) == 3
    assert fetch.fetched("colornet", tmp_path) == path


def test_a_file_that_is_there_is_checked_and_not_fetched_again(tmp_path, published):
    path = tmp_path / COLORNET.file
    path.write_bytes(published)
    assert fetch.fetch(COLORNET, tmp_path, download=refusing(AssertionError("not asked"))) == path
    path.write_bytes(published[:-100])
    with pytest.raises(FetchError, match=r"color_weights\.pth\.tar is"):
        fetch.fetch(COLORNET, tmp_path, download=refusing(AssertionError("not asked")))


@pytest.mark.parametrize(
    "error", [ConnectionError("reset"), RuntimeError("too many users"), OSError("no route")]
)
def test_a_refusing_host_ends_in_what_to_do_by_hand(tmp_path, error):
    with pytest.raises(FetchError) as caught:
        fetch.fetch(COLORNET, tmp_path, download=refusing(error))
    assert str(caught.value) == (
        "colornet was not fetched: the host refused or cannot be reached. Open "
        "https://drive.google.com/file/d/1uBQ1AkfD26Dib4B5bI0BHGoNGlNp8iPk/view in a browser "
        f"and put the file into {tmp_path} as color_weights.pth.tar."
    )


def test_a_page_instead_of_the_file_is_deleted_and_said(tmp_path):
    with pytest.raises(FetchError, match="what the host sent is of no use.*not a weight file"):
        fetch.fetch(COLORNET, tmp_path, download=host(b"<!DOCTYPE html><html>Quota exceeded</html>"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_weights_of_another_network_are_not_put_in_place(tmp_path, published):
    with pytest.raises(FetchError, match=r"does not hold weights of SegNet.*it holds those of ColorNet"):
        fetch.fetch(fetch.find("gridnet"), tmp_path, download=host(published))
    assert fetch.fetched("gridnet", tmp_path) is None


@pytest.fixture
def server(tmp_path_factory, published, monkeypatch):
    """A host on this machine, offering the file as real gdown sees one."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path_factory.mktemp("server")
    (folder / "net.pth").write_bytes(published)
    handler_class = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    handler = partial(handler_class, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_gdown_itself_fetches_and_reports(tmp_path, server, published):
    told = []
    row = replace(COLORNET, gdrive="", url=f"{server}/net.pth")
    path = fetch.fetch(row, tmp_path, progress=lambda *numbers: told.append(numbers))
    assert path.read_bytes() == published and told[-1] == (len(published), len(published))


def test_gdown_itself_is_refused(tmp_path, server):
    row = replace(COLORNET, gdrive="", url=f"{server}/gone.pth")
    with pytest.raises(FetchError, match="the host refused"):
        fetch.fetch(row, tmp_path)


def test_a_cancelled_download_keeps_what_has_arrived(tmp_path, published):
    with pytest.raises(Cancelled):
        fetch.fetch(COLORNET, tmp_path, download=host(published), cancel=lambda: True)
    assert fetch.fetched("colornet", tmp_path) is None
    assert [path.name for path in (tmp_path / fetch.INCOMING).iterdir()] == [COLORNET.file]


def test_size_and_checksum_are_held_against_the_catalogue(tmp_path, published):
    known = replace(COLORNET, size=len(published), sha256=hashlib.sha256(published).hexdigest())
    assert fetch.fetch(known, tmp_path, download=host(published)).is_file()
    with pytest.raises(FetchError, match=r"bytes instead of"):
        fetch.fetch(replace(known, size=len(published) + 1), tmp_path / "a", download=host(published))
    with pytest.raises(FetchError, match=r"its checksum differs"):
        fetch.fetch(replace(known, sha256="0" * 64), tmp_path / "b", download=host(published))


def test_a_full_disk_is_a_sentence_about_the_disk(tmp_path):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(FetchError, match=r"cannot be written into .*No space left.*--to"):
        fetch.fetch(COLORNET, tmp_path, download=refusing(full))


def test_the_wanted_member_is_taken_out_of_an_archive(tmp_path, published):
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("imagenet/readme.txt", "hello")
        file.writestr("imagenet/latest_net_G.pth", published)
    packed = replace(COLORNET, file="latest_net_G.pth", member="latest_net_G.pth")
    path = fetch.fetch(packed, tmp_path / "to", download=host(archive.read_bytes()))
    assert path.read_bytes() == published
    again = fetch.fetch(packed, tmp_path / "bare", download=host(published))
    assert again.read_bytes() == published


def test_what_cannot_be_fetched_by_itself_says_where_to_look(tmp_path):
    with pytest.raises(FetchError, match=r"Open https://drive\.google\.com/drive/folders/"):
        fetch.fetch(fetch.find("cys_palette"), tmp_path, download=host(b""))


def test_the_catalogue_is_complete_and_names_known_networks():
    rows = fetch.catalog()
    assert [row.name for row in rows if row.default] == ["colornet", "gridnet"]
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert row.licence and row.page and row.note and row.system
        assert not row.network or row.network in registry.names()


def test_unknown_fields_and_names_are_a_sentence(tmp_path):
    path = tmp_path / "catalog.toml"
    path.write_text('[[weights]]\nname = "x"\nhash = "1"\n', encoding="utf-8")
    with pytest.raises(FetchError, match=r"unknown field hash in x"):
        fetch.catalog(path)
    with pytest.raises(FetchError, match="no weights called 'colour'; known are guided"):
        fetch.find("colour")


def test_the_command_line_fetches_the_two_by_default(tmp_path, published, capsys):
    assert fetch.main(["--to", str(tmp_path)], download=host(published)) == 1  # the second is another network
    told = capsys.readouterr()
    assert f"colornet: {tmp_path / COLORNET.file}" in told.out
    assert "gridnet was not fetched" in told.err


def test_the_command_line_verifies_and_lists(tmp_path, published, capsys):
    assert fetch.main(["colornet", "--verify", "--to", str(tmp_path)]) == 1
    (tmp_path / COLORNET.file).write_bytes(published)
    assert fetch.main(["colornet", "--verify", "--to", str(tmp_path)]) == 0
    assert fetch.main(["--list", "--to", str(tmp_path)]) == 0
    assert fetch.main(["nothing"]) == 2
    told = capsys.readouterr()
    assert "colornet: sound" in told.out and "colornet  [here, about 148 MB]" in told.out
    assert "no weights called 'nothing'" in told.err


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_script_runs_from_any_folder(tmp_path):
    done = subprocess.run(
        [ROOT / "fetch_models.sh", "--list"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "gridnet" in done.stdout
