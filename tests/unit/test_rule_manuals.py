"""The examples in every rule's manual page are executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from franking.catalog.example_brand import carries
from franking.check import check_rules, inspect
from franking.model import Key, Kind, Message, NotUnderstood, Order, OrderItem, Permit, Refusal, State, Thread, Variable
from franking.model.feeds import LineState
from franking.permit import Context, permit_rules
from franking.policy import load, marketplace
from tests.unit.test_rule_cases import ASSETS, PAPERS, attachment

ORDER = "302-1234567-1234567"
_EXAMPLE = re.compile(r"^(Permitted|Refused|Warned|Rejected(?:, line (\d+))?)::\n\n((?:    .*\n|\n)+)", re.MULTILINE)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def examples(manual: str) -> Iterator[tuple[str, int, str]]:
    """Verdict, expected line and body of each example."""
    for match in _EXAMPLE.finditer(manual + "\n"):
        body = "\n".join(line.removeprefix("    ") for line in match[3].strip("\n").split("\n"))
        yield match[1].split(",")[0], int(match[2] or 0), body


@pytest.mark.parametrize("entry", check_rules(), ids=lambda e: e.rule.slug)
def test_examples_of_check_rules(entry: Any) -> None:
    found = list(examples(entry.rule.manual))
    if "no short example of its violation" not in entry.rule.manual:
        assert {v for v, _, _ in found} == {"Permitted", "Rejected"}
    for verdict, line, html in found:
        subject = next((text.removeprefix("subject: ") for text in html.splitlines() if text.startswith("subject: ")), None)
        files = [attachment(text.removeprefix("attachment:")) for text in html.splitlines() if text.startswith("attachment:")]
        if html.startswith("api:"):
            said = inspect(
                Message("example", None, html.removeprefix("api:").strip(), text_limit=2000), load(), select=[entry.rule.slug]
            )
            assert bool(said) is (verdict == "Rejected"), html
            continue
        message = Message(
            "example", "<p>Hello</p>" if files or subject else html, subject=subject, order_id=ORDER, allowed_attachments=PAPERS, attachments=tuple(files),
            assets=ASSETS if "Without a theme" in entry.rule.manual and "off" in entry.rule.manual else None,
            language="de" if entry.rule.slug == "message-language" else "",
        )  # fmt: skip
        findings = inspect(message, load(), select=[entry.rule.slug])
        if verdict == "Permitted":
            assert findings == [], html
        else:
            assert line in {f.line for f in findings}, html


KIND = Kind("order_confirmation", "", "", "", "contact", frozenset(["unshipped"]), frozenset(["items"]), ())
GERMANY = marketplace("Amazon.de")
assert GERMANY is not None
PLAIN = Order(
    ORDER, GERMANY, NOW - timedelta(days=2), (OrderItem("S", "Lamp", 1),), "q7x2m9w4k1@marketplace.amazon.de", state="unshipped"
)


def situation(body: str) -> tuple[Order, Kind, State | None, str | None]:
    """An order, a kind and the ledger's state from ``key: value`` lines."""
    order, kind, state, reason = PLAIN, KIND, None, None
    for line in body.splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        days = int(value.split()[0]) if value.endswith("days ago") else 0
        if key == "purchased":
            order = replace(order, purchased_at=NOW - timedelta(days=days))
        elif key == "delivered":
            order = replace(order, delivered_at=NOW - timedelta(days=days))
        elif key == "kind":
            named = {
                name: replace(kind, name=name)
                for name in ("newsletter", "order_problem", "reply", "return_follow_up", "shipping_confirmation")
            }
            kind = {"review": replace(kind, window="review"), **named}.get(value, replace(kind, duplicates_marketplace=True))
        elif key == "cancel requested":
            wish = NotUnderstood("column x", "maybe") if value == "not understood" else value == "yes"
            order = replace(order, cancel_requested=wish)
        elif key == "thread":
            order = replace(order, thread=Thread("Where is my lamp?", value))
        elif key == "suppressed":
            reason = None if value == "no" else value
        elif key == "ledger":
            state = None if value == "nothing" else State(value)
        elif key == "items":
            order = replace(order, items=())
        elif key == "id":
            order = replace(order, id=value)
        elif key == "state":
            order = replace(order, state=value)
        elif key == "buyer":
            order = replace(order, buyer_name=value)
        elif key == "title":
            order = replace(order, items=(OrderItem("S", value, 1),))
        elif key == "needs" and value == "a file":
            kind = replace(kind, attachment_needed=True)
        elif key == "needs":
            wanted = value.removeprefix("an optional ")
            kind = replace(kind, variables=(Variable(wanted, "", optional=wanted != value, given=True),))
        elif key == "given":
            order = replace(order, details={value: "Yes"})
        elif key == "problem":
            order = replace(order, details={"problem": value})
        elif key in ("brand", "stopped", "adjustment", "dispatch", "adjusted"):
            continue  # of the theme or of the outbox, not of the order
        elif key == "email":
            order = replace(order, buyer_email=value)
        else:
            raise AssertionError(f"unknown key {key}")
    return order, kind, state, reason


