"""``import franking``: what it loads, what it offers, and the examples of docs/python.md."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import fields
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from pathlib import Path
from typing import Any

import grimp
import pytest

import franking
from tests.unit.test_dispatch import server

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs/examples/amazon.com-unshipped.txt"
CLOCK = "2026-11-24T12:00:00Z"
NAIVE = datetime(2026, 11, 23, 10, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the designs and the sample report."""
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    (tmp_path / "themes").symlink_to(ROOT / "themes")
    shutil.copyfile(REPORT, tmp_path / "orders.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def batch(**options: Any) -> franking.Batch:
    """The sample report's batch, into a folder unless told otherwise."""
    given: dict[str, Any] = {"sender": "Shop <shop@your-brand.example>", "transport": "dir:sent", "as_of": CLOCK, "demo": True}
    return franking.Batch(**{"orders": "orders.txt", "kind": "order_confirmation", **given, **options})


def test_examples_of_the_documentation(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs/python.md").read_text("utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(examples) >= 8
    names: dict[str, Any] = {"__name__": "example"}
    for example in examples:
        exec(compile(example, "docs/python.md", "exec"), names)
    shown = capsys.readouterr().out
    assert "not permitted: recipient" in shown
    assert "sending 6 6" not in shown  # the second run sends nothing
    assert "no-such-file.txt: no such file" in shown


def test_importing_loads_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import franking; print(sorted(set(sys.modules) - before))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = set(eval(shown))
    assert {name for name in loaded if name.startswith("franking")} == {
        "franking",
        "franking.package",
        "franking.package.names",
    }
    assert not {name.partition(".")[0] for name in loaded} - {"franking"} - set(sys.stdlib_module_names)


def test_checking_loads_no_database_and_no_template_engine() -> None:
    code = (
        "import sys, franking; franking.check_html('<p>Thank you.</p>'); "
        "print(sorted({'sqlalchemy', 'jinja2', 'aiosmtplib', 'pydantic', 'typer', 'rich'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


PACKAGES = (
    "franking",
    "franking.check",
    "franking.dispatch",
    "franking.mail",
    "franking.model",
    "franking.outbox",
    "franking.rendering",
)


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_and_the_loader_see_the_same_names(package: str) -> None:
    path = ROOT / "src" / Path(*package.split(".")) / "__init__.py"
    seen = set(re.findall(r"^    from \S+ import \w+ as (\w+)$", path.read_text("utf-8"), re.MULTILINE))
    module = sys.modules.get(package) or __import__(package, fromlist=["x"])
    assert seen == set(module.__all__)
    for name in seen:
        assert getattr(module, name) is not None
        assert not (path.parent / f"{name}.py").exists(), "importing the module of that name would take the name's place"
    with pytest.raises(AttributeError, match="has no attribute 'nosuch'"):
        _ = module.nosuch


def test_a_misspelt_name_is_an_error_of_mypy(tmp_path: Path) -> None:
    page = tmp_path / "program.py"
    page.write_text(
        "import franking\nfrom franking import Batsh\nfranking.chek_html('')\nfranking.check_html('', polizy='x')\n"
        "franking.Batch('x', 'y', themes='z').sent()\nv: int = franking.check_html('').permitted and 'x'\n"
        "from franking.mail import Mailbocks\n"
    )
    command = [sys.executable, "-m", "mypy", str(page)]  # with the options and the cache of make lint
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert [int(line) for line in re.findall(r"^\S+program\.py:(\d+): error", shown, re.MULTILINE)] == [2, 3, 4, 5, 6, 7]


def test_the_package_itself_does_not_use_the_api() -> None:
    graph = grimp.build_graph("franking", cache_dir=None)
    assert graph.find_modules_that_directly_import("franking") == set()


HTML = "<p>Your order is on its way.</p>\n<p style='color: red'>Thank you.</p>\n"


def test_a_verdict_says_what_the_command_says(folder: Path) -> None:
    (folder / "mail.html").write_text(HTML)
    from typer.testing import CliRunner

    from franking.cli.main import app

    command = json.loads(CliRunner().invoke(app, ["check", "mail.html", "--format", "json"]).stdout)["messages"][0]
    for given in (folder / "mail.html", HTML, HTML.encode()):
        verdict = franking.check_html(given)
        assert {**verdict.as_json(), "source": "mail.html"} == command
        assert (bool(verdict), len(verdict.errors), len(verdict.warnings)) == (False, 1, 0)
        assert (verdict.findings[0].rule, verdict.findings[0].line, verdict.findings[0].measured) == ("font-color", 2, "red")


def test_a_mail_is_checked_with_all_its_parts() -> None:
    mail = EmailMessage()
    mail["Subject"] = "[Important] Your order"
    mail.set_content("Your order is on its way.")
    mail.add_alternative(HTML, subtype="html")
    found = {finding.rule for finding in franking.check_mail(mail).findings}
    assert {"important-subject", "font-color"} <= found
    assert {finding.rule for finding in franking.check_mail(mail.as_bytes()).findings} == found
    assert franking.check_mail(mail, select=["font-color"], widths=[600]).findings[0].rule == "font-color"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: franking.check_html(""), "no content"), (lambda: franking.check_html(b""), "no content"),
        (lambda: franking.check_mail(b"no mail"), "no header fields"),
        (lambda: franking.check_html("<p>x</p>", widths=[3]), "expected 50 to 5000 px"),
        (lambda: franking.check_html("<p>x</p>", select=["nosuch"]), "unknown rule 'nosuch'"),
        (lambda: franking.fix_html("<p>x</p>", ignore=["nosuch"]), "unknown rule 'nosuch'"),
        (lambda: franking.check_html("<p>x</p>", policy="nosuch"), "unknown policy 'nosuch'"),
        (lambda: batch(kind="nosuch").plan(), "unknown kind 'nosuch'"),
        (lambda: batch(theme="nosuch").plan(), "unknown theme 'nosuch'"),
        (lambda: batch(marketplace="Nowhere").plan(), "'Nowhere': expected"),
        (lambda: batch(limit=0), "limit 0: expected"),
        (lambda: batch(daily=-1), "daily -1: expected 0 or more"),
        (lambda: batch(only="sku=X"), "only: found a text, expected a list"),
        (lambda: batch(without=["colour=red"]), "unknown key 'colour'"),
        (lambda: batch(after="tomorrow"), "'tomorrow': expected for example"),
        (lambda: batch(after="delivery+7d", now=True), "name one of them"),
        (lambda: batch(now=True, at="2027-01-01T00:00:00Z"), "name one of them"),
        (lambda: batch(as_of=NAIVE), "without an offset"),
        (lambda: batch(config="nosuch.toml"), "nosuch.toml: no such file"),
        (lambda: batch(connections=0), "expected 1 to 100"),
        (lambda: asyncio.run(batch(transport="ftp://x", demo=None).send()), "unknown transport 'ftp'"),
        (lambda: asyncio.run(batch(sender="").send()), "no sender"),
        (lambda: asyncio.run(batch(transport="smtp://mail.example.com").send()), "on this machine"),
        (lambda: franking.render("order_confirmation", some_order(), language="xx"), "no translation into 'xx'"),
        (lambda: batch(orders=["x"]).plan(), "order 1: found str"),
        (lambda: batch(orders={"x": 1}), "found JSON without orders"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_in_one_line(folder: Path, call: Any, told: str) -> None:
    with pytest.raises(franking.FrankingError, match=re.escape(told)) as caught:
        call()
    assert "\n" not in str(caught.value)


def some_order(**facts: Any) -> franking.Order:
    """An order that may be written to."""
    germany = franking.marketplace("Amazon.de")
    assert germany is not None
    given: dict[str, Any] = {
        "id": "302-4471093-1120345", "marketplace": germany, "purchased_at": datetime(2026, 11, 23, 10, tzinfo=UTC),
        "items": (franking.OrderItem("L-1", "Desk lamp", 1),), "state": "unshipped",
        "buyer_email": "q7x2m9w4k1@marketplace.amazon.de", "buyer_name": "Anna",
    }  # fmt: skip
    return franking.Order(**{**given, **facts})


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"purchased_at": NAIVE}, "order 1: purchased_at: found a time without an offset"),
        ({"buyer_name": "A\r\nBcc: x"}, "order 1: buyer_name: found a control"),
        ({"items": (franking.OrderItem("L-1", "Lamp\n", 1),)}, "order 1: items: found a control character"),
        ({"items": (franking.OrderItem("L-1", "Lamp", 0),)}, "order 1: items: found the quantity 0"),
    ],
)
def test_orders_of_a_program_are_judged_as_a_report_is(folder: Path, facts: dict[str, Any], told: str) -> None:
    with pytest.raises(franking.InputError, match=told):
        batch(orders=[some_order(**facts)]).plan()


