"""What the layout works on, and the reading of the element tree as boxes (CSS Display 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from franking.css.defaults import REPLACED
from franking.css.lengths import Length
from franking.css.style import Size, Style
from franking.html.document import Document, Element, Text
from franking.html.images import image_bytes, intrinsic_size

ATOMIC = frozenset(["inline-block", "inline-table", "inline-flex", "inline-grid", "-webkit-inline-box"])
PARTS = frozenset(
    (
        "table-row-group table-header-group table-footer-group table-row table-cell table-caption table-column "
        "table-column-group"
    ).split()
)
TABLES = frozenset(["table", "inline-table"])
FLEX = frozenset(["flex", "inline-flex", "-webkit-box", "-webkit-inline-box"])
GRID = frozenset(["grid", "inline-grid"])
_CONTEXTS = ATOMIC | FLEX | GRID | {"table-cell", "table-caption", "flow-root"}
# Whatever a style sheet makes of them, their text is no text of the message.
NEVER_SHOWN = frozenset(["head", "style", "script", "template", "title"])
_SPACE = " \t\n\f\r"
_CONTENT_SIZED = frozenset(["min-content", "max-content", "fit-content", "-webkit-fit-content"])


@dataclass(slots=True)
class Item:
    """A piece of a container's content: ``kind`` is text, open, close, break, atom, block, float,
    absolute, parts or inline-parts."""

    kind: str
    element: Element
    text: Text | None = None
    parts: tuple[Element, ...] = ()


@dataclass
class Frame:
    """A document with its styles in a message box of ``width`` CSS px; ``files`` are image bytes by URL."""

    document: Document
    styles: list[Style]
    width: float
    files: Mapping[str, bytes] = field(default_factory=dict)
    like: Frame | None = None  # of another width with the very same styles: what does not depend on the width is taken over
    rendered: list[bool] = field(init=False)
    _sizes: dict[str, tuple[float, float] | None] = field(default_factory=dict)
    _contents: dict[int, list[Item]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.like is not None:
            self.rendered, self._sizes, self._contents = self.like.rendered, self.like._sizes, self.like._contents
            return
        self.rendered = []
        for element in self.document.elements:
            parent = element.parent
            if element.tag in NEVER_SHOWN:
                self.rendered.append(False)
                continue
            shown = (self.styles[element.index].display != "none" and not element.foreign) or element.tag == "svg"
            if parent is not None:
                shown = shown and self.rendered[parent.index] and parent.tag not in REPLACED and parent.tag != "picture"
                if parent.tag == "picture" and element.tag == "img":
                    shown = self.rendered[parent.index] and self.styles[element.index].display != "none"
            self.rendered.append(shown)

    @cached_property
    def after_float(self) -> list[bool]:
        """For each element, whether a float comes before it in its block formatting context (CSS 2.2, section 9.4.1)."""
        if self.like is not None:
            return self.like.after_float
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
        return any(style.display == "contents" for style in self.styles)

    def _makes_context(self, element: Element) -> bool:
        style = self.styles[element.index]
        outside = style.floating != "none" or style.position in ("absolute", "fixed")
        return outside or style.display in _CONTEXTS

    def content(self, element: Element) -> list[Item]:
        """An element's content, see ``content``."""
        found = self._contents.get(element.index)
        if found is None:
            found = self._contents[element.index] = content(self, element.children)
        return found

    def style(self, element: Element) -> Style:
        """The computed style of an element."""
        return self.styles[element.index]

    def natural_size(self, element: Element) -> tuple[float, float] | None:
        """The intrinsic size of a replaced element in CSS px, or None where it cannot be known."""
        if element.tag != "img":
            return _attribute_size(element) or REPLACED[element.tag]
        src = element.attrs.get("src", "")
        if src not in self._sizes:
            data = image_bytes(src, self.files)
            self._sizes[src] = intrinsic_size(data) if data is not None else None
        return self._sizes[src]


def _attribute_size(element: Element) -> tuple[float, float] | None:
    if element.tag == "svg" and "viewbox" in {k.lower() for k in element.attrs}:
        box = next(v for k, v in element.attrs.items() if k.lower() == "viewbox")
        numbers = box.replace(",", " ").split()
        try:
            return (300.0, 300.0 * float(numbers[3]) / float(numbers[2])) if len(numbers) == 4 else None
        except (ValueError, ZeroDivisionError):
            return None
    return None


