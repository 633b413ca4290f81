"""Every slug that a user can meet has a manual page, and the examples of the pages outside the checker are executed."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from franking.batch.pipeline import Rejected
from franking.batch.rules import all_rules
from franking.batch.schedule import Schedule
from franking.batch.tally import Tally, count
from franking.batch.ways import Way
from franking.batch.wish import Wish, opens
from franking.catalog import Catalog
from franking.cli.main import app
from franking.model import BrokenOrder, Conditions, OrderItem, Refusal, Rule
from franking.outbox import Choice, Ledger
from franking.permit import Context
from franking.policy import load
from franking.policy.reasons import reasons
from franking.sandbox import Script
from franking.selection import OrderFacts, Selection
from tests.contract.conditions_contract import holding
from tests.contract.ledger_contract import outgoing
from tests.unit.test_api_send import PAPER, decided, order_of
from tests.unit.test_catalog_and_render import an_order, edit, pipeline
from tests.unit.test_order_rows import NEW, report
from tests.unit.test_rule_manuals import PLAIN, examples

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "franking"
KNOWN = {rule.slug for rule in all_rules()}
NOW = datetime(2026, 11, 25, tzinfo=UTC)


# Slugs in the source: where a class has a field or argument ``rule: str``, what is given for it.
def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SRC.rglob("*.py")):
        yield path.relative_to(SRC), ast.parse(path.read_text("utf-8"))


def places() -> dict[str, int]:
    """The classes with a slug, and at which place they are given it."""
    found: dict[str, int] = {}
    for _, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            names = [n.target.id for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
            init = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
            if init is not None:
                names = [argument.arg for argument in init.args.args[1:]]
            if "rule" in names:
                found[node.name] = names.index("rule")
    return found


def given(tree: ast.Module, wanted: dict[str, int]) -> Iterator[ast.expr]:
    """Every expression that becomes a slug."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = (
                node.func.id
                if isinstance(node.func, ast.Name)
                else node.func.attr
                if isinstance(node.func, ast.Attribute)
                else ""
            )
            if name in wanted:
                yield from node.args[wanted[name] : wanted[name] + 1]
                yield from (keyword.value for keyword in node.keywords if keyword.arg == "rule")
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr in ("rule", "slug"):
            for other in node.comparators:
                yield from other.elts if isinstance(other, ast.Tuple | ast.Set | ast.List) else [other]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).rpartition(".")[2] in ("refused", "reasons"):
            yield node.slice
        elif isinstance(node, ast.ClassDef):
            yield from (n.value for n in node.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "rule")
            yield from (
                n.value for n in node.body if isinstance(n, ast.AnnAssign) and ast.unparse(n.target) == "rule" and n.value
            )
        elif isinstance(node, ast.FunctionDef):
            named = [*node.args.posonlyargs, *node.args.args]
            arguments = named[len(named) - len(node.args.defaults) :]
            yield from (d for a, d in zip(arguments, node.args.defaults, strict=True) if a.arg == "rule")


def constants(tree: ast.Module) -> dict[str, ast.expr]:
    return {n.targets[0].id: n.value for n in tree.body if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)}


def written(tree: ast.Module, wanted: dict[str, int]) -> Iterator[str]:
    """Every slug that stands in the source as a text of its own; others are a rule's own ``slug`` or handed on."""
    named = constants(tree)
    for one in given(tree, wanted):
        value = named.get(one.id, one) if isinstance(one, ast.Name) else one
        if isinstance(value, ast.Constant):
            if value.value:
                yield str(value.value)
        elif isinstance(value, ast.JoinedStr | ast.BinOp):
            yield ast.unparse(value)  # a slug that is put together is none that could be looked up


def unknown(files: Iterator[tuple[Path, ast.Module]]) -> list[tuple[str, str]]:
    wanted = {**places(), "Rule": 0}
    own = {"cli/doctor.py", "config/doctor.py"}  # whose findings are no rules': their class is another one
    return [
        (path.as_posix(), slug)
        for path, tree in files
        if path.as_posix() not in own
        for slug in written(tree, wanted)
        if slug not in KNOWN
    ]


def test_no_slug_in_the_source_is_unknown_to_the_registry() -> None:
    assert {"Finding", "Refusal", "BrokenOrder", "Unreadable"} <= set(places())
    assert unknown(trees()) == []


