"""The subject is not marked as important.

``[Important]`` in a subject overrode a buyer's opt-out until 25 April 2025. Since then it does nothing, and a seller who
writes it misuses it. Any letter case, spaces, and brackets of any form and width count.

Permitted::

    subject: Important for the delivery of your order 112-4471093-1120345

Rejected, line 1::

    subject: [IMPORTANT] Your order 112-4471093-1120345

To fix it: take it out of the subject.
"""

import re
import unicodedata
from collections.abc import Iterator

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.segments import plain
from franking.model import Finding, Rule

RULE = Rule("important-subject", "error", "[Important] in the subject", "text", "check", __doc__)
_WORD = r"[\s.·_*-]{0,2}".join("important").replace("i", "[il1|!]", 1)
_MARK = re.compile(
    rf"[\[({{<【〔〖「『《〈⟦⁅❲❨❪|*]\s*!?\s*{_WORD}\s*[!:]{{0,3}}\s*[\])}}>】〕〗」』》〉⟧⁆❳❩❫|*]", re.IGNORECASE
)
# Letters of other alphabets, small capitals and a digit that look like those of the word.
_ALIKE = {"i": "іІӏΙιɪ", "m": "МмΜᴍ", "p": "РрΡρᴘ", "o": "ОоΟοσᴏօ0", "r": "ʀᴦг", "t": "ТтΤτᴛ", "a": "АаΑαᴀ", "n": "ΝηɴՈոп"}
_LOOK_ALIKES = {ord(other): letter for letter, others in _ALIKE.items() for other in others}


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report the mark in the subject."""
    for segment in context.segments:
        if segment.part == "subject" and _MARK.search(_as_read(plain(segment.text))) is not None:
            yield context.at_segment(RULE, segment, 0, "The subject is marked [Important]", "Remove it from the subject.")


def _as_read(text: str) -> str:
    """A text without accents, with letters for those that look like them."""
    text = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in text if not unicodedata.combining(letter)).translate(_LOOK_ALIKES)


def inert(line: str) -> bool:
    """Lines of the text part have no part in it."""
    return True


CHECK = CheckRule(rule=RULE, on_message=check_message, values="segment", inert=inert)
