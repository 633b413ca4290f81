"""``--browser``: what the checker leaves undecided is decided as an independent reading of the same browser has it."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

from franking.browser.session import NoAnswer, Session
from franking.check import inspect
from franking.check.browser_decision import Decided, decide, is_open
from franking.cli.main import app
from franking.config.browser import BrowserDecisions
from franking.model import Message
from franking.policy import load
from tests.brand import rebrand
from tests.real.browser_cases import CASES, MARGIN
from tests.real.judge import CHROMIUM, PIXELS, browser
from tests.real.oracle import RULES, browser_verdicts, inset_violated

pytestmark = pytest.mark.real
POLICY = load()


def message(html: str, **more: object) -> Message:
    return Message("case", f"<!DOCTYPE html>{html}", **more)  # type: ignore[arg-type]  # fields by name


@pytest.fixture(scope="module")
def theirs() -> dict[str, set[str]]:
    """By a case's HTML, the rules that the independent judge finds violated at a width."""
    found: dict[str, set[str]] = {}
    with browser() as judge:  # it ends before ours starts: each has an event loop
        for html, _ in CASES:
            whole = f"<!DOCTYPE html>{html}"
            found[html] = set()
            for width in POLICY.widths:
                verdicts = browser_verdicts(judge, whole, width)
                found[html] |= set(RULES) & set(verdicts)
                if inset_violated(judge, whole, width, verdicts):
                    found[html].add(MARGIN)
    return found


@pytest.fixture(scope="module")
def session(theirs: dict[str, set[str]]) -> Iterator[Session]:
    with Session() as one:
        yield one


def decided(session: Session, of: Message) -> Decided:
    findings = inspect(of, POLICY, select=RULES)
    return decide(of, findings, POLICY, POLICY.widths, session.read, lambda: session.name)


@pytest.mark.parametrize(("html", "expected"), CASES, ids=[html for html, _ in CASES])
def test_decided_as_the_independent_judge_has_it(
    html: str, expected: set[str], session: Session, theirs: dict[str, set[str]]
) -> None:
    of = message(html)
    undecided = [f for f in inspect(of, POLICY, select=RULES) if f.undecided]
    assert undecided, "the case says nothing"
    found = decided(session, of)
    assert {f.rule for f in found.findings} == theirs[html] == expected
    assert found.left == 0
    assert found.confirmed + found.cleared == len(undecided)
    for finding in found.findings:
        assert not finding.undecided
        assert finding.decided_by in ("", session.name)
        assert finding.decided_by.startswith("Chromium ") or finding.rule in {
            f.rule for f in inspect(of, POLICY) if not f.undecided
        }


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://a.example/b.png" alt="Us">',
        '<img src="cid:missing" alt="Us">',
        '<style>@keyframes a{to{color:red}}</style><p style="animation:a 1s infinite">Order</p>',
        '<p style="margin-left:random(1px, 200px)">Order</p>',
        '<link rel=stylesheet href="https://a.example/a.css"><p style="margin-left:round(20px,1px)">Order</p>',
        '<style>@import "https://a.example/a.css";</style><p style="margin-left:round(20px,1px)">Order</p>',
    ],
)
def test_what_a_browser_cannot_tell_either_stays_undecided(html: str, session: Session) -> None:
    found = decided(session, message(html))
    assert (found.confirmed, found.cleared) == (0, 0)
    assert found.left
    assert all(f.undecided for f in found.findings)


def test_a_missing_picture_decides_nothing_where_it_does_not_matter(session: Session) -> None:
    kept = '<img src="https://a.example/b.png" alt="Us" width=50 height=9>'
    assert decided(session, message(f'{kept}<p style="margin-left:round(200px,1px)">Order</p>')).confirmed
    assert not decided(session, message(f'{kept}<p style="margin-left:round(20px,1px)">Order</p>')).findings


def test_pictures_that_the_mail_brings_along_are_seen(session: Session) -> None:
    small = base64.b64decode(PIXELS.partition(",")[2])
    wide = b"<svg xmlns='http://www.w3.org/2000/svg' width='500' height='9'/>"
    html = '<p>Order</p><img src="cid:a" alt="Us" style="scale:round(1.2,1)">'
    assert decided(session, message(html, files={"cid:a": wide})).confirmed
    found = decided(session, message(html, files={"cid:a": small}))
    assert (found.findings, found.left) == ([], 0)


def test_no_script_of_a_message_runs(session: Session) -> None:
    html = """<p id=p style="margin-left:round(20px,1px)" onclick="1">Order</p>
<script>document.getElementById('p').style.marginLeft = '200px'; getComputedStyle = null; Array.prototype.map = null</script>
<img src=x width=9 height=9 alt=Us onerror="document.getElementById('p').style.marginLeft = '200px'">"""
    assert not decided(session, message(html)).findings


