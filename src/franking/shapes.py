"""The shape cache: the dear work of a message once per shape, the cheap rest for each message.

A message's *shape* is what its fenced rendering leaves when the values are taken out. Inlining, the text part and the
rules about structure come out the same for all messages of a shape, so they are done once, on a message with marks for
values; what every message costs is the rendering, putting its values into the finished texts, and the rules that its
values bear on. A message that anything is found in, and every message whose values could change more than their own
text, goes the ordinary way: the fast way only ever says "nothing to find here".
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import unescape

from markupsafe import Markup, escape

from franking.check import as_message, inspect
from franking.check.document import INVISIBLE
from franking.check.places import CLOSING, OPENING, TOKEN, places
from franking.check.rigid import step
from franking.check.varying import ANY_ORDER, Proof, Unproven, bounded, prove
from franking.model import Draft, Franked, FrankingError, Inlined, Order, Pattern, Slot
from franking.policy import Policy
from franking.render import CLOSE, OPEN, Renderer, Unfenceable

LIMIT = 64 << 20  # bytes of text held, about
_BREAK = "\u2e30"
_SPACES = "\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
_SPECIAL = "&<>\"'" + _SPACES  # what parsers, writers and the text part may write differently
_IS_SPECIAL = re.compile(f"[{_SPECIAL}]")
_FENCED = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_PROBE = re.compile(f"{OPENING}(\\d+){_BREAK}([^{OPENING}{CLOSING}]*){CLOSING}")
# Letters and signs with single spaces between them: nothing that collapses, turns the line or is not seen.
_SIGN = rf"[^{INVISIBLE}\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff{OPENING}{CLOSING}{_BREAK}]"
_PLAIN = re.compile(rf"{_SIGN}+(?:[ {_SPACES}]{_SIGN}+)*")
_LONGEST = 2000  # characters of a value
_MOST_PROOFS = 64  # of one shape
_PROVEN_AT = 2  # the message of a shape that the proof is made for: of most odd shapes there is one message only


@dataclass(slots=True)
class _Shape:
    """What all messages of a shape have in common, and the proofs about them by the extent of their values."""

    html: Pattern
    text: Pattern
    lossy: frozenset[int]  # slots where a special character comes out as others
    slots: Sequence[int]
    urls: frozenset[int]
    structure: frozenset[int]  # of the slots, those that must not be
    marked: Inlined
    bounded: dict[int, bool] | None = None
    proofs: dict[tuple[float, ...], Proof | str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes that it holds, about."""
        return 2 * (self.html.size + self.text.size + 2 * len(self.marked.html)) + 20_000


@dataclass(slots=True)
class _Skeleton:
    """Messages that differ in their values only; those with values in their structure have a shape for each of these."""

    seen: int = 0
    structure: frozenset[int] | None = None
    shapes: dict[tuple[str, ...], _Shape | str] = field(default_factory=dict)
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Sample:
    """The message that a shape is made from: its fenced draft, the texts between its values, and these."""

    order: Order
    draft: Draft
    statics: list[str]
    values: list[str]
    special: list[int]


@dataclass(slots=True)
class Stats:
    """How messages were prepared: by their shape, or as a whole and why."""

    fast: int = 0
    shapes: int = 0
    slow: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Stats) -> Stats:
        self.fast += other.fast
        self.shapes += other.shapes
        self.slow += other.slow
        return self


