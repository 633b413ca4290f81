"""What a proof about one message says about all messages of its shape, and what each must still be asked.

A message's shape settles every rule that looks at elements, attributes and styles. Its values bear on the texts they
stand in; those are checked with the rules' own code, each message's afresh. Where that finds anything, the message is
checked as a whole, so that findings come from one place only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from franking.check.engine import as_message
from franking.check.page import Page
from franking.check.registry import CheckRule, rules_of
from franking.check.rule_context import Link, RuleContext
from franking.check.rules.order_id import is_order_id, order_ids
from franking.check.rules.spelling import holds_unknown
from franking.check.segments import TextSegment
from franking.html.document import Element
from franking.model import _SEAL, Finding, Franked, Inlined, Message, Rule
from franking.policy import Policy
from franking.shape_cache import layout_invariance
from franking.shape_cache.patterns import Pattern, Slot
from franking.shape_cache.slot_positions import MARK, slot_positions

_SEEN_ONCE = object()
_REMEMBERED = 4096  # texts of a proof
REMEMBERED_SIZE = 600_000  # bytes that these take, about
ANY_ORDER = "000-0000000-0000000"  # stands for each order's ID


class Unproven(Exception):
    """A shape whose messages must each be checked as a whole; the text says why, without order data."""


@dataclass(slots=True)
class _Anchor:
    """An element as the rules about links ask for it."""

    attrs: dict[str, str]
    tag: str = "a"


@dataclass(slots=True)
class _Place:
    """A text of all messages of a shape."""

    segment: TextSegment  # with marks for the values
    pattern: Pattern
    prose: Pattern | None = None  # what of it is in the message's own language
    alone: int | None = None  # the value that is the whole text
    # Texts that no rule found anything in, and whether they matter to the rules that look at all texts together.
    known: dict[str, bool | object] = field(default_factory=dict)
    # Of the text part: how many lines it has, and those to look at, each with whether it is always quiet.
    lines: tuple[int, list[tuple[int, bool]]] | None = None


class _Values(RuleContext):
    """The parts of one message that its values are in, as the rules see them."""

    def __init__(self, message: Message, policy: Policy, language: str, prose: list[TextSegment], links: list[Link],
                 anchors: list[_Anchor]) -> None:  # fmt: skip
        super().__init__(message, policy, ())
        # What the cached properties would work out.
        self.__dict__.update(document=True, language=language, prose=prose, links=links, elements=anchors)

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
    """What holds for all messages of a shape whose values take no more room than was given to it (see ``rigid``)."""

    def __init__(self, places_: list[_Place], links: list[Pattern], hrefs: list[Pattern], language: str,
                 policy: Policy) -> None:  # fmt: skip
        self._places = places_
        self._links = links
        self._hrefs = hrefs
        self._language = language
        self._policy = policy
        # Names and goals of links that no rule found anything in, and lines of the text part that cannot be part of a finding.
        self._named: dict[str, None] = {}
        self._followed: dict[str, None] = {}
        self._quiet: dict[str, bool] = {}
        self._learnt = 0
        self._alone = [rule for rule in rules_of(policy) if rule.values == "segment"]
        self._together = [rule for rule in rules_of(policy) if rule.values == "message"]

    def frank(self, inlined: Inlined, filling: Sequence[str]) -> Franked | None:
        """The franked message; None where it must be checked as a whole. ``filling`` are its values, with ``ANY_ORDER`` for
        those that are the order's ID."""
        draft = inlined.draft
        own = draft.order_id
        if not is_order_id(own) or ANY_ORDER in inlined.html or ANY_ORDER in draft.subject:
            return None
        # No rule tells one order ID from another, but for the order's own: what was found out about a text with this
        # order's ID holds for the same text with any other's.
        message = as_message(inlined, ANY_ORDER)
        fresh: list[TextSegment] = []
        segments: list[TextSegment] = []
        prose: list[TextSegment] = []
        learning: list[tuple[_Place, str]] = []
        for place in self._places:
            if place.alone is not None:
                text = filling[place.alone]
            elif place.segment.part == "html":
                text = place.pattern.fill(filling)
            else:
                text = (draft.subject if place.segment.part == "subject" else inlined.text).replace(own, ANY_ORDER)
            if place.segment.part == "text":
                text = self._stirring(place, text)
            matters = place.known.get(text)
            if matters is _SEEN_ONCE:  # most names do not come again, and are not worth looking up
                matters = place.known[text] = _matters(place, text, self._language)
            if matters is False:
                continue
            segment = place.segment.saying(text, recurs=matters is True)
            segments.append(segment)
            if place.prose is place.pattern:
                prose.append(segment)
            elif place.prose is not None:
                prose.append(place.segment.saying(place.prose.fill(filling), recurs=matters is True))
            if matters is None:
                learning.append((place, text))
                if "\n" in text or not self._is_quiet(text):
                    fresh.append(segment)
        names = [name for pattern in self._links if (name := pattern.fill(filling)) not in self._named]
        hrefs = [href for pattern in self._hrefs if (href := pattern.fill(filling)) not in self._followed]
        links = [Link(cast(Element, None), name) for name in names]
        anchors = [_Anchor({"href": href}) for href in hrefs]
        view = _Values(message, self._policy, self._language, prose, links, anchors)
        if (fresh or anchors) and view.finds(self._alone, fresh):
            return None
        if view.finds(self._together, segments):
            return None
        if view.quotes:  # what another order does not quote, it says
            learning = []
        self._learnt += len(learning)
        if self._learnt > _REMEMBERED:
            self._learnt = 0
            for place in self._places:
                place.known.clear()
        for place, text in learning:
            place.known[text] = _SEEN_ONCE
        _remember(self._named, names)
        _remember(self._followed, hrefs)
        return Franked(inlined, self._policy.version, (), _SEAL)

    def _stirring(self, place: _Place, text: str) -> str:
        """A text part with a letter in place of the lines that no finding could have a part in, on its own or across."""
        lines = text.split("\n")
        if place.lines is None:
            found = place.pattern.lines()
            still = [i for i, line in enumerate(found) if all(isinstance(part, str) for part in line)]
            always = {i for i in still if self._is_quiet("".join(map(str, found[i])))}
            # Of a run of lines that are always quiet, one stands for all.
            place.lines = len(found), [(i, i in always) for i in range(len(found)) if not (i in always and i - 1 in always)]
        count, looked_at = place.lines
        if count != len(lines):  # a value that has line ends after all
            looked_at = [(i, False) for i in range(len(lines))]
        kept: list[str] = []
        known = self._quiet.get
        for number, is_quiet in looked_at:
            line = lines[number]
            quiet = is_quiet or known(line)
            if not (self._is_quiet(line) if quiet is None else quiet):
                kept.append(line)
            elif not kept or kept[-1] != "x":
                kept.append("x")
        return "\n".join(kept)

    def _is_quiet(self, line: str) -> bool:
        known = self._quiet.get(line)
        if known is None:
            if len(self._quiet) >= _REMEMBERED:
                self._quiet.clear()
            known = self._quiet[line] = all(rule.inert is not None and rule.inert(line) for rule in self._alone)
        return known


