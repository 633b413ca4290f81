"""The HTML and the CSS are valid, as far as it changes what is shown.

The rule reports tags that were never opened or never closed if that changes what is shown, elements that overlap, tags
that browsers throw away or move out of a table, and CSS rules, properties and values that every browser throws away. Code
for one program (``mso-…``, vendor prefixes, old hacks) is no mistake. It is a warning: the other rules judge what is
shown, and a mail program may repair such markup in another way.

Permitted::

    <div style="margin:0 8px"><p>Your <b>order</b> is on its way.</p></div>

Rejected, line 1::

    <p>Your <b>order</p> <p>is on its way.</p>

Rejected, line 2::

    <p>Hello,</p>
    <p style="margin: 8 px">your order is on its way.</p>

To fix it: close each element where it ends, in the reverse order of opening; correct or remove the declaration.
"""

from collections.abc import Iterator

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.css.declarations import Dropped, from_text
from franking.css.sheets import offset_of, style_css, style_offset
from franking.html.document import Document, Element
from franking.html.nesting import Fault, faults
from franking.model import Finding, Rule

RULE = Rule("markup", "warning", "broken HTML or CSS", "standards", "check", __doc__)
_TAGS = "Close each element where it ends, in the reverse order of opening."
_CSS = "Correct it, or remove it."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report what the parsers had to repair or to throw away."""
    document = context.document
    if document is None:
        return
    for fault in faults(document):
        yield fault_finding(document, fault)
    for element in document.elements:
        style = element.attrs.get("style")
        for one in from_text(style, document.quirks).dropped if style else ():
            assert style is not None
            start = document.attribute_value_offset(element, "style")
            offset = document.decoded_offset(start, offset_of(style, 0, one.line, one.column))
            yield _css(document, offset, element, one)
    for page in context.pages[:1]:
        for element, one in page.dropped:
            offset = offset_of(style_css(element), style_offset(element), one.line, one.column)
            yield _css(document, offset, element, one)


def fault_finding(document: Document, fault: Fault) -> Finding:
    """The finding of a fault in the tags."""
    what = f"Found {fault.what}" if fault.element is None else fault.what
    return _finding(document, fault.offset, fault.element, what, _TAGS)


def _css(document: Document, offset: int, element: Element, one: Dropped) -> Finding:
    return _finding(document, offset, element, f"Browsers throw away {one.what}", _CSS)


def _finding(document: Document, offset: int, element: Element | None, message: str, hint: str) -> Finding:
    place = document.place(offset)
    path = element.path if element is not None else ""
    return Finding(RULE.slug, RULE.severity, message, hint, place.line, place.column, path)


CHECK = CheckRule(rule=RULE, on_message=check_message)
