"""Decides which declarations can be inlined without changing the result of the cascade (CSS Cascade 5, section 6.1).

A normal declaration in a ``style`` attribute overrides all normal ones in style sheets, and an important one overrides all
others. So a kept normal declaration that won over an inlined one must become important, and one that lost must not. If this
differs between elements, or would reverse two kept declarations, the whole property family stays in the sheet unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from franking.html.document import Document, Element
from franking.html.parser import Specificity
from franking.rendering.selectors import Arm
from franking.rendering.sheets import Claim, Declaration, Kept, Rule, claims_of, read_declarations

_ALL = "all"
_MOST = 400  # claims on one family that are compared
Rank = tuple[bool, Specificity, int]  # not in a layer, specificity, order


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule that matches an element, with the specificity of its most specific matching selector, and its order."""

    specificity: Specificity
    order: int
    rule: Rule


@dataclass(slots=True)
class Plan:
    """The plan for a document's rules. ``order`` counts the items of all its sheets."""

    groups: list[tuple[Applied, ...]]  # by element index: the matching rules, weakest first
    staying: frozenset[str] = frozenset()  # families that are not inlined
    everything_stays: bool = False
    promoted: dict[int, frozenset[int]] = field(default_factory=dict)  # by order: kept declarations that become important

    def stays(self, family: str) -> bool:
        """Whether a family's declarations stay in the sheets."""
        return self.everything_stays or family in self.staying


@dataclass(frozen=True, slots=True)
class _Claim:
    claim: Claim
    order: int
    arm: Arm
    elements: frozenset[int] | None  # groups of equally styled elements; None: any

    @property
    def rank(self) -> Rank | None:
        specificity = self.arm.specificity
        return None if specificity is None else (not self.claim.layered, specificity, self.order)

    @property
    def key(self) -> tuple[int, int]:
        return self.order, self.claim.number


def plan(document: Document, items: Sequence[Rule | Kept], everything_stays: bool) -> Plan:
    """The plan for the items of a document's sheets, in order."""
    rules = [(n, item) for n, item in enumerate(items) if isinstance(item, Rule)]
    kept = [(n, item) for n, item in enumerate(items) if isinstance(item, Kept)]
    made = Plan(_applied(document, [] if everything_stays else rules), everything_stays=everything_stays)
    if everything_stays or not rules:
        return made
    sheets = {e.index for e in document.elements if e.tag == "style"}
    reaching = {arm for _, item in kept for c in item.claims if c.declaration.family == "display" for arm in c.arms}
    if any("display" in _families(made, document.elements[i]) for i in sheets) or any(
        not sheets.isdisjoint(_selected(document, arm) or ()) for arm in reaching
    ):
        return Plan([()] * len(document.elements), everything_stays=True)  # a rule displays the style sheets themselves
    if any(d.name == _ALL for d in _declarations(document, items)):
        made.everything_stays = bool(kept)
        return made
    animated = frozenset(name for _, item in kept for name in item.animated)
    claims = _by_family(document, kept, made)
    styled = _groups(document, made)
    staying: set[str] = set()
    for name, found in claims.items():
        decided = _decide(name, found, styled, name in animated)
        if decided is None:
            staying.add(name)
            continue
        for order, number in decided:
            made.promoted[order] = made.promoted.get(order, frozenset()) | {number}
    made.staying = frozenset(staying)
    return made


def _families(made: Plan, element: Element) -> set[str]:
    return {d.family for applied in made.groups[element.index] for d in applied.rule.declarations}


def _declarations(document: Document, items: Sequence[Rule | Kept]) -> Iterator[Declaration]:
    for item in items:
        yield from (claim.declaration for claim in claims_of(item).claims)
    for element in document.elements:
        yield from read_declarations(element.attrs.get("style", ""))


def _applied(document: Document, rules: Sequence[tuple[int, Rule]]) -> list[tuple[Applied, ...]]:
    found: list[dict[int, Applied]] = [{} for _ in document.elements]
    for order, rule in rules:
        for arm in rule.arms:
            assert arm.specificity is not None
            for index in _selected(document, arm) or ():
                known = found[index].get(order)
                if known is None or known.specificity < arm.specificity:
                    found[index][order] = Applied(arm.specificity, order, rule)
    return [tuple(sorted(each.values(), key=lambda a: (a.specificity, a.order))) for each in found]


def _selected(document: Document, arm: Arm) -> list[int] | None:
    """The elements that a selector matches, None if it may match any."""
    found = document.select(arm.selector) if arm.selector is not None else None
    return [element.index for element in found] if found is not None else None


