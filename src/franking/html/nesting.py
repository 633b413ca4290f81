"""Finds differences between the tags and the tree that browsers build (HTML, section 13.2.6): ignored tags, elements that
continue after their end, text that is moved out of a table.

turbohtml reports only tokenizer errors. This module compares the tags with the tree: each element knows its tags.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from franking.html.document import Document, Element, Text
from franking.html.visible import VISIBLE

_NAMES = re.compile(  # comments, raw text elements with their tags, and other tags
    r"<(?:!--.*?(?:-->|\Z)|(style|script|textarea|title|xmp|iframe|noembed|noframes)\b[^>]*+(?:\Z|>.*?(</\1|\Z))"
    r"|(/?[a-z][^\s/>]*+))",
    re.DOTALL,
)
_ANY_NAME = re.compile(r"<(/?[a-zA-Z][^\s/>]*+)")
_RAW_NAMES = frozenset("style script textarea title xmp iframe noembed noframes".split())
# An unterminated one extends to the end of the source; this keeps the scan linear.
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)(?:[^>\"']|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*+(>|\Z)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<![^>-][^>]*>", re.DOTALL)
_RAW = re.compile(
    r"<(style|script|textarea|title|xmp|iframe|noembed|noframes)\b[^>]*+(?:\Z|(>).*?(</\1|\Z))", re.DOTALL | re.IGNORECASE
)
VOID = frozenset("area base br col embed hr img input link meta param source track wbr bgsound frame keygen basefont".split())
# Elements whose end tag, or both, may be left out (HTML, section 13.1.2.4), or that end with the document.
OPTIONAL = frozenset("html head body p li dt dd option optgroup tr td th tbody thead tfoot colgroup caption rt rp".split())
_UNTIL_END = frozenset("title style script textarea xmp iframe noembed noframes plaintext".split())
_ROWS = frozenset("table tbody thead tfoot tr".split())
_UNPAIRED = VOID | OPTIONAL | {f"/{name}" for name in OPTIONAL}
_IMPLIED = frozenset("html head body tbody colgroup".split())  # elements without required tags
_IN_TABLES = _ROWS | frozenset("td th caption col colgroup style script template form input".split())
_LOOSE = re.compile(  # content of a table outside its cells
    r"(?:<(?:table|tbody|thead|tfoot|tr)\b[^<>]*+>|</(?:td|th|tr|tbody|thead|tfoot|caption|colgroup)\s*>)\s*+"
    r"(?!</?(?:table|t[drh]|tbody|thead|tfoot|caption|col|colgroup|style|script|template|form|input)\b|<!|\Z)",
)
_CELLS = frozenset("td th tr tbody thead tfoot caption".split())
_SWALLOWING = {
    "eof-in-comment": "a comment that never ends: everything after it is hidden",
    "eof-in-tag": "a tag that never ends: everything after it is lost",
    "unexpected-character-in-attribute-name": "a tag that does not end before what follows, or a stray quote in it",
    "missing-attribute-value": "an attribute without its value",
    "duplicate-attribute": "a duplicate attribute: browsers ignore the second",
    "unexpected-equals-sign-before-attribute-name": "an equals sign without a name before it",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """An error and its source position."""

    offset: int
    what: str
    element: Element | None = None


def faults(document: Document) -> Iterator[Fault]:
    """Every place at which browsers show something else than the tags say, or ignore something."""
    for error in document.tree.errors:
        what = _SWALLOWING.get(error.code)
        if what is not None:
            yield Fault(document.offset(error.line, max(1, error.col)), what)
    if not balanced(document):
        yield from _structure(document)


def balanced(document: Document) -> bool:
    """Whether all tags pair in order, each created one element, and tables contain only cells. Then there is no error; true
    for most messages."""
    source = document.source
    names = _plain_names(source)
    if names is None:
        source = _lowered(source)
        found = _NAMES.findall(source)
        if any(raw and not end for raw, end, _ in found):
            return False
        names = [name for raw, _, tag in found for name in ((tag,) if tag else (raw, f"/{raw}") if raw else ())]
    if not _paired(names) or _LOOSE.search(source) is not None:
        return False
    tags = Counter(names)
    made = Counter([element.tag for element in document.elements])
    if any(not name.islower() for name in made):  # of SVG
        made = Counter([element.tag.lower() for element in document.elements])
    for name, number in tags.items():
        if name[0] == "/":
            if number > tags[name[1:]]:
                return False
        elif name not in _IMPLIED and made[name] != number:
            return False
    return _IMPLIED.issuperset(made.keys() - tags.keys())


def _paired(names: list[str]) -> bool:
    """Whether the start and end tags with some names pair in order, those that may stand alone left out."""
    opened = [""]
    for name in names:
        if name in _UNPAIRED:
            continue
        if name[0] != "/":
            opened.append(name)
        elif opened.pop() != name[1:]:
            return False
    return len(opened) == 1


def _plain_names(source: str) -> list[str] | None:
    """The names of all tags, as ``_NAMES`` finds them; None where that needs a closer look: at comments, raw texts with
    a "<" in them, and names that are not of lower-case letters and digits."""
    if "<!--" in source:
        return None
    names = _ANY_NAME.findall(source)
    joined = "".join(names).replace("/", "")
    if not (joined.isascii() and joined.isalnum() and joined.islower()):
        return None
    for raw in _RAW_NAMES.intersection(names):
        end = 0
        for _ in range(joined.count(raw)):
            at = source.find(f"<{raw}", end)
            if at < 0:
                break
            end = source.find("<", at + 1)
            closed = source.startswith(f"</{raw}", end) and not source[end + 2 + len(raw) : end + 3 + len(raw)].isalnum()
            if not (closed and at < source.find(">", at) < end):
                return None
    return names


def _lowered(source: str) -> str:
    """The source with its ASCII letters lowered, those of tags, which is much faster than to lower all."""
    if source.isascii():
        return source.lower()
    return source.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


@dataclass(slots=True)
class _Places:
    """Where the elements of a document have tags, and those that have no end tag though they need one."""

    starts: dict[int, list[Element]] = field(default_factory=dict)  # by the start tag's offset
    ends: set[int] = field(default_factory=set)
    unclosed: list[Element] = field(default_factory=list)


def _places(document: Document) -> _Places:
    places = _Places()
    for element in document.elements:
        location = element.node.source_location
        if location is None:
            continue
        places.starts.setdefault(location.start_tag.start_offset, []).append(element)
        if location.end_tag is not None:
            places.ends.add(location.end_tag.start_offset)
        elif not element.foreign and element.tag not in VOID:
            places.unclosed.append(element)
    return places


def _structure(document: Document) -> Iterator[Fault]:
    places = _places(document)
    stray = list(_tags(document, blanked(document), places.starts, places.ends))
    late = Counter(fault.what for _, fault in stray if fault.what.startswith("/"))
    yield from _unclosed(document, places.unclosed, late)
    for _, fault in stray:
        if not fault.what.startswith("/"):
            yield fault


def _unclosed(document: Document, unclosed: list[Element], late: Counter[str]) -> Iterator[Fault]:
    """What becomes of elements without an end tag of their own; ``late`` are the end tags that ended nothing."""
    shown = _showing(document)
    going_on = set(_going_on(document, shown))
    ended = _ended(document)
    for element in unclosed:
        tag = element.tag
        if element.index in going_on:
            yield Fault(element.offset, f"<{tag}> is not closed before its parent: it continues after it", element)
        elif tag == "template":
            yield Fault(element.offset, "<template> is never closed: everything after it is hidden", element)
        elif tag in _UNTIL_END:
            yield Fault(element.offset, f"<{tag}> is never closed: everything after it becomes its text", element)
        elif tag in OPTIONAL:
            continue
        elif late["/" + tag] > 0:
            late["/" + tag] -= 1
            yield Fault(element.offset, f"<{tag}> ends after what is around it", element)
        elif not ended[element.index] and sum(_shows(child, shown) for child in element.children) > 1:
            yield Fault(element.offset, f"<{tag}> is never closed: everything after it is inside it", element)


def _going_on(document: Document, shown: set[int]) -> Iterator[int]:
    """The elements that browsers open again after their parent's end; the copies have no tag."""
    last: dict[str, int] = {}
    for element in document.elements:
        if element.node.source_location is not None:
            last[element.tag] = element.index
        elif element.index in shown and element.tag in last and element.tag not in _IMPLIED and element.tag not in ("p", "br"):
            yield last[element.tag]


