"""What each message of a proven shape must still be asked: the texts that its values stand in.

A message's shape settles every rule that looks at elements, attributes and styles (``shape_proof``). Its values bear on the
texts they stand in; those are checked with the rules' own code, each message's afresh. Where that finds anything, the message
is checked as a whole, so that findings come from one place only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from franking.check.finished import as_message
from franking.check.look_alikes import as_latin
from franking.check.registry import CheckRule, rules_about_values
from franking.check.rule_context import Link, RuleContext
from franking.check.rules.order_id import is_order_id, order_ids
from franking.check.rules.spelling import holds_unknown
from franking.check.segments import TextSegment
from franking.model import _TOKEN, Finding, Franked, Inlined, Message, Rule
from franking.model.evidence import Judgement
from franking.policy import Policy
from franking.shape_cache.patterns import Pattern
from franking.shape_cache.quiet_lines import QuietLines

if TYPE_CHECKING:
    from franking.html.document import Element

_REMEMBERED = 4096  # texts of a proof
REMEMBERED_SIZE = 600_000  # bytes that these take, about
ANY_ORDER = "000-0000000-0000000"  # stands for each order's ID


Lines = tuple[int, list[tuple[int, bool]]]  # how many there are, and those to look at, each with whether it is always quiet


class Unproven(Exception):
    """A shape whose messages must each be checked as a whole; the text says why, without order data."""


class _Text(Enum):
    """What is known of a text that stands in one place of a shape's messages."""

    SEEN = auto()  # one message had it, and no rule found anything; most names do not come again
    SETTLED = auto()  # and no rule has anything to say of it, whatever else a message says


class _Shared(NamedTuple):
    """A text that more than one message had, and that the rules that look at all texts together must see in every message."""

    segment: TextSegment
    prose: tuple[TextSegment, ...]  # what of it is in the message's own language


class _Outcome(Enum):
    """What the rules say of a message's values."""

    FOUND = auto()  # something: the message must be checked as a whole
    QUIET_HERE = auto()  # nothing in this message; what it quotes, another one may say itself
    QUIET = auto()  # nothing, nor of the same texts in another message


@dataclass(slots=True)
class _Anchor:
    """An element as the rules about links ask for it."""

    attrs: dict[str, str]
    tag: str = "a"


@dataclass(slots=True)
class TextPlace:
    """A text of all messages of a shape."""

    segment: TextSegment  # with marks for the values
    pattern: Pattern
    prose: Pattern | None = None  # what of it is in the message's own language
    alone: int | None = None  # the value that is the whole text
    known: dict[str, _Text | _Shared] = field(default_factory=dict)
    lines: Lines | None = None  # of the text part

    def text(self, inlined: Inlined, filling: Sequence[str]) -> str:
        """What a message has in this place, with ``ANY_ORDER`` for its order's ID."""
        if self.segment.part == "html":
            return self.pattern.fill(filling)
        whole = inlined.draft.subject if self.segment.part == "subject" else inlined.text
        return whole.replace(inlined.draft.order_id, ANY_ORDER)

    def spoken(self, segment: TextSegment, filling: Sequence[str], *, recurs: bool) -> tuple[TextSegment, ...]:
        """What of ``segment``, this place in one message, is in the message's own language."""
        if self.prose is self.pattern:
            return (segment,)
        return () if self.prose is None else (self.segment.saying(self.prose.fill(filling), recurs=recurs),)