@pytest.mark.parametrize(
    "text",
    [
        'Finding("odd", "error", "a", "b")', 'Refusal(order.id, "odd", "a")', 'BrokenOrder(a, 1, "b", "odd", "c")', 'Unreadable("a", "odd")',
        'Refusal(order.id, rule="odd", message="a")', 'class P(Exception):\n    rule = "odd"', 'X = "odd"\nFinding(X, "error", "a", "b")',
        'class P:\n    rule: str = "odd"', 'def f(a, rule="odd"): ...', 'tally.refused["odd"] += 1', 'if f.rule == "odd": ...',
        'if f.rule in ("odd", "details"): ...', 'RULE = Rule("odd", "error", "a", "b", "check", "c")', 'Finding(f"odd", "error", "a", "b")',
    ],
)  # fmt: skip
def test_an_unknown_slug_is_noticed(text: str) -> None:
    assert len(unknown(iter([(Path("a.py"), ast.parse(text))]))) == 1


def test_rules_are_made_where_the_registry_looks_and_nowhere_else() -> None:
    folders = ("check/rules", "permit/rules", "policy/reasons")
    for path, tree in trees():
        if "franking.model" not in [
            n.module for n in tree.body if isinstance(n, ast.ImportFrom) and "Rule" in [a.name for a in n.names]
        ]:
            continue  # another class of this name
        made = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "Rule"]
        assert bool(made) <= (path.parent.as_posix() in folders) and len(made) < 2, path


@pytest.mark.parametrize("rule", reasons(), ids=lambda rule: rule.slug)
def test_reasons_are_explained(rule: Rule) -> None:
    page = CliRunner().invoke(app, ["explain", rule.slug])
    assert page.exit_code == 0
    assert "To fix it" in page.stdout
    assert load().sources[rule.source] in " ".join(page.stdout.split())


# The examples, each run by what decides it.
def read(body: str, folder: Path) -> bool:
    (found,) = report(folder, NEW, dict(line.split(": ", 1) for line in body.splitlines()))
    assert not isinstance(found, BrokenOrder) or found.rule == "broken-row"
    return not isinstance(found, BrokenOrder)


def house(folder: Path) -> Catalog:
    shutil.copytree(ROOT / "templates", folder / "templates", dirs_exist_ok=True)
    shutil.copytree(ROOT / "themes", folder / "themes", dirs_exist_ok=True)
    return Catalog(folder / "templates", folder / "themes")


def passes(catalog: Catalog, kind: str, slug: str) -> bool:
    order = replace(an_order(catalog, kind), state="shipped")
    result = pipeline(catalog, kind).prepare(order, Context(load(), NOW, "s", lambda _key: None))
    assert not isinstance(result, list), result
    if isinstance(result, Rejected):
        assert [f.rule for f in result.findings] == [slug]
    return not isinstance(result, Rejected)


def rendered(body: str, folder: Path) -> bool:
    catalog = house(folder)
    mark = "{% block content %}"
    edit(catalog.templates / "review_request" / "message.html.j2", mark, f"{mark}\n<p>{body}</p>")
    return passes(catalog, "review_request", "template")


def translated(body: str, folder: Path) -> bool:
    catalog = house(folder)
    edit(catalog.templates / "locales" / "de.po", 'msgid "How was your order?"\nmsgstr "Wie war Ihre Bestellung?"', body)
    return passes(catalog, "review_request", "translation")


def due(body: str, slug: str) -> bool:
    values = dict(line.split(": ", 1) for line in body.splitlines())
    now = datetime.now(UTC)
    ago = values["delivered"]
    order = replace(PLAIN, delivered_at=None if ago == "unknown" else now - timedelta(days=int(ago.split()[0])))
    found = Schedule.parse(values["at"], now).due(order)
    assert isinstance(found, datetime) or (found is not None and found.rule == slug)
    return isinstance(found, datetime)


def queued_once(body: str, folder: Path) -> bool:
    ledger = Ledger(f"sqlite:///{folder}/a.db")
    tally = Tally()
    for line in body.splitlines():
        tally.queue(1, ledger.queue("b", [outgoing(int(line[-7:]))]))
    refused = count(tally, ledger.standing(batch="b", done=True), ledger.standing("acme")).refused
    assert set(refused) <= {"repeated-order"}
    return not refused


