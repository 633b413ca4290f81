"""Feeds in the ledger: each step is taken once, and each line is live once, the same on every database."""

from __future__ import annotations

import pytest

from franking.errors import InputError
from franking.model.feeds import BEFORE_SUBMISSION, FeedState, LineState
from franking.outbox import NewFeed
from franking.outbox.feeds import Outcome
from tests.contract.ledger_contract import Open, OpensLedger

ONE, TWO = "302-1234567-0000001", "302-1234567-0000002"


def feed(*orders: str, subject: str = "cancel:1") -> NewFeed:
    entries = [(place, order, (subject,)) for place, order in enumerate(orders, start=1)]
    return NewFeed("POST_X", "A1PA6795UKMFR9", "text/xml", "0" * 64, b"<x/>", entries)


class FeedsContract(OpensLedger):
    def test_a_step_is_taken_by_one(self, open_ledger: Open) -> None:
        one, other = open_ledger().feeds("acme"), open_ledger().feeds("acme")
        (number,) = one.add([feed(ONE)])
        assert one.advance(number, BEFORE_SUBMISSION, FeedState.UPLOADING, document_id="d")
        assert other.advance(number, (FeedState.UPLOADING,), FeedState.SUBMITTING)
        assert not one.advance(number, (FeedState.UPLOADING,), FeedState.SUBMITTING)
        found = one.get(number)
        assert found is not None
        assert (found.state, found.document, found.document_id) == (FeedState.SUBMITTING, b"<x/>", "d")
        assert found.submitted_at is not None
        assert [state.value for _, state, _ in one.steps(number)] == ["ready", "uploading", "submitting"]
        assert open_ledger().feeds("globex").get(number) is None
        assert not open_ledger().feeds("globex").advance(number, (FeedState.SUBMITTING,), FeedState.READY)

    def test_a_line_is_live_once(self, open_ledger: Open) -> None:
        feeds = open_ledger().feeds("acme")
        (number,) = feeds.add([feed(ONE, TWO)])
        with pytest.raises(InputError, match=TWO):
            feeds.add([feed("302-1234567-0000003"), feed(TWO)])
        assert len(feeds.all()) == 1  # none of the two
        assert open_ledger().feeds("globex").add([feed(ONE)])
        rejected = {2: Outcome(LineState.REJECTED, "13010", "no")}
        assert feeds.settle(number, (FeedState.READY,), FeedState.DONE, "", rejected, Outcome(LineState.ACCEPTED))
        assert feeds.adjusted([ONE, TWO, "x"]) == {ONE: LineState.ACCEPTED, TWO: LineState.REJECTED}
        assert feeds.dispatched([ONE, TWO]) == {}
        assert feeds.add([feed(TWO)])
        assert feeds.adjusted([TWO]) == {TWO: LineState.WAITING}
        with pytest.raises(InputError, match=ONE):
            feeds.add([feed(ONE)])
        assert feeds.add([feed(ONE, subject="ship:1:T")])
        found = feeds.get(number)
        assert found is not None
        assert found.document is None
        assert [feed.state for feed in feeds.all(unsettled=True)] == [FeedState.READY, FeedState.READY]
