"""``--only`` and ``--not``: which orders are meant.

``--only`` with one key several times: any of them. With several keys: each of them. ``--not``: none of them. An order with
several items has a SKU or ASIN if *any* item has it; ``every-sku`` and ``every-asin`` ask all of its items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from franking.model import Order, Refusal
from franking.policy.reasons.not_selected import RULE as NOT_SELECTED
from franking.policy.reasons.selection_unknown import RULE as UNKNOWN
from franking.selection.terms import OrderFacts, Term, Verdict, all_of, any_of


@dataclass(slots=True)
class Selection:
    """What was asked for; ``hits`` counts by term the orders that it was true of."""

    only: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    hits: Counter[Term] = field(default_factory=Counter)
    judged: int = 0

    @classmethod
    def parse(cls, only: Sequence[str], without: Sequence[str]) -> Selection:
        """From the values of ``--only`` and ``--not``. Raises ``InputError``."""
        return cls(tuple(Term.parse("--only", text) for text in only), tuple(Term.parse("--not", text) for text in without))

    @property
    def terms(self) -> tuple[Term, ...]:
        """All of them."""
        return (*self.only, *self.without)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of message that the outbox is asked for."""
        return frozenset(term.kind for term in self.terms if term.kind)

    @property
    def unless_sent(self) -> tuple[str, ...]:
        """The kinds whose messages exclude an order, also later, until its own message leaves."""
        return tuple(sorted({term.kind for term in self.without if term.kind}))

    @property
    def asks_for_buyers(self) -> bool:
        """Whether the buyers of other orders matter."""
        return any(term.key == "buyer" for term in self.terms)

    def judge(self, order: Order, facts: OrderFacts) -> Refusal | None:
        """Why an order is not selected; None if it is."""
        if not self.terms:
            return None
        self.judged += 1
        verdicts: dict[Term, Verdict] = {term: term.judge(order, facts) for term in self.terms}
        self.hits.update(term for term, verdict in verdicts.items() if verdict)
        unknown: Term | None = None
        for key, group in groupby(sorted(self.only, key=lambda term: term.key), key=lambda term: term.key):
            terms = list(group)
            verdict = any_of(verdicts[term] for term in terms)
            if verdict is False:
                named = " nor ".join(term.text for term in terms)
                which = f"not {named}" if len(terms) == 1 else f"neither {named}"
                return Refusal(order.id, NOT_SELECTED.slug, f"{which} ({_semantics(key)})", "", order.line)
            unknown = unknown or (terms[0] if verdict is None else None)
        for term in self.without:
            if verdicts[term]:
                return Refusal(order.id, NOT_SELECTED.slug, f"left out by --not {term.text}", "", order.line)
            unknown = unknown or (term if verdicts[term] is None else None)
        if unknown is None:
            return None
        return Refusal(
            order.id,
            UNKNOWN.slug,
            f"{_lacking(unknown)}, and {unknown.text} asks for it",
            "Use a report that has it, or select without it.",
            order.line,
        )

    def unmatched(self) -> list[str]:
        """The terms that no order matched, as they were given; none if there was no order."""
        if not self.judged:
            return []
        given = [("--only", self.only), ("--not", self.without)]
        return [f"{option} {term.text}" for option, terms in given for term in terms if not self.hits[term]]

    def as_json(self) -> dict[str, list[str]]:
        """What was asked for, and what of it matched nothing."""
        return {
            "only": [term.text for term in self.only],
            "not": [term.text for term in self.without],
            "unmatched": self.unmatched(),
        }


def _semantics(key: str) -> str:
    return "of all items" if key.startswith("every-") else "of any item" if key in ("sku", "asin") else "by --only"


def _lacking(term: Term) -> str:
    names = {
        "sku": "the SKU of an item",
        "asin": "the ASIN of an item",
        "channel": "who fulfils the order",
        "buyer": "the buyer's address",
    }
    return f"{names.get(term.key.removeprefix('every-'), 'what the condition needs')} is not known"


__all__ = ["OrderFacts", "Selection", "all_of", "any_of"]
