"""The message is in the buyer's preferred language.

The language that the message declares, ``lang`` of ``<html>`` or else of ``<body>``, must be the one that the order or
its marketplace prefers; regions do not count (``de-AT`` is German). A message that declares none is a violation as well,
because its language cannot be known. Without an order (``franking check`` on a file without ``--language``) the rule is
off. This rule also refuses an order, before anything is rendered, if the templates have no catalogue for its language.

Permitted::

    <html lang="de-DE"><p>Ihre Bestellung ist unterwegs.</p></html>

Rejected, line 1::

    <html lang="en"><p>Your order is on its way.</p></html>

Rejected, line 1::

    <p>Ihre Bestellung ist unterwegs.</p>

To fix it: translate the message, and declare its language with ``<html lang="{{ lang }}">``.
"""

import re
from collections.abc import Iterator

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule

RULE = Rule("message-language", "error", "not in the buyer's preferred language", "permitted", "check", __doc__)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Compare the primary languages (BCP 47)."""
    wanted = context.message.language
    document = context.document
    if not wanted or document is None:
        return
    element = next((e for e in (document.root, document.body) if e.attrs.get("lang", "").strip()), None)
    if element is None:
        yield context.at_element(
            RULE,
            document.root,
            "The message does not declare its language",
            f'Write it in {wanted!r} and declare <html lang="{wanted}">.',
            measured="",
            limit=wanted,
        )
        return
    declared = element.attrs["lang"].strip()
    if _TAG.fullmatch(declared) is None or _primary(declared) != _primary(wanted):
        yield context.at_element(
            RULE,
            element,
            f"The message is in {declared[:20]!r}, the buyer prefers {wanted!r}",
            f"Write it in {wanted!r}.",
            attribute="lang",
            measured=declared[:20],
            limit=wanted,
        )


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


CHECK = CheckRule(rule=RULE, on_message=check_message)
