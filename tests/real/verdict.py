"""What a batch under faults left, judged by what the server took."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from franking.outbox import Ledger
from tests.real.sink import taken


@dataclass
class Verdict:
    """What a scenario left."""

    name: str
    messages: int
    faults: int
    states: Counter[str]
    received: Counter[str]
    problems: list[str] = field(default_factory=list)


def judge(name: str, url: str, log: Path, messages: int, faults: int) -> Verdict:
    """Compare the ledger with what the server took."""
    ledger = Ledger(url)
    with ledger._engine.connect() as connection:
        rows = connection.execute(text("SELECT order_id, state FROM message")).all()
    ledger.close()
    states = {row.order_id: row.state for row in rows}
    received = Counter(address for address, _ in taken(log))
    by_address = {f"b{int(order[-7:])}@marketplace.amazon.de": state for order, state in states.items()}
    verdict = Verdict(name, messages, faults, Counter(states.values()), received)
    if len(states) != messages:
        verdict.problems.append(f"{len(states)} rows for {messages} messages")
    twice = [address for address, number in received.items() if number > 1]
    if twice:
        verdict.problems.append(f"{len(twice)} buyers were written to twice")
    lost = [a for a, state in by_address.items() if state == "sent" and a not in received]
    if lost:
        verdict.problems.append(f"{len(lost)} are called sent and did not arrive")
    wrong = [a for a in received if by_address.get(a) not in ("sent", "ambiguous")]
    if wrong:
        verdict.problems.append(f"{len(wrong)} arrived and are called neither sent nor ambiguous")
    return verdict
