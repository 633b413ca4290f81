"""Links lead only to pages that the order needs.

A link's scheme is ``https``, and its host is the marketplace's own or listed under ``[links] allowed`` of the kind, with a
reason. Link shorteners and look-alike hosts (non-ASCII or ``xn--`` names, a user name before the host) never pass. Links
within the message (``#top``) are free; ``mailto:`` and ``tel:`` have rules of their own. An address in a text counts as a
link, because mail programs make one of it. Without a kind, every marketplace
that Franking knows counts as the marketplace's own. A policy for shops of their own may let links lead to every host but
shorteners and look-alikes.

Permitted::

    <a href="https://www.amazon.de/gp/css/order-history">See your orders</a>

Rejected, line 1::

    <a href="https://northwind-shop.example/sale">Our shop</a>

To fix it: remove the link, or, if the buyer needs it to complete the order (a carrier's tracking page, a warranty form),
list its host in ``kind.toml`` with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from franking.check.hosts import below, trusted_hosts
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule
from franking.policy.words import entries

if TYPE_CHECKING:
    from franking.check.segments import TextSegment
    from franking.html.document import Element

RULE = Rule("external-link", "error", "link that is not needed to complete the order", "links", "check", __doc__)
_HINT = "Remove the link, or list its host with a reason under [links] allowed in the kind's kind.toml."
_CONTROLS = "".join(map(chr, range(0x21)))
_LINE_ENDS = re.compile(r"[\t\n\r]")
# An address that mail programs make a link of, in a text.
_WRITTEN = re.compile(r"(?<![\w@./-])(?:https?://|www\.(?=[^\s.]+\.\w))[^\s<>\"“”„«»‹›()\[\]{}|]+", re.IGNORECASE)
_OWN_RULES = ("mailto", "tel", "sms", "javascript", "vbscript")


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each link whose goal is not allowed, also one that a mail program makes of a text."""
    found = [*_links(context), *_written(context)]
    if not found:
        return
    trusted = None if context.policy.links_anywhere else trusted_hosts(context.message, context.policy)
    for target, element, attribute, segment, index in found:
        problem = _problem(target, trusted)
        if problem is None:
            continue
        if element is not None:
            yield context.at_element(RULE, element, problem, _HINT, attribute=attribute, measured=target[:80])
        elif segment is not None:
            yield context.at_segment(RULE, segment, index, problem, _HINT, measured=target[:80])


# A target and where it is written: an element and its attribute, or a text and the character in it.
_Target: TypeAlias = "tuple[str, Element | None, str, TextSegment | None, int]"


def _links(context: RuleContext) -> Iterator[_Target]:
    for name in ("href", "xlink:href"):
        for element in context.having(name):
            if element.tag in ("a", "area"):
                yield element.attrs[name], element, name, None, 0
    for segment in _conditional(context):
        yield segment.text, None, "", segment, 0


def _written(context: RuleContext) -> Iterator[_Target]:
    for segment in context.segments:
        if segment.derived:  # what it has of addresses are the targets and texts of the HTML part
            continue
        for match in () if inert(segment.text) else _WRITTEN.finditer(segment.text):
            target = match.group().rstrip(".,;:!?*_~'\"")
            yield target if "//" in target else f"https://{target}", None, "", segment, match.start()


def _conditional(context: RuleContext) -> Iterator[TextSegment]:
    if context.document is None or not context.comments:
        return
    from franking.check.unparsed import links  # loads the parser

    yield from links(context.document)


def inert(line: str) -> bool:
    """Whether no mail program makes a link of anything in a line of the text part."""
    return "://" not in line and "www." not in line.lower()


def plain(piece: str) -> bool:
    """Whether a piece without spaces has no part in a link: a link is one piece."""
    return inert(piece)


def _problem(href: str, trusted: list[str] | None) -> str | None:
    url = _LINE_ENDS.sub("", href.strip(_CONTROLS)).replace("\\", "/")
    if not url or url.startswith("#"):
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "The link is no valid URL"
    if parts.scheme in _OWN_RULES:
        return None
    if parts.scheme not in ("https", "http", "") or (not parts.scheme and not parts.netloc):
        return (
            f"The link's scheme is {parts.scheme}:, expected https:"
            if parts.scheme
            else "A relative link leads nowhere in a mail"
        )
    if "@" in parts.netloc:
        return "The link hides its host behind a user name"
    if not host.isascii() or any(label.startswith("xn--") for label in host.split(".")):
        return "The link's host is an international name that can look like another"
    if any(below(host, short) for short in entries("shorteners")):
        return f"{host} is a link shortener and hides where this link leads"
    if trusted is not None and not any(below(host, domain) for domain in trusted):
        return f"The link leads to {host[:60] or 'no host'}, which is neither the marketplace nor allowed for this kind"
    return None if port in (None, 443) else f"The link uses port {port}"


CHECK = CheckRule(rule=RULE, on_message=check_message, values="segment", inert=inert, plain=plain)