def feeds_said(body: str) -> dict[str, Any]:
    """What the outbox says of the order's adjustment and of its dispatch."""
    said = dict(line.partition(": ")[::2] for line in body.splitlines())
    states = {name: None if said.get(name, "none") == "none" else LineState(said[name]) for name in ("adjustment", "dispatch")}
    return {name: lambda _order, state=state: state for name, state in states.items()}


@pytest.mark.parametrize(("rule", "check"), permit_rules(), ids=lambda v: getattr(v, "slug", ""))
def test_examples_of_permission_rules(rule: Any, check: Any) -> None:
    found = list(examples(rule.manual))
    assert len({v for v, _, _ in found}) == 2
    for verdict, _, body in found:
        order, kind, state, reason = situation(body)
        brand = next((line.partition(": ")[2] for line in body.splitlines() if line.startswith("brand: ")), "")
        place = "theme.toml:4" if carries(brand) else ""
        stop = "".join(line.partition(": ")[2] for line in body.splitlines() if line.startswith("stopped: "))
        context = Context(load(), NOW, "default", lambda _key: state, "marketplace", lambda _address: reason, place,  # noqa: B023
                          stop.removeprefix("no"), **feeds_said(body), adjusted="adjusted:" in body)  # fmt: skip
        result = check(order, kind, context)
        assert (result is None) == (verdict == "Permitted"), body
        if isinstance(result, Refusal):
            assert result.rule == rule.slug
            assert result.severity == ("warning" if verdict == "Warned" else "error")


def test_permit_names_the_order_s_own_fault_first() -> None:
    from franking.permit import permit

    context = Context(load(), NOW, "default", lambda _key: None)
    old = replace(PLAIN, state="canceled", purchased_at=NOW - timedelta(days=90), buyer_email="")
    result = permit(old, KIND, context)
    assert isinstance(result, list)
    assert [r.rule for r in result] == ["order-state", "recipient", "contact-window"]
    assert isinstance(permit(PLAIN, KIND, context), Permit)


def test_days_are_counted_at_the_marketplace() -> None:
    """23:30 UTC is the next day in Berlin: the thirty days begin and end there."""
    from franking.permit import permit

    bought = replace(PLAIN, purchased_at=datetime(2026, 10, 24, 22, 30, tzinfo=UTC))  # 25 October in Berlin
    late = Context(load(), datetime(2026, 11, 24, 12, tzinfo=UTC), "default", lambda _key: None)
    assert isinstance(permit(bought, KIND, late), Permit)
    after_midnight = Context(load(), datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "default", lambda _key: None)
    assert isinstance(permit(bought, KIND, after_midnight), list)


def test_key_is_per_seller_account() -> None:
    from franking.permit import permit

    sent = {Key("a", ORDER, KIND.name): State.SENT}
    assert isinstance(permit(PLAIN, KIND, Context(load(), NOW, "a", sent.get)), list)
    assert isinstance(permit(PLAIN, KIND, Context(load(), NOW, "b", sent.get)), Permit)
