"""Proofs about shapes in the cache on disk: the next process does not make them again.

An entry's name is a digest of everything that a proof was made from: what the fenced rendering left of the message (which has
in it what templates, includes, macros and translations made), the kind, the theme, the policy and the program. The theme, the
kind and the policy are those in memory, not the files: what a proof was made from and what it is filed under cannot differ.
Small batches have shapes that occur once. Making a proof costs more than making such a message as a whole, so a process only
notes that it met the shape, and the next process makes the proof with its first message of it.

An entry holds no order's data: the slots' values are not in it, and one that holds a text of its sample's order all the same is
not written. Texts are typed JSON; what does not fit is as if it were not there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from franking.files.disk_cache import DiskCache
from franking.model import Inlined, Kind, Order, Theme
from franking.package.described import Undescribed, digest_of
from franking.package.identity import program
from franking.policy import Policy
from franking.shape_cache.placeholders import mark
from franking.shape_cache.shape import SampleMessage, Shape, quoted_patterns
from franking.shape_cache.stored_patterns import (
    Unfit,
    fitting,
    ints,
    proof_as_json,
    proof_of,
    read_pattern,
    truths,
    write_pattern,
)
from franking.shape_cache.value_proof import ValueProof

_FORMAT = "1"
_LIMIT = 4 << 20  # bytes of an entry
_MOST_PROOFS = 8  # of one shape
_MOST_WRITTEN = 256  # entries of a sort by one process
_MET, _TRIED = b"1", b"0"  # notes: the shape was met; a process has made a proof, or was about to with the first message
_NAME_WORD = re.compile(r"[^\W\d_]{3,}")


class StoredProofs:
    """The stored proofs of one kind in one theme under one policy."""

    def __init__(self, cache: DiskCache, kind: Kind, theme: Theme, policy: Policy) -> None:
        self._cache = cache
        self._policy = policy
        self._context = _context(kind, theme, policy)
        self._written = 0
        self._noted = 0

    def entry(self, key: Sequence[object]) -> str:
        """The name of a skeleton's entry; "" if it has none."""
        if self._context is None:
            return ""
        return f"proofs-{hashlib.sha256(repr((self._context, key)).encode('utf-8', 'surrogatepass')).hexdigest()}"

    def read(self, entry: str, sample: SampleMessage) -> Shape | None:
        """The stored shape of a skeleton with its proofs; None if there is none that can be used."""
        content = self._cache.read(entry, _LIMIT) if entry else None
        if content is None:
            return None
        try:
            return _shape_of(json.loads(content), sample, self._policy)
        except (ValueError, KeyError, TypeError, IndexError, RecursionError, Unfit):
            return None

    def met(self, entry: str) -> bool:
        """Whether an earlier process met a message of a skeleton that has no stored shape: then one is worth while. True once
        only, because some shapes come to nothing that can be stored."""
        if not entry or self._noted >= _MOST_WRITTEN:
            return False
        known = self._cache.read(_note(entry), 1)
        if known not in (None, _MET):
            return False
        self._noted += 1
        self._cache.write(_note(entry), _MET if known is None else _TRIED)
        return known is not None

    def write(self, entry: str, shape: Shape, sample: SampleMessage) -> None:
        """Store a shape without structure, with the proofs about it."""
        if not entry or shape.structure or shape.bounded is None or self._written >= _MOST_WRITTEN:
            return
        proofs = [(steps, proof) for steps, proof in shape.proofs.items() if isinstance(proof, ValueProof)]
        if not proofs or len(proofs) > _MOST_PROOFS:
            return
        written = {
            "html": write_pattern(shape.html), "text": write_pattern(shape.text), "lossy": sorted(shape.lossy),
            "slots": list(shape.slots), "urls": sorted(shape.urls),
            "bounded": [[number, kept] for number, kept in shape.bounded.items()],
            "proofs": [[list(steps), proof_as_json(proof)] for steps, proof in proofs],
        }  # fmt: skip
        if _holds_personal(written, sample.order):
            return
        content = json.dumps(written, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
        if len(content) <= _LIMIT:
            self._written += 1
            self._cache.write(entry, content)
            self._cache.write(_note(entry), _TRIED)


def _note(entry: str) -> str:
    """The name of the note that a skeleton was met."""
    return entry.replace("proofs", "met", 1)


def _shape_of(given: Any, sample: SampleMessage, policy: Policy) -> Shape:
    """Read a shape. Raises ``Unfit`` for one that cannot be that of the sample, and what reading JSON raises."""
    slots = ints(given["slots"])
    if slots != [number for number, value in enumerate(sample.values) if value]:
        raise Unfit
    html, text = read_pattern(given["html"], slots), read_pattern(given["text"], slots)
    marks = [""] * len(sample.values)
    for number in slots:
        marks[number] = mark(number)
    marked = Inlined(sample.draft, html.fill(marks), text.fill(marks))
    lossy, urls = frozenset(ints(given["lossy"])), frozenset(ints(given["urls"]))
    shape = Shape(html, text, quoted_patterns(html, text), lossy, slots, urls, frozenset(), marked)
    shape.bounded = dict(truths(given["bounded"]))
    if not {*lossy, *urls, *shape.bounded} <= set(slots) or not given["proofs"]:
        raise Unfit
    for steps, proof in fitting(given["proofs"], list)[:_MOST_PROOFS]:
        extents = tuple(float(one) for one in fitting(steps, list))
        if len(extents) != len(shape.bounded) or 0.0 in extents:
            raise Unfit
        shape.proofs[extents] = proof_of(proof, slots, policy)
    return shape


def _context(kind: Kind, theme: Theme, policy: Policy) -> str | None:
    """A digest of what all proofs depend on; None if that cannot be described."""
    running = program()
    if running is None:
        return None
    try:
        subject = (Path(kind.path) / "subject.txt.j2").read_bytes()  # the message has it as a value
        return digest_of(_FORMAT, running, kind, theme, policy, subject).hex()
    except (OSError, Undescribed):
        return None


def _holds_personal(written: object, order: Order) -> bool:
    """Whether a text of the order is in what is to be written. A buyer called like a word of the template counts, too."""
    joined = "\n".join(_texts(written)).casefold()
    people = (order.buyer_name, order.recipient_name)
    whole = (order.id, *people, *order.buyer_email.split(", "), order.tracking_number, order.ship_city, *_texts(order.details))
    if any(len(text) > 2 and text.casefold() in joined for text in map(str.strip, whole)):
        return True
    words = set(_NAME_WORD.findall(joined))
    return any(word in words for name in people for word in _NAME_WORD.findall(name.casefold()))


def _texts(value: object) -> Iterator[str]:
    """Every text in typed JSON, or in what a seller adds to an order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
