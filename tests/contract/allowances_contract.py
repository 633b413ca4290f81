"""What the shared buckets must do, whatever database is below."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from franking.outbox import Limit
from franking.outbox.schema import allowances
from tests.contract.ledger_contract import Open, OpensLedger


class AllowancesContract(OpensLedger):
    """The rate and the caps of one seller account, over all processes."""

    def test_two_processes_share_a_rate(self, open_ledger: Open) -> None:
        one, two = (open_ledger().allowances([Limit("sender:a", 100.0)]) for _ in range(2))
        moments = sorted([*one.take(50), *two.take(50)])
        assert len(moments) == 100
        # A hundred a second, less the tenth of a second that may be made up for.
        assert 0.8 <= moments[-1] <= 1.0
        assert max(sum(1 for m in moments if start <= m < start + 0.2) for start in moments) <= 31

    def test_the_stricter_limit_holds(self, open_ledger: Open) -> None:
        bucket = open_ledger().allowances([Limit("sender:a", 1000.0), Limit("transport:t", 10.0)])
        assert 1.7 <= bucket.take(20)[-1] <= 1.9

    def test_accounts_have_rates_of_their_own(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        ledger.allowances([Limit("sender:a", 1.0)]).take(10)
        assert ledger.allowances([Limit("sender:b", 1.0)]).take(1) == [0.0]

    def test_the_day_s_cap_is_used_up(self, open_ledger: Open) -> None:
        bucket = open_ledger().allowances([Limit("sender:a", None, (5, 50))])
        assert len(bucket.take(3)) == 3
        assert len(bucket.take(3)) == 2
        assert bucket.take(3) == []
        bucket.give_back(1)
        assert len(bucket.take(3)) == 1

    def test_a_warm_up_grows_by_days(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        bucket = ledger.allowances([Limit("sender:a", None, (5, 7))])
        assert len(bucket.take(100)) == 5
        for days, cap in ((1, 7), (30, 7)):
            yesterday = datetime.now(UTC).date() - timedelta(days=1)
            with ledger._engine.begin() as connection:
                first = datetime.now(UTC).date() - timedelta(days=days)
                connection.execute(update(allowances).values(day=yesterday, first_day=first))
            assert len(bucket.take(100)) == cap

    def test_a_day_on_which_nothing_left_is_not_the_first_one(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        bucket = ledger.allowances([Limit("sender:a", None, (5, 7))])
        bucket.take(3)
        bucket.give_back(3)
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        with ledger._engine.begin() as connection:
            connection.execute(update(allowances).values(day=yesterday, first_day=yesterday))
        assert len(bucket.take(100)) == 5

    def test_a_clock_that_was_set_back_before_the_first_day_has_the_first_day_s_cap(self, open_ledger: Open) -> None:
        for caps in ((5,), (5, 7, 9)):
            ledger = open_ledger()
            bucket = ledger.allowances([Limit(f"sender:{len(caps)}", None, caps)])
            bucket.take(1)
            later = datetime.now(UTC).date() + timedelta(days=2)
            with ledger._engine.begin() as connection:
                connection.execute(update(allowances).values(day=later, first_day=later))
            assert len(bucket.take(100)) == 5

    def test_a_clock_that_was_set_back_does_not_stop_everything(self, open_ledger: Open) -> None:
        ledger = open_ledger()
        bucket = ledger.allowances([Limit("sender:a", 10.0)])
        bucket.take(1)
        with ledger._engine.begin() as connection:
            connection.execute(update(allowances).values(next_at=time.time() + 86400))
        assert bucket.take(2)[-1] <= 0.2
