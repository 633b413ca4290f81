"""No image reports that the buyer opened the message.

An image counts as a tracking pixel when it is two px or less wide or high, when it is hidden, or when it comes from a host
that exists to report opened mail.

Permitted::

    <img src="https://m.media-amazon.com/logo.png" alt="Northwind" width="160" height="40">

Rejected, line 1::

    <img src="https://m.media-amazon.com/o.gif" alt="" width="1" height="1">

To fix it: remove the image; set distances with margins.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from franking.check.edits import Edit, delete
from franking.check.page import Page
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.unseen import Unseen
from franking.css.lengths import Length
from franking.html.document import Element
from franking.layout import transformed
from franking.layout.frame import resolve_size
from franking.model import Finding, Rule
from franking.policy.words import entries

RULE = Rule("tracking-pixel", "error", "tracking image", "links", "check", __doc__)
_SMALL = 2.0  # CSS px
_HINT = "Remove the image; set distances with margins."


def concerned(page: Page) -> bool:
    """Whether there is an image on a page."""
    return any(element.tag == "img" for element in page.document.elements)


_INERT = frozenset(["template", "noscript", "head"])


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report every image from a tracking host, and every one that is too small to see, or hidden, at all widths."""
    for element, problem in _trackers(context):
        yield context.at_element(RULE, element, problem, _HINT, limit=f"> {_SMALL:g} px")


def _trackers(context: RuleContext) -> Iterator[tuple[Element, str]]:
    pages = context.pages
    inert: set[int] = set()  # in elements whose images are not asked for
    grounds = {
        element.index
        for page in pages
        if page.like is None
        for element in page.frame.unusual
        if page.styles[element.index].background_image == "image"
    }
    if not grounds and "img" not in context.by_tag:
        return
    for element in context.elements:
        if element.tag in _INERT or (element.parent is not None and element.parent.index in inert):
            inert.add(element.index)
            continue
        if element.tag == "img":
            yield from _image(pages, element)
        elif element.index in grounds:
            problems = [_background(page, element) for page in pages]
            if all(problems):
                yield element, str(problems[-1])


def _image(pages: list[Page], element: Element) -> Iterator[tuple[Element, str]]:
    src = element.attrs.get("src", "").strip()
    try:
        host = (urlsplit(src).hostname or "").lower() if src[:5].lower() != "data:" else ""
    except ValueError:
        host = ""
    if host and any(host == known or host.endswith("." + known) for known in entries("tracking_hosts")):
        yield element, f"{host} reports opened mail to its owner"
        return
    problems = [_unseen(page, element) for page in pages]
    if all(problems):
        yield element, str(problems[-1])


def _unseen(page: Page, element: Element) -> str | None:
    """Why nobody sees an image at a width; None if it is seen, or if that is not known."""
    if not page.shown(element):
        return "The image is hidden: it can only report that the mail was opened"
    box, height = page.box(element), _height(page, element)
    if box is not None and not box.doubt and box.content_width <= _SMALL:
        return f"The image is {box.content_width:g} px wide"
    return f"The image is {height:g} px high" if height is not None and height <= _SMALL else None


def _height(page: Page, element: Element) -> float | None:
    """How high an image is shown, None if that is not known."""
    style, natural = page.style(element), page.frame.natural_size(element)
    height = resolve_size(style.height, None)
    if height is None and natural is not None:
        height = natural[1]
    least = style.others.get("min-height", "auto")
    if height is None or (isinstance(least, Length) and least.relative):
        return None
    height = max(height, resolve_size(least, None) or 0.0) * style.zoom
    for ancestor in element.ancestors():
        transform = transformed.of(page.style(ancestor))
        height *= abs(transform.y.factor) if transform is not None else 1.0
    return height


def _background(page: Page, element: Element) -> str | None:
    """Why nobody sees a background image at a width: its box is a dot, or hidden."""
    style = page.style(element)
    if style.background_image != "image":
        return "no background image"
    if not page.shown(element):
        return "The background image is hidden: it can only report that the mail was opened"
    box, height = page.box(element), resolve_size(style.height, None)
    if box is not None and box.kind != "inline" and not box.doubt and box.width <= _SMALL:
        return f"The box of the background image is {box.width:g} px wide"
    if height is not None and height <= _SMALL and not any(run.element is element for run in page.runs):
        return f"The box of the background image is {height:g} px high"
    return None


def fix(context: RuleContext) -> Iterator[Edit]:
    """Take the images out: nobody sees them."""
    document = context.document
    if document is None:
        return
    unseen = Unseen(document, context.pages)
    for element, problem in _trackers(context):
        # What another width, mode or program may show stays, and so does a size that only the layout makes so small.
        if element in unseen:
            yield from delete(document, element, f"<img> removed: {problem}")


CHECK = CheckRule(
    rule=RULE, on_message=check_message, needs_layout=True, aspects=frozenset(["geometry"]), concerned=concerned, fix=fix
)
