"""Patterns and proofs as typed JSON. Reading raises ``Unfit`` for what no writing makes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from franking.check.segments import TextSegment
from franking.model.evidence import Judged, Judgement
from franking.policy import Policy
from franking.shape_cache.patterns import Pattern, Slot
from franking.shape_cache.value_proof import Lines, TextPlace, ValueProof

_T = TypeVar("_T")
_FLAGS = ("hidden", "opening", "translated", "derived")
_WORDS = ("attribute", "unseen", "doubt")


class Unfit(Exception):
    """Stored data that does not fit, or a value that cannot be stored."""


def fitting(value: object, kind: type[_T]) -> _T:
    """A value of a type. Raises ``Unfit``."""
    if type(value) is not kind:
        raise Unfit
    return value


def ints(value: object) -> list[int]:
    """A list of whole numbers. Raises ``Unfit``."""
    return [fitting(one, int) for one in fitting(value, list)]


def truths(value: object) -> Iterator[tuple[int, bool]]:
    """Pairs of a number and a truth value. Raises ``Unfit``."""
    for number, truth in fitting(value, list):
        yield fitting(number, int), fitting(truth, bool)


def write_pattern(pattern: Pattern) -> list[object]:
    """A pattern as JSON."""
    return [list(pattern.texts), [[s.number, {str(code): form for code, form in s.written.items()}] for s in pattern.slots]]


def read_pattern(given: object, slots: Collection[int]) -> Pattern:
    """The pattern; ``slots`` are the values that it may take. Raises ``Unfit``."""
    texts, placed = fitting(given, list)
    found = [
        Slot(fitting(number, int), {int(code): fitting(form, str) for code, form in fitting(written, dict).items()})
        for number, written in fitting(placed, list)
    ]
    if len(texts) != len(found) + 1 or any(slot.number not in slots for slot in found):
        raise Unfit
    return Pattern([fitting(text, str) for text in fitting(texts, list)], found)


def proof_as_json(proof: ValueProof) -> dict[str, object]:
    """A proof without what it learnt of messages."""
    return {
        "places": [_place_as_json(place, proof) for place in proof.places], "links": list(map(write_pattern, proof.links)),
        "hrefs": list(map(write_pattern, proof.hrefs)), "language": proof.language, "judged": _judgement_as_json(proof.judged),
    }  # fmt: skip


def proof_of(given: Mapping[str, Any], slots: Collection[int], policy: Policy) -> ValueProof:
    """The proof. Raises ``Unfit``, and what reading JSON raises."""
    return ValueProof(
        [_place_of(one, slots) for one in given["places"]],
        [read_pattern(one, slots) for one in given["links"]],
        [read_pattern(one, slots) for one in given["hrefs"]],
        fitting(given["language"], str),
        policy,
        _judgement_of(given["judged"]),
    )


def _place_as_json(place: TextPlace, proof: ValueProof) -> dict[str, object]:
    segment, pattern = place.segment, place.pattern
    if segment.part == "subject":  # each message's own is looked at, and the sample's may hold its order's data
        pattern = Pattern([""])
    lines = proof.lines_of(place) if segment.part == "text" else None
    prose: object = None if place.prose is None else "same" if place.prose is place.pattern else write_pattern(place.prose)
    return {
        "part": segment.part, "languages": sorted(segment.languages), "pattern": write_pattern(pattern), "prose": prose,
        "alone": place.alone, "lines": lines, **{name: getattr(segment, name) for name in (*_FLAGS, *_WORDS)},
    }  # fmt: skip


def _place_of(given: Mapping[str, Any], slots: Collection[int]) -> TextPlace:
    part = fitting(given["part"], str)
    if part not in ("html", "text", "subject"):
        raise Unfit
    hidden, opening, translated, derived = (fitting(given[name], bool) for name in _FLAGS)
    attribute, unseen, doubt = (fitting(given[name], str) for name in _WORDS)
    languages = frozenset(fitting(one, str) for one in fitting(given["languages"], list))
    segment = TextSegment(part, "", None, attribute, languages, hidden, unseen, doubt, opening, translated, derived=derived)
    pattern, prose, alone = read_pattern(given["pattern"], slots), given["prose"], given["alone"]
    if alone is not None and (fitting(alone, int) not in slots or part != "html"):
        raise Unfit
    own = pattern if prose == "same" else None if prose is None else read_pattern(prose, slots)
    return TextPlace(segment, pattern, own, alone, lines=_lines(given["lines"], pattern) if part == "text" else None)


def _lines(given: object, pattern: Pattern) -> Lines:
    """Which lines of a text part are looked at. All are, or stand beside one that is always quiet."""
    number, pairs = fitting(given, list)
    looked_at = list(truths(pairs))
    found = pattern.lines()
    if number != len(found) or [at for at, _ in looked_at] != sorted({at for at, _ in looked_at}):
        raise Unfit
    quiet = {at for at, still in looked_at if still}
    shown = {at for at, _ in looked_at}
    for at, line in enumerate(found):
        if at not in shown and (at - 1) in quiet:
            quiet.add(at)
        if (at not in shown and at not in quiet) or (at in quiet and line.slots):
            raise Unfit
    if any(not 0 <= at < len(found) for at in shown):
        raise Unfit
    return len(found), looked_at


def _judgement_as_json(judged: Judgement) -> dict[str, object]:
    return {
        "extents": list(judged.extents),
        "rules": [
            [
                one.rule,
                one.verdict,
                one.basis,
                one.findings,
                one.threshold,
                one.limit,
                [[w, r] for w, r in one.measured.items()],
            ]
            for one in judged.rules
        ],
    }


def _judgement_of(given: Mapping[str, Any]) -> Judgement:
    rules: list[Judged] = []
    for rule, verdict, basis, findings, threshold, limit, measured in given["rules"]:
        if verdict not in ("kept", "off") or basis not in ("shape", "own texts", "shape and own texts") or findings != 0:
            raise Unfit  # a proof has no findings
        ranges = {fitting(width, int): None if found is None else _range(found) for width, found in measured}
        known = None if limit is None else _number(limit)
        rules.append(Judged(fitting(rule, str), verdict, basis, 0, fitting(threshold, str), known, ranges))
    return Judgement(tuple(rules), by_shape=True, extents=tuple(map(_number, given["extents"])))


def _range(given: object) -> tuple[float, float]:
    least, most = fitting(given, list)
    return _number(least), _number(most)


def _number(value: object) -> float:
    """A number, whole if it was written so: evidence shows it as it was measured."""
    if type(value) is not int and type(value) is not float:
        raise Unfit
    return value
