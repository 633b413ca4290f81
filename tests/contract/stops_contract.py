"""What the marketplace refuses: stops hold messages back until a person lifts them, the same on every database."""

from __future__ import annotations

import pytest

from franking.model import Outcome, State
from franking.outbox import ACCOUNT
from tests.contract.ledger_contract import Open, OpensLedger, outgoing


class StopsContract(OpensLedger):
    @pytest.mark.parametrize("kind", ["reply", ACCOUNT])
    def test_a_stop_holds_just_what_it_names(self, open_ledger: Open, kind: str) -> None:
        """Queued, scheduled and deferred messages; not another kind, nor another account."""
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(2), outgoing(3, kind="invoice"), outgoing(4, seller="other")])
        ledger.settle([(e, Outcome(State.DEFERRED, "451")) for e in ledger.claim("b", 1)])
        ledger.upkeep("acme").due_now()
        assert ledger.stops("acme").add(kind, "refused", "<n1@marketplace>")
        assert open_ledger().stops("acme").of("reply") is not None
        held = 3 if kind == ACCOUNT else 2
        assert ledger.upkeep("acme").waiting()[0] == 3 - held
        taken = {e.message_id for e in ledger.claim("b", 9)}
        assert taken == {"<4.reply@example.com>"} | (set() if kind == ACCOUNT else {"<3.invoice@example.com>"})
        assert list(ledger.exchange((), None, 9, "acme")) == []
        assert [stop.kind for stop in ledger.stopped()] == [kind]
        assert ledger.stopped("other") == []
        assert not ledger.stops("other").lift(kind)
        assert ledger.stops("acme").lift(kind)
        assert len(ledger.claim("b", 9)) == held

    def test_a_notice_stops_once(self, open_ledger: Open) -> None:
        """Mailboxes are read again and again: what a person has lifted stays so until there is another notice."""
        stops = open_ledger().stops("acme")
        assert [stops.add("reply", "first", "<n1@m>"), stops.add("reply", "again", "<n1@m>")] == [True, False]
        assert stops.add("reply", "second", "<n2@m>")
        found = stops.of("reply")
        assert found is not None
        assert (found.reason, found.kind, found.seller) == ("first", "reply", "acme")
        assert (stops.lift("reply"), stops.lift("reply"), stops.of("reply")) == (True, False, None)
        assert not stops.add("reply", "again", "<n1@m>")
        assert stops.of("reply") is None
        assert stops.add("reply", "third", "<n3@m>")
        assert stops.add(ACCOUNT, "all", "<n3@m>")
        assert [stops.of(kind).kind for kind in ("reply", "invoice")] == [ACCOUNT, ACCOUNT]  # type: ignore[union-attr]
