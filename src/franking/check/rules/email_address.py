"""No email address stands in the message.

Neither plain nor disguised ("name (at) host dot com", full-width signs, entities, invisible characters inside), in the
visible text, alt and title texts, the subject, the text part, or as a ``mailto:`` link. Buyers answer through the
marketplace.

Permitted::

    <p>Please reply to this message. 3 lamps @ 9.90 each, look at amazon.de.</p>

Rejected, line 1::

    <p>Write to service@northwind.example.</p>

Rejected, line 1::

    <p>Write to service (at) northwind (dot) com.</p>

To mend it: ask the buyer to reply to the message.
"""

import re
import unicodedata
from collections.abc import Iterator

from franking.check.inspection import Inspection
from franking.model import Finding, Rule

RULE = Rule("email-address", "error", "an email address", "text", "check", __doc__)
_HINT = "Ask the buyer to reply to this message instead."
_OPEN, _CLOSE = r"[\(\[\{<]\s*", r"\s*[\)\]\}>]"
_AT = rf"(?:\s*{_OPEN}(?:at|ät|@|arroba|chez|klammeraffe){_CLOSE}\s*)"
_DOT = rf"(?:\s*{_OPEN}(?:dot|punkt|point|punto|\.){_CLOSE}\s*)"
_LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
_PLAIN = re.compile(rf"[\w.!#$%&'*+/=?^`{{|}}~-]*[\w]@{_LABEL}(?:\.{_LABEL})*\.[^\W\d_]{{2,24}}(?![\w@])")
_DISGUISED = re.compile(
    rf"[\w.+-]{{1,64}}(?:{_AT}{_LABEL}(?:(?:{_DOT}|\.|\s+(?:dot|punkt)\s+){_LABEL})+"  # name (at) host (dot) com
    rf"|\s+(?:at|ät)\s+{_LABEL}(?:(?:{_DOT}|\s+(?:dot|punkt)\s+){_LABEL})+"  # name at host dot com
    rf"|\s*@\s*{_LABEL}(?:(?:{_DOT}|\s+(?:dot|punkt)\s+){_LABEL})+"  # name@host dot com
    rf"|\s+@\s+{_LABEL}(?:\.{_LABEL})*\.[a-z]{{2,24}})(?!\w)",  # name @ host.com
    re.IGNORECASE,
)
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def _flat(text: str) -> tuple[str, list[int]]:
    """The text as it reads (NFKC, without invisible characters), and where each of its characters came from."""
    if text.isascii():
        return text, list(range(len(text)))
    characters: list[str] = []
    places: list[int] = []
    for index, character in enumerate(text):
        if not _UNSEEN.match(character):
            for part in unicodedata.normalize("NFKC", character):
                characters.append(part)
                places.append(index)
    return "".join(characters), places


def check_message(inspection: Inspection) -> Iterator[Finding]:
    """Report each address, without repeating it in the message."""
    for passage in inspection.passages:
        text, places = _flat(passage.text)
        if "@" not in text and not re.search(r"\b(?:at|ät|arroba)\b", text, re.IGNORECASE):
            continue
        found = list(_PLAIN.finditer(text))
        found += [m for m in _DISGUISED.finditer(text) if not any(m.start() < p.end() and p.start() < m.end() for p in found)]
        for match in found:
            what = "An email address" if match.re is _PLAIN else "A disguised email address"
            yield inspection.at_passage(RULE, passage, places[match.start()], f"{what} stands in the message", _HINT)
    if inspection.document is not None:
        for element in inspection.document.elements:
            if re.match(r"\s*mailto\s*:", element.attrs.get("href", ""), re.IGNORECASE):
                yield inspection.at_element(RULE, element, "A mailto: link holds an email address", _HINT, attribute="href")
