"""The guards of the use cases that no other test reaches: what is refused before anything is sent, and why."""

from __future__ import annotations

import dataclasses
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import franking
from franking.batch.check import Options
from franking.batch.evidence import write_evidence
from franking.batch.fix import fix_files, write_fixed
from franking.batch.job import Job
from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline, Rejected
from franking.batch.reports import chosen_marketplace, clock
from franking.batch.resolve import age, resolve
from franking.batch.schedule import Schedule
from franking.batch.summary import Run, exit_code
from franking.batch.suppress import one_address, read_addresses
from franking.batch.tally import Tally, count
from franking.batch.template_findings import brand_finding, untranslated_finding
from franking.catalog import Catalog
from franking.cli.main import app
from franking.errors import FrankingError, InputError
from franking.mail.reading import Unread
from franking.model import Finding, Franked, Refusal, Standing
from franking.outbox import Ledger
from franking.permit import Context
from tests.brand import own_themes
from tests.unit.shapes import trial, variants

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs/examples/amazon.com-unshipped.txt"


def send(folder: Path, report: Path, *more: str) -> Any:
    return CliRunner().invoke(app, [
        "send", str(report), "--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00Z", "--format", "json", "--templates",
        str(ROOT / "templates"), "--themes", own_themes(), "--outbox", f"sqlite:///{folder / 'l.db'}", "--transport", f"dir:{folder / 'out'}",
        "--sender", "shop@fjord.example", *more,
    ])  # fmt: skip


def test_strict_sends_nothing_of_a_report_with_a_broken_row(tmp_path: Path) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_text(REPORT.read_text("utf-8").replace("2026-11-23T", "someday-", 1), "utf-8")
    result = send(tmp_path, broken, "--strict")
    assert "--strict: nothing sent, 1 broken row and" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_strict_paranoid_and_the_states_of_a_second_report(tmp_path: Path) -> None:
    result = send(
        tmp_path,
        REPORT,
        "--dry-run",
        "--strict",
        "--paranoid",
        "--states",
        str(ROOT / "docs/examples/amazon.com-all-orders.txt"),
    )
    told = json.loads(result.stdout)
    assert told["orders"] == sum(told["refused"].values()) + told["rejected"] + told["queued"]
    states = tmp_path / "states.txt"
    states.write_text(
        (ROOT / "docs/examples/amazon.com-all-orders.txt").read_text("utf-8").replace("2026-11-2", "someday-", 1), "utf-8"
    )
    assert send(tmp_path, REPORT, "--dry-run", "--limit", "1", "--states", str(states)).exit_code in (0, 1, 2, 3)


def test_what_the_two_ways_make_differently_is_not_sent(tmp_path: Path) -> None:
    made, other = trial(tmp_path / "a", "<p>one text</p>"), trial(tmp_path / "b", "<p>another text</p>")
    (order,) = variants(made, [("Anna", "Oslo", 1)])
    made.paranoid = True
    assert isinstance(made.franked(order), Franked)
    made.shapes = other.shapes
    with pytest.raises(FrankingError, match="HTML part made from the shape differs"):
        made.franked(order)
    rejecting = trial(tmp_path / "c", "<p>mail us at a@b.example</p>")
    rejecting.paranoid, rejecting.shapes = True, other.shapes
    with pytest.raises(FrankingError, match="rejected by the full check, permitted by its shape"):
        rejecting.franked(order)


def test_orders_whose_message_cannot_be_made(tmp_path: Path) -> None:
    made = trial(tmp_path, "{{ 1 // (n - 1) }}")
    (order,) = variants(made, [("Anna", "Oslo", 1)])
    whole = made.whole(order)
    assert isinstance(whole, Rejected)
    assert [finding.rule for finding in whole.findings] == ["template"]
    now = clock("2026-11-24T12:00:00Z")
    context = Context(made.policy, now, "acme", lambda _key: None)
    told = made.prepare(dataclasses.replace(order, language="xx"), context)
    assert isinstance(told, list)
    assert "there is no translation into it" in " ".join(refusal.message for refusal in told)
    with pytest.raises(FrankingError, match="no marketplace uses the language"):
        locale_marketplace("xx")


def test_options_that_contradict_or_cannot_be_read(tmp_path: Path) -> None:
    for job, told in [
        (Job(REPORT, "k", now=True, at="delivery+1d"), "name one of them"), (Job(REPORT, "k", reschedule=True), "--reschedule needs --at"),
    ]:  # fmt: skip
        with pytest.raises(InputError, match=told):
            job.check()
    with pytest.raises(InputError, match="--marketplace"):
        chosen_marketplace("nowhere")
    with pytest.raises(InputError, match="--as-of"):
        clock("someday")
    assert age("12h").total_seconds() == 12 * 3600
    with pytest.raises(FrankingError, match="--older-than"):
        age("old")
    ledger = Ledger(f"sqlite:///{tmp_path / 'l.db'}")
    with pytest.raises(FrankingError, match="name their orders, or pass --all"):
        resolve(ledger, "acme", [], None, "sent", every=False)
    with pytest.raises(FrankingError):
        resolve(ledger, "acme", ["no order"], None, "sent", every=False)
    assert resolve(ledger, "acme", [], None, "sent", every=True) == 0