def is_replaced(element: Element) -> bool:
    """Whether an element's box is filled from outside."""
    return element.tag in REPLACED


def level(element: Element, style: Style) -> str:
    """How a box takes part in its container: inline, contents, atom, block, part, float or absolute."""
    display = style.display
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
    items: list[Item] = []
    stack: list[Iterator[Element | Text]] = [iter(children)]
    closing: list[Element | None] = [None]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            opened = closing.pop()
            if opened is not None:
                items.append(Item("close", opened))
            continue
        if isinstance(child, Text):
            items.append(Item("text", child.parent, child))
            continue
        if not frame.rendered[child.index]:
            continue
        if child.tag in ("br", "wbr"):
            if child.tag == "br":
                items.append(Item("break", child))
            continue
        kind = level(child, frame.style(child))
        if kind in ("inline", "contents"):
            if kind == "inline":
                items.append(Item("open", child))
            stack.append(iter(child.children))
            closing.append(child if kind == "inline" else None)
        else:
            items.append(Item(kind, child))
    return _group_parts(items)


def _group_parts(items: list[Item]) -> list[Item]:
    """Wrap runs of table parts in an anonymous table (CSS Tables 3, section 2.2)."""
    if all(item.kind != "part" for item in items):
        return items
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


def box_parent(frame: Frame, element: Element) -> Style:
    """The style that an anonymous box around ``element`` inherits from: of the nearest ancestor that makes a box."""
    parent = element.parent
    while parent is not None and frame.style(parent).display == "contents":
        parent = parent.parent
    return frame.style(parent) if parent is not None else frame.style(element)


@dataclass(frozen=True, slots=True)
class ReplacedWidth:
    """The content-box width of a replaced element; ``known`` is False where only ``bound`` limits it."""

    width: float
    known: bool
    bound: float = float("inf")


def resolve_size(size: Size, base: float | None) -> float | None:
    """A size in CSS px, or None for keywords and for percentages of an unknown base."""
    if isinstance(size, str):
        return None
    if base is None:
        return None if size.relative else size.resolve(0.0)
    return size.resolve(base)


def replaced_width(frame: Frame, element: Element, base: float | None) -> ReplacedWidth:
    """The used width of a replaced element in a containing block ``base`` px wide (CSS 2.2, section 10.3.2)."""
    style = frame.style(element)
    natural = frame.natural_size(element)
    width = resolve_size(style.width, base)
    extra = 0.0
    if style.box_sizing == "border-box":
        padding = style.padding_left.resolve(base or 0.0) + style.padding_right.resolve(base or 0.0)
        extra = padding + style.border_left + style.border_right
    if width is not None:
        width = max(0.0, width - extra)
    elif natural is not None:
        height = resolve_size(style.height, None)
        width = natural[0] * height / natural[1] if height is not None and natural[1] else natural[0]
    high = resolve_size(style.max_width, base)
    low = max(0.0, (resolve_size(style.min_width, base) or 0.0) - extra)
    bound = max(0.0, high - extra) if high is not None else float("inf")
    if natural is not None and _CONTENT_SIZED & {style.min_width, style.max_width}:
        own = natural_width(frame, element)
        low = own if style.min_width in _CONTENT_SIZED else low
        bound = own if style.max_width in _CONTENT_SIZED else bound
    if width is None:
        return ReplacedWidth(max(low, min(bound, 0.0)), False, max(bound, low))
    return ReplacedWidth(max(low, min(width, bound)), True)


def natural_width(frame: Frame, element: Element) -> float:
    """The content-box width of a replaced element by its own size, its ratio and its height; 0 where it is not known."""
    natural = frame.natural_size(element)
    if natural is None:
        return 0.0
    height = resolve_size(frame.style(element).height, None)
    return natural[0] * height / natural[1] if height is not None and natural[1] else natural[0]


def zero_or(size: Size, base: float) -> float:
    """A margin in CSS px, ``auto`` being 0."""
    return size.resolve(base) if isinstance(size, Length) else 0.0