class Shapes:
    """The shapes of one kind in one theme, the least used forgotten where they hold more than ``limit`` bytes."""

    def __init__(
        self,
        renderer: Renderer,
        inline: Callable[[Draft], Inlined],
        policy: Policy,
        *,
        limit: int = LIMIT,
        proven_at: int = _PROVEN_AT,
    ) -> None:
        self.stats = Stats()
        self._renderer = renderer
        self._inline = inline
        self._policy = policy
        self._limit = limit
        self._proven_at = proven_at
        self._skeletons: OrderedDict[tuple[object, ...], _Skeleton] = OrderedDict()
        self._size = 0

    def frank(self, order: Order, language: str, locale: str, subject: Callable[[str], str]) -> Franked | None:
        """The franked message of an order, None where it must be made and checked as a whole. ``subject`` makes the
        message's subject of the rendered one."""
        try:
            franked = self._frank(order, language, locale, subject)
        except (Unfenceable, Unproven, FrankingError) as reason:  # an error is told by the ordinary way
            self.stats.slow["an error" if isinstance(reason, FrankingError) else str(reason)] += 1
            return None
        if franked is None:
            self.stats.slow["a rule looks closer at a value"] += 1
        else:
            self.stats.fast += 1
        return franked

    def _frank(self, order: Order, language: str, locale: str, subject: Callable[[str], str]) -> Franked | None:
        draft, markup = self._renderer.fenced(order, language, locale)
        if draft.untranslated:
            raise Unproven("texts without a translation")
        pieces = _FENCED.split(markup)
        values = pieces[1::2]
        traits = [_traits(value) for value in values]
        if not all(plain for _, plain, _ in traits):
            raise Unproven("unusual characters or spaces in a value")
        values = [value for value, _, _ in traits]
        special = [number for number, (_, _, is_special) in enumerate(traits) if is_special]
        statics = pieces[::2]
        blank = "".join(["." if value else " " for value in values]) if "" in values else ""
        joined = OPEN.join(statics)
        skeleton = self._known((order.marketplace.name, language, locale, blank, joined))
        if skeleton.seen < self._proven_at:
            raise Unproven("the first message of its shape")
        if joined.count(OPEN) != len(values) or CLOSE in joined:
            raise Unfenceable("the template cuts a value's text")
        shape = self._shape(skeleton, _Sample(order, draft, statics, values, special), locale)
        for number in shape.urls:
            if number < len(values) and values[number] and TOKEN.fullmatch(values[number]) is None:
                raise Unproven("a value in a URL")
        if not shape.lossy.isdisjoint(special):
            raise Unproven("a value's characters come out as others")
        proof = self._proof(shape, [ANY_ORDER if value == order.id else value for value in values])
        wanted = subject(draft.subject)
        if wanted != draft.subject:
            draft = replace(draft, subject=wanted)
        return proof.frank(Inlined(draft, shape.html.fill(values, special), shape.text.fill(values, special)), values)

    def _known(self, key: tuple[object, ...]) -> _Skeleton:
        skeleton = self._skeletons.get(key)
        if skeleton is None:
            skeleton = self._skeletons[key] = _Skeleton(size=2 * len(str(key[-1])))
            self._size += skeleton.size
            self._forget()
        else:
            self._skeletons.move_to_end(key)
        skeleton.seen += 1
        return skeleton

    def _forget(self) -> None:
        while self._size > self._limit and len(self._skeletons) > 1:
            _, oldest = self._skeletons.popitem(last=False)
            self._size -= oldest.size

    def _shape(self, skeleton: _Skeleton, sample: _Sample, locale: str) -> _Shape:
        everything = [number for number, value in enumerate(sample.values) if value]
        if skeleton.structure is None:
            skeleton.structure = self._build(sample, everything, locale).structure
        structure = skeleton.structure
        key = tuple(sample.values[number] for number in sorted(structure))
        shape = skeleton.shapes.get(key)
        if shape is None:
            try:
                shape = self._build(sample, [number for number in everything if number not in structure], locale)
                self._compare(shape, sample, locale)
            except Unproven as reason:
                shape = str(reason)
            skeleton.shapes[key] = shape
            self.stats.shapes += 1
            size = shape.size if isinstance(shape, _Shape) else 1000
            skeleton.size += size
            self._size += size
            self._forget()
        if isinstance(shape, str):
            raise Unproven(shape)
        return shape

    def _build(self, sample: _Sample, slots: Sequence[int], locale: str) -> _Shape:
        """The shape of a message, with marks for the values of ``slots`` and the others as they are."""
        parts = [sample.statics[0]]
        texts: list[Markup | str] = [*sample.values]
        for number in slots:
            texts[number] = f"{OPENING}{number}{_BREAK}{_BREAK.join(_SPECIAL)}{CLOSING}"
        for text, static in zip(texts, sample.statics[1:], strict=True):
            parts += [escape(text), static]
        try:
            html = self._renderer.finish("".join(parts), locale)
        except FrankingError:
            raise Unproven("the markup cannot be read with marks for values") from None
        probed = self._inline(replace(sample.draft, html=html))
        patterns = [_pattern(probed.html), _pattern(probed.text)]
        marks = [""] * len(texts)
        for number in slots:
            marks[number] = f"{OPENING}{number}{CLOSING}"
        marked = Inlined(sample.draft, patterns[0].fill(marks), patterns[1].fill(marks))
        found = places(marked.html, slots)
        return _Shape(patterns[0], patterns[1], _lossy(probed.html), slots, found.urls, found.structure, marked)

    def _compare(self, shape: _Shape, sample: _Sample, locale: str) -> None:
        """The first message of a shape is made both ways; it must come out the same, with nothing to find in it."""
        if shape.structure:
            raise Unproven("values in the structure")
        whole = self._inline(self._renderer.render(sample.order, sample.draft.language, locale))
        if (whole.html, whole.text) != (
            shape.html.fill(sample.values, sample.special), shape.text.fill(sample.values, sample.special)
        ):  # fmt: skip
            raise Unproven("the message comes out differently by its shape")
        if inspect(as_message(whole), self._policy):
            raise Unproven("findings in the message that the shape was made from")

    def _proof(self, shape: _Shape, values: Sequence[str]) -> Proof:
        """The proof that covers the room that a message's values take."""
        if shape.bounded is None:
            shape.bounded = bounded(shape.marked, shape.slots, self._policy)
        steps = tuple(step(values[number], kept) for number, kept in shape.bounded.items())
        proof = shape.proofs.get(steps)
        if proof is None:
            if len(shape.proofs) >= _MOST_PROOFS:
                raise Unproven("too many widths of values in one shape")
            if 0.0 in steps:
                raise Unproven("a value with a very long word")
            extents = dict(zip(shape.bounded, steps, strict=True))
            try:
                proof = prove(shape.marked, shape.html.fill, shape.slots, len(values), extents, self._policy)
            except Unproven as reason:
                proof = str(reason)
            shape.proofs[steps] = proof
        if isinstance(proof, str):
            raise Unproven(proof)
        return proof