def titles(**options: Any) -> dict[str, str]:
    """Each order's result by its number: a message, or the reason that the order has none."""
    shown = {"PreparedMessage": "message", "Rejection": "rejected"}
    return {one.order_id: getattr(one, "rule", shown.get(type(one).__name__, "")) for one in batch(**options)}


def test_conditions_select_orders_in_the_plan_and_in_the_messages(folder: Path) -> None:
    everything = titles()
    planned = batch().plan()
    sku = "*"
    assert titles(only=[f"sku={sku}"]) == everything
    assert set(titles(without=[f"sku={sku}"]).values()) == {"not-selected"}
    none = batch(without=[f"sku={sku}"]).plan()
    assert (none.written, none.reasons["not-selected"]) == (0, 9)
    assert planned.written == 7  # one is rejected by the checker, which a plan does not run
    assert asyncio.run(batch(without=[f"sku={sku}"]).send()).refused == {"not-selected": 9}


def test_times_of_each_order_and_a_cap_per_day(folder: Path) -> None:
    later = asyncio.run(batch(after="purchase+20d", between="09:00-18:00", days="mon-fri").send())
    assert (later.sent, later.scheduled) == (0, 6)
    capped = asyncio.run(batch(outbox="sqlite:///capped.db", daily=2).send())
    assert capped.sent == 2


