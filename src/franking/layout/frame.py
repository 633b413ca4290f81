"""What the layout works on, and the reading of the element tree as boxes (CSS Display 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from franking.css.computed_style import ComputedStyle, Size
from franking.css.lengths import Length, Metrics
from franking.css.replaced_elements import HOLLOW, REPLACED
from franking.html.document import Document, Element, Text
from franking.html.images import image_bytes, intrinsic_size, is_scalable
from franking.html.never_shown import NEVER_SHOWN, is_never_shown
from franking.layout.natural_sizes import has_alternatives, is_asked_for, natural_graphic

ATOMIC = frozenset(["inline-block", "inline-table", "inline-flex", "inline-grid", "-webkit-inline-box"])
COLUMNS = frozenset(["table-column", "table-column-group"])
PARTS = COLUMNS | set("table-row-group table-header-group table-footer-group table-row table-cell table-caption".split())
TABLES = frozenset(["table", "inline-table"])
FLEX = frozenset(["flex", "inline-flex", "-webkit-box", "-webkit-inline-box"])
GRID = frozenset(["grid", "inline-grid"])
_PLAIN_LEVELS = {"inline": "inline", "inline-block": "atom", **dict.fromkeys(PARTS, "part")}  # see ``level``
_BY_MORE = NEVER_SHOWN | {"input", "svg", "img"}  # elements that are rendered, or not, by more than ``display``
_ASIDE = TABLES | FLEX | GRID | {"flow-root"}
_CONTEXTS = ATOMIC | FLEX | GRID | {"table-cell", "table-caption", "flow-root"}
_SPACE = " \t\n\f\r"
_SCROLLS = frozenset(["hidden", "scroll", "auto", "overlay"])
WIDEST = 10_000.0  # CSS px: no picture in a mail is wider
_NO_METRICS = Metrics(16.0, 16.0, 0.0)


@dataclass(slots=True)
class Item:
    """A piece of content: ``kind`` is text, open, close, break, atom, block, float, absolute, parts or inline-parts."""

    kind: str
    element: Element
    text: Text | None = None
    parts: tuple[Element, ...] = ()


@dataclass
class Frame:
    """A document with its styles in a message box of ``width`` CSS px; ``files`` are image bytes by URL."""

    document: Document
    styles: list[ComputedStyle]
    width: float
    files: Mapping[str, bytes] = field(default_factory=dict)
    like: Frame | None = None  # of another width with the very same styles: what does not depend on the width is taken over
    wide: bool = False  # pictures of unknown size are taken to be as wide as can be, instead of as narrow
    unsure: bool = False  # whether any width depends on a size that is not known here
    rendered: list[bool] = field(init=False)
    unusual: list[Element] = field(init=False)  # the elements whose styles are not plain
    _sizes: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    _contents: dict[int, list[Item]] = field(default_factory=dict)
    _named: dict[re.Pattern[str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.like is not None:
            self.rendered, self._sizes, self._contents = self.like.rendered, self.like._sizes, self.like._contents
            self.unusual = self.like.unusual
            return
        self.rendered, self.unusual = [], []
        styles, rendered = self.styles, self.rendered
        for element, style in zip(self.document.elements, styles, strict=True):
            if not style.plain:
                self.unusual.append(element)
            parent, display, tag = element.parent, style.display, element.tag
            if parent is not None and not rendered[parent.index]:
                shown = False
            elif (
                tag in _BY_MORE
                or element.foreign
                or (parent is not None and (parent.tag in HOLLOW or styles[parent.index].display in COLUMNS))
            ):
                shown = self._is_rendered(element, display, parent)
            else:
                shown = display != "none"
            rendered.append(shown)

    def _is_rendered(self, element: Element, display: str, parent: Element | None) -> bool:
        """Whether an element in a parent that is rendered is rendered."""
        tag = element.tag
        if parent is not None and tag == "img" and parent.tag == "picture":
            return display != "none"
        if tag != "svg" and (display == "none" or element.foreign or is_never_shown(element)):
            return False
        if parent is None:
            return True
        outer = self.styles[parent.index].display
        proper = outer not in COLUMNS or (outer, display) == ("table-column-group", "table-column")  # CSS 2.2, section 17.2.1
        return parent.tag not in HOLLOW and proper

    @cached_property
    def after_float(self) -> list[bool]:
        """For each element, whether a float comes before it in its block formatting context (CSS 2.2, section 9.4.1)."""
        if self.like is not None:
            return self.like.after_float
        if not any(self.styles[element.index].floating != "none" for element in self.unusual):
            return [False] * len(self.styles)
        roots: list[int] = []
        floated: set[int] = set()
        result: list[bool] = []
        for element in self.document.elements:
            parent = element.parent
            root = 0 if parent is None else parent.index if self._makes_context(parent) else roots[parent.index]
            roots.append(root)
            result.append(root in floated)
            if self.rendered[element.index] and self.styles[element.index].floating != "none":
                floated.add(root)
        return result

    @cached_property
    def knows_contents(self) -> bool:
        """Whether any element has ``display: contents``."""
        return any(self.styles[element.index].display == "contents" for element in self.unusual)

    def _makes_context(self, element: Element) -> bool:
        style = self.styles[element.index]
        outside = style.floating != "none" or style.position in ("absolute", "fixed")
        return outside or style.display in _CONTEXTS or makes_context(style, element)

    def content(self, element: Element) -> list[Item]:
        """An element's content, see ``content``."""
        found = self._contents.get(element.index)
        if found is None:
            found = self._contents[element.index] = content(self, element.children)
        return found

    def take_contents(self, other: Frame, besides: list[Element]) -> None:
        """Take over contents of another frame; ``besides`` are the elements with other styles in them there."""
        rendered, own = self.rendered, {element.index for element in besides}
        self._contents.update((at, found) for at, found in other._contents.items() if rendered[at] and at not in own)

    def style(self, element: Element) -> ComputedStyle:
        return self.styles[element.index]

    def natural_size(self, element: Element) -> tuple[float, float] | None:
        """The intrinsic size of a replaced element in CSS px, or None where it cannot be known."""
        if element.tag != "img":
            width, height, ratio = self.natural(element)
            return (width or 300.0, height or (300.0 / ratio if ratio else 150.0))
        if has_alternatives(element):
            return None
        src = element.attrs.get("src", "")
        if src not in self._sizes:
            data = image_bytes(src, self.files)
            self._sizes[src] = intrinsic_size(data) if data is not None else None
        return self._sizes[src]

    def natural(self, element: Element) -> tuple[float | None, float | None, float | None]:
        """The intrinsic width, height and ratio of a replaced element, each None where it has none. What is not known is
        taken as narrow or as wide as can be (``wide``)."""
        zoom = self.styles[element.index].zoom
        if is_asked_for(element):
            return self._unknown()  # as large as a file that is not asked for
        if element.tag != "img":
            metrics = Metrics(self.styles[element.index].font_size, self.styles[0].font_size, self.width)
            width, height, ratio = natural_graphic(element, metrics)
            return width and width * zoom, height and height * zoom, ratio
        size = self.natural_size(element)
        if size is None:
            return self._unknown()
        ratio = size[0] / size[1] if size[1] else None
        if ratio and self.is_scalable(element):
            return None, None, ratio
        return size[0] * zoom, size[1] * zoom, ratio

    def is_scalable(self, element: Element) -> bool:
        """Whether a graphic has a ratio and no size: it is as wide as there is room."""
        if element.tag == "img":
            return not has_alternatives(element) and is_scalable(image_bytes(element.attrs.get("src", ""), self.files))
        return element.tag == "svg" and natural_graphic(element)[:2] == (None, None)

    def _unknown(self) -> tuple[float, float, float | None]:
        self.unsure = True
        return (WIDEST, 1.0, WIDEST) if self.wide else (0.0, 0.0, None)

    def names_above(self, names: re.Pattern[str]) -> bool:
        """Whether the message's style sheets and ``style`` attributes name any of these properties."""
        found = self._named.get(names)
        if found is None:
            found = self._named[names] = any(names.search(text) is not None for text in self._style_texts)
        return found

    @cached_property
    def _style_texts(self) -> list[str]:
        texts = [element.attrs["style"] for element in self.document.elements if "style" in element.attrs]
        sheets = (element for element in self.document.elements if element.tag == "style")
        return texts + [child.data for sheet in sheets for child in sheet.children if isinstance(child, Text)]


