"""What comes from outside: input without content, and folders where some files are no messages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from email.message import EmailMessage
from pathlib import Path

import pytest

from franking.errors import InputError
from franking.mail.reading import read_message

FRANKING = str(Path(sys.executable).with_name("franking"))
HEAD = b"From: a@example.com\r\nSubject: Your order\r\n"


def run(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([FRANKING, *arguments], cwd=cwd, input=stdin, capture_output=True, timeout=120)


def _only_attached() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Invoice"
    mail.make_mixed()
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="invoice.pdf")
    return mail.as_bytes()


NOTHING = {
    "empty": b"",
    "white space": b" \r\n\t\n ",
    "byte order mark": b"\xef\xbb\xbf",
    "UTF-16 byte order mark": b"\xff\xfe",
    "a comment": b"<!-- nothing -->",
    "an Outlook comment": b"<!--[if mso]><p>Hello</p><![endif]-->",
    "html only": b"<!doctype html><html></html>",
    "a title": b"<title>Your order</title>",
    "a style sheet": b"<html><head><style>p { color: red }</style></head><body></body>",
    "empty blocks": b"<body><div><p></p><table><tr><td> &nbsp; <br></td></tr></table></div>",
    "zero-width characters": "<p>\u200b\u200c\u200d&zwnj;&#8203;</p>".encode(),
    "a template element": b"<template><p>Hello</p></template>",
    "hidden text": b"<p style='display:none'>Hello</p>",
    "hidden image": b"<p hidden>Hello</p><br>",
}
EMPTY_MAILS = {
    "headers only": HEAD,
    "no body": HEAD + b"\r\n",
    "a blank text part": HEAD + b"Content-Type: text/plain\r\n\r\n \r\n\r\n",
    "a blank HTML part": HEAD + b"Content-Type: text/html\r\n\r\n<html><body> </body></html>\r\n",
    "two blank parts": HEAD + b'Content-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n\r\n'
    b"--x\r\nContent-Type: text/html\r\n\r\n<p></p>\r\n--x--\r\n",
    "attachments only": _only_attached(),
    "an empty multipart": HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x--\r\n',
}  # fmt: skip


def one_line(done: subprocess.CompletedProcess[bytes], *words: str) -> None:
    told = done.stderr.decode()
    assert (done.returncode, told.count("\n")) == (2, 1), told
    assert told.startswith("franking: ")
    assert all(word in told for word in words), told
    assert b"permitted" not in done.stdout


@pytest.mark.parametrize("name", NOTHING)
def test_input_without_content_is_an_error(name: str, tmp_path: Path) -> None:
    words = ["nothing in it can be seen"] if name.startswith("hidden") else ["no content"]
    one_line(run("check", "-", cwd=tmp_path, stdin=NOTHING[name]), "-:1", *words)
    (tmp_path / "a.html").write_bytes(NOTHING[name])
    one_line(run("check", "a.html", cwd=tmp_path), "a.html:1", *words)


@pytest.mark.parametrize("name", EMPTY_MAILS)
def test_a_mail_without_content_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(EMPTY_MAILS[name])
    one_line(run("check", "a.eml", cwd=tmp_path), "a.eml:1", "no content")


CONTENT = {
    "text": b"x",
    "text without markup": "Grüße".encode("cp1252"),
    "an image": b"<img src='https://www.amazon.com/a.png' width=100 alt='Our house'>",
    "a script": b"<script>x()</script>",
    "a form field": b"<input value=x>",
    "a refresh": b"<meta http-equiv=Refresh content='0; url=https://a.example'>",
    "a background": b"<table background='http://a.example/a.png'><tr><td></table>",
}


@pytest.mark.parametrize("name", CONTENT)
def test_whatever_shows_or_does_something_gets_a_verdict(name: str, tmp_path: Path) -> None:
    done = run("check", "-", cwd=tmp_path, stdin=CONTENT[name])
    assert done.returncode in (0, 1), done.stderr
    assert re.search(rb"-: (permitted|rejected)", done.stdout)


def _nested(depth: int) -> bytes:
    heads = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return HEAD + heads + b"Content-Type: text/plain\r\n\r\nHello\r\n"


NO_MESSAGES = {
    "picture.eml": b"\x89PNG\r\n\x1a\n\x00\x00",
    "prose.eml": b"\r\n\r\nno header\r\n",
    "picture.html": b"\x89PNG\r\n\x1a\n",
    "zeros.html": b"\0" * 100,
    "empty.html": b"",
    "blank.htm": b" \n",
    "attached.eml": _only_attached(),
    "nested.eml": _nested(3000),
    "charset.eml": HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\nGr\xfc\xdfe\r\n",
    "large.html": b"x" * (10 * 1024 * 1024 + 1),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twenty permitted messages, one rejected, and as many kinds of files that are none; one in a folder below."""
    mails = tmp_path / "mails"
    (mails / "below").mkdir(parents=True)
    for number in range(20):
        (mails / f"m{number:02}.html").write_text("<p>Thank you for your order.</p>")
    (mails / "rejected.html").write_text("<p>Hello 🎉</p>")
    for name, content in NO_MESSAGES.items():
        (mails / ("below" if name.startswith("p") else "") / name).write_bytes(content)
    (mails / "gone.html").symlink_to(tmp_path / "nowhere.html")
    os.mkfifo(mails / "pipe.eml")
    return tmp_path


