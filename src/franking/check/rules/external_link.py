"""Links lead only to pages that the order needs.

A link's scheme is ``https``, and its host is the marketplace's own or listed under ``[links] allowed`` of the kind, with a
reason. Link shorteners and look-alike hosts (non-ASCII or ``xn--`` names, a user name before the host) never pass. Links
within the message (``#top``) are free; ``mailto:`` and ``tel:`` have rules of their own. Without a kind, every marketplace
that Franking knows counts as the marketplace's own. A policy for shops of their own may let links lead to every host but
shorteners and look-alikes.

Permitted::

    <a href="https://www.amazon.de/gp/css/order-history">See your orders</a>

Rejected, line 1::

    <a href="https://northwind-shop.example/sale">Our shop</a>

To fix it: remove the link, or, if the buyer needs it to complete the order (a carrier's tracking page, a warranty form),
list its host in ``kind.toml`` with the reason.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from franking.check.hosts import below, trusted_hosts
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule
from franking.policy.words import entries

RULE = Rule("external-link", "error", "link that is not needed to complete the order", "links", "check", __doc__)
_HINT = "Remove the link, or list its host with a reason under [links] allowed in the kind's kind.toml."
_CONTROLS = "".join(map(chr, range(0x21)))
_LINE_ENDS = re.compile(r"[\t\n\r]")
_OWN_RULES = ("mailto", "tel", "sms", "javascript", "vbscript")


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each link whose goal is not allowed."""
    links = [element for element in context.having("href") if element.tag in ("a", "area")]
    if not links:
        return
    trusted = None if context.policy.links_anywhere else trusted_hosts(context.message, context.policy)
    for element in links:
        problem = _problem(element.attrs["href"], trusted)
        if problem is not None:
            yield context.at_element(RULE, element, problem, _HINT, attribute="href", measured=element.attrs["href"][:80])


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


CHECK = CheckRule(rule=RULE, on_message=check_message)