def test_messages_for_the_api_are_not_made_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "franking.toml").write_text(
        f'channel = "api"\nthemes = "{own_themes()}"\nsender = "shop@fjord.example"\noutbox = "sqlite:///{tmp_path}/l.db"\n'
    )
    with pytest.raises(FrankingError):
        list(franking.Batch(REPORT, kind="order_confirmation", config=tmp_path / "franking.toml", as_of="2026-11-24T12:00:00Z"))


def test_lists_of_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# a remark\n\na1b2c3@marketplace.amazon.de\n", "utf-8")
    assert read_addresses(path) == ["a1b2c3@marketplace.amazon.de"]
    monkeypatch.setattr("sys.stdin", io.StringIO("a1b2c3@marketplace.amazon.de\nsomebody\n"))
    with pytest.raises(InputError, match=r"-:2: no mail address"):
        read_addresses(Path("-"))
    path.write_bytes(b"\xff\xfe\xff")
    assert one_address(" a1b2c3@marketplace.amazon.de ") == "a1b2c3@marketplace.amazon.de"
    with pytest.raises(InputError, match="not a mail address"):
        one_address("somebody")
    for unread in (path, tmp_path / "missing"):
        with pytest.raises(InputError, match="cannot be read as text"):
            read_addresses(unread)


def test_files_that_are_not_fixed(tmp_path: Path) -> None:
    page, mail, bytes_, empty = (tmp_path / name for name in ("a.html", "b.eml", "c.html", "missing.html"))
    page.write_text('<html lang="en"><body><p style="color:red">Your order is on its way to you.</p></body></html>', "utf-8")
    mail.write_bytes(b"Subject: x\r\n\r\nx\r\n")
    bytes_.write_bytes(b'<meta charset="utf-8"><p>\xff\xfe</p>')
    made = list(fix_files([page, mail, bytes_, empty], {}, Options(jobs=1)))
    first = made[0]
    assert not isinstance(first, str | Unread)
    assert "color" not in first[3].html
    assert [type(one) for one in made[1:]] == [str, Unread, Unread]
    write_fixed(page, b"new")
    assert page.read_bytes() == b"new"
    with pytest.raises(FrankingError, match="cannot be written"):
        write_fixed(tmp_path / "none" / "a.html", b"new")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FrankingError, match="cannot be written"):
        write_fixed(tmp_path / "folder", b"new")
    assert sorted(os.listdir(tmp_path)) == ["a.html", "b.eml", "c.html", "folder"]  # no temporary file is left