def test_an_order_that_is_given_twice(folder: Path) -> None:
    with pytest.raises(franking.InputError, match="order 2: '302-4471093-1120345' is given twice"):
        batch(orders=[some_order(), some_order()]).plan()


def test_api_answers_as_json_loads_returns_them(folder: Path) -> None:
    answers = json.loads((ROOT / "docs/examples/amazon.de-orders-api.json").read_text("utf-8"))
    file = franking.Batch(
        ROOT / "docs/examples/amazon.de-orders-api.json", "delivery_scheduling", as_of=CLOCK, demo=True
    ).plan()
    for given in (answers, [answers]):
        plan = franking.Batch(given, "delivery_scheduling", as_of=CLOCK, demo=True).plan()
        assert (plan.permitted, plan.reasons) == (file.permitted, file.reasons)
        assert plan.written > 0


def test_brand_and_locale_of_one_message(folder: Path) -> None:
    german = franking.render("order_confirmation", some_order(), brand="Nordlicht")
    assert "Nordlicht" in german.text
    assert (german.language, german.verdict.permitted) == ("de", True)
    english = franking.render("order_confirmation", some_order(), brand="Nordlicht", language="en_GB")
    assert english.language == "en"
    assert english.subject != german.subject


def test_each_order_is_a_message_a_rejection_or_a_refusal(folder: Path) -> None:
    found = list(batch())
    assert [type(one).__name__ for one in found].count("PreparedMessage") == 6
    refused = {one.order_id: one.rule for one in found if isinstance(one, franking.Refusal)}
    assert sorted(refused.values()) == ["contact-window", "recipient"]
    (rejected,) = [one for one in found if isinstance(one, franking.Rejection)]
    assert rejected.verdict.errors
    assert not rejected.verdict
    first = next(one for one in found if isinstance(one, franking.PreparedMessage))
    mail = message_from_bytes(first.mail, policy=default)
    assert (mail["To"], mail["Subject"], mail["Message-ID"]) == (first.recipient, first.subject, first.message_id)
    assert franking.check_mail(first.mail, order_id=first.order_id)
    assert not (folder / "sent").exists()
    assert not (folder / "franking.db").exists()


