"""At most two line breaks follow each other.

The rule counts the forced breaks between two pieces of visible content: each ``<br>``, each blank block (a paragraph,
cell, list item … without visible content; its second and further ``<br>`` count too), each newline that ``white-space``
preserves. Blank cells of one table row are side by side and count once. The boundary between two paragraphs is no break.
In the text part, no more than two newline characters may follow each other.

Permitted::

    <p>Hello,<br><br>your order is on its way.</p> <p>Thank you.</p>

Rejected, line 1::

    <p>Hello,<br><br><br>your order is on its way.</p>

To fix it: take out breaks and blank paragraphs, and set distances with vertical margins, which are free.
"""

import re
from collections.abc import Iterator

from franking.check.edits import Edit, delete
from franking.check.page import INVISIBLE, Page, visible
from franking.check.rule import CheckRule, Measures
from franking.check.rule_context import RuleContext, on_page
from franking.check.segments import TextSegment
from franking.css.replaced_elements import REPLACED
from franking.html.document import Element, Text
from franking.model import Finding, Rule
from franking.model.counted import counted
from franking.policy import Policy

RULE = Rule("line-breaks", "error", "more line breaks in a row than the policy allows", "look", "check", __doc__)

_PRESERVED = frozenset(["pre", "pre-wrap", "pre-line", "break-spaces"])
_INLINE = frozenset(["inline", "contents", "ruby", "ruby-text", "none"])
_NOT_BLANK = frozenset(["table", "inline-table", "table-row", "table-row-group", "table-header-group",
                        "table-footer-group", "table-column", "table-column-group", "flex", "inline-flex"])  # fmt: skip
_MARK = re.compile(f"[^{INVISIBLE}]|\n")


def _hint(limit: int) -> str:
    return f"Leave at most {counted(limit, 'break')} in a row; set larger distances with a vertical margin."


