"""The proof about a shape: what a message with marks for its values says about all messages that differ in these only.

Raises ``Unproven`` where it says nothing: then each of these messages is checked as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from franking.check.engine import as_message
from franking.check.measured import judgement_of_shape
from franking.check.page import Page
from franking.check.registry import rules_of
from franking.check.rule_context import RuleContext
from franking.check.rules.order_id import order_ids
from franking.html.direction import is_automatic
from franking.html.document import Element
from franking.model import Inlined, Message
from franking.policy import Policy
from franking.shape_cache import layout_invariance
from franking.shape_cache.extents import EXTENTS
from franking.shape_cache.patterns import Pattern, Slot
from franking.shape_cache.slot_positions import MARK, slot_positions
from franking.shape_cache.value_proof import TextPlace, Unproven, ValueProof, is_shared


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
    extremes = _prove_layout(context, html, slots, count, extents)
    found: list[TextPlace] = []
    in_prose = {id(segment): segment for segment in context.prose}
    blanked = {id(segment.pieces): segment for segment in in_prose.values() if segment.pieces}
    for segment in context.segments:
        if segment.reordered:
            raise Unproven("a text is read otherwise than it is written")
        pattern = _pattern(segment.text)
        alone = pattern.numbers[0] if len(pattern.numbers) == 1 and not pattern.size and segment.part == "html" else None
        own = pattern if id(segment) in in_prose else None
        if own is None and id(segment.pieces) in blanked and segment.pieces:
            own = _pattern(blanked[id(segment.pieces)].text)
        place = TextPlace(segment, pattern, own, alone)
        if pattern.numbers or segment.part != "html" or is_shared(place, segment.text, context.language):
            found.append(place)
    links = [pattern for link in context.links if (pattern := _pattern(link.name)).numbers]
    hrefs = [
        pattern
        for element in context.elements
        if (href := element.attrs.get("href", "")) and ((pattern := _pattern(href)).numbers or any(order_ids(href)))
    ]
    judged = judgement_of_shape(extremes, [*extents.values()], policy)
    return ValueProof(found, links, hrefs, context.language, policy, judged)


def bounded(marked: Inlined, slots: Collection[int], policy: Policy) -> dict[int, bool]:
    """The slots whose values' extents matter to the layout, and whether each is kept on one line."""
    page = RuleContext(as_message(marked), policy, policy.widths).page
    assert page is not None
    return {
        number: room.kept
        for number, room in layout_invariance.rooms(page, slot_positions(marked.html, slots).texts).items()
        if not room.free
    }


# What an element that isolates a value may declare: nothing with a left or right side.
_SIDELESS = frozenset(("direction", "unicode-bidi", "white-space"))


def _isolates(page: Page, element: Element) -> bool:
    """Whether an element only isolates text in a line. Its direction then reorders letters: a line keeps the direction of its
    block, and the element has no side that could change places."""
    style = page.style(element)
    if element.tag != "span" or style.display != "inline" or not _SIDELESS.issuperset(style.own):
        return False
    if any(one.element is element for one in page.pseudo):
        return False
    return all(_isolates(page, inner) for inner in element.children if isinstance(inner, Element))


def _prove_layout(
    context: RuleContext,
    html: Callable[[Sequence[str]], str],
    slots: Collection[int],
    count: int,
    extents: Mapping[int, float],
) -> list[list[Page]]:
    """Two messages that stand for all of the shape, laid out at each width."""
    page = context.page
    assert page is not None and context.message.html is not None
    found = slot_positions(context.message.html, slots)
    if any(is_automatic(element) and not _isolates(page, element) for element in page.document.elements):
        raise Unproven("the direction of the text depends on the values")
    rooms = layout_invariance.rooms(page, found.texts)
    if any(room.worded for room in rooms.values()):
        raise Unproven("the widths of values depend on the spacing or case of their letters")
    policy, message = context.policy, context.message
    short = [layout_invariance.LEAST if n in found.texts else "0" for n in range(count)]
    long = [rooms[n].widest(extents.get(n, EXTENTS[-1])) if n in rooms else "0" for n in range(count)]
    pages: list[list[Page]] = []
    layout = [entry.on_page for entry in rules_of(policy) if entry.needs_layout and entry.on_page is not None]
    for values in (short, long):
        extreme = RuleContext(Message(message.source, html(values), files=message.files), policy, context.widths)
        pages.append(extreme.pages)
        if any(True for page in extreme.pages for rule in layout for _ in rule(page, policy)):
            raise Unproven("the layout rules depend on the values")
    # Neither value has markup in it, so the parser makes the same elements of both.
    assert len(pages[0][0].document.elements) == len(pages[1][0].document.elements)
    holding = layout_invariance.parents_of_texts([text.parent for texts in found.texts.values() for text in texts])
    for least, widest in zip(*pages, strict=True):
        loose = layout_invariance.differing(least, widest, holding)
        for one in (least, widest):
            problem = layout_invariance.holds(one, loose, policy)
            if problem:
                raise Unproven(problem)
    return pages


def _pattern(text: str) -> Pattern:
    """A text with slots for its marks."""
    texts: list[str] = []
    slots: list[Slot] = []
    end = 0
    for match in MARK.finditer(text):
        texts.append(text[end : match.start()])
        slots.append(Slot(int(match[1])))
        end = match.end()
    return Pattern([*texts, text[end:]], slots)