@lru_cache(maxsize=16384)
def _traits(escaped: str) -> tuple[str, bool, bool]:
    """A value without its escapes, whether its characters are plain, and whether some are written in another form."""
    value = escaped
    if "&" in value:
        for written, character in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
            value = value.replace(written, character)
    plain = not value or (len(value) <= _LONGEST and "://" not in value and _PLAIN.fullmatch(value) is not None)
    return value, plain, _IS_SPECIAL.search(value) is not None


def _lossy(html: str) -> frozenset[int]:
    """The slots where reading the HTML again gives other characters than the value has."""
    return frozenset(int(match[1]) for match in _PROBE.finditer(html) if unescape(match[2]).split(_BREAK) != list(_SPECIAL))


def _pattern(text: str) -> Pattern:
    """A finished text with slots for its probes, which tell how special characters are written in each place."""
    parts: list[str | Slot] = []
    end = 0
    for match in _PROBE.finditer(text):
        forms = match[2].split(_BREAK)
        if len(forms) != len(_SPECIAL):
            raise Unproven("special characters are joined")
        written = {ord(character): form for character, form in zip(_SPECIAL, forms, strict=True) if form != character}
        parts += [text[end : match.start()], Slot(int(match[1]), written)]
        end = match.end()
    rest = text[end:]
    if any(mark in part for part in (*(p for p in parts if isinstance(p, str)), rest) for mark in (OPENING, CLOSING, _BREAK)):
        raise Unproven("a value is cut or changed")
    return Pattern([*parts, rest])
