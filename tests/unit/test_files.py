"""Files that come in as attachments, and files that hold buyers' data: real, whole, and for their owner only."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from franking.errors import InputError
from franking.files.private import write_private
from franking.inbox.store import Store
from franking.orders.attachments import kind_of, read_attachment
from franking.orders.details import Details
from franking.outbox import Ledger

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le")
RIGHT = {
    "a.pdf": PDF, "b.PDF": b"\n\n" + PDF, "c.png": b"\x89PNG\r\n\x1a\n....", "d.jpg": b"\xff\xd8\xff\xe0..", "e.jpeg": b"\xff\xd8\xff\xe1..",
    "f.gif": b"GIF89a..", "g.txt": "Grüße\r\n".encode(), "h.doc": DOC, "i.docx": DOCX,
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_file_that_is_what_its_name_says(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(RIGHT[name])
    assert read_attachment(tmp_path / name).content == RIGHT[name]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", archive("x")), ("a.pdf", b"MZ\x90\x00"), ("a.pdf", b"<html>"), ("a.pdf", RIGHT["c.png"]), ("a.pdf", b"\x7fELF" + PDF), ("a.pdf", b"\0"),
        ("a.png", RIGHT["d.jpg"]), ("a.jpg", RIGHT["f.gif"]), ("a.gif", b"GIF90a"), ("a.docx", archive("x")), ("a.docx", DOC), ("a.docx", b"PK\x03\x04cut"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")), ("a.docx", archive("[Content_Types].xml", "xl/workbook.xml")),
        ("a.doc", DOC[:100]), ("a.doc", DOCX), ("a.txt", b"\xff\xfe\x00"), ("a.txt", b"#!/bin/sh\n"), ("a.txt", b"<html>x"), ("a.txt", PDF), ("a.txt", b"a\x1bb"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=r"found .*, expected \w+ by its name") as caught:
        read_attachment(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_programs_and_archives_are_no_kind() -> None:
    assert [kind_of(c) for c in (b"MZ\x90", b"\x7fELF", b"\xca\xfe\xba\xbe", archive("x"))] == [None, None, None, "zip"]


def test_links_are_refused_wherever_they_stand(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "302-1.pdf").write_bytes(PDF)
    papers = tmp_path / "papers"
    (papers / "302-2").mkdir(parents=True)
    (papers / "302-1.pdf").symlink_to(outside / "302-1.pdf")
    (papers / "302-2" / "a.pdf").symlink_to(outside / "302-1.pdf")
    (papers / "302-3").symlink_to(outside, target_is_directory=True)
    (papers / "302-4.pdf").symlink_to("/nowhere")
    for number in "1234":
        with pytest.raises(InputError, match="found a symbolic link"):
            for path in Details({}, papers)._files(f"302-{number}"):
                read_attachment(path)
    with pytest.raises(InputError, match="found a symbolic link"):
        read_attachment(papers / "302-3" / "302-1.pdf")


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    (tmp_path / "b.pdf").mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "c.pdf"))
    for path in (*tmp_path.iterdir(), Path("/dev/null"), Path("/dev/zero")):
        with pytest.raises(InputError, match="found no ordinary file"):
            read_attachment(path)


def test_a_file_that_is_empty_gone_unreadable_or_large(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    with pytest.raises(InputError, match="is empty"):
        read_attachment(tmp_path / "a.pdf")
    with pytest.raises(InputError, match="cannot be read"):
        read_attachment(tmp_path / "gone.pdf")
    with (tmp_path / "large.pdf").open("wb") as file:
        file.truncate(21 << 20)
    with pytest.raises(InputError, match="larger than 20 MB"):
        read_attachment(tmp_path / "large.pdf")
    if os.geteuid() != 0:
        (tmp_path / "b.pdf").write_bytes(PDF)
        (tmp_path / "b.pdf").chmod(0)
        with pytest.raises(InputError, match="cannot be read"):
            read_attachment(tmp_path / "b.pdf")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    status = os.fstat
    calls: list[int] = []

    def growing(descriptor: int) -> os.stat_result:
        calls.append(descriptor)
        found = status(descriptor)
        if len(calls) == 1:
            with path.open("ab") as file:  # another program is still writing it
                file.write(b"more")
        return found

    monkeypatch.setattr(os, "fstat", growing)
    with pytest.raises(InputError, match="changed while it was read"):
        read_attachment(path)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_files_with_buyers_data_are_their_owner_s(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "a.eml", b"x")
        kept = Store(tmp_path / "inbox").add("a@b.example", ["c@d.example"], b"x")
        ledger = Ledger(f"sqlite:///{tmp_path / 'franking.db'}")
        files = sorted(tmp_path.glob("franking.db*"))
        assert [mode(p) for p in (tmp_path / "a.eml", kept, *files)] == [0o600] * (2 + len(files))
        assert mode(tmp_path / "inbox") == 0o700
        assert len(files) == 3, "the log and the index of SQLite are there"
        ledger.close()
        (tmp_path / "franking.db").chmod(0o644)
        Ledger(f"sqlite:///{tmp_path / 'franking.db'}").close()
        assert mode(tmp_path / "franking.db") == 0o600
    finally:
        os.umask(before)


@pytest.mark.parametrize("size", [5000, 200_000])
def test_nothing_is_left_where_the_disk_is_full(tmp_path: Path, size: int) -> None:
    """A limit of the file size stands for a full disk: the same error comes from the same call."""
    script = f"""
import asyncio, resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from franking.dispatch.transports.directory import DirectoryTransport
from franking.model import Envelope
import dataclasses
fields = {{f.name: None for f in dataclasses.fields(Envelope)}}
envelope = Envelope(**{{**fields, "message_id": "<1.franking@x.example>", "content": b"x" * {size}}})
transport = DirectoryTransport(Path(sys.argv[1]))
asyncio.run(transport.connect())
outcome = asyncio.run(transport.deliver(envelope))
print(outcome.state.name, outcome.reply if hasattr(outcome, "reply") else outcome, transport.evidence(envelope))
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "out")], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("DEFERRED"), done.stderr
    assert done.stdout.rstrip().endswith("False")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_part_that_a_killed_process_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "a.eml.tmp").write_bytes(b"half")
    write_private(tmp_path / "a.eml", b"whole")
    assert [p.name for p in tmp_path.iterdir()] == ["a.eml"]
    assert (tmp_path / "a.eml").read_bytes() == b"whole"