@contextmanager
def counting() -> Iterator[tuple[int, list[int]]]:
    """A port on this machine, and the connections to it."""
    seen: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                seen.append(1)
                client.close()

        threading.Thread(target=take, daemon=True).start()
        yield server.getsockname()[1], seen


def asking_page(port: int) -> str:
    u = f"http://127.0.0.1:{port}"
    return f"""<html><head><link rel=preconnect href="{u}"><link rel=dns-prefetch href="{u}"><link rel=prefetch href="{u}/p">
<link rel=icon href="{u}/i.ico"><link rel=preload as=image href="{u}/l.png">
<style>@font-face{{font-family:F;src:url({u}/f.woff2)}} div{{background:url({u}/d.png)}} p::before{{content:url({u}/c.png)}}
li{{list-style-image:url({u}/li.png)}} em{{mask-image:url({u}/m.svg#a);font-family:F}}</style></head>
<body background="{u}/b.png"><div>x</div><li>y</li><em>z</em>
<img src="{u}/a.png" srcset="{u}/a2.png 2x" alt=Us width=9 height=9><picture><source srcset="{u}/s.png"><img alt=Us width=9 height=9></picture>
<iframe src="{u}/f.html"></iframe><object data="{u}/o.html"></object><embed src="{u}/e.html"><video src="{u}/v.mp4" poster="{u}/v.png"></video>
<audio src="{u}/a.mp3"></audio><script src="{u}/s.js"></script><svg><image href="{u}/g.png" width=9 height=9 /><use href="{u}/u.svg#a"/></svg>
<input type=image src="{u}/in.png"><p style="margin-left:round(200px,1px)">Order</p>
<meta http-equiv=refresh content="0;url={u}/r.html"></body></html>"""


def test_nothing_is_asked_of_the_network(session: Session) -> None:
    with counting() as (port, seen):
        findings = decided(session, message(asking_page(port))).findings
        assert MARGIN in {f.rule for f in findings if f.decided_by}
        assert seen == []


def test_the_same_page_asks_without_a_guard() -> None:
    with counting() as (port, seen), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page()
        page.set_content(asking_page(port), wait_until="commit")
        page.wait_for_timeout(500)
        chromium.close()
        assert seen


def test_no_answer_in_time() -> None:
    of = message('<p style="margin-left:round(200px,1px)">Order</p>')
    findings = inspect(of, POLICY)
    with BrowserDecisions(POLICY, POLICY.widths, Session(seconds=0.001)) as asking:
        assert asking.decided(of, findings) == findings
        assert asking.decided(of, findings) == findings
    told = asking.report()
    assert len(told) == 2
    assert "0 confirmed, 0 cleared; 4 stay undecided" in told[0]
    assert told[1] == (
        "franking: the browser gave no answer on case: no answer within 0.001 s (and on 1 more message); the findings stay "
        "undecided"
    )


def children(of: int) -> list[int]:
    """The processes below one."""
    found: list[int] = []
    # A thread or process may end between its being listed and its being read.
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in list(Path(f"/proc/{of}/task").iterdir()):
            with suppress(FileNotFoundError, ProcessLookupError):
                for child in map(int, (task / "children").read_text().split()):
                    found += [child, *children(child)]
    return found


def test_a_browser_that_ends_is_started_again(session: Session) -> None:
    html = "<!DOCTYPE html><p>Order</p>"
    with Session() as one:
        before = set(children(os.getpid()))
        one.read(html, (360,), {})
        new = [pid for pid in children(os.getpid()) if pid not in before]
        lines = {}
        for pid in new:
            with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                lines[pid] = Path(f"/proc/{pid}/cmdline").read_bytes()
        browsers = [pid for pid, line in lines.items() if b"--type=" not in line and b"--headless" in line]
        assert browsers
        for pid in browsers:
            os.kill(pid, signal.SIGKILL)
        answers = 0
        for _ in range(3):
            try:
                answers += len(one.read(html, (360,), {}))
            except NoAnswer as failure:
                assert str(failure) == "it crashed"
        assert answers >= 2
    assert not [pid for pid in children(os.getpid()) if pid not in before]


def test_the_parts_of_a_mail_and_the_exit_code(tmp_path: Path, theirs: dict[str, set[str]]) -> None:
    good, bad = (f'<!DOCTYPE html><p style="margin-left:round({n}px,1px)">Your order was sent.</p>' for n in (20, 200))
    mail = "Subject: Order\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n{}\n--b\nContent-Type: text/html\n\n{}\n--b--\n"
    for name, one, two, code in (("good", good, good, 0), ("bad", good, bad, 1)):
        file = tmp_path / f"{name}.eml"
        file.write_text(mail.format(one, two))
        assert CliRunner().invoke(app, ["check", str(file)]).exit_code == 1
        result = CliRunner().invoke(app, ["check", "--browser", str(file)])
        assert result.exit_code == code, result.output
        assert result.stdout.count("decided by Chromium") == code


