"""Images take at most 80 % of the message's width.

The rule measures the used width of images and other graphics (``img``, ``svg``, ``video``, ``object``, ``canvas``), and
of boxes that show a background image and contain no text, in a message box 360 and 600 px wide. Declared widths,
percentages of the containing block, ``max-width`` and the file's own width all count. An image that declares no width,
and whose file cannot be read, cannot be decided: declare one.

Permitted::

    <p>Hello</p><img src="https://www.amazon.com/logo.png" alt="Northwind" width="280">

Rejected, line 1::

    <img src="https://www.amazon.com/logo.png" alt="Northwind" width="560"><p>Hello</p>

Rejected, line 2::

    <p>Hello</p>
    <img src="https://www.amazon.com/logo.png" alt="Northwind">

To fix it: set ``width`` to 288 or less, or add ``max-width:80%``.
"""

from collections.abc import Iterator
from dataclasses import replace

from franking.check.edits import Edit, add_declarations, drop, rewrite
from franking.check.estimated import INEXACT, follows_words
from franking.check.page import Page
from franking.check.rule import CheckRule, Measures
from franking.check.rule_context import on_page, percent
from franking.css.declaration_origin import DeclarationOrigin, Presentational
from franking.html.document import Element
from franking.layout.boxes import Box
from franking.layout.frame import COLUMNS, resolve_size
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("image-width", "error", "image wider than the policy allows", "look", "check", __doc__)
_GRAPHICS = frozenset(["img", "svg", "video", "object", "canvas", "embed"])
_SLACK = 0.01


def concerned(page: Page) -> bool:
    """Whether there is a graphic or a background image on a page."""
    return bool(page.replaced) or any(
        style.background_image == "image" or "background-image" in style.unmodelled for style in page.styles
    )


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report graphics and text-free background boxes that are too wide."""
    yield from (finding for finding, _ in _found(page, policy))


def _found(page: Page, policy: Policy) -> Iterator[tuple[Finding, Element]]:
    limit = policy.value("image_share")
    for element in page.replaced:
        box = page.box(element)
        if element.tag not in _GRAPHICS or box is None:
            continue
        yield from ((f, element) for f in _judge(page, element, box, policy))
    yield from _backgrounds(page, limit)


def _judge(page: Page, element: Element, box: Box, policy: Policy) -> Iterator[Finding]:
    limit = policy.value("image_share")
    most = limit * page.width + _SLACK
    width = _seen(box)
    if page.frame.unsure:
        widest = page.widest.boxes[element.index]
        if widest is not None and widest.differs(box):
            fits = int(limit * min(page.width, policy.narrowest))
            if max(width, _seen(widest)) > most:
                yield on_page(
                    page,
                    RULE,
                    element.offset,
                    element,
                    "The image's file cannot be read, so its width is not known",
                    f'Declare width="{fits}" or less, or max-width:{percent(limit).replace(" ", "")}.',
                    limit=limit,
                    undecided=True,
                )
            return
    if abs(width - most) <= INEXACT * width and follows_words(page, element):
        yield on_page(
            page, RULE, element.offset, element,
            f"Whether the image stays within {percent(limit)} at {page.width} px depends on the width of the words around it",
            "Declare a width in px.", measured=round(width / page.width, 4), limit=limit, undecided=True,
        )  # fmt: skip
    elif width > most:
        yield _finding(page, element, "Image", width / page.width, limit, box.doubt)


def _seen(box: Box) -> float:
    """The width of a graphic without its padding and border."""
    return box.width - box.padding_left - box.padding_right - box.border_left - box.border_right


def _finding(page: Page, element: Element, what: str, share: float, limit: float, doubt: str) -> Finding:
    origin = page.style(element).own_origin("width", "min-width", "max-width")
    return on_page(
        page,
        RULE,
        origin.offset() if origin else element.offset,
        element,
        f"{what} is {percent(share)} of the message width at {page.width} px (limit {percent(limit)})",
        f"Set width to {int(limit * page.width)} or less, or max-width:{percent(limit).replace(' ', '')}.",
        measured=round(share, 4),
        limit=limit,
        undecided=bool(doubt),
    )


def _backgrounds(page: Page, limit: float) -> Iterator[tuple[Finding, Element]]:
    for element in page.frame.unusual:
        style = page.styles[element.index]
        if style.background_image != "image" or not page.shown(element) or element.tag in _GRAPHICS:
            continue
        box = page.box(element)
        if style.display in COLUMNS:
            yield _of_column(page, element, limit), element
        if element.index in page.around_texts or box is None or box.kind == "inline":
            continue
        if page.frame.unsure and (widest := page.widest.boxes[element.index]) is not None and widest.width > box.width:
            box = widest if widest.doubt else replace(widest, doubt="it depends on the size of a picture")
        if box.width > limit * page.width + _SLACK:
            yield _finding(page, element, "Background image", box.width / page.width, limit, box.doubt), element


def _of_column(page: Page, element: Element, limit: float) -> Finding:
    origin = page.style(element).own_origin("background-image")
    return on_page(
        page, RULE, origin.offset() if origin else element.offset, element,
        "How wide the background of a table column is cannot be decided here", "Give it to the table or its cells.",
        limit=limit, undecided=True,
    )  # fmt: skip


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Let pictures shrink to the limit. A picture that is a background is for a person: it would go."""
    limit = policy.value("image_share")
    most = int(limit * min(page.width, policy.narrowest))
    for finding, element in _found(page, policy):
        style = page.style(element)
        if element.tag not in _GRAPHICS:
            continue
        if finding.undecided and style.own_origin("width", "max-width") is None:
            yield from add_declarations(page.document, element, f"max-width: {percent(limit).replace(' ', '')}")
        else:
            yield from _narrowed(page, element, most)


def _narrowed(page: Page, element: Element, most: int) -> Iterator[Edit]:
    """Every width that the author set comes down to ``most`` px, and the height with it."""
    style = page.style(element)
    origins: dict[str, DeclarationOrigin] = {}
    for name in ("width", "min-width", "max-width"):
        origin = style.own_origin(name)
        if origin is not None:
            origins[name] = origin
    for name, origin in origins.items():
        if origin.written == name:
            yield from rewrite(page.document, origin, [(name, f"{most}px")])
        else:
            yield from drop(page.document, origin)
    if not origins:
        yield from add_declarations(page.document, element, f"max-width: {most}px")
    height = style.own_origin("height")
    if height is None or style.height == "auto":
        return
    across, down = resolve_size(style.width, None), resolve_size(style.height, None)
    if across and down is not None:
        yield from rewrite(page.document, height, [("height", f"{max(1, round(down * min(1.0, most / across)))}px")])
    elif not isinstance(height.source, Presentational):
        yield from rewrite(page.document, height, [("height", "auto")])  # or that of the attribute would hold
    else:
        yield from drop(page.document, height)


CHECK = CheckRule(
    rule=RULE,
    on_page=check_page,
    needs_layout=True,
    aspects=frozenset(["geometry"]),
    concerned=concerned,
    fix_page=fix_page,
    threshold=Measures("image_share"),
)