def test_files_are_fixed_in_processes_as_in_one(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<html lang="en"><p style="color:red">Your order is on its way.</p></html>', "utf-8")
    (tmp_path / "b.html").write_bytes(
        b"\xef\xbb\xbf<p>Your order is on its way.</p>\x81"
    )  # what it is decoded to is not what it was
    files = [tmp_path / "a.html", tmp_path / "b.html"]
    alone, together = (list(fix_files(files, {}, Options(jobs=jobs))) for jobs in (1, 2))
    assert str(alone[1]) == str(together[1])
    assert not isinstance(alone[0], str | Unread) and not isinstance(together[0], str | Unread)
    assert alone[0][3].html == together[0][3].html


def check(*arguments: object, code: int) -> Any:
    result = CliRunner().invoke(app, ["check", *map(str, arguments)])
    assert result.exit_code == code, (result.output, result.exception)
    return result


def test_what_is_known_of_checked_files_and_what_is_accepted_of_them(tmp_path: Path) -> None:
    house = ("--templates", ROOT / "templates", "--themes", ROOT / "themes")
    page, other = tmp_path / "a.html", tmp_path / "b.html"
    page.write_text('<html lang="de"><p style="text-align:center">Order 302-1234567-1234567</p></html>', "utf-8")
    other.write_text("<html lang=de><p>Order 302-1234567-1234567</p></html>", "utf-8")
    facts = ("--kind", "reply", "--theme", "plain", "--order-id", "302-1234567-7654321", "--language", "en", *house)
    found = {
        f["rule"] for m in json.loads(check(page, *facts, "--format", "json", code=1).stdout)["messages"] for f in m["findings"]
    }
    assert {"text-align", "order-id", "message-language"} <= found
    assert "text-align" in check(page, other, "--jobs", "2", "--format", "github", code=1).stdout
    baseline, allow = tmp_path / "old.json", tmp_path / "allow.toml"
    check(page, "--write-baseline", baseline, code=1)
    known = check(page, "--baseline", baseline, code=0)
    assert f"{baseline}: 1 known finding not shown" in known.stderr
    allow.write_text('[[allow]]\nrule = "text-align"\nfiles = "*a.html"\nreason = "an old template"\n', "utf-8")
    allowed = check(page, "--allow", allow, code=0)
    assert "1 known finding not shown" in allowed.stderr


def test_orders_whose_moment_is_not_known(tmp_path: Path) -> None:
    report = tmp_path / "orders.txt"
    report.write_text(REPORT.read_text("utf-8").replace("\tUS\t", "\t\t"), "utf-8")

    arrived = tmp_path / "arrived.txt"
    rows = [row.split("\t") for row in (ROOT / "docs/examples/amazon.de-fba-shipments.txt").read_text("cp1252").splitlines()]
    at = rows[0].index("estimated-arrival-date")
    arrived.write_text(
        "".join("\t".join([*row[:at], "" if n else row[at], *row[at + 1 :]]) + "\n" for n, row in enumerate(rows))
    )

    def refused(*when: str, report: Path = report) -> Any:
        done = send(tmp_path, report, "--dry-run", *when)
        assert done.stdout, done.exception
        return json.loads(done.stdout)["refused"]

    assert refused("--after", "delivery+7d", report=arrived)["delivery-date"] > 0
    assert refused("--between", "09:00-18:00")["buyer-zone"] > 0
    assert refused("--after", "purchase+1d") == refused()


def test_evidence_is_written_under_a_name_that_a_file_can_have(tmp_path: Path) -> None:
    names = [
        file.name
        for order in ("a/b", "a_b")
        for file in write_evidence(tmp_path, order, {"messages": [], "seller": "acme", "order": order})
    ]
    assert names[2:] == ["evidence-a_b.json", "evidence-a_b.html"]
    assert len(set(names)) == 4
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_evidence(tmp_path / "file", "a", {"messages": [], "seller": "acme", "order": "a"})


def test_what_previews_add_to_the_findings(tmp_path: Path) -> None:
    (tmp_path / "templates/locales").mkdir(parents=True)
    (tmp_path / "templates/locales/ja.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n', "utf-8"
    )
    made = trial(tmp_path, '<p>{{ _("Hello") }} to you</p>')
    assert brand_finding(made.example_brand) is None
    (order,) = variants(made, [("Anna", "Oslo", 1)])
    inlined = made.compose(dataclasses.replace(order, marketplace=locale_marketplace("ja")))
    told = untranslated_finding(inlined.draft)
    assert told is not None
    assert told.message.startswith("1 text has no ja translation, the first: 'Hello'")
    shouting = Finding("emoji", "error", "x", "y", part="subject")
    (placed,) = made.placed(order, made.compose(order), [shouting])
    assert placed.template is not None
    assert placed.template.file.endswith("subject.txt.j2")
    example = Pipeline(Catalog(ROOT / "templates", ROOT / "themes"), Catalog(ROOT / "templates", ROOT / "themes").kind("reply"),
                       Catalog(ROOT / "templates", ROOT / "themes").theme("plain"), made.policy)  # fmt: skip
    brand = brand_finding(example.example_brand)
    assert brand is not None
    assert (brand.rule, brand.severity) == ("brand", "warning")


def test_languages_that_a_policy_or_the_templates_do_not_speak(tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>t</p>")
    made.policy = dataclasses.replace(made.policy, languages=frozenset({"de"}))
    (order,) = variants(made, [("Anna", "Oslo", 1)])
    told = made.permitted(order, Context(made.policy, clock("2026-11-24T12:00:00Z"), "acme", lambda _key: None))
    assert isinstance(told, list)
    assert "requires de" in told[-1].message


def test_a_batch_that_is_stopped_before_it_begins(tmp_path: Path) -> None:
    summary = Run("b", Schedule(), 0.0, "interrupted")
    assert exit_code(summary, count(Tally(), Standing(), Standing())) == 3
    assert exit_code(Run("b", Schedule(), 0.0), count(Tally(), Standing(), Standing())) == 0
    branded = Tally()
    branded.refuse(Refusal("302-1234567-1234567", "brand", "a theme", ""))
    assert exit_code(Run("b", Schedule(), 0.0), count(branded, Standing(), Standing())) == 2
    rejecting = Tally(rejected=1)
    assert exit_code(Run("b", Schedule(), 0.0), count(rejecting, Standing(), Standing())) == 1
