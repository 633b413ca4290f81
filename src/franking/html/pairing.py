"""Start and end tags without a partner, as a person pairs them who reads the source.

Browsers repair most of them without a visible change (``nesting`` reports the others), but only where they stand today. In
templates, which are put together from several files, an end tag too many ends an element of another file: ``owner`` names
the file of each tag, and the tag of the file that pairs in itself is not to blame.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from franking.html.document import Document
from franking.html.nesting import OPTIONAL, TAG, VOID, Fault, balanced, blanked

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_MOST = 20  # tags to blame


@dataclass(frozen=True, slots=True)
class _Tag:
    offset: int
    end: bool
    name: str
    owner: str


@dataclass(slots=True)
class _Paired:
    pairs: list[tuple[_Tag, _Tag]] = field(default_factory=list)
    strays: list[_Tag] = field(default_factory=list)
    unclosed: list[_Tag] = field(default_factory=list)


def unpaired(document: Document, owner: Callable[[int], str]) -> Iterator[Fault]:
    """Every tag without a partner; ``owner`` is the name of the file that a source offset comes from."""
    if balanced(document):
        return
    tags = list(_tags(document, owner))
    elements = {e.offset: e for e in document.elements if e.node.source_location is not None}
    for _ in range(_MOST):
        paired = _pair(tags)
        blamed = next(_blamed(paired), None)
        if blamed is None:
            break
        tag, other = blamed
        tags.remove(tag)
        if tag.end:
            file = re.split(r"[/\\]", other.owner)[-1]
            yield Fault(tag.offset, f"</{tag.name}> without <{tag.name}>: it ends the <{tag.name}> of {file}")
        else:
            yield Fault(tag.offset, f"<{tag.name}> is never closed", elements.get(tag.offset))
    for tag in paired.strays:
        opened = next((t for t in paired.unclosed if {t.name, tag.name} <= _HEADINGS and t.offset < tag.offset), None)
        if opened is not None:
            paired.unclosed.remove(opened)
            yield Fault(opened.offset, f"<{opened.name}> is closed by </{tag.name}>", elements.get(opened.offset))
        elif tag.name not in ("p", "br"):  # of which browsers make elements
            yield Fault(tag.offset, f"</{tag.name}> without <{tag.name}>: browsers ignore it")
    for tag in paired.unclosed:
        yield Fault(tag.offset, f"<{tag.name}> is never closed", elements.get(tag.offset))


def _tags(document: Document, owner: Callable[[int], str]) -> Iterator[_Tag]:
    foreign = {e.offset for e in document.elements if e.foreign}
    for match in TAG.finditer(blanked(document)):
        name, offset = match[2].lower(), match.start()
        if name not in VOID and not (offset in foreign and match.group().endswith("/>")):
            yield _Tag(offset, bool(match[1]), name, owner(offset))


def _pair(tags: Sequence[_Tag]) -> _Paired:
    found = _Paired()
    opened: list[_Tag] = []
    for tag in tags:
        if not tag.end:
            opened.append(tag)
            continue
        at = next((n for n in range(len(opened) - 1, -1, -1) if opened[n].name == tag.name), -1)
        if at < 0:
            found.strays.append(tag)
            continue
        found.unclosed += (t for t in opened[at + 1 :] if t.name not in OPTIONAL)
        found.pairs.append((opened[at], tag))
        del opened[at:]
    found.unclosed += (t for t in opened if t.name not in OPTIONAL)
    found.unclosed.sort(key=lambda tag: tag.offset)
    return found


def _blamed(paired: _Paired) -> Iterator[tuple[_Tag, _Tag]]:
    """Tags that have taken the partner of a tag in another file, with that tag."""
    for stray in paired.strays:
        for start, end in reversed(paired.pairs):
            if (
                (start.name, start.owner) == (stray.name, stray.owner)
                and end.owner != stray.owner
                and end.offset < stray.offset
            ):
                yield end, start
    for tag in paired.unclosed:
        for start, end in paired.pairs:
            if (end.name, end.owner) == (tag.name, tag.owner) and start.owner != tag.owner and start.offset > tag.offset:
                yield start, tag
