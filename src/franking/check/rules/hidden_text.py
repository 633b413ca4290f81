"""The buyer sees all text of the message.

The rule finds text that is visible at no width: ``display:none``, ``visibility:hidden``, ``opacity:0``, characters
smaller than 3 px, a box without size that cuts off its content, a position outside the message, the colour of the
background. Scanners and screen readers read it nevertheless. It is a warning, and an error if a rule about texts finds
something in it. A preheader is fine: hidden text at the start of the body, up to the policy's number of characters.

Permitted::

    <div style="display:none">Your lamp is on its way.</div><p>Hello, your order has been sent.</p>

Rejected, line 2::

    <p>Hello, your order has been sent.</p>
    <p style="opacity:0">lamp lamps lighting light oak wood</p>

To fix it: take the text out, or show it.
"""

from collections.abc import Iterator
from dataclasses import replace

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule
from franking.model.counted import counted

RULE = Rule("hidden-text", "warning", "text that no reader sees", "text", "check", __doc__)
_HINT = "Remove the text, or show it."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each text of the body that is seen at no width."""
    most = context.policy.value("preheader_characters")
    seen = any(not segment.unseen for segment in context.segments)
    room = most if seen else 0  # characters left to a preheader
    for segment in context.segments:
        if segment.apart:
            continue
        if segment.doubt:
            size = len(segment.text)
            which = "this character" if size == 1 else f"these {size} characters"
            message = f"Whether a reader sees {which} cannot be decided here: {segment.doubt}"
            yield replace(context.at_segment(RULE, segment, 0, message, _HINT, measured=segment.doubt), undecided=True)
        if not segment.unseen:
            continue
        if segment.opening:
            room -= len(segment.text)
            if room >= 0:
                continue
        message = f"{counted(len(segment.text), 'character')} that no reader sees: {segment.unseen}"
        if segment.opening:
            message += f"; a preheader may have {most:g}"
        yield context.at_segment(RULE, segment, 0, message, _HINT, measured=len(segment.text))


CHECK = CheckRule(rule=RULE, on_message=check_message, values="message", aspects=frozenset(["visibility"]))
