"""Every URL is https.

Neither ``http:`` nor protocol-relative URLs (``//host``) may be in ``href``, ``src``, ``srcset``, ``poster``,
``background`` and the like, or in a CSS ``url()``, in any case, with entities and white space resolved as a browser
resolves them.

Permitted::

    <a href="https://www.amazon.com/orders">Your orders</a>

Rejected, line 2::

    <p>See your orders:</p>
    <a href="HTTP://www.amazon.com/orders">Your orders</a>

To fix it: write ``https://``; if the host does not answer there, leave the link out.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from franking.check.edits import Edit
from franking.check.hosts import below, trusted_hosts
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.css.declarations import too_deep
from franking.css.lengths import Token
from franking.css.sheets import component_values, offset_of, style_css, style_offset
from franking.html.document import Document, Element
from franking.model import Finding, Rule

RULE = Rule("insecure-url", "error", "URL that is not https", "links", "check", __doc__)
_ATTRIBUTES = frozenset(
    (
        "href src srcset imagesrcset poster background action formaction data cite longdesc codebase lowsrc dynsrc "
        "usemap profile manifest icon xlink:href"
    ).split()
)
_LISTS = frozenset(["srcset", "imagesrcset"])
_CONTROLS = "".join(map(chr, range(0x21)))
_HEAD = 8  # characters, which decide; a data: URL has many more
_LINE_ENDS = re.compile(r"[\t\n\r]")
# What a style sheet with a URL contains: one of the functions in ``_css_urls``, an @import, or an escape that may hide them.
_MAY_NAME_URL = re.compile(r"(?:url|src|image|image-set)\(|import|\\", re.IGNORECASE)
_HINT = "Write https:// instead, or remove the URL."


def insecure(url: str) -> bool:
    """Whether a URL is ``http:`` or protocol-relative, cleaned as in the URL Standard, section 4.4."""
    cleaned = url.lstrip(_CONTROLS)
    if _LINE_ENDS.search(cleaned, 0, _HEAD) is not None:
        cleaned = _LINE_ENDS.sub("", cleaned)
    return cleaned[:_HEAD].replace("\\", "/").lower().startswith(("http:", "//"))


_STYLE = frozenset(["style"])


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Look into every attribute that holds a URL and into all CSS, rendered or not."""
    document = context.document
    if document is None:
        return
    naming = {style for style in {element.attrs["style"] for element in context.having("style")} if _names_url(style)}
    for element in context.among(_STYLE, _ATTRIBUTES | {"style"} if naming else _ATTRIBUTES):
        attrs = element.attrs
        for name in () if _ATTRIBUTES.isdisjoint(attrs) else _ATTRIBUTES.intersection(attrs):
            value = attrs[name]
            if insecure(value) if name not in _LISTS else any(insecure(url) for url in _candidates(value)):
                shown = re.sub(r"\s+", "", value)[:60]
                yield context.at_element(
                    RULE, element, f"{name} is not https: {shown}", _HINT, attribute=name, measured=shown, limit="https"
                )
        style = attrs.get("style")
        if style in naming:
            yield from _css(context, document, element, style, True)
        if element.tag == "style":
            yield from _css(context, document, element, style_css(element), False)


@lru_cache(maxsize=4096)
def _names_url(style: str) -> bool:
    """Whether a ``style`` attribute may hold a URL. Cached: the same few strings recur."""
    return "//" in style or "url(" in style.lower()


def _candidates(value: str) -> list[str]:
    """The URLs of a ``srcset``: parted by commas, but for those in the last URL if no descriptor follows it."""
    words = value.split()
    last = len(value) if not words or value[-1:].isspace() else value.rindex(words[-1])
    parts = re.split(r",\s*", value[:last])
    parts[-1] += value[last:]
    return [candidate.split()[0] for candidate in parts if candidate.split()]


def _css(context: RuleContext, document: Document, element: Element, css: str, inline: bool) -> Iterator[Finding]:
    if too_deep(css):
        match = re.search(r"(?:http:)?//", css, re.IGNORECASE)
        if match is not None:
            yield context.at_element(RULE, element, "A style that nests too deeply may name an insecure URL", _HINT)
        return
    if _MAY_NAME_URL.search(css) is None:
        return
    tokens = component_values(css)
    for token, url in _css_urls(tokens, importing=False):
        if not insecure(url):
            continue
        if inline:
            start = document.attribute_value_offset(element, "style")
            offset = document.decoded_offset(start, offset_of(css, 0, token.source_line, token.source_column))
        else:
            offset = offset_of(css, style_offset(element), token.source_line, token.source_column)
        place = document.place(offset)
        yield Finding(
            RULE.slug,
            RULE.severity,
            f"CSS url is not https: {url[:60]}",
            _HINT,
            place.line,
            place.column,
            element.path,
            None,
            url[:60],
            "https",
        )


def _css_urls(tokens: Sequence[Token], importing: bool) -> Iterator[tuple[Token, str]]:
    for token in tokens:
        if token.type == "at-keyword" and token.lower_value == "import":
            importing = True
        elif token.type == "literal" and token.value == ";":
            importing = False
        elif token.type == "url" or (importing and token.type == "string"):
            yield token, token.value
        elif token.type == "function":
            strings = token.lower_name in ("url", "src", "image", "image-set", "-webkit-image-set")
            yield from _css_urls(token.arguments, importing or strings)
        elif token.type in ("() block", "[] block", "{} block"):
            yield from _css_urls(token.content, importing)


def fix(context: RuleContext) -> Iterator[Edit]:
    """Write ``https:`` if the host is one that messages may link to; other hosts may not answer there."""
    document = context.document
    if document is None:
        return
    trusted = trusted_hosts(context.message, context.policy)
    for element in document.elements:
        location = element.node.source_location
        for name in ("href", "src", "background", "poster"):
            value = element.attrs.get(name, "").strip()
            if location is None or name not in location.attrs or not value.lower().startswith(("http://", "//")):
                continue
            try:
                host = (urlsplit(value).hostname or "").lower()
            except ValueError:
                continue
            start = document.attribute_value_offset(element, name)
            match = re.compile(r"\s*(http:)?//", re.IGNORECASE).match(document.source, start)
            if match and any(below(host, domain) for domain in trusted):
                yield Edit(match.end() - len(match.group().lstrip()), match.end(), "https://", f"{name} becomes https")


CHECK = CheckRule(rule=RULE, on_message=check_message, fix=fix)
