"""Processes that hand a feed in, or send messages by the API, for tests that kill them."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from franking.batch.adjust import new_feeds
from franking.batch.feed_runs import FeedRun
from franking.batch.submitting import CONFIRM, Patience, Submitter
from franking.batch.watch import Unwatched
from franking.channels import Endpoint
from franking.channels.client import Client
from franking.channels.feeds import FeedApi
from franking.channels.quotas import Quotas
from franking.channels.routed import RoutedTransport
from franking.channels.transport import ApiTransport
from franking.dispatch import AppCredentials, Dispatcher, RateLimiter
from franking.feeds import Acknowledgement, documents
from franking.outbox import Ledger, NewFeed
from franking.policy import marketplace

ORDERS = ("112-4471093-1120345", "114-8830217-5528106", "113-1111111-1111111")


def opened(ledger: str, url: str, seconds: float = 5.0) -> FeedRun:
    client = Client(Endpoint.parse(address=url), AppCredentials("app", "s", None, "r"), Quotas(), 10.0, 0.01)
    america = marketplace("Amazon.com")
    assert america is not None
    feeds = Ledger(ledger).feeds("acme")
    patience = Patience(seconds, lambda wanted: time.sleep(min(wanted, 0.01)))
    return FeedRun(feeds, Submitter(feeds, lambda _place: FeedApi(client, america), Unwatched(), patience))


def new(*orders: str) -> list[Any]:
    actions = [Acknowledgement(o, "NoInventory", (("61200450098821", 1),)) for o in orders or ORDERS]
    return new_feeds([("ATVPDKIKX0DER", d) for d in documents(actions, "xml", "A2")])


def hand_in(ledger: str, url: str) -> None:
    """What is killed."""
    opened(ledger, url).hand_in(new())


def parcel(order: str) -> NewFeed:
    """The confirmation of one parcel, as one call."""
    detail = {"packageReferenceId": "1", "carrierCode": "DHL", "trackingNumber": "T", "shipDate": "2026-11-27T09:00:00.000Z",
              "orderItems": [{"orderItemId": "61200450098821", "quantity": 1}]}  # fmt: skip
    body = json.dumps({"marketplaceId": "ATVPDKIKX0DER", "packageDetail": detail}).encode()
    return NewFeed(CONFIRM, "ATVPDKIKX0DER", "application/json", "0" * 64, body, [(1, order, ("ship:61200450098821:T",))])


def confirm(ledger: str, url: str) -> None:
    """The same for a parcel."""
    opened(ledger, url).hand_in([parcel(ORDERS[0])])


def send(ledger: str, url: str) -> None:
    """The same for messages."""
    client = Client(Endpoint.parse(address=url), AppCredentials("app", "s", None, "r"), Quotas(), 10.0, 0.01)
    transport = RoutedTransport(None, ApiTransport(client, "acme"))
    asyncio.run(Dispatcher(Ledger(ledger), transport, "b", 1, RateLimiter(), lambda _n: None).run())


@contextmanager
def starting(ledger_url: str) -> Iterator[Callable[[str, Callable[[str, str], None]], Any]]:
    """Starts processes, each with one of these functions and the sandbox's URL; their modules come from a process that loaded them
    once. What still runs at the end is killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    started: list[Any] = []

    def start(url: str, target: Callable[[str, str], None]) -> Any:
        started.append(context.Process(target=target, args=(ledger_url, url)))
        started[-1].start()
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.join()