def is_replaced(element: Element) -> bool:
    """Whether an element's box is filled from outside."""
    return element.tag in REPLACED


def scrolls(style: ComputedStyle) -> bool:
    """Whether ``overflow`` makes a box clip or scroll what is in it (CSS Overflow 3, section 3.1)."""
    others = style.others
    return bool(others) and (others.get("overflow-x") in _SCROLLS or others.get("overflow-y") in _SCROLLS)


def makes_context(style: ComputedStyle, element: Element) -> bool:
    """Whether a block in the flow makes a formatting context of its own (CSS Display 3, section 2.1; CSS Overflow 3; CSS
    Contain 2): floats from outside do not reach into it. What ``body`` has is the viewport's."""
    if style.display in _ASIDE:
        return True
    if not style.others or element.tag in ("html", "body"):
        return False
    return scrolls(style) or style.others.get("contain") == "apart"


def level(element: Element, style: ComputedStyle) -> str:
    """How a box takes part in its container: inline, contents, atom, block, part, float or absolute."""
    display = style.display
    if style.plain:
        kind = _PLAIN_LEVELS.get(display, "block")
        return "atom" if kind == "inline" and element.tag in REPLACED else kind
    if display == "contents":
        return "contents"  # no box to float or to position
    if style.position in ("absolute", "fixed"):
        return "absolute"
    if style.floating != "none":
        return "float"
    if display in PARTS:
        return "part"
    if display in ATOMIC or (element.tag in REPLACED and display == "inline"):
        return "atom"
    return "inline" if display in ("inline", "ruby", "ruby-text", "run-in") else "block"