def _tags(document: Document, blank: str, by_start: dict[int, list[Element]], ends: set[int]) -> Iterator[tuple[int, Fault]]:
    """Source parts without an element: ignored tags, and text between the cells of a table."""
    last, behind = "", 0  # the tag before, if only cells and rows may follow it, and the offset after it
    for match in TAG.finditer(blank):
        if not match[3]:
            break
        offset, name = match.start(), match[2].lower()
        between = blank[behind:offset]
        if last and VISIBLE.search(unescape(between)) is not None:
            start = behind + len(between) - len(between.lstrip())
            yield behind, Fault(start, f"text after {last}: it is shown before the table")
        if match[1]:
            fault = None if offset in ends else _ignored_end(offset, name)
            last = f"</{name}>" if fault is None and name in _CELLS else ""
        elif offset in by_start:
            outside = last and name not in _IN_TABLES
            what = f"<{name}> after {last}: it is shown before the table"
            fault = Fault(offset, what, by_start[offset][0]) if outside else None
            last = f"<{name}>" if name in _ROWS else ""
        else:
            fault, last = _ignored_start(offset, name), ""
        if fault is not None:
            yield offset, fault
        behind = match.end()


def _ignored_end(offset: int, name: str) -> Fault | None:
    """The error of an end tag that ends no element, if it is one. ``/name``: its element was ended before."""
    if name in ("p", "br"):
        return Fault(offset, f"</{name}> without <{name}>: browsers show an empty line")
    return None if name in VOID or name in ("html", "body", "head") else Fault(offset, "/" + name)