@dataclass(slots=True)
class _Asked:
    """What the rules are asked about one message: what no message of the shape settled before."""

    fresh: list[TextSegment] = field(default_factory=list)  # to be looked at each by itself
    together: list[TextSegment] = field(default_factory=list)
    prose: list[TextSegment] = field(default_factory=list)  # of these, what is in the message's own language
    new: list[tuple[TextPlace, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of links
    hrefs: list[str] = field(default_factory=list)


class _Values(RuleContext):
    """The parts of one message that its values are in, as the rules see them."""

    def __init__(self, message: Message, policy: Policy, language: str, prose: list[TextSegment], links: list[Link],
                 anchors: list[_Anchor]) -> None:  # fmt: skip
        super().__init__(message, policy, ())
        # What the cached properties would work out. The comments are those of the shape.
        self.__dict__.update(document=True, comments=[], language=language, prose=prose, links=links, elements=anchors)

    def finds(self, rules: Sequence[CheckRule], segments: list[TextSegment]) -> bool:
        """Whether any of the rules has anything to say of the segments."""
        self.__dict__["segments"] = segments
        return any(True for rule in rules if rule.on_message is not None for _ in rule.on_message(self))

    def at_element(self, rule: Rule, element: Element, message: str, hint: str, **_: Any) -> Finding:
        """That there is something; where, the check of the whole message tells."""
        return Finding(rule.slug, rule.severity, message, hint)

    def at_segment(self, rule: Rule, segment: TextSegment, index: int, message: str, hint: str, **_: Any) -> Finding:
        """As ``at_element``."""
        return Finding(rule.slug, rule.severity, message, hint)


class ValueProof:
    """What holds for all messages of a shape whose values take no more room than was given to it (``layout_invariance``)."""

    def __init__(self, places: list[TextPlace], links: list[Pattern], hrefs: list[Pattern], language: str,
                 policy: Policy, judged: Judgement) -> None:  # fmt: skip
        self.judged = judged
        self.places = places
        self._values_alone = [(place, place.alone, place.known) for place in places if place.alone is not None]
        self._other_places = [place for place in places if place.alone is None]
        self.links = links
        self.hrefs = hrefs
        self.language = language
        self._policy = policy
        # Names and goals of links that no rule found anything in.
        self._named: dict[str, None] = {}
        self._followed: dict[str, None] = {}
        self._learnt = 0
        rules = [entry for entry in rules_about_values() if entry.rule.slug not in policy.rules_off]
        self._alone = [rule for rule in rules if rule.values == "segment"]
        self._quiet = QuietLines(self._alone)
        self._together = [rule for rule in rules if rule.values == "message"]

    def frank(self, inlined: Inlined, filling: Sequence[str]) -> Franked | None:
        """The franked message; None where it must be checked as a whole. ``filling`` are its values, with ``ANY_ORDER`` for
        those that are the order's ID."""
        draft = inlined.draft
        if not is_order_id(draft.order_id) or ANY_ORDER in inlined.html or ANY_ORDER in draft.subject:
            return None
        asked = self._unsettled(inlined, filling)
        outcome = self._outcome(inlined, asked)
        if outcome is _Outcome.FOUND:
            return None
        self._remember(asked, outcome)
        return Franked(inlined, self._policy.version, (), _TOKEN, self.judged)

    def _unsettled(self, inlined: Inlined, filling: Sequence[str]) -> _Asked:
        """Which texts, names and goals of links the rules must be asked about."""
        asked = _Asked()
        settled = _Text.SETTLED
        for place, number, known in self._values_alone:
            text = filling[number]
            if known.get(text) is not settled:  # most are
                self._ask(asked, place, text, filling)
        for place in self._other_places:
            text = place.text(inlined, filling)
            if place.segment.part == "text":
                text = self._stirring(place, text)
            if place.known.get(text) is not settled:
                self._ask(asked, place, text, filling)
        asked.names = [name for pattern in self.links if (name := pattern.fill(filling)) not in self._named]
        asked.hrefs = [href for pattern in self.hrefs if (href := pattern.fill(filling)) not in self._followed]
        return asked

    def _ask(self, asked: _Asked, place: TextPlace, text: str, filling: Sequence[str]) -> None:
        """Take up a text that is not settled."""
        known = place.known.get(text)
        if known is _Text.SEEN:
            known = place.known[text] = self._seen(place, text, filling)
            if known is _Text.SETTLED:
                return
        if type(known) is _Shared:
            asked.together.append(known.segment)
            # One text may come from other values in two messages; what of it is prose may then be another part.
            is_whole = place.prose is place.pattern or place.prose is None
            asked.prose += known.prose if is_whole else place.spoken(known.segment, filling, recurs=True)
            return
        segment = place.segment.saying(text, recurs=False)
        asked.together.append(segment)
        asked.prose += place.spoken(segment, filling, recurs=False)
        asked.new.append((place, text))
        if "\n" in text or not self._quiet.holds(text):
            asked.fresh.append(segment)

    def _seen(self, place: TextPlace, text: str, filling: Sequence[str]) -> _Text | _Shared:
        """What is known of a text that a second message has."""
        if not is_shared(place, text, self.language):
            return _Text.SETTLED
        segment = place.segment.saying(text, recurs=True)
        return _Shared(segment, place.spoken(segment, filling, recurs=True))

    def _outcome(self, inlined: Inlined, asked: _Asked) -> _Outcome:
        """Run the rules. None of them tells one order ID from another, but for the order's own: what they say of a text with
        this order's ID, they say of the same text with any other's."""
        if any(as_latin(text) is not None for _, text in asked.new):
            return _Outcome.FOUND
        links = [Link(cast("Element", None), name) for name in asked.names]
        anchors = [_Anchor({"href": href}) for href in asked.hrefs]
        view = _Values(as_message(inlined, ANY_ORDER), self._policy, self.language, asked.prose, links, anchors)
        if (asked.fresh or anchors) and view.finds(self._alone, asked.fresh):
            return _Outcome.FOUND
        if view.finds(self._together, asked.together):
            return _Outcome.FOUND
        return _Outcome.QUIET_HERE if view.quotes else _Outcome.QUIET

    def _remember(self, asked: _Asked, outcome: _Outcome) -> None:
        """Note what the next messages need not be asked again."""
        new = asked.new if outcome is _Outcome.QUIET else []
        self._learnt += len(new)
        if self._learnt > _REMEMBERED:
            self._learnt = 0
            for place in self.places:
                place.known.clear()
        for place, text in new:
            place.known[text] = _Text.SEEN
        _add(self._named, asked.names)
        _add(self._followed, asked.hrefs)

    def _stirring(self, place: TextPlace, text: str) -> str:
        """A text part with a letter in place of the lines that no finding could have a part in, on its own or across."""
        lines = text.split("\n")
        if all(map(self._quiet.holds, self._quiet.others(lines))):  # most are
            return "x"
        place.lines = place.lines or self.lines_of(place)
        count, looked_at = place.lines
        assert count == len(lines)  # no value has a line ending (``placeholders.traits``)
        kept: list[str] = []
        for number, is_quiet in looked_at:
            line = lines[number]
            if not (is_quiet or self._quiet.holds(line)):
                kept.append(line)
            elif not kept or kept[-1] != "x":
                kept.append("x")
        return "\n".join(kept)

    def lines_of(self, place: TextPlace) -> Lines:
        """How many lines a place in the text part has, and those to look at in each message."""
        found = place.pattern.lines()
        still = [i for i, line in enumerate(found) if not line.slots]
        always = {i for i in still if self._quiet.holds(found[i].fill(()))}
        # Of a run of lines that are always quiet, one stands for all.
        return len(found), [(i, i in always) for i in range(len(found)) if not (i in always and i - 1 in always)]


def _add(known: dict[str, None], texts: list[str]) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known.update(dict.fromkeys(texts))


def is_shared(place: TextPlace, text: str, language: str) -> bool:
    """Whether a text holds an order ID, or a word that is right for some orders only."""
    return any(order_ids(text)) or (place.prose is not None and holds_unknown(text, language))