class _Counter:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.count = 0
        self.row: Element | None = None
        self.seen = False  # breaks before the first content stand between nothing
        self.pieces: list[tuple[int, int, Element]] = []
        self.over: list[list[tuple[int, int, Element]]] = []  # per run of breaks: number, offset, element of each piece

    def add(self, number: int, offset: int, element: Element) -> None:
        if number > 0:
            self.pieces.append((number, offset, element))
            self.count += number

    def content(self) -> None:
        if self.seen and self.count > self.limit:
            self.over.append(self.pieces)
        self.count, self.pieces, self.row, self.seen = 0, [], None, True


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each run of breaks that is too long, at its first break."""
    limit = int(policy.value("line_breaks"))
    for pieces in _too_long(page, limit):
        count = sum(number for number, _, _ in pieces)
        _, offset, element = pieces[0]
        message = f"{counted(count, 'line break')} in a row, the policy allows {limit}"
        yield on_page(page, RULE, offset, element, message, _hint(limit), measured=count, limit=limit)


def _too_long(page: Page, limit: int) -> list[list[tuple[int, int, Element]]]:
    """Walk the rendered content in document order and collect the runs of more than ``limit`` breaks."""
    counter = _Counter(limit)
    blank = _blank_blocks(page)
    breaks = sum([1 for element in page.document.elements if element.tag == "br"])
    if breaks + sum([max(1, number) for number in blank.values()]) <= limit and not any(
        page.styles[element.index].white_space in _PRESERVED for element in page.frame.unusual
    ):
        return []  # there are not so many, wherever they stand
    stack: list[Element | Text] = [page.document.body]
    while stack:
        node = stack.pop()
        if isinstance(node, Text):
            if page.style(node.parent).visibility == "visible":
                _text(page, node, counter)
            continue
        if not page.frame.rendered[node.index]:
            continue
        if node.index in blank:
            _blank(page, node, counter, blank[node.index])
        elif node.tag == "br":
            counter.add(1, node.offset, node)
        elif (node.tag in REPLACED or node.tag in ("hr", "input", "button")) and page.shown(node):
            counter.content()
        else:
            stack.extend(reversed(node.children))
    return counter.over


def _text(page: Page, text: Text, counter: _Counter) -> None:
    if page.style(text.parent).white_space not in _PRESERVED:
        if text.visible:
            counter.content()
        return
    for match in _MARK.finditer(text.data):
        if match.group() == "\n":
            counter.add(1, page.document.text_offset(text, match.start()), text.parent)
        else:
            counter.content()


def _blank(page: Page, element: Element, counter: _Counter, breaks: int) -> None:
    number = max(1, breaks)
    if page.style(element).display == "table-cell" and element.parent is not None:
        if counter.row is element.parent:
            number -= 1
        counter.row = element.parent
    counter.add(number, element.offset, element)


def _blank_blocks(page: Page) -> dict[int, int]:
    """The innermost blocks without visible content, with the number of breaks each holds."""
    blank: dict[int, int] = {}
    full = _with_text(page)  # contains visible content, or a block that is counted by itself
    breaks = [0] * len(page.document.elements)
    styles, rendered = page.styles, page.frame.rendered
    for element in reversed(page.document.elements):
        index = element.index
        if not rendered[index]:
            continue
        if full[index]:
            if element.parent is not None:
                full[element.parent.index] = True  # whose breaks then do not count
            continue
        style = styles[index]
        if style.white_space in _PRESERVED:
            breaks[index] += sum(child.data.count("\n") for child in element.children if isinstance(child, Text))
        if element.tag == "br":
            breaks[index] = 1
        elif element.tag in REPLACED or element.tag in ("hr", "input", "button", "select", "textarea"):
            full[index] = True
        block = style.display not in _INLINE and element.tag not in ("html", "body", "br")
        if block and not full[index] and style.display not in _NOT_BLANK:
            blank[index] = breaks[index]
        parent = element.parent
        if parent is not None:
            full[parent.index] = full[parent.index] or full[index] or block
            breaks[parent.index] += breaks[index] if not block else 0
    return blank


def _with_text(page: Page) -> list[bool]:
    """For each element, whether a text of its own has a visible character."""
    found = [False] * len(page.document.elements)
    for text in page.document.texts:
        if text.visible:
            found[text.parent.index] = True
    return found


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report runs of newline characters in the text part."""
    limit = int(context.policy.value("line_breaks"))
    text = context.message.text
    if text is None:
        return
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    for match in re.finditer(rf"(?<![ \t\u00a0])(?:[ \t\u00a0]*+\r?\n){{{limit + 1},}}", text):
        if match.start() <= first or match.end() >= last:
            continue  # nothing stands above it, or below
        count = match.group().count("\n")
        message = f"{counted(count, 'newline')} in a row in the text part, the policy allows {limit}"
        yield context.at_segment(RULE, TextSegment("text", text), match.start(), message, _hint(limit), measured=count)


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take breaks and blank blocks out, from the last one on, until as many are left as may be."""
    limit = int(policy.value("line_breaks"))
    for pieces in _too_long(page, limit):
        excess = sum(number for number, _, _ in pieces) - limit
        for number, offset, element in sorted(pieces, key=lambda piece: (_is_drawn(page, piece[2]), -piece[1])):
            if excess <= 0:
                break
            edits = list(_without(page, offset, element))
            if edits:
                excess -= number
            yield from edits


def _is_drawn(page: Page, element: Element) -> bool:
    """Whether a blank block draws something, such as a dividing line: better leave it, if others can go."""
    style = page.style(element)
    return style.background_color != "transparent" or "border" in element.attrs.get("style", "")


def _without(page: Page, offset: int, element: Element) -> Iterator[Edit]:
    if element.tag == "br" or offset == element.offset:
        target = element
        if page.style(element).display == "table-cell" and element.parent is not None:
            row = element.parent
            cells = [c for c in row.children if isinstance(c, Element)]
            if any(visible(t) for t in _texts(row)) or len({id(c) for c in cells}) != 1:
                return
            target = row
        yield from delete(page.document, target, f"blank <{target.tag}> removed" if target.tag != "br" else "<br> removed")
    elif page.document.source[offset : offset + 1] == "\n":
        yield Edit(offset, offset + 1, "", "line break removed")


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, Text):
            yield child.data
        elif child.tag in REPLACED or child.tag in ("hr", "input", "button"):
            yield "x"
        else:
            yield from _texts(child)


CHECK = CheckRule(
    rule=RULE, on_page=check_page, on_message=check_message, aspects=frozenset(["breaks"]), fix_page=fix_page,
    threshold=Measures("line_breaks"),
)  # fmt: skip
