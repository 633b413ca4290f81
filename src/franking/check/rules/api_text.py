"""A text for the marketplace's API has the form that the API accepts.

The API's messages are plain text, up to the number of characters that the call accepts (2000, or 800 for a question about
a custom design), not empty, without HTML, and with links only if the order needs them. Such a text comes from the kind's
``message.txt.j2``, or it is the text part of the mail. This rule checks only its form; other rules check it for mail
addresses, telephone numbers and everything else. In mails the rule finds nothing.

Permitted::

    api: Will Monday suit you? See https://www.amazon.de/gp/css/order-history

Rejected, line 1::

    api: Will <b>Monday</b> suit you?

Rejected, line 1::

    api: See https://northwind-shop.example/monday

Rejected, line 1::

    api:

To fix it: write a ``message.txt.j2`` for the kind that is shorter, and in plain text.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from franking.check.hosts import below, trusted_hosts
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.segments import TextSegment
from franking.model import Finding, Rule
from franking.policy.words import entries

RULE = Rule("api-text", "error", "text that the marketplace's API does not take", "own", "check", __doc__)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<!--|<!doctype\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
# With a scheme, or as people write a site's address; what follows the host is not looked at.
_LINK = re.compile(r"(?<![\w@.])(?:(?P<scheme>[a-z][a-z0-9+.-]*)://|www\.)[^\s<>\"“”]+", re.IGNORECASE)


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report what the API would refuse, or the guidelines forbid there."""
    message = context.message
    if not message.text_limit or message.text is None:
        return
    text, segment = message.text, TextSegment("text", message.text)
    if not text.strip():
        yield context.at_segment(RULE, segment, 0, "The text is empty", "Say what the buyer has to know.", measured=0)
        return
    if len(text) > message.text_limit:
        yield context.at_segment(
            RULE,
            segment,
            message.text_limit,
            f"The text has {len(text)} characters, the API takes {message.text_limit}",
            f"Say it in {message.text_limit} characters in message.txt.j2.",
            measured=len(text),
        )
    for pattern, what in ((_TAG, "an HTML tag"), (_ENTITY, "an HTML entity")):
        found = list(pattern.finditer(text))
        if found:
            yield context.at_segment(
                RULE,
                segment,
                found[0].start(),
                f"The text has {what}{_times(found)}, the API takes plain text",
                "Write it as plain text.",
                measured=len(found),
            )
    trusted = None if context.policy.links_anywhere else trusted_hosts(message, context.policy)
    foreign = [found for found in _LINK.finditer(text) if not _trusted(found, trusted)]
    if foreign:
        yield context.at_segment(
            RULE,
            segment,
            foreign[0].start(),
            f"The text has a link{_times(foreign)} that leads neither to the marketplace nor to a host allowed for this kind",
            "Remove it, or list its host with a reason under [links] allowed in kind.toml.",
            measured=len(foreign),
        )


def _times(found: list[re.Match[str]]) -> str:
    return f" ({len(found)} of them)" if len(found) > 1 else ""


def _trusted(found: re.Match[str], trusted: list[str] | None) -> bool:
    url = found[0] if found["scheme"] else f"https://{found[0]}"
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".,;:!?)"), parts.port
    except ValueError:
        return False
    if parts.scheme.lower() not in ("https", "http") or "@" in parts.netloc or port not in (None, 443) or not host.isascii():
        return False
    if any(below(host, short) for short in entries("shorteners")) or "xn--" in host:
        return False
    return trusted is None or any(below(host, domain) for domain in trusted)


CHECK = CheckRule(rule=RULE, on_message=check_message)
