"""The commands as a user runs them: real processes, real files, a real inbox."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from franking.inbox import Inbox, stored
from franking.model import State
from franking.outbox import Ledger
from tests.brand import own_themes
from tests.ports import free_port, wait_for

ROOT = Path(__file__).parents[2]
FRANKING = str(Path(sys.executable).with_name("franking"))
CLOCK = "2026-11-24T12:00:00+00:00"
US = "docs/examples/amazon.com-unshipped.txt"
PAGE = '<!doctype html>\n<p>Hello</p>\n<div style="margin:0 25%">x</div>\n'


def run(*arguments: str, status: int = 0, cwd: Path = ROOT, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
    result = subprocess.run([FRANKING, *arguments], cwd=cwd, input=stdin, capture_output=True, timeout=600, check=False)
    made = subprocess.CompletedProcess(result.args, result.returncode, result.stdout.decode(), result.stderr.decode())
    assert made.returncode == status, made.stdout + made.stderr
    assert "Traceback" not in made.stderr
    return made


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    server = Inbox(tmp_path / "inbox", 0)
    server.start()
    yield server
    server.stop()


def send_arguments(tmp_path: Path, transport: str, *more: str, sender: str = "Kiefer & Nord <shop@fjord.example>") -> list[str]:
    return [
        "send", US, "--kind", "order_confirmation", "--sender", sender, "--as-of", CLOCK,
        "--outbox", f"sqlite:///{tmp_path / 'ledger.db'}", "--transport", transport, "--themes", own_themes(), "--format", "json", *more,
    ]  # fmt: skip


def adds_up(counts: dict[str, Any]) -> bool:
    states = ("queued", "sent", "deferred", "failed", "ambiguous")
    return bool(sum(counts["refused"].values()) + counts["rejected"] + sum(counts[s] for s in states) == counts["orders"])


def test_send_twice_sends_each_message_once(tmp_path: Path, inbox: Inbox) -> None:
    arguments = send_arguments(tmp_path, f"smtp+plain://127.0.0.1:{inbox.port}")
    first = json.loads(run(*arguments, status=1).stdout)
    assert (first["orders"], first["sent"], first["rejected"]) == (9, 6, 1)
    assert first["refused"] == {"recipient": 1, "contact-window": 1}
    assert adds_up(first)
    second = json.loads(run(*arguments, status=1).stdout)
    assert second["sent"] == 0
    assert second["refused"]["once-per-order"] == 6
    assert adds_up(second)
    letters = list(stored(tmp_path / "inbox"))
    assert len(letters) == len({letter.recipient for letter in letters}) == 6
    assert all(letter.mail["Auto-Submitted"] == "auto-generated" for letter in letters)


def test_send_to_a_folder_and_status(tmp_path: Path) -> None:
    run(*send_arguments(tmp_path, f"dir:{tmp_path / 'out'}", "--states", "docs/examples/amazon.com-all-orders.txt"), status=1)
    assert len(list((tmp_path / "out").glob("*.eml"))) == 5  # one order less: the second report says it is cancelled
    states = json.loads(run("status", "--outbox", f"sqlite:///{tmp_path / 'ledger.db'}", "--format", "json").stdout)
    assert states["states"]["sent"] == 5
    assert "order_confirmation" in run("status", "--outbox", f"sqlite:///{tmp_path / 'ledger.db'}").stdout
    checked = json.loads(run("check", str(tmp_path / "out"), "--format", "json").stdout)
    assert [m["verdict"] for m in checked["messages"]] == ["permitted"] * 5


def test_dry_run_stores_and_sends_nothing(tmp_path: Path) -> None:
    counts = json.loads(run(*send_arguments(tmp_path, f"dir:{tmp_path / 'out'}", "--dry-run"), status=1).stdout)
    assert counts["queued"] == 6
    assert adds_up(counts)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_row_is_named_and_the_rest_is_sent(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    text = (ROOT / US).read_text("utf-8").replace("2026-11-22T02:44:59+00:00\t", "yesterday\t", 1)
    report.write_text(text, "utf-8")
    arguments = [a if a != US else str(report) for a in send_arguments(tmp_path, f"dir:{tmp_path / 'out'}")]
    strict = run(*arguments, "--strict", status=2)
    assert (
        "nothing sent, 1 broken row and 1 rejected message: line 4: column purchase-date: 'aaaaaaaaa' is not a date"
        in strict.stderr
    )
    assert not (tmp_path / "out").exists()
    counts = json.loads(run(*arguments, status=1).stdout)
    assert counts["refused"]["broken-row"] == 1
    assert counts["sent"] == 5
    assert adds_up(counts)
    plan = run("plan", "--themes", own_themes(), str(report), "--kind", "order_confirmation", "--as-of", CLOCK)
    assert "line 4: column purchase-date" in plan.stdout.replace("\n", " ")


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.4])
def test_killed_and_run_again_no_buyer_is_written_to_twice(tmp_path: Path, inbox: Inbox, delay: float) -> None:
    """After SIGKILL at some point and a second run: every order has one row, nobody got two messages, and what did not
    arrive is either sent now or named ambiguous."""
    report = tmp_path / "report.txt"
    lines = (ROOT / US).read_text("utf-8").splitlines()
    rows = [lines[1].replace("112-4471093-1120345", f"112-4471093-{n:07d}").replace("q7x2m9", f"q{n:05d}") for n in range(300)]
    report.write_text("\n".join([lines[0], *rows, ""]), "utf-8")
    arguments = [
        a if a != US else str(report) for a in send_arguments(tmp_path, f"smtp+plain://127.0.0.1:{inbox.port}", "--rate", "400")
    ]
    process = subprocess.Popen([FRANKING, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    store = tmp_path / "inbox"
    while process.poll() is None and len(list(store.glob("*.eml"))) < 5:
        time.sleep(0.01)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    in_hand = ledger.counts()[State.SENDING]
    status = ["status", "--outbox", ledger.url, "--format", "json"]
    assert json.loads(run(*status, status=3 if in_hand else 0).stdout)["stranded"] == in_hand
    told = json.loads(run(*arguments, status=3 if in_hand else 0).stdout)
    counts = ledger.counts()
    assert told["ambiguous"] == told["earlier"]["ambiguous"] == in_hand == counts[State.AMBIGUOUS]
    assert adds_up(told)
    received = [letter.recipient for letter in stored(store)]
    assert len(received) == len(set(received))
    assert sum(counts.values()) == 300
    assert counts[State.SENT] + counts[State.AMBIGUOUS] == 300
    assert counts[State.SENT] <= len(received) <= counts[State.SENT] + counts[State.AMBIGUOUS]


def test_interrupting_ends_in_order_and_resuming_finishes(tmp_path: Path, inbox: Inbox) -> None:
    arguments = send_arguments(tmp_path, f"smtp+plain://127.0.0.1:{inbox.port}", "--rate", "4")
    process = subprocess.Popen([FRANKING, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while process.poll() is None and not list((tmp_path / "inbox").glob("*.eml")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    counts = json.loads(out)
    assert process.returncode == 3
    assert b"run the same command again to continue" in err
    assert adds_up(counts)
    assert counts["queued"] > 0
    assert counts["ambiguous"] == 0
    again = json.loads(run(*[a if a != "4" else "100" for a in arguments], status=1).stdout)
    assert again["sent"] + counts["sent"] == 6
    assert len(list(stored(tmp_path / "inbox"))) == 6


def test_check_json_is_as_contracted(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "b.html").write_text("<p>fine</p>")
    result = run("check", "a.html", "b.html", "--format", "json", "--width", "360", "--width", "600", status=1, cwd=tmp_path)
    data = json.loads(result.stdout)
    assert (data["schema"], data["policy"], data["widths"]) == (1, "amazon", [360, 600])
    assert [(m["source"], m["verdict"]) for m in data["messages"]] == [("a.html", "rejected"), ("b.html", "permitted")]
    (finding,) = data["messages"][0]["findings"]
    assert {
        "rule",
        "severity",
        "message",
        "hint",
        "line",
        "column",
        "path",
        "width",
        "measured",
        "limit",
        "undecided",
        "decided_by",
        "template",
    } <= set(finding)
    assert (finding["rule"], finding["line"], finding["measured"], finding["limit"]) == ("margin-width", 3, 0.25, 0.2)
    assert result.stderr == ""


def test_check_text_stdin_select_and_ignore(tmp_path: Path) -> None:
    shown = run("check", "-", status=1, stdin=PAGE.encode(), cwd=tmp_path).stdout
    assert "-: rejected" in shown
    assert "3:13  margin-width" in shown
    assert "\x1b[" not in shown
    run("check", "-", "--ignore", "margin-width,centered-body", stdin=PAGE.encode(), cwd=tmp_path)
    run("check", "-", "--select", "emoji", stdin=PAGE.encode(), cwd=tmp_path)
    assert "unknown rule 'nosuch'" in run("check", "-", "--select", "nosuch", status=2, stdin=b"x", cwd=tmp_path).stderr


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("franking: ")
    return result.stderr


def test_unusable_input_gets_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "big.html").write_bytes(b"<p>x</p>" * (50 << 17))
    (tmp_path / "empty").mkdir()
    assert "nosuch.html: no such file" in one_line(run("check", "nosuch.html", status=2, cwd=tmp_path))
    assert "x.png:1: found a PNG image, expected HTML text" in one_line(run("check", "x.png", status=2, cwd=tmp_path))
    assert "big.html: larger than the 10 MB" in one_line(run("check", "big.html", status=2, cwd=tmp_path))
    assert "no .html or .eml file" in one_line(run("check", "empty", status=2, cwd=tmp_path))
    assert "templates: no such folder" in one_line(run("render", status=2, cwd=tmp_path))
    assert "no sender: pass --sender" in one_line(run("send", "x", "--kind", "y", status=2))
    assert "unknown kind 'nosuch'" in one_line(run("plan", "--themes", own_themes(), US, "--kind", "nosuch", status=2))
    assert "--as-of 'soon': expected ISO 8601" in one_line(
        run("plan", "--themes", own_themes(), US, "--kind", "review_request", "--as-of", "soon", status=2)
    )
    assert "no ledger at sqlite:///nosuch.db" in one_line(run("status", "--outbox", "sqlite:///nosuch.db", status=2))
    assert "unknown rule" in one_line(run("explain", "nosuch", status=2))
    (tmp_path / "franking.toml").write_text("seller = 'a'\nnonsense = 1\n")
    assert "setting 'nonsense'" in one_line(run("status", status=2, cwd=tmp_path))
    (tmp_path / "franking.toml").write_text("seller = 'a'\n= 1\n")
    assert "franking.toml:2: " in one_line(run("status", status=2, cwd=tmp_path))


def test_deeply_nested_and_odd_files_get_a_verdict(tmp_path: Path) -> None:
    (tmp_path / "deep.html").write_text("<div>" * 100_000 + "x")
    (tmp_path / "bare.html").write_bytes(b"caf\xe9 in cp1252")
    run("check", "deep.html", "bare.html", cwd=tmp_path)


def test_rules_and_explain() -> None:
    listed = json.loads(run("rules", "--format", "json").stdout)["rules"]
    assert len(listed) == len({r["slug"] for r in listed}) >= 22
    for rule in listed:
        assert rule["summary"]
        assert rule["source"]
    page = run("explain", "image-width").stdout
    assert "To fix it" in page
    assert "Permitted" in page
    assert "margin-width" in run("rules").stdout


def test_plan_says_who_and_why() -> None:
    plan = json.loads(
        run(
            "plan",
            "--themes",
            own_themes(),
            "docs/examples/amazon.de-fba-shipments.txt",
            "--kind",
            "review_request",
            "--as-of",
            CLOCK,
            "--format",
            "json",
        ).stdout
    )
    assert plan["permitted"] == ["302-4410982-1175338", "305-7719204-6630291"]
    assert plan["refused"] == {"review-window": 1, "contact-window": 1, "recipient": 1}
    shown = run("plan", "--themes", own_themes(), US, "--kind", "order_confirmation", "--as-of", CLOCK).stdout
    assert "7 would get order_confirmation, 2 would not" in shown
    assert "Amazon.com sends its own order confirmation" in shown


def test_render_writes_the_gallery(tmp_path: Path) -> None:
    shown = run("render", "--out", str(tmp_path / "previews")).stdout
    assert "0 rejected" in shown
    page = (tmp_path / "previews" / "index.html").read_text("utf-8")
    files = [p.relative_to(tmp_path / "previews").as_posix() for p in (tmp_path / "previews").glob("*/*/*/*.html")]
    assert len(files) >= 3 * 2 * 2
    assert len(page) < 1_000_000
    held = re.search(r'<script type="application/json" id="entries">(.*?)</script>', page, re.S)
    assert held is not None
    rows = json.loads(held[1])
    shown_files = {f"{rows['names'][k][0]}/{theme}/{language}/{sample}.html" for k, theme, language, sample, *_ in rows["rows"]}
    assert shown_files == set(files)
    assert "http://" not in page.replace('"http://www.w3.org/1999/xhtml', "")  # a name, no address
    assert 'src="https://' not in page
    for path in (tmp_path / "previews").rglob("*.json"):
        assert json.loads(path.read_text("utf-8"))["verdict"] == "permitted"


def test_a_language_without_translation_is_refused(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text(
        (ROOT / US).read_text("utf-8").replace("Amazon.com\t", "Amazon.pl\t").replace("amazon.com", "amazon.pl"), "utf-8"
    )
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    (templates / "locales/pl.po").unlink()
    arguments = ("--kind", "order_confirmation", "--as-of", CLOCK, "--format", "json", "--templates", str(templates))
    assert json.loads(run("plan", "--themes", own_themes(), str(report), *arguments).stdout)["refused"]["message-language"] == 7


def test_imports_stay_light() -> None:
    """``--version`` and ``check`` load neither the database nor the template engine nor SMTP."""
    code = (
        "import sys; import franking.cli.main, franking.cli.check; "
        "print(sorted({'sqlalchemy','jinja2','aiosmtplib','babel','pydantic','rich'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert shown.stdout.strip() == "[]"


def test_the_inbox_keeps_what_it_gets_and_shows_it(tmp_path: Path) -> None:
    """The whole command: SMTP in, a page out, and nothing of the store's surroundings."""
    import urllib.error
    import urllib.request

    port, web = free_port(), free_port()
    process = subprocess.Popen(
        [FRANKING, "inbox", "--store", str(tmp_path / "in"), "--port", str(port), "--web-port", str(web)]
    )
    try:
        wait_for(web)
        run(*send_arguments(tmp_path, f"smtp+plain://127.0.0.1:{port}", "--theme", "brand"), status=1)

        def get(path: str) -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{web}{path}") as answer:
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                return str(answer.read().decode())

        assert "6 messages" in get("/")
        assert "We’ve received your order 112-4471093-1120345" in get("/000001") + get("/")
        assert "data:image/png;base64," in get("/000001/html")
        for path in ("/000099", "/..%2f..%2fetc%2fpasswd", "/000001.eml/html"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                get(path)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    listed = json.loads(run("inbox", "--list", "--store", str(tmp_path / "in"), "--format", "json").stdout)
    assert len(listed["messages"]) == 6


def test_a_taken_port_is_named(tmp_path: Path, inbox: Inbox) -> None:
    shown = one_line(run("inbox", "--store", str(tmp_path / "x"), "--port", str(inbox.port), "--no-web", status=2))
    assert f"port {inbox.port} on 127.0.0.1 cannot be opened" in shown


def test_excerpts_point_at_the_place_and_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(
        '<meta charset=utf-8><p>one</p>\n<p title="\x9b31m" style="text-align:center">two</p><a href="https://www.amazon.com/">\x9b2J\x08</a>',
        "utf-8",
    )
    shown = run("check", "x.html", status=1, cwd=tmp_path).stdout.splitlines()
    line = next(n for n, text in enumerate(shown) if "text-align" in text and text.lstrip().startswith("2:"))
    assert shown[line + 2].index("^") == shown[line + 1].index("text-align:center")
    assert not set("\x1b\x9b\x08") & set("".join(shown))
