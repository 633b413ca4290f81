"""The three tasks of CONTRIBUTING, each done in a copy of the package with one new file, and seen from the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "franking"

RULE = '''"""Texts do not shout.

Two exclamation marks in a row are an advertisement's tone.

Permitted::

    <p>Thank you!</p>

Rejected, line 1::

    <p>Thank you!!</p>

To fix it: leave one.
"""

from collections.abc import Iterator

from franking.check.rule_context import RuleContext
from franking.check.rule import CheckRule
from franking.model import Finding, Rule

RULE = Rule("no-shouting", "error", "two exclamation marks in a row", "text", "check", __doc__)


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report the first mark of each pair."""
    for segment in context.segments:
        at = segment.text.find("!!")
        if at >= 0:
            yield context.at_segment(RULE, segment, at, "Two exclamation marks in a row", "Leave one.")


CHECK = CheckRule(rule=RULE, on_message=check_message, values="message")
'''

REPORT_TYPE = '''"""A shop's own export."""

from franking.orders.report_type import ReportType

TYPE = ReportType(
    "own-shop", "Orders of the own shop (CSV)",
    {"id": "order", "purchased": "ordered-on", "sku": "article", "title": "name", "quantity": "pieces", "price": "sum",
     "email": "mail", "buyer": "customer", "recipient": "customer", "country": "land"},
    ("order", "ordered-on", "article", "name", "pieces", "mail"), "unshipped",
    order_id="[0-9]{6}", order_id_words="6 digits",
)
'''

REPORT = """order\tordered on\tarticle\tname\tpieces\tsum\tmail\tcustomer
100234\t2026-11-23T10:00:00+00:00\tL-1\tDesk lamp\t1\t19.90\tanna@example.com\tAnna
100235\t2026-11-23T11:00:00+00:00\tL-2\tShelf\t2\t29.90\tbert@example.com\tBert
"""

BATCH = ("--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00Z", "--demo", "--format", "json",
         "--templates", str(ROOT / "templates"), "--themes", str(ROOT / "themes"))  # fmt: skip

TRANSPORT = '''"""``lines:PATH``: one line per message, with its recipient and size."""

from __future__ import annotations

from pathlib import Path

from franking.dispatch.pipelined import Source
from franking.dispatch.transport import Options, TransportType
from franking.model import Envelope, Outcome, State


class LinesTransport:
    """Appends to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"lines:{path}"
        self.alive = True

    async def connect(self) -> LinesTransport:
        """Nothing to open."""
        return self

    async def work(self, source: Source) -> None:
        """Write what the source gives."""
        while (envelope := await source.take()) is not None:
            with self.path.open("a") as file:
                file.write(f"{envelope.recipient} {len(envelope.content)}\\n")
            source.done(envelope, Outcome(State.SENT, "written"))

    async def close(self) -> None:
        """Nothing to close."""

    def evidence(self, envelope: Envelope) -> bool | None:
        """Nothing tells."""
        return None


def open_lines(url: str, _options: Options) -> LinesTransport:
    """The file of the URL."""
    return LinesTransport(Path(url.partition(":")[2]))


TRANSPORT = TransportType(("lines",), ("lines:PATH",), open_lines)
'''


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package in a folder of its own: links to every file of it."""
    shutil.copytree(PACKAGE, tmp_path / "src" / "franking", copy_function=os.symlink)
    return tmp_path


def add(copy: Path, name: str, text: str) -> None:
    """The one new file."""
    path = copy / "src" / "franking" / name
    assert not path.exists()
    path.write_text(text, "utf-8")


def franking(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with the copy's code."""
    run = f"import franking; assert franking.__file__.startswith({str(copy)!r}); from franking.cli.entry import run; run()"
    env = {**os.environ, "PYTHONPATH": str(copy / "src")}
    return subprocess.run(
        [sys.executable, "-c", run, *arguments], cwd=copy, env=env, capture_output=True, text=True, check=False, timeout=100
    )


def test_a_rule_is_one_file(copy: Path) -> None:
    page = copy / "mail.html"
    page.write_text("<p>Your order is on its way.</p>\n<p>Thank you!!</p>\n")
    assert franking(copy, "check", str(page)).returncode == 0
    add(copy, "check/rules/no_shouting.py", RULE)
    done = franking(copy, "check", str(page), "--format", "json")
    findings = json.loads(done.stdout)["messages"][0]["findings"]
    assert (done.returncode, [(f["rule"], f["line"]) for f in findings]) == (1, [("no-shouting", 2)])

    # The shape cache applies it as well: the orders differ only in their values, and two of them make a shape.
    head, row, *_ = (ROOT / "docs/examples/amazon.com-unshipped.txt").read_text("utf-8").splitlines()
    titles = ("Lamp", "Shelf", "Chair!!")
    rows = [row.replace("1120345", f"112034{n}").replace("Desk Lamp", title) for n, title in enumerate(titles)]
    report = copy / "orders.txt"
    report.write_text("\n".join([head, *rows, ""]), "utf-8")
    send = ("send", str(report), "--dry-run", "--sender", "Shop <shop@your-brand.example>", *BATCH)
    counts = json.loads(franking(copy, *send).stdout)
    assert (counts["orders"], counts["rejected"]) == (3, 1)


def test_a_report_type_is_one_file(copy: Path) -> None:
    report = copy / "orders.txt"
    report.write_text(REPORT)
    plan = ("plan", str(report), "--marketplace", "Shop DE", "--policy", "basics", *BATCH)
    assert franking(copy, *plan).returncode == 2
    add(copy, "orders/report_types/own_shop.py", REPORT_TYPE)
    done = franking(copy, *plan)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["permitted"] == ["100234", "100235"]


def test_a_transport_is_one_file(copy: Path) -> None:
    send = ("send", str(ROOT / "docs/examples/amazon.com-unshipped.txt"), "--kind", "order_confirmation", "--sender",
            "Shop <shop@your-brand.example>", "--transport", "lines:sent.txt", "--as-of", "2026-11-24T12:00:00Z",
            "--format", "json", "--templates", str(ROOT / "templates"), "--themes", "themes")  # fmt: skip
    own = copy / "themes" / "plain"
    shutil.copytree(ROOT / "themes" / "plain", own)
    (own / "theme.toml").write_text('[brand]\nname = "Your brand"\n')
    before = franking(copy, *send)
    assert before.returncode == 2
    assert "unknown transport 'lines'" in before.stderr
    add(copy, "dispatch/transports/lines.py", TRANSPORT)
    done = franking(copy, *send)
    counts = json.loads(done.stdout)
    assert counts["sent"] > 0, done.stderr
    assert len((copy / "sent.txt").read_text().splitlines()) == counts["sent"]