def test_many_files_in_several_processes(tmp_path: Path, theirs: dict[str, set[str]]) -> None:
    for n in range(4):
        (tmp_path / f"{n}.html").write_text(
            f'<!DOCTYPE html><p style="margin-left:round({n}00px,1px)">Your order was sent.</p>'
        )
    result = CliRunner().invoke(app, ["check", "--browser", "--jobs", "2", str(tmp_path)])
    assert "4 messages, 3 rejected" in result.stdout
    assert "8 undecided findings: 3 confirmed, 5 cleared; 0 stay undecided" in result.stderr


@pytest.mark.parametrize(("margin", "code"), [("round(20px,1px)", 0), ("round(200px,1px)", 1)])
def test_previews(margin: str, code: int, tmp_path: Path, theirs: dict[str, set[str]]) -> None:
    root = Path(__file__).parents[2]
    for name in ("templates", "themes"):
        shutil.copytree(root / name, tmp_path / name)
    rebrand(tmp_path / "themes")
    with (tmp_path / "themes/plain/theme.css").open("a") as sheet:
        sheet.write(f"\nbody{{margin-left:{margin}}}\n")
    arguments = ["render", "order_confirmation", "--theme", "plain", "--language", "en", "--out", str(tmp_path / "out"),
                 "--templates", str(tmp_path / "templates"), "--themes", str(tmp_path / "themes")]  # fmt: skip
    assert CliRunner().invoke(app, arguments).exit_code == 1
    result = CliRunner().invoke(app, [*arguments, "--browser"])
    assert result.exit_code == code, result.output
    assert ("decided by Chromium" in result.stdout) == bool(code)
    assert ("permitted only because the browser was asked: send does not ask it" in result.stderr) != bool(code)
    assert not list((tmp_path / "out").rglob("*.eml"))  # what the checker does not permit is never sent


def test_a_program_that_is_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.html").write_text('<p style="margin-left:round(20px,1px)">Your order was sent.</p>')
    monkeypatch.setenv("FRANKING_CHROMIUM", "/bin/false")
    for arguments in (["check", str(tmp_path / "a.html")], ["render", "order_confirmation", "--out", str(tmp_path / "out")]):
        with pytest.raises(Exception, match="/bin/false does not start as a headless browser"):
            CliRunner().invoke(app, [*arguments, "--browser"], catch_exceptions=False)
    assert is_open(inspect(message('<p style="margin-left:round(20px,1px)">x</p>'), POLICY)[0])


@pytest.mark.parametrize(
    ("style", "hidden"),
    [
        ("clip-path:inset(50%)", True), ("clip-path:inset(0)", False), ("clip-path:circle(0)", True),
        ("clip-path:circle(90%)", False), ("filter:opacity(0)", True), ("filter:opacity(60%)", False),
        ("filter:grayscale(1)", False), ("mask:linear-gradient(transparent,transparent)", True),
        ("mask:linear-gradient(black,black)", False), ("content-visibility:hidden", True), ("transform:rotateX(90deg)", True),
        ("transform:rotate(3deg)", False), ("opacity:calc(1% * sign(-1))", True), ("opacity:calc(50% * sign(1))", False),
        ("position:absolute;top:calc(-1 * round(9000px,1px))", True),
    ],
)  # fmt: skip
def test_text_that_leaves_no_pixel_is_hidden(style: str, hidden: bool, session: Session) -> None:
    of = message(f'<p>Hello, your order has been sent.</p>\n<p style="{style}">lamp light <b>oak</b> wood</p>')
    findings = inspect(of, POLICY, select=["hidden-text"])
    assert any(f.undecided for f in findings), "the case says nothing"
    found = decide(of, findings, POLICY, POLICY.widths, session.read, lambda: session.name)
    assert [f.rule for f in found.findings] == ["hidden-text"] * hidden
    assert (found.confirmed, found.left) == (int(hidden), 0)
    for finding in found.findings:
        assert finding.decided_by == session.name
        assert finding.line == 2


def test_a_preheader_may_leave_no_pixel(session: Session) -> None:
    of = message('<p style="filter:opacity(0)">Your lamp is on its way.</p><p>Hello, your order has been sent.</p>')
    findings = inspect(of, POLICY, select=["hidden-text"])
    assert [f.undecided for f in findings] == [True]
    assert decide(of, findings, POLICY, POLICY.widths, session.read, lambda: session.name).findings == []