def _remember(known: dict[str, None], texts: list[str]) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known.update(dict.fromkeys(texts))


def _matters(place: _Place, text: str, language: str) -> bool:
    """Whether a text holds an order ID, or a word that is right for some orders only."""
    return any(order_ids(text)) or (place.prose is not None and holds_unknown(text, language))


def prove(
    marked: Inlined, html: Callable[[Sequence[str]], str], slots: Collection[int], count: int, extents: Mapping[int, float],
    policy: Policy,
) -> ValueProof:  # fmt: skip
    """The proof for a shape. ``marked`` is its message with numbered marks for values, ``html`` makes its HTML of values,
    of which there are ``count``; ``slots`` are those with marks, ``extents`` how wide the bounded ones' values may be, in
    digits.

    The message that it was made from must have passed as a whole. Raises ``Unproven``.
    """
    message = as_message(marked)
    context = RuleContext(message, policy, policy.widths)
    if not all(entry.enough(context) for entry in rules_of(policy) if entry.enough is not None):
        raise Unproven("the text around the values has too little content")
    _prove_layout(context, html, slots, count, extents)
    found: list[_Place] = []
    in_prose = {id(segment): segment for segment in context.prose}
    blanked = {id(segment.pieces): segment for segment in in_prose.values() if segment.pieces}
    for segment in context.segments:
        pattern = _pattern(segment.text)
        alone = pattern.numbers[0] if len(pattern.numbers) == 1 and not pattern.size and segment.part == "html" else None
        own = pattern if id(segment) in in_prose else None
        if own is None and id(segment.pieces) in blanked and segment.pieces:
            own = _pattern(blanked[id(segment.pieces)].text)
        place = _Place(segment, pattern, own, alone)
        if pattern.numbers or segment.part != "html" or _matters(place, segment.text, context.language):
            found.append(place)
    links = [pattern for link in context.links if (pattern := _pattern(link.name)).numbers]
    hrefs = [
        pattern
        for element in context.elements
        if (href := element.attrs.get("href", "")) and ((pattern := _pattern(href)).numbers or any(order_ids(href)))
    ]
    return ValueProof(found, links, hrefs, context.language, policy)


