"""Reading the frames and the vocabularies.

A frame is a line of ``frames.txt``: the name of a list, a colon, and groups of classes between spaces. ``a|b`` is a choice.
The first group triggers: it must stand in the clause. Of the others a plain one must stand in the same clause, ``+a`` in the
sentence, ``-a`` not in the clause, ``--a`` not in the sentence. ``!`` before the groups makes an excuse of the frame: what the
list itself finds in the clause is meant otherwise.

A class is a line ``name: term, term`` of a vocabulary; indented lines go on with it. A term is one word or several in a row:
``word``, ``begin*``, ``*end``, ``*within*``, ``#`` (a number). ``~`` stands for up to four other words. ``^`` before a term
means that only words of the classes ``lead`` and ``split`` stand before it in its clause. Terms are in lower case. Without
marks on its letters (``ß`` is ``ss``) a term stands for words with and without them. ``@name`` stands for the terms of a class above. In Japanese a term is a piece of text, and
``a~b`` is ``a`` with ``b`` behind it in the clause. The classes ``capscode`` (a code such as SAVE10), ``percent`` (a number
with %), ``question`` and ``short`` (a sentence of four words at most) are found without terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

from franking.policy.frames.meeting import Frame
from franking.policy.frames.sentences import WORD, Start, Starts, folded

SPACED = ("en", "de", "fr", "it", "es", "nl", "sv", "pl", "tr", "pt")  # languages that separate words
GAP = 4  # words that "~" stands for at most
_LONGEST = 40  # letters of a word that is looked at


class Vocabulary:
    """The terms of all languages, by their first word."""

    def __init__(self) -> None:
        self._tables: dict[tuple[bool, bool], dict[str, list[tuple[str, Start]]]] = {}
        self._lengths: dict[tuple[bool, bool], set[int]] = {}
        self.scripted: dict[str, list[list[str]]] = {}  # the Japanese classes: terms, each as its pieces
        self.triggers = frozenset(frames())
        self.starts = lru_cache(maxsize=65536)(self._starts)
        self.speaks = lru_cache(maxsize=65536)(self._speaks)
        self._stirring = lru_cache(maxsize=65536)(self._is_stirring)

    def add(self, language: str, name: str, term: str) -> None:
        """Take a term in; ``any`` is every language that separates words."""
        if language == "ja":
            self.scripted.setdefault(name, []).append(term.split("~"))
            return
        first, *words = term.removeprefix("^").split(" ")
        rest: list[tuple[str, int]] = []
        gap = 0
        for word in words:
            if word != "~":
                rest.append((word, gap))
            gap = GAP if word == "~" else 0
        key = first.startswith("*"), first.endswith("*")
        start = Start(name, tuple(rest), term.startswith("^"))
        starts = self._tables.setdefault(key, {}).setdefault(first.strip("*"), [])
        starts += [(one, start) for one in (SPACED if language == "any" else (language,))]
        self._lengths.setdefault(key, set()).add(len(first.strip("*")))

    def _starts(self, word: str) -> Starts:
        """The terms that begin with a word (in lower case), by language. Remembered: words recur."""
        found: dict[str, list[Start]] = {}
        for form in dict.fromkeys((word[:_LONGEST], folded(word[:_LONGEST]))):
            self._look_up(form, found)
        return found

    def _look_up(self, word: str, found: dict[str, list[Start]]) -> None:
        for (ends, begins), table in self._tables.items():
            pieces = {word} if not (ends or begins) else set()
            if word[:1].isdigit():
                pieces |= {"#"}
            for size in self._lengths[ends, begins]:
                if begins and not ends:
                    pieces.add(word[:size])
                elif ends and not begins:
                    pieces.add(word[-size:])
                elif ends:
                    pieces.update(word[at : at + size] for at in range(len(word) - size + 1))
            for piece in pieces:
                for language, start in table.get(piece, ()):
                    found.setdefault(language, []).append(start)

    def _speaks(self, word: str) -> frozenset[str]:
        """The languages in which a word begins a trigger."""
        return frozenset(
            language
            for language, starts in self.starts(word).items()
            if any(start.name in self.triggers for start in starts)
        )

    def _is_stirring(self, word: str) -> bool:
        return any(self.speaks(part) for part in WORD.findall(word.lower()))

    def stirs(self, text: str) -> bool:
        """Whether a text holds a word that a trigger begins with: the cheap look before its sentences are read."""
        return any(map(self._stirring, text.split(" ")))


@cache
def frames() -> Mapping[str, Sequence[Frame]]:
    """The frames by each class that triggers them."""
    found: dict[str, list[Frame]] = {}
    for name, groups in _lines("frames"):
        parts: dict[str, list[tuple[str, ...]]] = {"": [], "+": [], "-": [], "--": []}
        excuses = groups.strip().startswith("!")
        for group in groups.replace("!", "").split():
            bare = group.lstrip("+-")
            parts[group[: len(group) - len(bare)]].append(tuple(bare.split("|")))
        trigger, *here = parts[""]
        not_here, not_near = (tuple(name for group in parts[sign] for name in group) for sign in ("-", "--"))
        frame = Frame(name, tuple(here), tuple(parts["+"]), not_here, not_near, excuses)
        for one in trigger:
            found.setdefault(one, []).append(frame)
    return found


@cache
def vocabulary() -> Vocabulary:
    """The vocabularies of all languages."""
    found = Vocabulary()
    for language in ("any", *SPACED, "ja"):
        classes: dict[str, list[str]] = {}
        for name, terms in _lines(language):
            listed = classes.setdefault(name, [])
            for term in filter(None, map(str.strip, terms.split(","))):
                listed += classes[term[1:]] if term.startswith("@") else [term]
        for name, listed in classes.items():
            for term in listed:
                found.add(language, name, term)
    return found


def _lines(file: str) -> Iterator[tuple[str, str]]:
    """The names of a file, each with what stands behind its colon, over indented lines."""
    name = ""
    parts: list[str] = []
    for line in resources.files(__package__).joinpath(f"{file}.txt").read_text("utf-8").splitlines():
        if line.startswith("# ") or not line.strip():
            continue
        if line.startswith(" "):
            parts.append(line)
            continue
        if name:
            yield name, " ".join(parts)
        name, _, rest = line.partition(":")
        parts = [rest]
    if name:
        yield name, " ".join(parts)
