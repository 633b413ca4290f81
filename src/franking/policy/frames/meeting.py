"""Which frames the classes of a sentence meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

Classes = Mapping[str, tuple[int, int]]  # the classes of a clause, each with the first place of a word of it


class Hit(NamedTuple):
    """A frame that is met: its list, the language, and where its words are in the text."""

    name: str
    language: str
    start: int
    end: int
    excuses: int  # 0: it is none; 1: an excuse of what the list finds; 2: also of what other frames find


class Frame(NamedTuple):
    """Classes that must meet beside the one that triggers the frame. Each group is a choice of classes."""

    name: str
    here: tuple[tuple[str, ...], ...]  # in the clause
    near: tuple[tuple[str, ...], ...]  # in the sentence
    not_here: tuple[str, ...]
    not_near: tuple[str, ...]
    excuses: int  # as in ``Hit``


WHOLE = "clause"  # a class that every clause has: all of it


def met(clauses: Sequence[Classes], language: str, frames: Mapping[str, Sequence[Frame]]) -> Iterator[Hit]:
    """The frames that a sentence meets, at most one for each list and clause."""
    whole: dict[str, tuple[int, int]] = {}
    for clause in clauses:
        for name, place in clause.items():
            whole.setdefault(name, place)
    for clause in clauses:
        said: set[tuple[str, int]] = set()
        for trigger in clause:
            for frame in frames.get(trigger, ()):
                if (frame.name, frame.excuses) in said:
                    continue
                words = _words(frame, trigger, clause, whole)
                if words and frame.excuses:
                    words.append(clause[WHOLE])
                if words:
                    said.add((frame.name, frame.excuses))
                    start, end = min(start for start, _ in words), max(end for _, end in words)
                    yield Hit(frame.name, language, start, end, frame.excuses)


def _words(frame: Frame, trigger: str, clause: Classes, whole: Classes) -> list[tuple[int, int]]:
    """Where the words of a frame stand; nothing where it is not met."""
    if any(name in clause for name in frame.not_here) or any(name in whole for name in frame.not_near):
        return []
    words = [clause[trigger]]
    for groups, classes in ((frame.here, clause), (frame.near, whole)):
        for group in groups:
            place = next((classes[name] for name in group if name in classes), None)
            if place is None:
                return []
            words.append(place)
    return words