def _by_family(document: Document, kept: Sequence[tuple[int, Kept]], made: Plan) -> dict[str, list[_Claim]]:
    """The claims of kept rules by family, each with the groups of elements that it may reach."""
    numbers = _numbers(document, made)
    known: dict[Arm, frozenset[int] | None] = {}
    result: dict[str, list[_Claim]] = {}
    for order, item in kept:
        for claim in item.claims:
            for arm in claim.arms:
                if arm not in known:
                    selected = _selected(document, arm)
                    known[arm] = None if selected is None else frozenset(numbers[i] for i in selected)
                result.setdefault(claim.declaration.family, []).append(_Claim(claim, order, arm, known[arm]))
    return result


def _key(element: Element, made: Plan) -> tuple[object, ...]:
    applied = made.groups[element.index]
    return tuple([(a.order, a.specificity) for a in applied]), element.attrs.get("style", "")


def _numbers(document: Document, made: Plan) -> list[int]:
    """For each element the number of its group: elements with the same matching rules and the same ``style``."""
    numbers: dict[tuple[object, ...], int] = {}
    return [numbers.setdefault(_key(element, made), len(numbers)) for element in document.elements]


def _groups(document: Document, made: Plan) -> list[dict[str, list[tuple[bool, Rank | None]]]]:
    """For each group and family the inlined declaration: importance, and rank; None for the attribute itself."""
    result: list[dict[str, list[tuple[bool, Rank | None]]]] = []
    for element, number in zip(document.elements, _numbers(document, made), strict=True):
        if number < len(result):
            continue
        found: dict[str, list[tuple[bool, Rank | None]]] = {}
        for applied in made.groups[element.index]:
            for d in applied.rule.declarations:
                found.setdefault(d.family, []).append((d.important, (True, applied.specificity, applied.order)))
        for d in read_declarations(element.attrs.get("style", "")):
            found.setdefault(d.family, []).append((d.important, None))
        result.append(found)
    return result


def _decide(
    name: str, claims: Sequence[_Claim], groups: Sequence[dict[str, list[tuple[bool, Rank | None]]]], animated: bool
) -> set[tuple[int, int]] | None:
    """Which claims on a family become important, so that its rules can be inlined; None if they cannot."""
    if len(claims) > _MOST:
        return None
    outcome = _against_inlined(name, claims, groups)
    if outcome is None:
        return None
    wins, loses = outcome
    if not wins:
        return wins
    if not _against_each_other(claims, wins):
        return None
    return None if animated or wins & loses else wins


def _against_inlined(
    name: str, claims: Sequence[_Claim], groups: Sequence[dict[str, list[tuple[bool, Rank | None]]]]
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]] | None:
    """The claims that must become important to win over what is inlined as they did before, and those that must not; None
    where one of them loses either way."""
    wins: set[tuple[int, int]] = set()
    loses: set[tuple[int, int]] = set()
    for claim in claims:
        for number in claim.elements if claim.elements is not None else range(len(groups)):
            for important, rank in groups[number].get(name, ()):
                outcome = _against(claim, important, rank)
                if outcome is None:
                    return None
                if outcome:
                    (wins if outcome > 0 else loses).add(claim.key)
    return wins, loses


def _against_each_other(claims: Sequence[_Claim], wins: set[tuple[int, int]]) -> bool:
    """Add to ``wins`` the claims that won over one of them, until there are no more; whether every claim can still win and
    lose as before."""
    changed = True
    while changed:
        changed = False
        for claim in claims:
            if claim.key in wins:
                continue
            must_win = _among(claim, (other for other in claims if other.key in wins and _meet(claim, other)))
            if must_win is None:
                return False
            if must_win:
                wins.add(claim.key)
                changed = True
    return True


def _among(claim: _Claim, important: Iterator[_Claim]) -> bool | None:
    """Whether a claim must become important beside others that do; None if it wins or loses otherwise than before."""
    for other in important:
        if claim.rank is None or other.rank is None:
            return None
        if claim.claim.declaration.important:
            if not claim.claim.layered and claim.rank < other.rank:
                return None  # it lost none of its weight, and would lose to one that was normal
        elif claim.rank > other.rank:
            return True
    return False


def _against(claim: _Claim, important: bool, rank: Rank | None) -> int | None:
    """Compare a claim with a declaration to inline: 1 if the claim must become important, -1 if it must not, 0 if both
    work, None if neither works."""
    own = claim.rank
    if claim.claim.declaration.important:
        if not important or rank is None:
            return 0
        return None if own is None or claim.claim.layered or own > rank else 0
    if important:
        return 0
    if rank is None:
        return -1  # the attribute won before and still wins
    if own is None:
        return None
    return 1 if own > rank else -1


def _meet(one: _Claim, other: _Claim) -> bool:
    """Whether two claims can apply to the same element."""
    return one.elements is None or other.elements is None or not one.elements.isdisjoint(other.elements)
