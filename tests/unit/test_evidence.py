"""``franking evidence``: what is told of a message that was sent is true for it, and names nobody."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bench.letters import orders
from bench.reports import write
from typer.testing import CliRunner

from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog
from franking.check.measured import judgement
from franking.check.rule_context import RuleContext
from franking.cli.main import app
from franking.model import Franked, Message
from franking.policy import load

ROOT = Path(__file__).parents[2]
PAGE = """<body style="margin:0"><div style="margin:0 36px"><p style="margin:0;padding-left:18px">A text</p>
<p style="font-size:20px;background:#767676">Larger</p>%s</div></body>"""
IMAGE = '<img src="cid:a" alt="a" width="90" height="10">'


def measured(html: str) -> dict[str, dict[int, tuple[float, float] | None]]:
    policy = load()
    context = RuleContext(Message("x", html), policy, policy.widths)
    return {one.rule: dict(one.measured) for one in judgement(context.pages, [], policy).rules if one.threshold}


def test_measured_values_are_those_of_the_page() -> None:
    found = measured(PAGE % (IMAGE + "<br><br>Below"))
    assert found["image-width"] == {360: (0.25, 0.25), 600: (0.15, 0.15)}
    # 36 px of margin and 18 px of padding are 54 px; what stands furthest in counts.
    assert found["margin-width"][600] == (0.06, 0.06)
    assert found["margin-width"][360] == (0.1, 0.1)
    assert found["font-sizes"] == {360: (2.0, 2.0), 600: (2.0, 2.0)}
    assert found["line-breaks"] == {360: (2.0, 2.0), 600: (2.0, 2.0)}
    assert found["contrast"][360] == pytest.approx((4.62, 4.62), abs=0.01)  # black on #767676, by WCAG's formula


def test_where_there_is_nothing_to_measure_nothing_is_said() -> None:
    assert measured(PAGE % "")["image-width"] == {360: None, 600: None}
    assert measured("<body></body>")["contrast"] == {360: None, 600: None}


def test_what_is_said_of_a_shape_holds_for_each_of_its_messages() -> None:
    """Each made by its shape and, by another pipeline, as a whole."""
    catalog = Catalog(ROOT / "templates", ROOT / "themes")
    one, other = (Pipeline(catalog, catalog.kind("order_confirmation"), catalog.theme("brand"), load()) for _ in range(2))
    by_shape = 0
    for order in orders(3, 12):
        made, whole = one.franked(order), other.whole(order)
        assert isinstance(made, Franked) and isinstance(whole, Franked)
        assert made.judged is not None and whole.judged is not None
        said, true = made.judged(), whole.judged()
        by_shape += said.by_shape
        assert not true.by_shape
        assert [(r.rule, r.verdict) for r in said.rules] == [(r.rule, r.verdict) for r in true.rules]
        for about, real in zip(said.rules, true.rules, strict=True):
            assert about.basis == "message" or said.by_shape
            for width, values in real.measured.items():
                bounds = about.measured[width]
                assert values is None or (bounds is not None and bounds[0] <= values[0] <= bounds[1]), (about.rule, width)
    assert by_shape > 5


class _Loads(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "srcset") or name.startswith("on")]
        self.found += [tag] if tag in ("script", "link", "img", "iframe") else []


def test_evidence_of_a_batch_after_its_data_is_erased(tmp_path: Path) -> None:
    write(tmp_path / "orders.txt", 12)
    house = ["--templates", str(ROOT / "templates"), "--themes", str(ROOT / "themes"), "--theme", "brand", "--demo"]
    ledger = ["--outbox", f"sqlite:///{tmp_path / 'ledger.db'}"]

    def run(*arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, [*arguments, *ledger])
        assert result.exit_code == code, result.output
        return result

    sent = run("send", str(tmp_path / "orders.txt"), "--kind", "order_confirmation", "--sender", "shop@shop.example",
               "--transport", f"dir:{tmp_path / 'out'}", "--as-of", "2026-11-20T12:00:00Z", "--format", "json", *house)  # fmt: skip
    assert json.loads(sent.stdout)["sent"] == 12
    run("erase", "--older-than", "0d", "--seller", "demo")
    rows = [row.split("\t") for row in (tmp_path / "orders.txt").read_text("utf-8").splitlines()]
    values = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    bases = set()
    for row in {row["order-id"]: row for row in values}.values():
        shown = run("evidence", row["order-id"], "--seller", "demo", "--format", "json").stdout
        (message,) = json.loads(shown)["messages"]
        assert (message["state"], message["kind"]) == ("sent", "order_confirmation")
        assert message["facts"]["policy"]["digest"] == load().digest
        assert all(moment.endswith("+00:00") for moment in message["times"].values())
        assert {"duplicate-of-amazon": "warned", "once-per-order": "kept"}.items() <= {
            rule["rule"]: rule["verdict"] for rule in message["facts"]["permission"]
        }.items()
        judged = {rule["rule"] for rule in message["facts"]["rules"]}
        assert "text-align" in judged and "api-text" not in judged  # nothing is claimed of a rule for another channel
        bases.add(message["facts"]["by_shape"])
    assert bases == {True, False}
    private = {row[name] for row in values for name in ("buyer-email", "buyer-name", "recipient-name", "product-name")}
    order = values[-1]["order-id"]
    run("evidence", order, "--seller", "demo", "--out", str(tmp_path / "evidence"))
    text = run("evidence", order, "--seller", "demo").stdout
    files = sorted((tmp_path / "evidence").iterdir())
    assert [file.name for file in files] == [f"evidence-{order}.html", f"evidence-{order}.json"]
    for told in (text, *(file.read_text("utf-8") for file in files)):
        assert order in told or told is text
        assert "image-width" in told and load().digest in told
        assert not [value for value in private if value and value in told]
        assert "shop@" not in told
    assert json.loads(files[1].read_text("utf-8")) == json.loads(
        run("evidence", order, "--seller", "demo", "--format", "json").stdout
    )
    page = _Loads()
    page.feed(files[0].read_text("utf-8"))
    assert page.found == []
    assert "no message for this order" in run("evidence", "302-0000000-0000000", "--seller", "demo", code=1).output
    run("evidence", order, "--seller", "demo", "--kind", "reply", code=1)
