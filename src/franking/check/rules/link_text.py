"""Every link says where it leads.

A link violates the rule when it has no accessible name (no text, ``aria-label`` or image alt text), when its text is a
bare URL, or when its text is only a generic phrase such as "click here" in any shipped language.

Permitted::

    <a href="https://www.amazon.com/orders">See your order</a>

Rejected, line 1::

    <a href="https://www.amazon.com/orders">Click here!</a>

To mend it: name the goal of the link in its text.
"""

import re
from collections.abc import Iterator

from franking.check.document import Element, Text
from franking.check.inspection import Inspection
from franking.check.page import INVISIBLE, Page, visible
from franking.model import Finding, Rule

RULE = Rule("link-text", "error", "link without explanatory text", "links", "check", __doc__)
_BARE_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//\S+|www\.\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_FRINGE = re.compile(rf"^[{INVISIBLE}\W_]+|[{INVISIBLE}\W_]+$")
_HINT = "Say in the link text where it leads, such as “See your order”."


def check_message(inspection: Inspection) -> Iterator[Finding]:
    """Report each rendered link whose name explains nothing."""
    page = inspection.page
    if page is None:
        return
    for element in page.document.elements:
        if element.tag not in ("a", "area") or "href" not in element.attrs or not page.shown(element):
            continue
        name = _name(page, element)
        plain = re.sub(r"\s+", " ", _FRINGE.sub("", name)).casefold()
        if not visible(name):
            problem = "The link has no text, aria-label or image alt text"
        elif _BARE_URL.fullmatch(name.strip()):
            problem = "The link's text is a bare URL"
        elif not plain:
            problem = f"The link's text is no word: “{name.strip()[:20]}”"
        elif plain in inspection.policy.generic_link_texts:
            problem = f"The link's text says nothing about its goal: “{name.strip()[:40]}”"
        else:
            continue
        yield inspection.at_element(RULE, element, problem, _HINT, measured=name.strip()[:60])


def _name(page: Page, link: Element) -> str:
    """The accessible name as far as the rule counts it (Accessible Name 1.2, without ``title``)."""
    if visible(link.attrs.get("aria-label", "")):
        return link.attrs["aria-label"]
    if link.tag == "area":
        return link.attrs.get("alt", "")
    parts: list[str] = []
    stack: list[Element | Text] = list(reversed(link.children))
    while stack:
        node = stack.pop()
        if isinstance(node, Text):
            if page.shown(node.parent):
                parts.append(node.data)
        elif page.frame.rendered[node.index]:
            if node.tag == "img":
                parts.append(f" {node.attrs.get('alt', '')} ")
            elif visible(node.attrs.get("aria-label", "")):
                parts.append(node.attrs["aria-label"])
            else:
                if node.tag in ("br", "div", "p", "td", "li"):
                    parts.append(" ")
                stack.extend(reversed(node.children))
    return "".join(parts)
