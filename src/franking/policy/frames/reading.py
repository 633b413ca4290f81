"""Reading the frames and the vocabularies.

A frame is a line of ``frames.txt``: the name of a list, a colon, and groups of classes between spaces. ``a|b`` is a choice.
The first group triggers: it must stand in the clause. Of the others a plain one must stand in the same clause, ``+a`` in the
sentence, ``-a`` not in the clause, ``--a`` not in the sentence. ``!`` before the groups makes an excuse of the frame: what
the list itself finds in the clause is meant otherwise.

A class is a line ``name: term, term`` of a vocabulary; indented lines go on with it. A term is one word or several in a row:
``word``, ``begin*``, ``*end``, ``*within*``, ``#`` (a number). ``~`` stands for up to four other words. ``^`` before a term
means that only words of the classes ``lead`` and ``split`` stand before it in its clause. Terms are in lower case. Without
marks on its letters (``ß`` is ``ss``) a term stands for words with and without them. ``@name`` stands for the terms of a
class above. In Japanese a term is a piece of text, and ``a~b`` is ``a`` with ``b`` behind it in the clause. The classes
``capscode`` (a code such as SAVE10), ``percent`` (a number with %), ``question`` and ``short`` (a sentence of four words at
most) are found without terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

from franking.policy.frames.meeting import Frame
from franking.policy.frames.sentences import WORD, Start, Starts, folded, lowered, shortened

SPACED = ("en", "de", "fr", "it", "es", "nl", "sv", "pl", "tr", "pt")  # languages that separate words
GAP = 4  # words that "~" stands for at most
_LONGEST = 40  # letters of a word that is looked at


class Table:
    """Patterns of words, looked up by word: what each stands for, by language."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[bool, bool], dict[str, list[tuple[str, Start]]]] = {}
        self._lengths: dict[tuple[bool, bool], set[int]] = {}

    def add(self, pattern: str, languages: Sequence[str], start: Start) -> None:
        """Take a pattern in."""
        kind = pattern.startswith("*"), pattern.endswith("*")
        bare = pattern.strip("*")
        self._kinds.setdefault(kind, {}).setdefault(bare, []).extend([(one, start) for one in languages])
        self._lengths.setdefault(kind, set()).add(len(bare))

    def look_up(self, word: str) -> Starts:
        """What the patterns that a word (in lower case) fits stand for."""
        found: dict[str, list[Start]] = {}
        for form in dict.fromkeys((word[:_LONGEST], folded(word[:_LONGEST]))):
            for (ends, begins), table in self._kinds.items():
                lengths = self._lengths[ends, begins]
                pieces = {form, "#"} if form[:1].isdigit() else {form}
                if begins and not ends:
                    pieces = {form[:size] for size in lengths}
                elif ends and not begins:
                    pieces = {form[-size:] for size in lengths}
                elif ends:
                    pieces = {form[at : at + size] for size in lengths for at in range(len(form) - size + 1)}
                for piece in pieces & table.keys():
                    for language, start in table[piece]:
                        found.setdefault(language, []).append(start)
        return found


class Vocabulary:
    """The terms of all languages."""

    def __init__(self) -> None:
        self._terms = Table()  # by their first words
        self._keys = Table()  # those of triggers, by their longest words
        self.scripted: dict[str, list[list[str]]] = {}  # the Japanese classes: terms, each as its pieces
        self.triggers = frozenset(frames())
        self.starts = lru_cache(maxsize=65536)(self._terms.look_up)
        self.triggered = lru_cache(maxsize=65536)(self._triggered)
        self._stirring = lru_cache(maxsize=65536)(self._stirred)
        self._keyed = lru_cache(maxsize=65536)(self._keys.look_up)

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
        start = Start(name, tuple(rest), term.startswith("^"))
        languages = SPACED if language == "any" else (language,)
        self._terms.add(first, languages, start)
        if name in self.triggers:
            key = max(first, *words, key=len) if words else first
            needed = frozenset(word for word in (first, *words) if word != key and word.isascii() and word.isalpha())
            self._keys.add(key, languages, start._replace(rest=tuple((word, 0) for word in needed)))

    def _triggered(self, word: str) -> Starts:
        """The triggers that begin with a word (in lower case), by language. Remembered: words recur."""
        return {
            language: found
            for language, starts in self.starts(word).items()
            if (found := [start for start in starts if start.name in self.triggers])
        }

    def _stirred(self, word: str) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[tuple[str, int], ...]], ...]]:
        """The plain words in a piece of text without spaces, and the triggers with such a longest word: the language of
        each, and what else a text must hold for it."""
        parts = [shortened(part) for part in WORD.findall(lowered(word))]
        keyed = {(language, start.rest) for part in parts for language, some in self._keyed(part).items() for start in some}
        return tuple(map(folded, parts)), tuple(keyed)

    def stirred(self, text: str, languages: frozenset[str]) -> frozenset[str]:
        """Those of some languages of which a text holds the plain words of a trigger: the cheap look before it is read."""
        pieces = list(map(self._stirring, text.split(" ")))
        words = {word for some, _ in pieces for word in some}
        found: set[str] = set()
        for _, keyed in pieces:
            for language, needed in keyed:
                if language in languages and language not in found and all(word in words for word, _ in needed):
                    found.add(language)
        return frozenset(found)


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