def left_alone(body: str, folder: Path) -> bool:
    ledger = Ledger(f"sqlite:///{folder}/a.db")
    tally = Tally()
    tally.queue(2, ledger.queue("b", [outgoing(1), outgoing(2)]))
    if body == "cancelled: yes":
        ledger.cancel("acme", Choice())
    refused = count(tally, ledger.standing(batch="b", done=True), ledger.standing("acme")).refused
    assert set(refused) <= {"cancelled"}
    return not refused


def by_api(body: str, slug: str) -> bool:
    values = dict(line.split(": ", 1) for line in body.splitlines())
    order = order_of(values["kind"])
    if "files" in values:
        order = replace(order, files=tuple(PAPER for _ in range(int(values["files"]))))
    allowed = Script(actions={order.id: values["allowed"].split()}) if "allowed" in values else None
    way = decided(values["kind"], "api", allowed, order=order)
    assert isinstance(way, Way) or way[0].rule == slug
    return isinstance(way, Way)


def selected(body: str, slug: str) -> bool:
    values = dict(line.split(": ", 1) for line in body.splitlines())
    number = max(len(values.get(name, "").split()) for name in ("skus", "asins")) or 1
    cells = {name: values.get(f"{name}s", "-").split() for name in ("sku", "asin")}
    cells = {name: (found * number)[:number] for name, found in cells.items()}
    items = tuple(OrderItem(sku, "x", 1, None, "" if asin == "-" else asin) for sku, asin in zip(*cells.values(), strict=True))
    channel = {"AFN": "AFN", "MFN": "MFN"}.get(values.get("channel", ""), "")
    order = replace(PLAIN, items=items, fulfilment=channel)  # type: ignore[arg-type]
    only, without = ([values[name]] if name in values else [] for name in ("only", "not"))
    found = Selection.parse(only, without).judge(order, OrderFacts())
    assert found is None or found.rule == slug
    return found is None


def timed(body: str, slug: str) -> bool:
    values = dict(line.split(": ", 1) for line in body.splitlines())
    now = datetime.now(UTC)
    ago = values.get("dispatched", "unknown")
    order = replace(
        PLAIN, shipped_at=None if ago == "unknown" else now - timedelta(days=int(ago.split()[0])),
        ship_country=values.get("country", "").replace("unknown", ""), ship_state=values.get("state", ""),
    )  # fmt: skip
    wish = Wish.parse(after=values.get("after"), between=values.get("between"))
    found = wish.schedule(None, now).due(order)
    assert not isinstance(found, Refusal) or found.rule == slug
    return not isinstance(found, Refusal)


def in_time(body: str, folder: Path) -> bool:
    ledger = Ledger(f"sqlite:///{folder}/a.db")
    when = datetime.now(UTC) + timedelta(hours=-1 if body.endswith("ago") else 1)
    ledger.queue("b", [holding(1, Conditions(not_after=when))])
    taken_back = dict(ledger.review(opens, batch="b").taken_back)
    assert set(taken_back) <= {"expired"}
    return not taken_back


DECIDED: dict[str, Callable[[str, Path], bool]] = {
    "broken-row": read, "template": rendered, "translation": translated,
    "delivery-date": lambda body, _: due(body, "delivery-date"), "send-time": lambda body, _: due(body, "send-time"),
    "repeated-order": queued_once, "cancelled": left_alone, "api-kind": lambda body, _: by_api(body, "api-kind"),
    "api-offer": lambda body, _: by_api(body, "api-offer"), "not-selected": lambda body, _: selected(body, "not-selected"),
    "selection-unknown": lambda body, _: selected(body, "selection-unknown"), "expired": in_time,
    "dispatch-date": lambda body, _: timed(body, "dispatch-date"), "buyer-zone": lambda body, _: timed(body, "buyer-zone"),
}  # fmt: skip


@pytest.mark.parametrize("rule", reasons(), ids=lambda rule: rule.slug)
def test_examples_of_reasons(rule: Rule, tmp_path: Path) -> None:
    found = list(examples(rule.manual))
    assert len({verdict for verdict, _, _ in found}) == 2
    for number, (verdict, _, body) in enumerate(found):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert DECIDED[rule.slug](body, folder) == (verdict == "Permitted"), body