BAD = {*NO_MESSAGES, "gone.html", "pipe.eml"}


@pytest.mark.parametrize("jobs", [[], ["--jobs", "1"], ["--jobs", "3"]])
def test_files_that_are_no_messages_do_not_hide_the_others(folder: Path, jobs: list[str]) -> None:
    done = run("check", "mails", *jobs, cwd=folder)
    assert done.returncode == 2
    out, told = done.stdout.decode(), done.stderr.decode()
    assert len(re.findall(r"(?m)^mails/m\d\d\.html: permitted$", out)) == 20
    assert "mails/rejected.html: rejected" in out
    assert f"21 messages, 1 rejected; {len(BAD)} more could not be read" in out
    lines = told.splitlines()
    assert len(lines) == len(BAD)
    assert {re.match(r"franking: mails/(?:below/)?([\w.]+)", line)[1] for line in lines} == BAD  # type: ignore[index]


def test_json_has_all_others_and_the_errors(folder: Path) -> None:
    done = run("check", "mails", "--format", "json", cwd=folder)
    value = json.loads(done.stdout)
    assert (done.returncode, value["schema"], len(value["messages"])) == (2, 1, 21)
    assert {Path(e["source"]).name for e in value["errors"]} == BAD
    assert all(e["source"] in e["message"] for e in value["errors"])
    fine = run("check", "mails/m00.html", "--format", "json", cwd=folder)
    assert (fine.returncode, json.loads(fine.stdout)["errors"]) == (0, [])
    alone = run("check", "mails/empty.html", "--format", "json", cwd=folder)
    assert (alone.returncode, json.loads(alone.stdout)["messages"]) == (2, [])


def test_sarif_junit_and_github_have_all_others_and_the_errors(folder: Path) -> None:
    sarif = run("check", "mails", "--format", "sarif", cwd=folder)
    (invocation,) = json.loads(sarif.stdout)["runs"][0]["invocations"]
    assert (sarif.returncode, invocation["executionSuccessful"]) == (2, False)
    assert len(invocation["toolExecutionNotifications"]) == len(BAD)
    junit = run("check", "mails", "--format", "junit", cwd=folder)
    suite = ET.fromstring(junit.stdout)
    assert (junit.returncode, suite.get("tests"), suite.get("failures"), suite.get("errors")) == (
        2, str(21 + len(BAD)), "1", str(len(BAD)))  # fmt: skip
    assert len(suite.findall(".//testcase/error")) == len(BAD)
    github = run("check", "mails", "--format", "github", cwd=folder)
    assert github.returncode == 2
    assert len(re.findall(rb"(?m)^::error file=[^,]+,line=1,title=not read::", github.stdout)) == len(BAD)


def test_fix_mends_the_others_and_tells_the_rest(folder: Path) -> None:
    page = folder / "mails" / "m00.html"
    page.write_text("<p style='color: red'>Thank you for your order.</p>")
    shown = run("check", "mails", "--diff", cwd=folder)
    assert shown.returncode == 2
    told = shown.stderr.decode()
    assert all(told.count(f"{name}: found") + told.count(f"{name}:1: ") + told.count(f"{name}: larger") == 1
               for name in BAD if name.endswith(".html") and name != "picture.html"), told  # fmt: skip
    done = run("check", "mails", "--fix", cwd=folder)
    assert done.returncode == 2
    assert "color" not in page.read_text()
    assert f"{len(BAD)} more could not be read" in done.stdout.decode()
    assert b"Traceback" not in done.stderr


def test_a_file_that_vanishes_is_told_and_the_others_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    from franking.batch.check import Options, Scope
    from franking.cli import check as command
    from franking.mail.reading import find_messages as find

    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.html").write_text("<p>Thank you for your order.</p>")

    def found_and_then_lost(paths: list[str]) -> object:
        result = find(paths)
        (tmp_path / "b.html").unlink()
        return result

    monkeypatch.setattr(command, "find_messages", found_and_then_lost)
    assert command.check_messages([str(tmp_path)], "text", Scope(), Options()) == 2
    shown = capsys.readouterr()
    assert shown.out.count("permitted") == 2
    assert f"{tmp_path}/b.html: cannot be read: No such file" in shown.err


def test_a_folder_without_messages_and_an_unknown_rule_are_usage_errors(folder: Path) -> None:
    (folder / "none").mkdir()
    one_line(run("check", "none", cwd=folder), "none: no .html or .eml file")
    one_line(run("check", "mails", "--select", "no-such-rule", cwd=folder), "unknown rule 'no-such-rule'")


def test_a_mail_with_two_subjects_is_no_mail(tmp_path: Path) -> None:
    """Which of them is shown is the mail program's affair; the second one could say anything."""
    path = tmp_path / "mail.eml"
    path.write_bytes(b"Subject: Your order\r\nsubject: SALE, 50 % off\r\n\r\nThank you for your order.\r\n")
    with pytest.raises(InputError, match=r"mail\.eml:1: found more than one Subject, expected one"):
        read_message(path)
