"""Files, names and values that no command should be given, and what runs a command on them.

``ended`` calls the command's own entry point in this process, with streams as a process has them. ``house`` is a folder to run it
in. Nothing here comes from the program, so that it cannot share its mistakes.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECRET = "hunter2-Geheim"  # a password: must never be shown
PERSON = "Ottokar Unverwechselbar"  # a buyer: must never be shown on stderr
LONG = "x" * 5000
ESCAPES = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202egnp"
PATIENCE = 90  # seconds that one command may take

_HEADER = (ROOT / "docs/examples/amazon.com-unshipped.txt").read_text("utf-8").splitlines()
REPORT = "\n".join([_HEADER[0], *(line for line in _HEADER[1:3])]) + "\n"
PAGE = f"<!DOCTYPE html><html lang=en><body><p>Thank you, {PERSON}.</p></body></html>\n"
MAIL = f"From: {PERSON} <p@buyer.example>\nTo: b@marketplace.amazon.de\nSubject: Hello\nMIME-Version: 1.0\n\nThank you.\n"
GOOD = {
    "report.txt": REPORT, "page.html": PAGE, "mail.eml": MAIL, "baseline.json": '{"schema": 1, "findings": {}}',
    "allow.toml": '[[allow]]\nrule = "contrast"\nfiles = "*"\nreason = "r"\nuntil = 2099-01-01\n',
    "table.csv": "order-id,reason\n", "addresses.txt": "b1@marketplace.amazon.de\n", "items.json": '{"payload": {"OrderItems": []}}',
    "parcels.csv": "order-id,carrier,tracking-number,ship-date\n302-1234567-0000001,DHL,T1,2026-11-20\n",
    "ca.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
}  # fmt: skip

WORDS = ("", " ", "x", "../x", "../../etc/passwd", ".", "..", "/", "a/b", "a\nb", ESCAPES, LONG, os.fsdecode(b"\xff"), "[/x] {0} %s",
         f"smtp://u:{SECRET}@h", "-1", "٣", "None", "__init__", "con", "\u202e")  # fmt: skip
NUMBERS = ("", "x", "-1", "0", "1e9", "9" * 30, "nan", "0x10", ESCAPES, "٣", f"smtp://u:{SECRET}@h")
TIMES = (*WORDS, "2026-13-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-02-30T10:00:00", "10:00", "now",
         "delivery+9999d", "delivery+999d", "1" * 400, "2026-11-24T12:00:00+99:99")  # fmt: skip
TRANSPORTS = (*WORDS, f"smtp://u:{SECRET}@127.0.0.1:1", f"smtp://u:{SECRET}@h:99999", f"smtps://u:{SECRET}@h:x", f"smtp://u:{SECRET}@[::1",
              f"smtp+plain://u:{SECRET}@mail.example", f"http://u:{SECRET}@h", "smtp://", "smtp://a@b@c", "smtp://" + "a" * 300,
              "smtp+plain://127.0.0.1:1", "smtp+plain://127.0.0.1:0", "smtp://ü..x:25", f"smtp://{ESCAPES}", "dir:", "dir:/proc/x",
              "dir:/dev/full", "dir:page.html/x", f"dir:{LONG}", "dir:a\nb", f"dir:{ESCAPES}/x/y", "smtp://u%0a@127.0.0.1:1",
              f"smtp://127.0.0.1:1/?password={SECRET}")  # fmt: skip
OUTBOXES = (*WORDS, "sqlite:///", "sqlite://", "sqlite:////proc/x.db", "sqlite:////dev/full", "sqlite:///page.html/x.db",
            "sqlite:///report.txt", "sqlite:///templates", f"sqlite:///{LONG}", f"sqlite:///{ESCAPES}/l.db", "sqlite:///\x1b[31mx.db",
            f"sqlite:///{os.fsdecode(bytes([255]))}.db", "sqlite:////sys/x.db", f"postgresql://u:{SECRET}@127.0.0.1:1/x",
            f"postgresql://u:{SECRET}@h:x/y", f"postgresql://u:{SECRET}@[::1/x", f"mysql://u:{SECRET}@h/x", "postgresql://",
            f"postgresql://u@127.0.0.1:1/x?password={SECRET}&bogus=1", f"postgresql+odd://u:{SECRET}@127.0.0.1:1/x",
            f"sqlite:///a.db?mode={SECRET}", f"postgresql://u:{SECRET}@{ESCAPES}/x")  # fmt: skip
MAILBOXES = (*WORDS, f"imaps://u:{SECRET}@127.0.0.1:1/INBOX", f"imaps://u:{SECRET}@h:x/I", f"imaps://u:{SECRET}@[::1", "imaps://",
             f"imap://u:{SECRET}@127.0.0.1:1/x", "imaps://u@127.0.0.1:1/" + ESCAPES)  # fmt: skip
ADDRESSES = (
    *WORDS,
    f"{PERSON} <p@buyer.example",
    "a@b@c",
    "@",
    f"{LONG}@x.example",
    "a@" + "x" * 300,
    "a@ü..de",
    "a\r\nBcc: x@y.example",
)
OUTPUTS = ("/proc/x", "/sys/x/y", "/dev/full", "page.html", "page.html/x", LONG, f"{ESCAPES}/x/y", "a\nb", "~nobody-of-that-name/x",
           os.fsdecode(b"\xff\xfe"))  # fmt: skip
RATES = (*NUMBERS, "5/x", "1/0s", "0/s", "9e99/s", "-5/s", "5/s/s", "1" * 400 + "/s", "٣/s")
TOML = {
    "syntax": b"seller = 'x", "wrong type": b"connections = 'many'\n", "list": b"seller = [1]\n", "table": b"[seller]\na = 1\n",
    "unknown key": b"sellr = 'x'\n", "escapes in a key": b'"\\u001b[31m" = 1\n', "no UTF-8": b"seller = '\xff'\n",
    "UTF-16": "seller = 'x'\n".encode("utf-16"), "binary": bytes(range(256)), "NUL": b"templates = 'a\\u0000b'\n",
    "NUL in the outbox": b"outbox = 'sqlite:///a\\u0000b.db'\n", "deep": b"seller = " + b"[" * 5000, "big number": b"connections = " + b"9" * 5000,
    "infinite": b"timeout = inf\n", "no number": b"timeout = nan\n", "negative": b"timeout = -1\n", "caps": b"daily_caps = ['x', 0]\n",
    "policy": b"policy = '../x'\n", "theme": b"theme = '../x'\n", "ca_file": b"ca_file = '/proc/self/mem'\n", "rate": b"rate = 'x'\n",
    "password": f"transport = 'smtp://u:{SECRET}@h'\n".encode(), "outbox": f"outbox = 'postgresql://u:{SECRET}@h:x/y'\n".encode(),
    "password file": b"smtp_password_file = '/proc/self/mem'\ntransport = 'smtp://u@127.0.0.1:1'\n", "sender": f"sender = '{PERSON} <x'\n".encode(),
    "DKIM": b"dkim_selector = 'k'\ndkim_key_file = 'page.html'\n", "seller": b"seller = '../x'\n", "empty": b"", "twice": b"seller = 'a'\n" * 2,
}  # fmt: skip


def house(folder: Path) -> Path:
    """A folder with one kind, one theme, and a good file of each sort."""
    folder.mkdir()
    for name in ("_parts", "locales", "order_confirmation"):
        shutil.copytree(ROOT / "templates" / name, folder / "templates" / name)
    shutil.copytree(ROOT / "themes/plain", folder / "themes/plain")
    for name, text in GOOD.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def contents(good: str) -> dict[str, bytes]:
    """What a file may hold instead of ``good``, by name."""
    data = good.encode()
    return {
        "empty": b"", "blank": b" \n\t\n", "binary": bytes(range(256)) * 8, "truncated": data[: len(data) // 2],
        "latin1": data.replace(b"e", b"\xe9"), "utf16": b"\xff\xfe" + good.encode("utf-16-le"), "utf16-cut": good.encode("utf-16")[:-1],
        "nul": data.replace(b"e", b"\0"), "huge-line": data + b"x" * (300 << 10), "escapes": data + ESCAPES.encode(),
        "deep": b"[" * 100_000, "deep-tags": b"<div>" * 20_000, "gzip-cut": gzip.compress(data * 9)[:-9], "zip": b"PK\x03\x04" + data,
        "json-numbers": b'{"a": 1e999, "b": ' + b"9" * 5000 + b"}", "json-list": b"[1, null, [], {}]", "toml": b"a = {b = [1, 'x'",
        "surrogate": b'{"schema": 1, "payload": {"Orders": [{"AmazonOrderId": "\\ud800"}]}}', "person": f"{PERSON}\t{SECRET}\n".encode(),
    }  # fmt: skip


def files(folder: Path, suffix: str, good: str) -> dict[str, str]:
    """Paths of files that cannot be used, or are named oddly, by what is wrong with them."""
    folder.mkdir()
    found: dict[str, str] = {}
    for name, data in contents(good).items():
        path = folder / f"{name}{suffix}"
        path.write_bytes(data)
        found[name] = str(path)
    (folder / "file").write_text(good, "utf-8")
    (folder / "a folder").mkdir()
    (folder / f"dangling{suffix}").symlink_to("nowhere")
    (folder / f"loop{suffix}").symlink_to(f"loop{suffix}")
    found |= {
        "missing": str(folder / f"missing{suffix}"), "folder": str(folder / "a folder"), "below a file": str(folder / f"file/x{suffix}"),
        "dangling": str(folder / f"dangling{suffix}"), "loop": str(folder / f"loop{suffix}"), "no reading": "/proc/self/mem",
        "long": str(folder / f"{LONG}{suffix}"), "nothing": "", "no user": "~nobody-of-that-name/x",
    }  # fmt: skip
    for what, odd in {
        "newline": "a\nb",
        "escapes": f"{ESCAPES}",
        "bytes": os.fsdecode(b"\xff\xfe"),
        "markup": "[red]x[/y] :tada:",
    }.items():
        name = odd.replace("/", "∕") if what != "markup" else "[red]x[y]"
        (folder / f"{name}{suffix}").write_text(good, "utf-8")
        (folder / f"broken {name}{suffix}").write_bytes(b"\0\xff")
        found |= {
            f"name: {what}": str(folder / f"{name}{suffix}"),
            f"broken, name: {what}": str(folder / f"broken {name}{suffix}"),
        }
        found[f"missing, name: {what}"] = str(folder / f"no {odd}{suffix}")
    return found


@contextlib.contextmanager
def _streams(given: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    before = sys.stdin, sys.stdout, sys.stderr, sys.argv
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(given), "utf-8", "strict")
    sys.stdout = io.TextIOWrapper(out, "utf-8", "strict", newline="\n")
    sys.stderr = io.TextIOWrapper(err, "utf-8", "backslashreplace", newline="\n")
    try:
        yield out, err
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.detach()
        sys.stdin, sys.stdout, sys.stderr, sys.argv = before


class Endless(BaseException):
    """The command does not end."""


def _too_slow(*_: object) -> None:
    raise Endless


def ended(arguments: list[str], given: bytes = b"") -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command in the present folder; -1 with the traceback where it fails."""
    from franking.cli.entry import run

    code, failure = 0, ""
    signal.signal(signal.SIGALRM, _too_slow)
    with _streams(given) as (out, err):
        sys.argv = ["franking", *arguments]
        signal.alarm(PATIENCE)
        try:
            run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else -2
        except BaseException:
            code, failure = -1, traceback.format_exc()
        finally:
            signal.alarm(0)
    return code, out.getvalue().decode("utf-8"), err.getvalue().decode("utf-8") + failure