def _ignored_start(offset: int, name: str) -> Fault | None:
    """The error of a start tag without an element, if it is one."""
    merged = name in ("html", "head", "body", "image")  # into the element that exists; <image> becomes <img>
    return None if merged else Fault(offset, f"<{name}> is ignored by browsers: it is not allowed here")


def blanked(document: Document) -> str:
    """The source with comments, raw texts and what templates hold (HTML, section 4.12.3) replaced by spaces."""

    def spaces(match: re.Match[str]) -> str:
        return " " * (match.end() - match.start())

    def inside(match: re.Match[str]) -> str:
        text = match.group()
        if match[2] is None:
            return text
        start, end = match.end(2) - match.start(), match.start(3) - match.start()
        return text[:start] + " " * (end - start) + text[end:]

    source = _RAW.sub(inside, _COMMENT.sub(spaces, document.source))
    parts, done = [], 0
    for element in document.elements:
        location = element.node.source_location if element.tag == "template" and not element.foreign else None
        if location is not None:
            end = location.end_tag.start_offset if location.end_tag is not None else len(source)
            parts += [source[done : location.start_tag.end_offset], " " * (end - location.start_tag.end_offset)]
            done = end
    return "".join([*parts, source[done:]])


def _showing(document: Document) -> set[int]:
    """The elements with a visible text or an image, at any depth."""
    found: set[int] = set()
    for element in document.elements:
        if element.tag == "img" or any(isinstance(child, Text) and child.visible for child in element.children):
            for ancestor in element.ancestors():
                if ancestor.index in found:
                    break
                found.add(ancestor.index)
    return found


def _shows(child: Element | Text, shown: set[int]) -> bool:
    return child.visible if isinstance(child, Text) else child.index in shown


def _ended(document: Document) -> list[bool]:
    """For each element, whether an ancestor is closed by a tag, so it does not extend to the end of the message."""
    found: list[bool] = []
    for element in document.elements:  # in the order of start tags, so ancestors come first
        parent = element.parent
        if parent is None:
            found.append(False)
            continue
        location = parent.node.source_location
        ends = parent.tag not in ("html", "body") and location is not None and location.end_tag is not None
        found.append(ends or found[parent.index])
    return found
