"""Reads the texts of an HTML part: its text nodes as segments, and its attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from franking.check.conditional_texts import conditional_texts
from franking.check.generated import Joined, generated_texts, joined_texts
from franking.check.page import Page
from franking.check.seen_order import as_seen
from franking.check.segments import Buffer, TextSegment, plain
from franking.check.separated import separated
from franking.check.unparsed import CODE, RAW, fragments
from franking.check.visibility import Visibility, may_hide
from franking.html.document import Document, Element, Text
from franking.layout.frame import FLEX, GRID, level

# Attributes whose text a buyer can see or hear, and their elements (none: every element).
_ATTRIBUTES: tuple[tuple[str, frozenset[str]], ...] = (
    ("alt", frozenset()),
    ("title", frozenset()),
    ("aria-label", frozenset()),
    ("aria-description", frozenset()),
    ("aria-placeholder", frozenset()),
    ("aria-roledescription", frozenset()),
    ("aria-valuetext", frozenset()),
    ("placeholder", frozenset(["input", "textarea"])),
    ("value", frozenset(["input"])),
    ("label", frozenset(["option", "optgroup", "track", "menuitem"])),
    ("summary", frozenset(["table"])),
    ("standby", frozenset(["object"])),
    ("prompt", frozenset(["isindex"])),
)
_NAMES = frozenset(name for name, _ in _ATTRIBUTES)
_SILENT_INPUTS = frozenset(["hidden", "checkbox", "radio", "color", "file", "image", "password", "range"])
_CONTROLS = frozenset(["button", "textarea", "select", "option", "legend", "summary"])
_FALLBACK = RAW | set("title desc option textarea object video audio canvas template meter progress".split())
_BLOCKS = frozenset(["block", "part", "absolute", "float"])
_IN_LINE = frozenset(["inline", "inline-block"])
_BLOCKIFYING = FLEX | GRID  # CSS Display 3, section 2.7
_SVG_TEXTS = frozenset(["text", "title", "desc", "svg", "math", "foreignobject"])


def html_segments(document: Document, pages: list[Page]) -> list[TextSegment]:
    """The segments of an HTML part, laid out at each of some widths: texts in document order, then attributes."""
    joined = joined_texts(pages)
    found = _Reader(document, pages, joined[0]).segments()
    for other in joined[1:]:  # generated texts that depend on the width
        known = {segment.text for segment in found}
        found += [
            replace(segment, apart=True) for segment in _Reader(document, pages, other).segments() if segment.text not in known
        ]
    found.extend(_attributes(document, pages))
    found.extend(fragments(document))
    found.extend(_generated(document, pages, joined))
    found.extend(_conditional(document, found))
    found.extend(as_seen(document, pages[-1], found))
    return found


class _Reader:
    """Walks a document and reads its texts."""

    def __init__(self, document: Document, pages: list[Page], made: Joined) -> None:
        self._document = document
        self._styles = pages[-1].styles
        self._shown = _shown(pages)
        self._visibility = Visibility(pages) if may_hide(pages) else None
        self._began = False  # whether visible content was read before
        self._made = made

    def segments(self) -> list[TextSegment]:
        """Every text of the document, with its title."""
        found: list[TextSegment] = []
        seen, unseen = Buffer(), Buffer()
        styles, made, shown = self._styles, self._made, self._shown
        is_seen = self._is_seen if self._visibility is not None else None
        root = self._document.root
        stack: list[Element | Text | tuple[Element] | str] = [root]
        blocks: list[Element] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                seen.insert(node, blocks[-1])
                continue
            if isinstance(node, Text):
                parent = node.parent
                buffer = seen if (shown[parent.index] if is_seen is None else is_seen(parent)) else unseen
                if (node.visible or not buffer.blank) and not (parent.tag in RAW and "<" in node.data):
                    buffer.add(node, blocks[-1], styles[parent.index].white_space)
                continue
            if isinstance(node, tuple):  # the end of a block
                node = node[0]
                blocks.pop()
            elif node.tag in CODE:
                continue
            elif node.tag == "br":
                (seen if self._is_seen(node) else unseen).line_break()
                continue
            elif self._is_block(node):
                blocks.append(node)
                stack.append((node,))
                self._inside(node, stack, made)
            else:
                self._inside(node, stack, made)
                continue
            # A block boundary ends a text; a block that is not displayed does not split the surrounding text.
            if seen.parts and (shown[node.index] if is_seen is None else is_seen(node)):
                self._take(seen, found, hidden=False)
            if unseen.parts:
                self._take(unseen, found, hidden=True)
        self._take(seen, found, hidden=False)
        self._take(unseen, found, hidden=True)
        return found

    @staticmethod
    def _inside(node: Element, stack: list[Element | Text | tuple[Element] | str], made: Mapping[tuple[int, str], str]) -> None:
        """Read the content of an element, and generated texts before and after it."""
        if not made:
            stack += node.children[::-1]
            return
        if (behind := made.get((node.index, "after"))) is not None:
            stack.append(behind)
        stack += reversed(node.children)
        if (before := made.get((node.index, "before"))) is not None:
            stack.append(before)

    def _is_seen(self, element: Element) -> bool:
        return self._shown[element.index] and (self._visibility is None or not self._visibility.unseen(element))

    def _take(self, buffer: Buffer, found: list[TextSegment], *, hidden: bool) -> None:
        text = "".join(buffer.parts).rstrip(" \n")
        languages = self._document.languages
        pieces = buffer.pieces
        if text.strip() and buffer.element is not None and not pieces:  # all of it is generated
            found.append(TextSegment("html", text, buffer.element, languages=frozenset([languages[buffer.element.index]])))
            self._began = True
        elif text.strip() and buffer.element is not None:
            marked = frozenset([languages[piece.node.parent.index] for piece in pieces])
            first = pieces[0].node.parent
            why = self._unseen(first, hidden=hidden) if hidden or self._visibility is not None else ""
            doubt = self._visibility.doubt(first) if self._visibility is not None and not (hidden or why) else ""
            opening = not self._began
            self._began = self._began or not (hidden or why)
            segment = TextSegment("html", text, buffer.element, "", marked, hidden, why, doubt, opening, pieces=tuple(pieces))
            found.append(segment)
            if buffer.generated:
                found += separated(segment, buffer.generated)
        buffer.clear()

    def _unseen(self, element: Element, *, hidden: bool) -> str:
        """The reason for which a text of the body is invisible."""
        if hidden and not self._shown[element.index]:
            foreign = next((ancestor for ancestor in element.ancestors() if ancestor.foreign), None)
            if foreign is not None and self._may_show(foreign):
                return ""
            inside = element.index >= self._document.body.index  # nothing follows the body
            return "no width displays it" if inside and element.tag not in _FALLBACK else ""
        return self._visibility.unseen(element) if self._visibility is not None else ""

    def _may_show(self, element: Element) -> bool:
        """Whether a text of SVG or MathML may be visible: its container is shown, and nothing inside hides it. The layout
        engine creates no boxes in them."""
        while element.foreign:
            style = self._styles[element.index]
            hides = (style.display == "none" and style.own_origin("display") is not None) or style.visibility != "visible"
            if hides or element.attrs.get("display") == "none" or element.parent is None:
                return False
            if element.tag == "svg" and not element.parent.foreign:
                return self._shown[element.index]
            element = element.parent
        return self._shown[element.index]

    def _is_block(self, element: Element) -> bool:
        """Whether an element's text is a separate text."""
        tag = element.tag
        if element.foreign:
            return tag.lower() in _SVG_TEXTS
        style = self._styles[element.index]
        display = style.display
        if style.plain and display not in _IN_LINE:
            return True
        if display == "inline" and style.floating == "none" and style.position == "static":
            if tag in _CONTROLS or tag in RAW:
                return True
        elif display == "none" or tag in _CONTROLS or tag in RAW:
            return True
        elif (kind := level(element, style)) in _BLOCKS or kind == "contents":
            return kind != "contents"
        parent = element.parent
        return parent is not None and self._styles[parent.index].display in _BLOCKIFYING


