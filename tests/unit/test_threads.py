"""A reply in the buyer's own thread: what the seller gives, what leaves, and what an opt-out lets pass."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from email import message_from_bytes
from email.policy import default as default_policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from franking.catalog import Catalog
from franking.check import inspect
from franking.check.engine import as_message
from franking.cli.main import app
from franking.errors import InputError
from franking.mail import Mailbox, Sender, build_message
from franking.model import Franked, Order, Thread, Variable
from franking.orders.details import open_details
from franking.orders.threads import ThreadProblem, parse_thread
from franking.outbox import Ledger
from franking.policy import load
from tests.brand import own_themes
from tests.unit.shapes import NOW, alike
from tests.unit.test_shapes import pipeline, samples

ROOT = Path(__file__).parents[2]
ORDER = "113-0091827-2283746"  # of the sample report
BUYER = "a5s6d7f8g9h0j1k@marketplace.amazon.com"
ANSWER = Variable("answer", "", given=True)


def thread_of(**values: str) -> Thread | None:
    return parse_thread({name.replace("_", "-"): value for name, value in values.items()}, ORDER)


def test_what_a_thread_is_given_by() -> None:
    assert thread_of() is thread_of(thread_subject=" ", thread_message_id="", thread_references="") is None
    given = thread_of(
        thread_subject=" Où est ma lampe ? ", thread_message_id=" <b.2@x.example> ", thread_references="<a@x>  <b.1@x> <a@x>"
    )
    assert given == Thread("Où est ma lampe ?", "<b.2@x.example>", ("<a@x>", "<b.1@x>"))
    assert "lampe" not in repr(given)
    assert thread_of(thread_subject=f"Order {ORDER} :-( [Important]", thread_message_id="<b@x>") is not None


@pytest.mark.parametrize(("subject", "identity", "references", "told"), [
    ("", "<b@x>", "", "thread-subject' is empty"), ("Hello", "", "", "thread-message-id' is empty"), ("", "", "<a@x>", "is empty"),
    ("Hello\r\nBcc: a@x.example", "<b@x>", "", "control character or line ending"), ("Hello\x00", "<b@x>", "", "control character"),
    ("Hello\x0bBcc: x", "<b@x>", "", "control character"), ("Hello\u2028x", "<b@x>", "", "control character"),
    ("Hello\x85x", "<b@x>", "", "control character"), ("a\u202eb", "<b@x>", "", "control character"), ("a\ue000b", "<b@x>", "", "control character"),
    ("x" * 501, "<b@x>", "", "found 501 characters"), ("About 302-1234567-1234567", "<b@x>", "", "names another order"),
    ("Hello", "b@x", "", "one Message-ID"), ("Hello", "<b@x> <c@x>", "", "one Message-ID"), ("Hello", "<b@x>\r\nBcc: a@x", "", "one Message-ID"),
    ("Hello", "<b x@x>", "", "one Message-ID"), ("Hello", "<b@x>>", "", "one Message-ID"), ("Hello", "<bé@x>", "", "one Message-ID"),
    ("Hello", "<b>", "", "one Message-ID"), ("Hello", f"<{'b' * 400}@x>", "", "one Message-ID"),
    ("Hello", f"<{'0' * 32}.franking@shop.example>", "", "the buyer wrote"),
    ("Hello", "<b@x>", "<a@x>\r\nBcc: a@x", "parted by spaces"), ("Hello", "<b@x>", "<a@x>,<c@x>", "parted by spaces"),
    ("Hello", "<b@x>", "<a@x>\n\n<c@x>", "parted by spaces"), ("Hello", "<b@x>", " ".join(f"<{n}@x>" for n in range(201)), "up to 200"),
])  # fmt: skip
def test_what_could_be_another_field_is_refused(subject: str, identity: str, references: str, told: str) -> None:
    with pytest.raises(ThreadProblem, match=told) as error:
        thread_of(thread_subject=subject, thread_message_id=identity, thread_references=references)
    for private in ("Hello", "About", "Bcc", "b@x"):
        assert private not in str(error.value)


def table(path: Path, **values: str) -> Path:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["order-id", *(name.replace("_", "-") for name in values)])
    rows.writerow([ORDER, *values.values()])
    path.write_text(out.getvalue())
    return path


def test_the_table_of_details(tmp_path: Path) -> None:
    good = table(tmp_path / "a.csv", answer="Yes.", thread_subject="Lamp?", thread_message_id="<b@x.example>")
    order = samples("reply", "en")[0]
    order = replace(order, id=ORDER)
    assert open_details(good, None, [ANSWER], threads=True).add(order).thread == Thread("Lamp?", "<b@x.example>")
    with pytest.raises(InputError, match=r"a\.csv:1: column 'thread-subject': messages of this kind do not answer"):
        open_details(good, None, [ANSWER])
    bad = table(tmp_path / "b.csv", answer="Yes.", thread_subject="Lamp?\nBcc: x", thread_message_id="<b@x.example>")
    with pytest.raises(InputError, match=r"b\.csv:2: column 'thread-subject' contains a control character"):
        open_details(bad, None, [ANSWER], threads=True)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60)
TOKEN = st.from_regex(r"<[A-Za-z0-9.=_+/$%-]{1,60}@[A-Za-z0-9.-]{1,60}>", fullmatch=True)


@given(TEXT, TOKEN, st.lists(TOKEN, max_size=6))
def test_the_headers_of_a_reply(subject: str, identity: str, before: list[str]) -> None:
    given = thread_of(thread_subject=f"x{subject}x", thread_message_id=identity, thread_references=" ".join(before))
    made = pipeline("reply", "plain")
    whole = made.whole(replace(samples("reply", "de")[0], thread=given))
    assert isinstance(whole, Franked)
    outgoing = build_message(whole, Sender("acme", Mailbox.parse("shop@fjord.example")), "a@marketplace.amazon.de", NOW)
    assert outgoing.threaded
    mail = message_from_bytes(outgoing.content, policy=default_policy)
    assert mail["Subject"] == f"x{subject}x"  # nothing in front of it
    assert mail["In-Reply-To"] == identity
    assert mail["References"].split() == [*(r for r in dict.fromkeys(before) if r != identity), identity]
    assert mail["Auto-Submitted"] is None  # RFC 3834, section 5: a person answers
    names = [name.lower() for name in mail]
    assert len(names) == len(set(names))
    assert max(map(len, outgoing.content.split(b"\r\n"))) <= 998


def test_other_messages_have_no_thread() -> None:
    made = pipeline("reply", "plain").whole(samples("reply", "de")[0])
    assert isinstance(made, Franked)
    outgoing = build_message(made, Sender("acme", Mailbox.parse("shop@fjord.example")), "a@marketplace.amazon.de", NOW)
    mail = message_from_bytes(outgoing.content, policy=default_policy)
    assert (mail["In-Reply-To"], mail["References"], outgoing.threaded) == (None, None, False)
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_buyer_s_subject_is_not_the_seller_s_fault_and_a_template_s_is() -> None:
    """By the shape too: a reply in a thread proves nothing about one outside."""
    made = pipeline("reply", "plain")
    order = samples("reply", "de")[0]
    odd = Thread("Wo bleibt sie 🎉 :-( [Important] x@y.example", "<b@x.example>")
    for thread in (odd, None, odd, None, odd, None):
        alike(made, replace(order, thread=thread))
    assert alike(made, replace(order, thread=odd))
    assert alike(made, order)
    inlined = made.compose(replace(order, thread=odd))
    assert inspect(as_message(inlined), load()) == []
    assert "emoji" in {finding.rule for finding in inspect(replace(as_message(inlined), subject=inlined.draft.subject), load())}


def test_findings_of_a_reply_name_the_template_s_line(tmp_path: Path) -> None:
    order: Order = replace(samples("reply", "de")[0], thread=Thread("Lampe?", "<b@x.example>"))
    made = pipeline("reply", "plain")
    inlined = made.compose(order)
    assert made.origins(order, inlined.draft) is not None


def run(tmp_path: Path, command: str, kind: str, *flags: str) -> Result:
    arguments = [command, str(ROOT / "docs" / "examples" / "amazon.com-unshipped.txt"), "--kind", kind, "--as-of", "2026-11-26T12:00:00Z",
                 "--outbox", f"sqlite:///{tmp_path / 'ledger.db'}", "--templates", str(ROOT / "templates"), "--themes", own_themes(),
                 "--format", "json", *flags]  # fmt: skip
    return CliRunner().invoke(app, arguments)


def refusals(result: Result) -> dict[str, Any]:
    return {entry["order"]: entry for entry in json.loads(result.stdout)["refusals"] if entry["order"] == ORDER}


def test_a_buyer_who_opted_out_gets_replies_in_the_own_thread_only(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.suppressions("default").add([BUYER], "opt-out")
    bare = str(table(tmp_path / "bare.csv", answer="Yes, it does."))
    threaded = str(
        table(
            tmp_path / "thread.csv",
            answer="Yes, it does.",
            thread_subject="Will it fit?",
            thread_message_id="<b.1@amazon.example>",
        )
    )
    refused = refusals(run(tmp_path, "plan", "reply", "--details", bare))[ORDER]
    assert (refused["rule"], "thread-message-id" in refused["hint"]) == ("suppressed", True)
    for kind in ("order_confirmation", "order_problem"):
        assert refusals(run(tmp_path, "plan", kind))[ORDER]["rule"] == "suppressed"
    assert "API" in refusals(run(tmp_path, "plan", "order_problem"))[ORDER]["hint"]
    assert refusals(run(tmp_path, "plan", "reply", "--details", threaded)) == {}
    sent = run(
        tmp_path,
        "send",
        "reply",
        "--details",
        threaded,
        "--sender",
        "shop@fjord.example",
        "--transport",
        f"dir:{tmp_path / 'out'}",
    )
    assert json.loads(sent.stdout)["sent"] == 1, sent.output
    (file,) = (tmp_path / "out").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default_policy)
    assert (mail["Subject"], mail["In-Reply-To"], mail["References"]) == (
        "Will it fit?",
        "<b.1@amazon.example>",
        "<b.1@amazon.example>",
    )
    ledger.suppressions("default").add([BUYER], "bounce")
    assert "bounced" in refusals(run(tmp_path, "plan", "reply", "--details", threaded))[ORDER]["message"]


def test_the_shipped_policy_lets_replies_be_threaded() -> None:
    assert load().thread_kinds <= set(Catalog(ROOT / "templates", ROOT / "themes").kinds())
    assert load().thread_kinds == {"reply"}
