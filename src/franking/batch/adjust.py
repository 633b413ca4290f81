"""Adjustments: which feed each order's state asks for, the documents, and what was submitted before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from franking.batch.reports import chosen_marketplace, read_orders
from franking.batch.watch import Watch
from franking.errors import InputError
from franking.feeds import Acknowledgement, Choice, FeedDocument, Wish, choose, documents
from franking.feeds.documents import Form
from franking.feeds.reasons import REASONS
from franking.feeds.refunds import Unclear
from franking.model import BrokenOrder, Order
from franking.model.feeds import LineState
from franking.orders import open_orders
from franking.outbox import Feeds, NewFeed

_LIVE = (LineState.WAITING, LineState.ACCEPTED, LineState.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Question:
    """Orders by their IDs, the order file that contains them, and what to do with them."""

    orders: Sequence[str]
    file: Path
    wish: Wish
    form: Form = "xml"
    encoding: str | None = None
    marketplace: str | None = None
    states: Path | None = None
    items: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """An order and the feed for it."""

    order: Order
    choice: Choice


@dataclass(frozen=True, slots=True)
class NotAdjusted:
    """An order without a feed: a slug, why, and what would be needed."""

    order_id: str
    slug: str
    message: str
    needed: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is done about each order. ``known`` were submitted by an earlier run, with their states."""

    chosen: list[Chosen] = field(default_factory=list)
    refused: list[NotAdjusted] = field(default_factory=list)
    known: dict[str, Mapping[str, LineState]] = field(default_factory=dict)


def decide(question: Question, feeds: Feeds | None, watch: Watch) -> Decisions:
    """The feed for every order, or why there is none. Raises ``InputError`` for a file or reason that cannot be used."""
    if question.wish.reason not in REASONS:
        raise InputError(
            f"--reason {question.wish.reason[:40]!r}: expected for example NoInventory, CouldNotShip or "
            "CustomerReturn; docs/marketplaces.md lists them"
        )
    twice = next((order for order in question.orders if question.orders.count(order) > 1), None)
    if twice is not None:
        raise InputError(f"order {twice[:40]!r} is named twice, expected each order once")
    wanted = set(question.orders)
    source = open_orders(
        question.file,
        encoding=question.encoding,
        marketplace=chosen_marketplace(question.marketplace),
        items=question.items,
        charges=True,
    )
    for note in source.notes:
        watch.say(note)
    entries = {entry.id: entry for entry in read_orders(source, question.states) if entry.id in wanted}
    source.close()
    earlier = feeds.of_orders(wanted) if feeds is not None else {}
    found = Decisions()
    for order_id in question.orders:
        entry = entries.get(order_id)
        try:
            _decide(order_id, entry, question.wish, earlier.get(order_id, {}), found)
        except Unclear as problem:
            found.refused.append(NotAdjusted(order_id, problem.slug, str(problem), problem.needed))
    return found


def _decide(
    order_id: str, entry: Order | BrokenOrder | None, wish: Wish, earlier: Mapping[str, LineState], found: Decisions
) -> None:
    live = {subject: state for subject, state in earlier.items() if state in _LIVE}
    adjusted = {subject: state for subject, state in live.items() if not subject.startswith("ship:")}
    if entry is None:
        raise Unclear("order-missing", "the order file does not have this order", "an order file that has it")
    if isinstance(entry, BrokenOrder):
        raise Unclear("order-unreadable", entry.problem, entry.hint)
    if entry.marketplace.platform != "amazon":
        raise Unclear("no-feeds", f"{entry.marketplace.name} takes no such feeds", "the marketplace's own pages")
    try:
        choice = choose(entry, wish)
    except Unclear:
        if adjusted and not wish.items:  # the newer file shows what the earlier run did
            found.known[order_id] = adjusted
            return
        raise
    subjects = choice.action.subjects
    same = {subject: adjusted[subject] for subject in subjects if subject in adjusted}
    if len(same) == len(subjects):
        found.known[order_id] = same
    elif same:
        raise Unclear("submitted-before", "some of these items were adjusted by an earlier run", "--item for the others")
    elif isinstance(choice.action, Acknowledgement) and len(live) > len(adjusted):
        raise Unclear(
            "state-contradictory",
            "the order file has nothing dispatched, and the outbox has a confirmed dispatch",
            "a newer order file",
        )
    else:
        found.chosen.append(Chosen(entry, choice))


def documents_of(chosen: Sequence[Chosen], form: Form, merchant: str) -> list[tuple[str, FeedDocument]]:
    """The documents, each with its marketplace's ID. Raises ``InputError`` and ``ConfigurationError``."""
    places = dict.fromkeys(entry.order.marketplace.id for entry in chosen)
    return [
        (place, document)
        for place in places
        for document in documents([e.choice.action for e in chosen if e.order.marketplace.id == place], form, merchant)
    ]


def new_feeds(made: Sequence[tuple[str, FeedDocument]]) -> list[NewFeed]:
    """Documents as the outbox takes them."""
    return [
        NewFeed(
            document.feed_type,
            place,
            document.content_type,
            document.digest,
            document.content,
            [(entry.number, entry.order_id, entry.subjects) for entry in document.entries],
        )
        for place, document in made
    ]
