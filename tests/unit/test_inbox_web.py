"""The inbox's web view: pages of fifty, headers that keep a message from doing anything, and hostile mails in its list."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from franking.batch.received import judged
from franking.inbox import heads
from franking.inbox.index import Index
from franking.inbox.store import Store
from franking.inbox.web import make_app

FRANKING = str(Path(sys.executable).with_name("franking"))


def get(app: object, path: str, host: str = "127.0.0.1:8025") -> tuple[int, dict[str, str], str]:
    """One request through the application, as ASGI has it."""
    where, _, query = path.partition("?")
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": where,
             "raw_path": where.encode(), "query_string": query.encode(), "root_path": "", "headers": [(b"host", host.encode())],
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8025)}  # fmt: skip
    asyncio.run(app(scope, receive, send))  # type: ignore[operator]
    status = int(str(sent[0]["status"]))
    headers = {k.decode(): v.decode() for k, v in sent[0]["headers"]}  # type: ignore[attr-defined]
    return status, headers, b"".join(m.get("body", b"") for m in sent[1:]).decode()  # type: ignore[misc]


def fill(folder: Path, number: int) -> Store:
    store = Store(folder)
    for n in range(1, number + 1):
        store.add("shop@example.com", [f"buyer{n}@example.com"], f"Subject: Order {n}\r\n\r\nHello {n}\r\n".encode())
    return store


def subjects(page: str) -> list[str]:
    return re.findall(r'<a href="/\d+"[^>]*>(.*?)<br>', page)


def test_pages_of_fifty_newest_first_and_what_arrives_shows(tmp_path: Path) -> None:
    store = fill(tmp_path, 120)
    app = make_app(tmp_path)
    first, second, third = (subjects(get(app, f"/?page={n}")[2]) for n in (1, 2, 3))
    assert first == [f"Order {n}" for n in range(120, 70, -1)]
    assert second[0] == "Order 70"
    assert third == [f"Order {n}" for n in range(20, 0, -1)]
    store.add("shop@example.com", ["x@example.com"], b"Subject: Newest\r\n\r\nHello\r\n")
    assert subjects(get(app, "/")[2])[:2] == ["Newest", "Order 120"]
    (tmp_path / "000120.eml").unlink()
    assert subjects(get(app, "/")[2])[:2] == ["Newest", "Order 119"]
    shown = get(app, "/000030")[2]
    assert "page 2 of 3" in shown
    assert "<pre>Hello 30" in shown
    assert 'aria-current="page">Order 30' in shown
    assert get(app, "/?page=99")[0] == get(app, "/?page=x")[0] == 200
    for path in ("/999999", "/../etc", "/000120", "/abc", "/999999/html"):
        assert get(app, path)[0] == 404


def test_a_folder_that_is_emptied_or_lost_is_an_empty_list(tmp_path: Path) -> None:
    fill(tmp_path / "box", 3)
    app = make_app(tmp_path / "box")
    assert len(subjects(get(app, "/")[2])) == 3
    for file in (tmp_path / "box").iterdir():
        file.unlink()
    assert "Nothing received yet" in get(app, "/")[2]
    (tmp_path / "box").rmdir()
    assert get(app, "/")[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8025", "[::1]:8025", "10.0.0.1"])
def test_no_other_host_is_answered(tmp_path: Path, host: str) -> None:
    fill(tmp_path, 1)
    app = make_app(tmp_path)
    for path in ("/", "/000001", "/000001/html"):
        assert get(app, path, host)[0] == 400
        assert get(app, path, "localhost:8025")[0] == 200


def test_headers_keep_a_message_from_doing_anything(tmp_path: Path) -> None:
    Store(tmp_path).add("a@example.com", ["b@example.com"], b"Subject: <script>x</script>\r\nContent-Type: text/html\r\n\r\n"
                        b"<script>parent.x()</script><img src=http://a.example/x.png>\r\n")  # fmt: skip
    app = make_app(tmp_path)
    for path in ("/", "/000001", "/999999"):
        _, headers, page = get(app, path)
        policy = headers["content-security-policy"]
        assert all(word in policy for word in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'none'"))
        assert "script-src" not in policy
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
        assert "<script>" not in page
    assert '<iframe title="HTML part" sandbox="" src="/000001/html">' in get(app, "/000001")[2]
    _, headers, page = get(app, "/000001/html")
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert "parent.x()" in page  # as it came, in a frame where nothing runs


def _nested(depth: int) -> bytes:
    parts = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return b"Subject: Nested\r\n" + parts + b"Content-Type: text/html\r\n\r\n<p>x\r\n"


HOSTILE = {
    "no subject": b"From: a@example.com\r\n\r\nHello\r\n",
    "nothing": b"",
    "no header": b"\r\n\r\nHello\r\n",
    "binary": bytes(range(256)) * 40,
    "a long subject": b"Subject: " + b"x" * 200_000 + b"\r\n\r\nHello\r\n",
    "a header without end": b"Subject: a\r\n" + b" folded\r\n" * 50_000,
    "a broken encoded word": b"Subject: =?klingon?b?!!!!?= =?utf-8?q?=ZZ?=\r\n\r\nHello\r\n",
    "control characters": b"Subject: a\x1b[31m\x00b\r\n\r\nHello\r\n",
    "raw bytes in the subject": "Subject: Größe\r\n\r\nHello\r\n".encode("latin-1"),
    "an unknown charset": b"Subject: x\r\nContent-Type: text/html; charset=klingon\r\n\r\n<p>\xfc\r\n",
    "a broken address": b"Subject: x\r\nFrom: <<<@@@(((\r\n\r\nHello\r\n",
    "nested parts": _nested(3000),
    "a multipart without parts": b'Subject: x\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n',
    "a large one": b"Subject: Large\r\n\r\n" + b"x" * 5_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_do_not_break_the_list(name: str, tmp_path: Path) -> None:
    store = fill(tmp_path, 2)
    store.add("a@example.com", ["b@example.com"], HOSTILE[name])
    app = make_app(tmp_path)
    status, _, page = get(app, "/")
    assert status == 200
    assert len(page) < 20_000
    found = subjects(page)
    assert found[1:] == ["Order 2", "Order 1"]
    assert found[0]
    assert all(c.isprintable() for c in found[0])
    for path in ("/000003", "/000003/html"):
        assert get(app, path)[0] == 200
    assert [h.number for h in heads(tmp_path)] == [1, 2, 3]


def test_a_view_reads_its_page_and_not_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100,000 messages a view opens the fifty it shows, once; the folder is listed once."""
    first = tmp_path / "000001.eml"
    first.write_bytes(b"Subject: Order\r\nDelivered-To: a@example.com\r\n\r\nHello\r\n")
    for number in range(2, 100_001):
        os.link(first, tmp_path / f"{number:06d}.eml") if number % 60_000 else first.__class__(
            tmp_path / f"{number:06d}.eml"
        ).write_bytes(first.read_bytes())  # a file has at most 65,000 names
        if number == 60_000:
            first = tmp_path / "060000.eml"
    opened: list[Path] = []
    listed: list[Path] = []
    real_open, real_iterdir = Path.open, Path.iterdir

    def open_(self: Path, mode: str = "r") -> object:
        opened.append(self)
        return real_open(self, mode)

    def iterdir(self: Path) -> object:
        listed.append(self)
        return real_iterdir(self)

    monkeypatch.setattr(Path, "open", open_)
    monkeypatch.setattr(Path, "iterdir", iterdir)
    index = Index(tmp_path)
    page, total = index.page(1)
    assert (len(page), total, page[0].number) == (50, 100_000, 100_000)
    began = time.process_time()
    for number in (1, 2, 1, 1000):
        assert len(index.page(number)[0]) == 50
    with open(tmp_path / "100001.eml", "wb") as file:  # not counted
        file.write(b"Subject: Newest\r\n\r\n")
    assert index.page(1)[0][0].subject == "Newest"
    assert (len(listed), len(opened)) == (1, 50 * 3 + 1)
    assert (time.process_time() - began) / 5 < 1  # told generously: a view takes some ten milliseconds


