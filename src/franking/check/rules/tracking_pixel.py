"""No image spies on the reader.

An image counts as a tracking pixel when it is two px or less wide or high, when it is hidden, or when it comes from a host
that exists to report opened mail.

Permitted::

    <img src="https://m.media-amazon.com/logo.png" alt="Northwind" width="160" height="40">

Rejected, line 1::

    <img src="https://m.media-amazon.com/o.gif" alt="" width="1" height="1">

To mend it: remove the image; set distances with margins.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from franking.check.edits import Edit, delete
from franking.check.inspection import on_page
from franking.check.page import Page
from franking.html.document import Element
from franking.layout.frame import resolve_size
from franking.model import Finding, Rule
from franking.policy import Policy
from franking.policy.words import entries

RULE = Rule("tracking-pixel", "error", "tracking image", "links", "check", __doc__)
NEEDS_LAYOUT = True
_SMALL = 2.0  # CSS px
_HINT = "Remove the image; set distances with margins."


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report every ``<img>`` that is too small to see, hidden, or from a tracking host."""
    for element in page.document.elements:
        if element.tag != "img" or any(a.tag in ("template", "noscript", "head") for a in element.ancestors()):
            continue
        problem = _problem(page, element)
        if problem is not None:
            yield on_page(page, RULE, element.offset, element, problem, _HINT, limit=f"> {_SMALL:g} px")


def _problem(page: Page, element: Element) -> str | None:
    if not page.shown(element):
        return "The image is hidden: it can only report that the mail was opened"
    src = element.attrs.get("src", "").strip()
    try:
        host = (urlsplit(src).hostname or "").lower() if src[:5].lower() != "data:" else ""
    except ValueError:
        host = ""
    if host and any(host == known or host.endswith("." + known) for known in entries("tracking_hosts")):
        return f"{host} reports opened mail to its owner"
    style, box = page.style(element), page.box(element)
    natural = page.frame.natural_size(element)
    height = resolve_size(style.height, None)
    if height is None and natural is not None:
        height = natural[1]
    if box is not None and not box.doubt and box.content_width <= _SMALL:
        return f"The image is {box.content_width:g} px wide"
    return f"The image is {height:g} px high" if height is not None and height <= _SMALL else None


def mend_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take the images out: nobody sees them."""
    for element in page.document.elements:
        if element.tag == "img" and not any(a.tag in ("template", "noscript", "head") for a in element.ancestors()):
            problem = _problem(page, element)
            if problem is not None:
                yield from delete(page.document, element, f"<img> removed: {problem}")
