"""Who may write when, by what: every kind by every policy, channel and state, against a table that was written by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from franking.batch.pipeline import Pipeline
from franking.batch.ways import Way, Ways
from franking.catalog import Catalog
from franking.channels.offers import Offers
from franking.model import NotUnderstood, Order
from franking.permit import Context
from franking.policy import load
from franking.sandbox import SandboxServer, serve
from tests.unit.test_api_send import opened, order_of
from tests.unit.test_policy_table import NOW, POLICIES
from tests.unit.test_policy_table import order as order_under

ROOT = Path(__file__).parents[2]
CATALOG = Catalog(ROOT / "templates", ROOT / "themes")
CHANNELS = ("email", "api", "auto")
STATES = ("pending", "unshipped", "partiallyshipped", "shipped", "canceled", "returned", "refunded", "unknown")
CODES = {"K": "kind-permitted", "S": "order-state", "N": "api-kind", "email": "email", "api": "api"}


def table() -> dict[tuple[str, str, str], dict[str, str]]:
    """By kind, policy and channel: what is expected for each state."""
    lines = (ROOT / "tests/data/who_may_write.csv").read_text("utf-8").splitlines()
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        for policy in row["policies"].split():
            key = (row["kind"], policy, row["channel"])
            assert key not in found, key
            found[key] = {state: CODES[row[state]] for state in STATES}
    return found


EXPECTED = table()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with serve(None) as server:  # it allows everything
        yield server


@cache
def pipeline(kind: str, policy: str) -> Pipeline:
    return Pipeline(CATALOG, CATALOG.kind(kind), CATALOG.theme("plain"), load(policy))


@cache
def an_order(kind: str, policy: str) -> Order:
    """With all that the kind may need: what the seller adds, items, a parcel, a delivery."""
    added, shop = order_of(kind), order_under(policy)
    return replace(shop, details=added.details, files=added.files, thread=added.thread)


def test_the_table_is_whole() -> None:
    assert set(EXPECTED) == {(kind, policy, channel) for kind in CATALOG.kinds() for policy in POLICIES for channel in CHANNELS}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", CATALOG.kinds())
def test_who_may_write(kind: str, policy: str, channel: str, sandbox: SandboxServer) -> None:
    ways = Ways(pipeline(kind, policy), channel, Offers(opened(sandbox)))  # type: ignore[arg-type]
    # A problem is written about once its order is adjusted: here the operator says so.
    context = Context(load(policy), NOW, "acme", lambda _key: None, adjusted=True)
    found: dict[str, str] = {}
    for state in STATES:
        stated = NotUnderstood("column order-status", "Teleported") if state == "unknown" else state
        way = ways.of(replace(an_order(kind, policy), state=stated), context)
        found[state] = way.channel if isinstance(way, Way) else way[0].rule
    assert found == EXPECTED[(kind, policy, channel)]