def test_a_message_has_its_verdict_and_every_view_an_address(tmp_path: Path) -> None:
    store = Store(tmp_path)
    html = '<p style="color: red">Hello</p><script>alert(1)</script>'
    mail = f"From: a@example.com\r\nSubject: One\r\nContent-Type: text/html\r\n\r\n{html}\r\n".encode()
    store.add("shop@example.com", ["buyer@example.com"], mail)
    store.add("shop@example.com", ["buyer@example.com"], b"Subject: Two\r\nContent-Type: text/html\r\n\r\n")
    app = make_app(tmp_path, lambda path: judged(path, "amazon"))
    page = get(app, "/000001")[2]
    assert 'class="badge rejected">rejected' in page
    found = get(app, "/000001?view=findings")[2]
    assert "<code>font-color</code>" in found
    assert "Checked without its kind" in found
    assert "&lt;script&gt;alert(1)" in get(app, "/000001?view=source")[2]
    assert "Return-Path: &lt;shop@example.com&gt;\nDelivered-To" in get(app, "/000001?view=headers")[2]
    assert 'style="width:320px"' in get(app, "/000001?width=320")[2]
    assert 'href="/000001?view=source&amp;width=320"' in get(app, "/000001?width=320")[2]
    for odd in ("?width=9999", "?width=%3Cb%3E", "?view=%3Cscript%3E", "?view=..", "?width=%D9%A3%D9%A2%D9%A0"):
        status, _, shown = get(app, f"/000001{odd}")
        assert (status, "width:" in shown.partition("</style>")[2], "<b>" in shown) == (200, False, False)
    assert 'class="badge unread"' in get(app, "/000002")[2]
    assert get(app, "/000001/eml")[2].endswith(mail.decode())
    assert get(app, "/000009/eml")[0] == 404
    assert "Verdict" not in get(make_app(tmp_path), "/000001?view=findings")[2]


def test_two_processes_store_in_one_folder(tmp_path: Path) -> None:
    one, other = Store(tmp_path), Store(tmp_path)
    paths = [
        store.add("a@example.com", ["b@example.com"], f"Subject: {n}\r\n\r\n".encode())
        for n, store in enumerate([one, other, other, one])
    ]
    assert [path.name for path in paths] == ["000001.eml", "000002.eml", "000003.eml", "000004.eml"]
    assert [head.subject for head in heads(tmp_path)] == ["0", "1", "2", "3"]


def test_a_free_port_of_the_web_page_is_printed(tmp_path: Path) -> None:
    command = [FRANKING, "inbox", "--store", str(tmp_path), "--port", "0", "--web-port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as inbox:
        assert inbox.stderr is not None
        url = re.search(r"web view: (http://127\.0\.0\.1:[1-9]\d*)$", inbox.stderr.readline() + inbox.stderr.readline().strip())
        try:
            assert url is not None
            with urlopen(url[1], timeout=10) as page:
                assert page.status == 200
            port = url[1].rpartition(":")[2]
            taken = subprocess.run([*command[:-1], port], capture_output=True, text=True, check=False)
            assert taken.returncode == 2
            assert f"port {port} on 127.0.0.1 cannot be opened for the web view; pass --web-port" in taken.stderr
        finally:
            inbox.terminate()
