"""The message contains the order's 17-digit ID, and no other order's.

The ID of *this* order, written ``ddd-ddddddd-ddddddd``, must be in the subject or in the visible text. An ID of
another order anywhere in the message is a violation too: it would show one buyer another buyer's order. Without an order
(``franking check`` on a file) the rule is off. The form of an ID is policy data. Where other numbers may have it as well, as
ten digits do, only the order's own ID is looked for.

Permitted::

    <p>Your order 302-1234567-1234567 is on its way.</p>

Rejected, line 1::

    <p>Your order is on its way.</p>

Rejected, line 2::

    <p>Your order 302-1234567-1234567 is on its way,</p>
    <p>together with 302-7654321-7654321.</p>

To fix it: write ``{{ order_id }}`` into the subject or the message.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule
from franking.policy import OrderIds
from franking.policy.values import compiled

RULE = Rule("order-id", "error", "order ID missing, or another order's", "permitted", "check", __doc__)
# Searched for by its first hyphen, which few texts have many of.
_ID = re.compile(r"-(?<=(?<![\d-])\d{3}-)\d{7}-\d{7}(?![\d-])")
_SHORT = 500  # characters
_WHOLE = re.compile(r"\d{3}-\d{7}-\d{7}")
_DIGITS = "[0-9]{3}-[0-9]{7}-[0-9]{7}"  # which the patterns above find faster


def order_ids(text: str) -> Sequence[tuple[int, str]]:
    """The order IDs in a text, each with its place."""
    if text.count("-") < 2:
        return ()
    return _short(text) if len(text) < _SHORT else _ids(text)


@lru_cache(maxsize=4096)
def _short(text: str) -> Sequence[tuple[int, str]]:
    """The same, remembered: short texts recur."""
    return _ids(text)


def _ids(text: str) -> Sequence[tuple[int, str]]:
    return tuple([(m.start() - 3, text[m.start() - 3 : m.end()]) for m in _ID.finditer(text)])


def is_order_id(text: str) -> bool:
    """Whether a text is an order ID and nothing else."""
    return _WHOLE.fullmatch(text) is not None


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report a missing ID at the start of the message, and each other order's ID at its position."""
    wanted = context.message.order_id
    if wanted is None:
        return
    ids = _finder(context.policy.order_ids, wanted)
    parts: set[str] = set()
    for segment in context.segments:
        for start, found in ids(segment.text):
            if found == wanted:
                if not segment.attribute and not segment.hidden and not segment.apart:
                    parts.add(segment.part)
            else:
                yield context.at_segment(
                    RULE, segment, start, "The message contains the ID of another order", "Write only this order's ID."
                )
    for element in context.elements:
        for _, found in ids(element.attrs.get("href", "")):
            if found != wanted:
                yield context.at_element(
                    RULE, element, "A link contains the ID of another order", "Link to this order only.", attribute="href"
                )
    if context.message.is_other:
        return  # of a mail's parts, the first is to name the order
    html_missing = context.document is not None and "html" not in parts
    if "subject" not in parts and (html_missing or not parts):
        yield Finding(
            RULE.slug,
            RULE.severity,
            "Neither the subject nor the message contains the order ID",
            "Write {{ order_id }} into the subject or the message.",
            limit=context.policy.order_ids.words,
        )


def _finder(form: OrderIds, wanted: str) -> Callable[[str], Sequence[tuple[int, str]]]:
    """What finds the order IDs in a text: all of the form if nothing else has that, else the order's own."""
    if form.distinct and form.pattern == _DIGITS:
        return order_ids
    inside = form.pattern if form.distinct else re.escape(wanted)
    pattern = compiled(rf"(?<![^\W_])(?<!-)(?:{inside})(?![^\W_])(?!-[^\W_])")
    return lambda text: [(match.start(), match.group()) for match in pattern.finditer(text)]


CHECK = CheckRule(rule=RULE, on_message=check_message, values="message")
