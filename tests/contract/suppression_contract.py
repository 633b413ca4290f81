"""Buyers who must not be written to any more, the same on every database."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from franking.model import _TOKEN, Outcome, State
from franking.outbox.schema import messages
from tests.contract.ledger_contract import Open, OpensLedger, outgoing


class SuppressionContract(OpensLedger):
    def test_what_waits_for_who_opted_out_since_is_withdrawn(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        same = "b1@marketplace.amazon.de"
        answer = replace(outgoing(1, kind="answer"), threaded=True, token=_TOKEN)  # a reply in the buyer's own thread
        ledger.queue("b", [outgoing(1), outgoing(2), outgoing(3), outgoing(4), answer])
        ledger.queue("c", [outgoing(5, recipient=same), outgoing(6, recipient=same), outgoing(1, seller="other")])
        sent, late = ledger.claim("c", 2)[:1], outgoing(6, recipient=same)
        ledger.settle([(e, Outcome(State.SENT)) for e in sent])  # and the other one is on the wire
        assert ledger.withdraw() == 0
        suppressed = ledger.suppressions("acme")
        suppressed.add([same, "b3@marketplace.amazon.de"], "opt-out")
        suppressed.add(["b2@marketplace.amazon.de"], "bounce")
        assert ledger.withdraw(batch="other") == ledger.withdraw(seller="other") == 0
        assert ledger.withdraw(batch="b", seller="acme") == 3
        assert [ledger.state_of(outgoing(n).key) for n in (1, 2, 3, 4)] == [State.FAILED] * 3 + [State.QUEUED]
        assert ledger.state_of(answer.key) is State.QUEUED
        assert ledger.state_of(late.key) is State.SENDING
        assert ledger.state_of(outgoing(1, seller="other").key) is State.QUEUED
        assert {reply for _, _, reply, _ in ledger.overview().problems()} == {
            "the buyer opted out after this message was queued", "mail to the buyer bounced after this message was queued",
        }  # fmt: skip
        suppressed.add([same], "bounce")  # which no kind outweighs
        assert ledger.withdraw() == 1
        assert ledger.state_of(answer.key) is State.FAILED

    def test_who_was_suppressed_before_a_message_was_queued_is_not_written_to(self, open_ledger: Open) -> None:
        """Another process may be sending, and has withdrawn what was queued when it began."""
        ledger = open_ledger()
        suppressed = ledger.suppressions("acme")
        suppressed.add([outgoing(1).recipient, outgoing(2).recipient, outgoing(4).recipient], "opt-out")
        suppressed.add([outgoing(3).recipient], "bounce")
        ledger.queue("a", [outgoing(4)])
        answer = replace(outgoing(2, kind="answer"), threaded=True, token=_TOKEN)
        others = [outgoing(1, seller="other"), outgoing(5)]
        queued = ledger.queue("b", [outgoing(1), outgoing(3), outgoing(4), answer, *others])
        assert [ledger.state_of(outgoing(n).key) for n in (1, 3, 4)] == [State.FAILED] * 3
        assert [ledger.state_of(message.key) for message in (answer, *others)] == [State.QUEUED] * 3
        assert {envelope.recipient for envelope in ledger.claim("b", 9)} == {m.recipient for m in (answer, *others)}
        assert len(queued.numbers) <= 3

    def test_a_message_that_takes_another_s_place_is_threaded_as_it_is(self, open_ledger: Open) -> None:
        """The same reply made anew, with the thread or without."""
        ledger = open_ledger()
        bare = outgoing(1), outgoing(2)
        threaded = [replace(message, threaded=True, token=_TOKEN) for message in bare]
        ledger.queue("b", [bare[0], threaded[1]])
        ledger.queue("c", [threaded[0], bare[1]])
        ledger.suppressions("acme").add([message.recipient for message in bare], "opt-out")
        assert ledger.withdraw() == 1
        assert [ledger.state_of(message.key) for message in bare] == [State.QUEUED, State.FAILED]

    def test_a_job_withdraws_its_own_messages(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.queue("b", [outgoing(1), outgoing(2)])
        with ledger._engine.begin() as connection:
            connection.execute(update(messages).where(messages.c.order_id == outgoing(2).key.order_id).values(lease=7))
        ledger.suppressions("acme").add([outgoing(1).recipient, outgoing(2).recipient], "opt-out")
        assert ledger.leased(8).withdraw() == 0
        assert ledger.leased(7).withdraw() == 1
        assert [ledger.state_of(outgoing(n).key) for n in (1, 2)] == [State.QUEUED, State.FAILED]

    def test_suppressed_addresses_are_digests_of_one_account(self, open_ledger: Open) -> None:
        suppressed = open_ledger().suppressions("acme")
        assert suppressed.add(["Token@Marketplace.amazon.de", "b@x.example"], "opt-out") == 2
        assert suppressed.add(["token@marketplace.amazon.de"], "opt-out") == 0
        assert suppressed.reason("token@marketplace.amazon.DE") == "opt-out"
        suppressed.add(["b@x.example"], "bounce")
        assert suppressed.reason("b@x.example") == "bounce"
        assert suppressed.reasons(["b@x.example", "B@X.example", "none@x.example"]) == {
            "b@x.example": "bounce", "B@X.example": "bounce",
        }  # fmt: skip
        assert open_ledger().suppressions("other").reason("b@x.example") is None
        assert all("@" not in str(entry) for entry in suppressed.entries())
        assert suppressed.remove("b@x.example")
        assert not suppressed.remove("b@x.example")