def content(frame: Frame, children: list[Element | Text]) -> list[Item]:
    """A container's content in order, inline elements opened up; stray table parts are grouped."""
    if len(children) == 1 and isinstance(only := children[0], Text):
        return [Item("text", only.parent, only)]
    rendered, styles = frame.rendered, frame.styles
    items: list[Item] = []
    stack: list[tuple[Element | None, Iterator[Element | Text]]] = [(None, iter(children))]
    has_parts = False
    while stack:
        opened, nodes = stack[-1]
        for child in nodes:
            if isinstance(child, Text):
                items.append(Item("text", child.parent, child))
            elif not rendered[child.index] or child.tag == "wbr":
                continue
            elif child.tag == "br":
                items.append(Item("break", child))
            elif (kind := level(child, styles[child.index])) == "inline":
                items.append(Item("open", child))
                stack.append((child, iter(child.children)))
                break
            elif kind == "contents":
                stack.append((None, iter(child.children)))
                break
            else:
                items.append(Item(kind, child))
                has_parts = has_parts or kind == "part"
        else:
            stack.pop()
            if opened is not None:
                items.append(Item("close", opened))
    return _group_parts(items) if has_parts else items


def _group_parts(items: list[Item]) -> list[Item]:
    """Wrap runs of table parts in an anonymous table (CSS Tables 3, section 2.2)."""
    result: list[Item] = []
    run: list[Element] = []
    depth = 0  # of open inline boxes: inside one the anonymous table is inline-level
    for item in [*items, None]:
        if item is not None and item.kind == "part":
            run.append(item.element)
        elif item is not None and run and item.text is not None and not item.text.data.strip(_SPACE):
            continue
        else:
            if run:
                result.append(Item("inline-parts" if depth else "parts", run[0], None, tuple(run)))
                run = []
            if item is not None:
                depth += {"open": 1, "close": -1}.get(item.kind, 0)
                result.append(item)
    return result


def resolve_size(size: Size, base: float | None) -> float | None:
    """A size in CSS px, or None for keywords and for percentages of an unknown base."""
    if isinstance(size, str) or (base is None and size.relative):
        return None
    return size.resolve(base or 0.0)


def zero_or(size: Size, base: float) -> float:
    """A margin in CSS px, ``auto`` being 0."""
    return size.resolve(base) if isinstance(size, Length) else 0.0
