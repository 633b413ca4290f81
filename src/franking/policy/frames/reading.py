"""Reading the frames and the vocabularies.

A frame is a line of ``frames.txt``: the name of a list, a colon, and groups of classes between spaces. ``a|b`` is a choice.
The first group triggers: it must are in the clause. Of the others a plain one must are in the same clause, ``+a`` in the
sentence, ``-a`` not in the clause, ``--a`` not in the sentence. ``!`` before the groups makes an excuse of the frame: what
the list itself finds in the clause is meant otherwise; with ``!!``, what the other frames of the list find in it as well.

A class is a line ``name: term, term`` of a vocabulary; indented lines go on with it. A term is one word or several in a row:
``word``, ``begin*``, ``*end``, ``*within*``, ``#`` (a number). ``~`` stands for up to four other words. ``^`` before a term
means that only words of the classes ``lead`` and ``split`` stand before it in its clause. Terms are in lower case. Without
marks on its letters (``ß`` is ``ss``) a term stands for words with and without them. ``@name`` stands for the terms of a
class above, also as a word of a longer term: ``only @n left`` is a term for each of them. In Japanese a term is a piece of
text, and ``a~b`` is ``a`` with ``b`` behind it in the clause. The classes
``capscode`` (a code such as SAVE10), ``percent`` (a number with %), ``question`` and ``short`` (a sentence of four words at
most) are found without terms, and so are
``label`` (a sentence of three words at most with an amount) and ``alone`` (a word and nothing else).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product

from franking.files.packaged import packaged_text
from franking.policy.frames.meeting import Frame

SPACED = ("en", "de", "fr", "it", "es", "nl", "sv", "pl", "tr", "pt", "ar")  # languages that separate words


@cache
def frames() -> Mapping[str, Sequence[Frame]]:
    """The frames by each class that triggers them."""
    found: dict[str, list[Frame]] = {}
    for name, groups in _lines("frames"):
        parts: dict[str, list[tuple[str, ...]]] = {"": [], "+": [], "-": [], "--": []}
        excuses = groups.count("!")
        for group in groups.replace("!", "").split():
            bare = group.lstrip("+-")
            parts[group[: len(group) - len(bare)]].append(tuple(bare.split("|")))
        trigger, *here = parts[""]
        not_here, not_near = (tuple(name for group in parts[sign] for name in group) for sign in ("-", "--"))
        frame = Frame(name, tuple(here), tuple(parts["+"]), not_here, not_near, excuses)
        for one in trigger:
            found.setdefault(one, []).append(frame)
    return found


def terms(language: str) -> Iterator[tuple[str, str]]:
    """The terms of a vocabulary, each behind its class."""
    classes: dict[str, list[str]] = {}
    for name, listed in _lines(language):
        known = classes.setdefault(name, [])
        for term in filter(None, (" ".join(part.split()) for part in listed.split(","))):
            known += _written_out(term, classes)
    for name, known in classes.items():
        for term in known:
            yield name, term


def _written_out(term: str, classes: Mapping[str, Sequence[str]]) -> list[str]:
    """The terms that a term stands for: one for each choice of its ``@name`` words."""
    choices = [classes[word[1:]] if word.startswith("@") and word[1:2].isalpha() else (word,) for word in term.split(" ")]
    return [" ".join(words) for words in product(*choices)]


def _lines(file: str) -> Iterator[tuple[str, str]]:
    """The names of a file, each with what stands behind its colon, over indented lines."""
    name = ""
    parts: list[str] = []
    for line in packaged_text(__package__, f"{file}.txt").splitlines():
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