def test_nobody_is_written_to_twice_and_what_is_in_doubt_stays_so(folder: Path) -> None:
    number = count()
    with server(data=lambda _a: "cut" if next(number) == 0 else "250 ok") as (url, handler):
        result = asyncio.run(batch(transport=url).send())
        assert (result.ambiguous, result.sent, result.code) == (1, 5, 3)
        again = asyncio.run(batch(transport=url).send())
        assert (again.sent, again.ambiguous, again.refused["once-per-order"], again.code) == (0, 1, 5, 3)
        assert len(handler.received) == 6
    for counts in (result, again):
        parts = (counts.rejected, counts.queued, counts.sent, counts.deferred, counts.failed, counts.ambiguous)
        assert sum(counts.refused.values()) + sum(parts) == counts.orders == 9
        for name in ("refused", "rejected", "queued", "sent", "deferred", "failed", "ambiguous", "scheduled"):
            assert getattr(counts, name) == getattr(counts.counts, name)
    assert {f.name for f in fields(again)} & {f.name for f in fields(again.counts)} == set()  # each number is there once
    doubtful = [one for one in batch() if isinstance(one, franking.Refusal) and "may have been sent" in one.message]
    assert len(doubtful) == 1


def test_inside_a_running_loop_which_goes_on(folder: Path) -> None:
    async def work() -> tuple[list[franking.Progress], int, franking.SendResult | None]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.005)

        ticking = asyncio.create_task(tick())
        one = batch()
        steps = [step async for step in one.sending()]
        ticking.cancel()
        return steps, ticks, one.result

    steps, ticks, result = asyncio.run(work())
    assert result is not None
    assert result.sent == 6
    assert ticks > 5
    assert steps[-1] == franking.Progress("sending", 6, 6)
    assert {step.what for step in steps} == {"reading the report", "checking", "sending"}


def test_a_slow_reader_sees_each_kind_of_work(folder: Path) -> None:
    async def work() -> list[franking.Progress]:
        steps: list[franking.Progress] = []
        async for step in batch().sending():
            steps.append(step)
            await asyncio.sleep(1)
        return steps

    steps = asyncio.run(work())
    assert [step.what for step in steps][-3:] == ["reading the report", "checking", "sending"]
    assert steps[-1] == franking.Progress("sending", 6, 6)


def test_from_several_threads_one_sends(folder: Path) -> None:
    """Two senders at once: one of them sends, or both one after the other; each buyer is written to once."""
    outcomes: list[object] = []

    def work() -> None:
        try:
            outcomes.append(asyncio.run(batch().send()).sent)
        except franking.OutboxUnavailable as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) in (["0", "6"], ["6", "<class 'franking.errors.OutboxUnavailable'>"])
    assert len(list((folder / "sent").glob("*.eml"))) == 6


@pytest.mark.parametrize("how", ["cancelled", "left"])
def test_who_cancels_finishes_what_is_on_the_wire_and_keeps_the_rest(folder: Path, how: str) -> None:
    def slow(_address: str) -> str:
        time.sleep(0.2)
        return "250 ok"

    async def cancelled(one: franking.Batch) -> None:
        started = asyncio.Event()
        loop = asyncio.get_running_loop()

        def progress(step: franking.Progress) -> None:
            if (step.what, step.done) == ("sending", 1):
                loop.call_soon_threadsafe(started.set)

        task = asyncio.create_task(one.send(progress=progress))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def left(one: franking.Batch) -> None:
        steps = one.sending()
        async for step in steps:
            if step.what == "sending" and step.done:
                break
        await steps.aclose()  # type: ignore[attr-defined]

    with server(data=slow) as (url, handler):
        one = batch(transport=url, connections=1)
        asyncio.run(cancelled(one) if how == "cancelled" else left(one))
        arrived = len(handler.received)
        assert 1 <= arrived < 6
        after = asyncio.run(one.send())
        assert (after.sent, after.refused["once-per-order"]) == (6 - arrived, arrived)
        assert after.ambiguous == 0
        assert len(handler.received) == 6