def bounded(marked: Inlined, slots: Collection[int], policy: Policy) -> dict[int, bool]:
    """The slots whose values' extents matter to the layout, and whether each is kept on one line."""
    page = RuleContext(as_message(marked), policy, policy.widths).page
    assert page is not None
    return {
        number: room.kept
        for number, room in layout_invariance.rooms(page, slot_positions(marked.html, slots).texts).items()
        if not room.free
    }


def _prove_layout(
    context: RuleContext,
    html: Callable[[Sequence[str]], str],
    slots: Collection[int],
    count: int,
    extents: Mapping[int, float],
) -> None:
    page = context.page
    assert page is not None and context.message.html is not None
    found = slot_positions(context.message.html, slots)
    rooms = layout_invariance.rooms(page, found.texts)
    if any(room.worded for room in rooms.values()):
        raise Unproven("the widths of values hang on the spacing or case of their letters")
    policy, message = context.policy, context.message
    short = [layout_invariance.LEAST if n in found.texts else "0" for n in range(count)]
    long = [rooms[n].widest(extents.get(n, layout_invariance.EXTENTS[-1])) if n in rooms else "0" for n in range(count)]
    pages: list[list[Page]] = []
    layout = [entry.on_page for entry in rules_of(policy) if entry.needs_layout and entry.on_page is not None]
    for values in (short, long):
        extreme = RuleContext(Message(message.source, html(values), files=message.files), policy, context.widths)
        pages.append(extreme.pages)
        if any(True for page in extreme.pages for rule in layout for _ in rule(page, policy)):
            raise Unproven("the layout rules hang on the values")
    if len(pages[0][0].document.elements) != len(pages[1][0].document.elements):
        raise Unproven("values make elements")
    holding = layout_invariance.parents_of_texts([text.parent for texts in found.texts.values() for text in texts])
    for least, widest in zip(*pages, strict=True):
        loose = layout_invariance.differing(least, widest, holding)
        for one in (least, widest):
            problem = layout_invariance.holds(one, loose, policy)
            if problem:
                raise Unproven(problem)


def _pattern(text: str) -> Pattern:
    parts: list[str | Slot] = []
    end = 0
    for match in MARK.finditer(text):
        parts += [text[end : match.start()], Slot(int(match[1]))]
        end = match.end()
    return Pattern([*parts, text[end:]])