def _shown(pages: list[Page]) -> list[bool]:
    """For each element, whether its own text is visible at any width."""
    shown: list[bool] = []
    for page in pages:
        if page.like is not None:
            continue
        here = page.frame.rendered.copy()
        for element in page.frame.unusual:
            if page.styles[element.index].visibility != "visible":
                here[element.index] = False
        shown = [a or b for a, b in zip(shown, here, strict=True)] if shown and shown != here else here
    return shown


def _attributes(document: Document, pages: list[Page]) -> Iterator[TextSegment]:
    languages, translated = document.languages, document.translated
    shown: list[bool] = []
    for element in document.elements:
        attrs = element.attrs
        if not attrs or _NAMES.isdisjoint(attrs):
            continue
        for name, tags in _ATTRIBUTES:
            text = attrs.get(name, "")
            if not text.strip() or (tags and element.tag not in tags):
                continue
            if element.tag == "input" and name == "value" and attrs.get("type", "").strip().lower() in _SILENT_INPUTS:
                continue
            shown = shown or _shown(pages)
            hidden = not shown[element.index]
            yield TextSegment(
                "html",
                plain(text),
                element,
                name,
                frozenset([languages[element.index]]),
                hidden,
                translated=translated[element.index],
            )


def _generated(document: Document, pages: list[Page], joined: list[Joined]) -> Iterator[TextSegment]:
    """The generated texts, once for all widths."""
    seen: dict[tuple[int, str], tuple[Element, bool]] = {}
    for page in pages:
        for element, text, shown in generated_texts(page):
            key = element.index, plain(text)
            seen[key] = element, shown or (key in seen and seen[key][1])
    for (index, text), (element, shown) in seen.items():
        if any(plain(one.get((index, name), "")) == text for one in joined for name in ("before", "after")):
            continue  # visible at another width
        yield TextSegment("html", text, element, languages=frozenset([document.languages[index]]), hidden=not shown)


def _conditional(document: Document, found: list[TextSegment]) -> Iterator[TextSegment]:
    """The texts that a condition shows, besides those that are read already."""
    for element, text in conditional_texts(document):
        said = plain(text)
        if not any(said in segment.text for segment in found):
            yield TextSegment("html", said, element, languages=frozenset([document.languages[element.index]]), hidden=True)
