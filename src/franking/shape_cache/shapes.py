"""The shape cache: the dear work of a message once per shape, the cheap rest for each message.

A message's *shape* is what its fenced rendering leaves when the values are taken out. Inlining, the text part and the
rules about structure come out the same for all messages of a shape, so they are done once, on a message with marks for
values; what every message costs is the rendering, putting its values into the finished texts, and the rules that its
values bear on. A message that anything is found in, and every message whose values could change more than their own
text, goes the ordinary way: the fast way only ever says "nothing to find here".
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from franking.errors import FrankingError
from franking.model import Draft, Franked, Inlined, Order, Stats
from franking.policy import Policy
from franking.rendering import Renderer
from franking.shape_cache.extents import step
from franking.shape_cache.fenced_renderer import FencedRenderer
from franking.shape_cache.fences import Unfenceable
from franking.shape_cache.placeholders import is_unfinished, lossy, mark, pattern, placeholder, traits
from franking.shape_cache.recordings import START, Start
from franking.shape_cache.shape import Refused, SampleMessage, Shape, Skeleton, quoted_patterns
from franking.shape_cache.slot_positions import TOKEN, slot_positions
from franking.shape_cache.stored_proofs import StoredProofs
from franking.shape_cache.value_proof import ANY_ORDER, REMEMBERED_SIZE, Unproven, ValueProof

LIMIT = 256 << 20  # bytes held, about
_MOST_PROOFS = 64  # of one shape
_MOST_FAULTY = 5
_PROVEN_AT = 2  # the message of a shape that the proof is made for: of most odd shapes there is one message only


class _Faulty(Exception):
    """The message that a shape was to be made from has findings."""

    reason = "findings in the message from which the shape was made"


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
        start: Start = START,
        stored: StoredProofs | None = None,
    ) -> None:
        self.stats = Stats()
        self._renderer = renderer
        self._fenced = FencedRenderer(renderer, start)
        self._inline = inline
        self._policy = policy
        self._limit = limit
        self._proven_at = proven_at
        self._stored = stored
        self._skeletons: OrderedDict[tuple[object, ...], Skeleton] = OrderedDict()
        self._size = 0

    def frank(self, order: Order, language: str, locale: str) -> Franked | None:
        """The franked message of an order, None where it must be made and checked as a whole."""
        try:
            franked = self._frank(order, language, locale)
        except (Unfenceable, Unproven, FrankingError) as reason:  # the slow path reports an error
            self.stats.slow["an error" if isinstance(reason, FrankingError) else str(reason)] += 1
            return None
        if franked is None:
            self.stats.slow["a rule looks closer at a value"] += 1
        else:
            self.stats.fast += 1
        return franked

    def _frank(self, order: Order, language: str, locale: str) -> Franked | None:
        draft, filled = self._fenced.render(order, language, locale)
        if draft.untranslated:
            raise Unproven("texts without a translation")
        known = list(map(traits, filled.values))
        values = [value for value, _ in known if value is not None]
        if len(values) < len(known):
            raise Unproven("unusual characters or spaces in a value")
        special = frozenset([number for number, (_, is_special) in enumerate(known) if is_special])
        blank = "".join(["." if value else " " for value in values]) if "" in values else ""
        # A reply in the buyer's thread keeps the buyer's subject, which no rule looks at: its proofs are none for others.
        key = (order.thread is None, order.marketplace.name, language, locale, blank, filled.joined)
        skeleton = self._known(key)
        sample = SampleMessage(order, draft, filled.statics, values, special)
        if skeleton.seen == 1 and filled.is_uncut:
            self._recall(skeleton, key, sample)
        if skeleton.seen < self._proven_at and not skeleton.shapes and not skeleton.met_before:
            raise Unproven("the first message of its shape")
        if skeleton.structure is None and not filled.is_uncut:
            raise Unfenceable("the template cuts a value's text")
        shape = self._shape(skeleton, sample, locale)
        for number in shape.urls:
            if number < len(values) and values[number] and TOKEN.fullmatch(values[number]) is None:
                raise Unproven("a value in a URL")
        if not shape.lossy.isdisjoint(special):
            raise Unproven("a value's characters come out as others")
        filling = [ANY_ORDER if value == order.id else value for value in values]
        proof = self._proof(skeleton, shape, filling, sample)
        return proof.frank(shape.inlined(draft, values, special), filling)

    def _known(self, key: tuple[object, ...]) -> Skeleton:
        skeleton = self._skeletons.get(key)
        if skeleton is None:
            skeleton = self._skeletons[key] = Skeleton(size=2 * len(str(key[-1])))
            self._size += skeleton.size
            self._forget()
        else:
            self._skeletons.move_to_end(key)
        skeleton.seen += 1
        return skeleton

    def _recall(self, skeleton: Skeleton, key: tuple[object, ...], sample: SampleMessage) -> None:
        """Take the shape of messages that have not been seen from the cache on disk, or note there that one was met: the
        first one that the next process meets is then proven."""
        if self._stored is None:
            return
        skeleton.entry = self._stored.entry(key)
        shape = self._stored.read(skeleton.entry, sample)
        if shape is None:
            skeleton.met_before = self._stored.met(skeleton.entry)
        else:
            skeleton.structure = frozenset()
            skeleton.shapes[()] = shape
            self._grow(skeleton, shape.size)
            self._forget()

    def _forget(self) -> None:
        """Drop the skeletons used least, and of the last one the shapes used least, until there is room."""
        while self._size > self._limit and len(self._skeletons) > 1:
            _, oldest = self._skeletons.popitem(last=False)
            self._size -= oldest.size
        last = next(iter(self._skeletons.values()))
        while self._size > self._limit and len(last.shapes) > 1:
            _, shape = last.shapes.popitem(last=False)
            self._grow(last, -shape.size)

    def _grow(self, skeleton: Skeleton, size: int) -> None:
        skeleton.size += size
        self._size += size

    def _shape(self, skeleton: Skeleton, sample: SampleMessage, locale: str) -> Shape:
        everything = [number for number, value in enumerate(sample.values) if value]
        first = skeleton.structure is None
        if first:
            skeleton.structure = self._build(sample, everything, locale).structure
        structure = skeleton.structure or frozenset()
        key = tuple(sample.values[number] for number in sorted(structure))
        shape = skeleton.shapes.get(key)
        if shape is not None:
            skeleton.shapes.move_to_end(key)
        elif structure and not first and not skeleton.comes_again(key):
            raise Unproven("the first message of its shape")
        else:
            try:
                shape = self._build(sample, [number for number in everything if number not in structure], locale)
                if self._finds(shape, sample, locale):
                    skeleton.faulty += 1
                    if skeleton.faulty < _MOST_FAULTY:  # its values may be to blame; the next message may be clean
                        raise _Faulty
                    shape = Refused(_Faulty.reason)
            except _Faulty:
                raise Unproven(_Faulty.reason) from None
            except Unproven as reason:
                shape = Refused(str(reason))
            skeleton.shapes[key] = shape
            self.stats.shapes += 1
            self._grow(skeleton, shape.size)
            self._forget()
        if isinstance(shape, Refused):
            raise Unproven(shape.reason)
        return shape

    def _build(self, sample: SampleMessage, slots: Sequence[int], locale: str) -> Shape:
        """The shape of a message, with marks for the values of ``slots`` and the others as they are."""
        if any(map(is_unfinished, sample.statics[:-1])):
            raise Unproven("a value completes a tag or character reference of the template")
        parts = [sample.statics[0]]
        texts: list[Markup | str] = [*sample.values]
        for number in slots:
            texts[number] = placeholder(number)
        for text, static in zip(texts, sample.statics[1:], strict=True):
            parts += [escape(text), static]
        try:
            html = self._fenced.finish("".join(parts), locale)
        except FrankingError:
            raise Unproven("the markup cannot be read with marks for values") from None
        written = self._inline(replace(sample.draft, html=html))
        patterns = [pattern(written.html), pattern(written.text)]
        quoted = quoted_patterns(*patterns)
        marks = [""] * len(texts)
        for number in slots:
            marks[number] = mark(number)
        marked = Inlined(sample.draft, patterns[0].fill(marks), patterns[1].fill(marks))
        found = slot_positions(marked.html, slots)
        return Shape(patterns[0], patterns[1], quoted, lossy(written.html), slots, found.urls, found.structure, marked)

    def _finds(self, shape: Shape, sample: SampleMessage, locale: str) -> bool:
        """Whether there is anything to find in the message that a shape is made from. It is made both ways; raises
        ``Unproven`` where it does not come out the same."""
        from franking.check import as_message, inspect, said_by_template

        if shape.structure:
            raise Unproven("values in the structure")
        whole = self._inline(self._renderer.render(sample.order, sample.draft.language, locale))
        if (whole.html, whole.text) != (
            shape.html.fill(sample.values, sample.special),
            shape.text.fill(sample.values, sample.special),
        ):
            raise Unproven("the message comes out differently by its shape")
        return bool(inspect(as_message(whole), self._policy) or said_by_template(shape.marked, self._policy))

    def _proof(self, skeleton: Skeleton, shape: Shape, values: Sequence[str], sample: SampleMessage) -> ValueProof:
        """The proof that covers the room that a message's values take."""
        if shape.bounded is None:
            from franking.shape_cache.shape_proof import bounded

            shape.bounded = bounded(shape.marked, shape.slots, self._policy)
        steps = tuple([step(values[number], kept) for number, kept in shape.bounded.items()])
        proof = shape.proofs.get(steps)
        if proof is None:
            if len(shape.proofs) >= _MOST_PROOFS:
                raise Unproven("too many widths of values in one shape")
            if 0.0 in steps:
                raise Unproven("a value with a very long word")
            from franking.shape_cache.shape_proof import prove

            extents = dict(zip(shape.bounded, steps, strict=True))
            try:
                proof = prove(shape.marked, shape.html.fill, shape.slots, len(values), extents, self._policy)
            except Unproven as reason:
                proof = Refused(str(reason))
            shape.proofs[steps] = proof
            if self._stored is not None:
                self._stored.write(skeleton.entry, shape, sample)
            if len(shape.proofs) > 1:
                self._grow(skeleton, REMEMBERED_SIZE)
                self._forget()
        if isinstance(proof, Refused):
            raise Unproven(proof.reason)
        return proof
