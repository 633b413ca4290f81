"""Text has enough contrast with its background.

Black text and blue links, the mailbox's defaults, must have the policy's contrast (WCAG 2.2, success criterion 1.4.3: 4.5
to 1) with the background that its element and the elements around it give it, transparency and ``opacity`` included. Over
an image or a gradient the contrast depends on the pixel, so it is reported as undecided. It is a warning, because the
policy does not restrict backgrounds.

Permitted::

    <p style="background:#e8eef2">Your order is on its way.</p>

Rejected, line 1::

    <p style="background:#1f3a4d">Your order is on its way.</p>

To fix it: choose a lighter background.
"""

from collections.abc import Iterator
from functools import lru_cache

from franking.check.edits import Edit, drop
from franking.check.page import Page
from franking.check.rule import CheckRule, Measures
from franking.check.rule_context import on_page
from franking.css.computed_style import ComputedStyle
from franking.css.lengths import parse_number
from franking.css.srgb import Open, srgb
from franking.html.document import Element
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("contrast", "warning", "text hard to read on its background", "legibility", "check", __doc__)
_WHITE = (1.0, 1.0, 1.0)
_LINK = (0.0, 0.0, 238 / 255)  # HTML, section 15.3.4
Layer = tuple[tuple[float, float, float], float]  # sRGB colour, premultiplied, and its opacity


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each background that makes some text hard to read, once."""
    limit = policy.value("contrast")
    seen: set[int] = set()
    for element, ratio, link in _contrasts(page):
        if ratio is not None and ratio >= limit:
            continue
        owner = next((a for a in element.ancestors() if _paint(page.style(a)) is not None), element)
        if owner.index in seen:
            continue
        seen.add(owner.index)
        if ratio is None:
            message = "The text is on top of an image, or of a colour that cannot be evaluated"
            yield on_page(page, RULE, owner.offset, owner, message, "Give the text a plain background.", undecided=True)
        else:
            text = "A blue link" if link else "Black text"
            message = f"{text} on this background has a contrast of {ratio:.1f} to 1"
            hint = f"Choose a lighter background: at least {limit:.1f} to 1."
            yield on_page(page, RULE, owner.offset, owner, message, hint, measured=round(ratio, 2), limit=limit)


Paint = tuple[str, bool, float]  # background colour, whether there is a picture, opacity


def _paint(style: ComputedStyle) -> Paint | None:
    """What an element does to the colours of its text; None for nothing."""
    opacity = _opacity(style.others["opacity"]) if style.others and "opacity" in style.others else 1.0
    if style.background_image == "none" and style.background_color == "transparent" and opacity == 1.0:
        return None
    return style.background_color, style.background_image != "none", opacity


def _contrasts(page: Page) -> Iterator[tuple[Element, float | None, bool]]:
    """Each element with visible text, its contrast (None over a picture), and whether it is a link's text."""
    paints: list[tuple[Paint, ...]] = []
    links: list[bool] = []
    for element, style in zip(page.document.elements, page.styles, strict=True):
        parent = element.parent
        around, link = (paints[parent.index], links[parent.index]) if parent is not None else ((), False)
        own = None
        if style.background_color != "transparent" or style.background_image != "none" or style.others:
            own = _paint(style)
        paints.append(around if own is None else (own, *around))
        links.append(link or (element.tag == "a" and "href" in element.attrs))
    last: Element | None = None
    for run in page.runs:
        if run.element is not last:
            last = run.element
            link = links[last.index]
            yield last, _contrast(paints[last.index], link), link


@lru_cache(maxsize=1024)
def _contrast(paints: tuple[Paint, ...], link: bool) -> float | None:
    """The contrast of black text, or of a blue link, inside paints, innermost first. Layers are put behind each other from the
    text outwards,
    each element's opacity fading all that was gathered so far (CSS Color 4, section 4.2 on opacity)."""
    text: Layer = (_LINK if link else (0.0, 0.0, 0.0), 1.0)
    ground: Layer = ((0.0, 0.0, 0.0), 0.0)
    for color, picture, opacity in paints:
        if ground[1] < 1.0:
            if picture:
                return None
            if color != "transparent":
                layer = _layer(color)
                if layer is None:
                    return None
                text, ground = _over(text, layer), _over(ground, layer)
        text, ground = _fade(text, opacity), _fade(ground, opacity)
    paper: Layer = (_WHITE, 1.0)
    dark, light = sorted((_luminance(_over(text, paper)[0]), _luminance(_over(ground, paper)[0])))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=1024)
def _layer(written: str) -> Layer | None:
    """A CSS colour as a layer; None for one that is undecided. ``currentcolor`` is the default black."""
    color = srgb(written)
    if color is Open.CURRENT:
        return (0.0, 0.0, 0.0), 1.0
    if isinstance(color, Open):
        return None
    red, green, blue, alpha = color
    return (red * alpha, green * alpha, blue * alpha), alpha


def _opacity(value: object) -> float:
    token = value[0] if isinstance(value, list) and len(value) == 1 else None
    if token is None:
        return 1.0
    share = token.value / 100.0 if token.type == "percentage" else parse_number(token)
    return 1.0 if share is None else min(1.0, max(0.0, float(share)))


def _over(front: Layer, back: Layer) -> Layer:
    (red, green, blue), alpha = front
    rest = 1.0 - alpha
    (r, g, b), behind = back
    return (red + r * rest, green + g * rest, blue + b * rest), alpha + behind * rest


def _fade(layer: Layer, opacity: float) -> Layer:
    (red, green, blue), alpha = layer
    return (red * opacity, green * opacity, blue * opacity), alpha * opacity


def _luminance(color: tuple[float, float, float]) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take out the background colours that make text hard to read."""
    limit = policy.value("contrast")
    for element, ratio, _link in _contrasts(page):
        if ratio is None or ratio >= limit:
            continue
        for ancestor in element.ancestors():
            style = page.style(ancestor)
            layer = _layer(style.background_color) if style.background_color != "transparent" else None
            if layer is not None and layer[1] > 0 and style.background_image == "none":
                origin = style.own_origin("background-color")
                if origin is not None:
                    yield from drop(page.document, origin)
                if layer[1] >= 1:
                    break


CHECK = CheckRule(
    rule=RULE,
    on_page=check_page,
    aspects=frozenset(["background"]),
    fix_page=fix_page,
    threshold=Measures("contrast", is_least=True, strictest=22.0),
)
