"""The message contains no email address.

The rule finds plain and disguised addresses ("name (at) host dot com", full-width signs, entities, invisible characters
inside), in the texts, the subject, the text part, as a ``mailto:`` link or in another link's path, query or fragment.
Buyers answer through the marketplace.

Permitted::

    <p>Please reply to this message. 3 lamps @ 9.90 each, look at amazon.de.</p>

Rejected, line 1::

    <p>Write to service@northwind.example.</p>

Rejected, line 1::

    <p>Write to service (at) northwind (dot) com.</p>

To fix it: ask the buyer to reply to the message.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.spelled_addresses import bears, in_words
from franking.model import Finding, Rule

RULE = Rule("email-address", "error", "an email address", "text", "check", __doc__)
_HINT = "Ask the buyer to reply to this message instead."
_OPEN, _CLOSE = r"[\(\[\{<]\s*", r"\s*[\)\]\}>]"
_SIGN_NAMES = "at|ät|arroba|arobase|chez|klammeraffe|chiocciola|apenstaartje|małpa|malpa|snabel-?a|et"
_AT = rf"(?:\s*{_OPEN}(?:@|{_SIGN_NAMES}){_CLOSE}\s*)"
_DOT = rf"(?:\s*{_OPEN}(?:dot|punkt|punt|point|punto|ponto|kropka|nokta|\.){_CLOSE}\s*)"
_LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
# Both are searched for by the sign or its word; the local part is read backwards from there (see ``_addresses``).
# The comma is a slip for the dot, in front of the commonest domains only: it also ends a handle.
_PLAIN = re.compile(
    rf"(?<=\w)(?:@|%40){_LABEL}(?:\.{_LABEL})*(?:\.[^\W\d_]{{2,24}}|,(?:com|net|org|info|eu|de|fr|it|es|nl|pl|se))(?![\w@])"
)
_PLAIN_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]")
_DISGUISED = re.compile(
    rf"(?<=[\w.+-])(?:{_AT}{_LABEL}(?:(?:{_DOT}|\.|\s+(?:dot|punkt)\s+){_LABEL})+"  # name (at) host (dot) com
    rf"|\s+(?:at|ät)\s+{_LABEL}(?:(?:{_DOT}|\s+(?:dot|punkt)\s+){_LABEL})+"  # name at host dot com
    rf"|\s*@\s*{_LABEL}(?:(?:{_DOT}|\s+(?:dot|punkt)\s+){_LABEL})+"  # name@host dot com
    rf"|\s+@\s+{_LABEL}(?:\.{_LABEL})*\.[a-z]{{2,24}})(?!\w)",  # name @ host.com
    re.IGNORECASE,
)
_DISGUISED_LOCAL = re.compile(r"[\w.+-]")
_DISGUISE = "The message contains a disguised email address"
_LONGEST_LOCAL = 64  # characters of a disguised one (RFC 5321, section 4.5.3.1.1)
_MAILTO = re.compile(r"\s*mailto\s*:", re.IGNORECASE)
_HOST = re.compile(r"//[^/?#]*")  # with its userinfo, which external-link judges
# What a disguised address cannot do without.
_BRACKETED = re.compile(rf"{_OPEN}(?:{_SIGN_NAMES})", re.IGNORECASE)
_AT_WORD = re.compile(r"\b(?:at|ät)\b", re.IGNORECASE)
_SIGN_WORDS = (
    "at",
    "ät",
    "arroba",
    "arobase",
    "chez",
    "klammeraffe",
    "chiocciola",
    "apenstaartje",
    "ałpa",
    "alpa",
    "snabel",
    "et",
)
_DOT_NAMES = ("dot", "punkt", "punt", "point", "ponto", "kropka", "nokta")
_OPENING = re.compile(r"[\(\[\{<]")
_BRACKETED_DOT = re.compile(r"[\(\[\{<]\s*\.")
_FULL_STOP = re.compile(r"(?<=[0-9A-Za-z])[\u3002\uff61](?=[A-Za-z]{2})")  # a dot of a host name, too (UTS 46)
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def _flat(text: str) -> tuple[str, Sequence[int]]:
    """The text as it reads (NFKC, without invisible characters), and where each of its characters came from."""
    text = _FULL_STOP.sub(".", text)
    if unicodedata.is_normalized("NFKC", text) and _UNSEEN.search(text) is None:  # then each character is, by itself
        return text, range(len(text))
    read = {c: "" if _UNSEEN.match(c) else unicodedata.normalize("NFKC", c) for c in set(text)}
    characters: list[str] = []
    places: list[int] = []
    for index, character in enumerate(text):
        for part in read[character]:
            characters.append(part)
            places.append(index)
    return "".join(characters), places


def _may_hold(text: str) -> bool:
    """Whether a text holds an at sign, plain or in words, and words for a dot."""
    has_at = has_word = has_dot = False
    for line in text.split("\n"):
        sign, word, dot = _traits(line)
        has_at, has_word, has_dot = has_at or sign, has_word or word, has_dot or dot
    return has_at or (has_word and has_dot)


@lru_cache(maxsize=8192)
def _traits(line: str) -> tuple[bool, bool, bool]:
    """Whether a line holds an at sign (or a word for it in brackets), a word for it, and a word for a dot."""
    if not line.isascii():
        line = _flat(line)[0]
    low = line.lower()
    dot = any(word in low for word in _DOT_NAMES)
    dot = dot or ("." in low and _BRACKETED_DOT.search(low) is not None)
    if "@" in low or "%40" in low:
        return True, True, dot
    if not any(word in low for word in _SIGN_WORDS):
        return False, False, dot
    return _BRACKETED.search(low) is not None, _AT_WORD.search(low) is not None, dot


def _behind_host(target: str) -> str:
    """A link's path, query and fragment, decoded twice: addresses are passed on inside other links."""
    return unquote(unquote(_HOST.sub("", target)))


def _addresses(text: str, host: re.Pattern[str], local: re.Pattern[str], longest: int) -> Iterator[tuple[int, int]]:
    """Where the addresses in a text begin and end: a sign with its host, and of the characters of a local part in front of
    it as many as there are, no more than ``longest``."""
    end = 0
    for match in host.finditer(text):
        start = match.start()
        least = max(end, start - longest)
        while start > least and local.match(text, start - 1):
            start -= 1
        end = match.end()
        yield start, end


def _signed(whole: str) -> Iterator[tuple[int, str]]:
    """The addresses with a sign or its word in brackets: where each begins, and what the finding reports."""
    text, places = _flat(whole)
    plain = list(_addresses(text, _PLAIN, _PLAIN_LOCAL, len(text)))
    ends = [end for _, end in plain]
    for start, _ in plain:
        yield places[start], "The message contains an email address"
    for start, end in _addresses(text, _DISGUISED, _DISGUISED_LOCAL, _LONGEST_LOCAL):
        behind = bisect_right(ends, start)  # the first plain one that ends behind its start
        if behind == len(plain) or plain[behind][0] >= end:
            yield places[start], _DISGUISE


def _spelled(whole: str) -> Iterator[tuple[int, int]]:
    """The lines with an address in words: where it stands, and the number of the line."""
    start = 0
    for number, line in enumerate(whole.split("\n")):
        at = in_words(line) if line.isascii() else _in_flat_words(line)
        if at is not None:
            yield start + at, number
        start += len(line) + 1


@lru_cache(maxsize=8192)
def _in_flat_words(line: str) -> int | None:
    flat, places = _flat(line)
    at = in_words(flat)
    return None if at is None else places[at]


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each address, without repeating it in the message."""
    for segment in context.segments:
        found = set()
        if _may_hold(segment.text):
            for start, message in _signed(segment.text):
                found.add(segment.text.count("\n", 0, start))
                yield context.at_segment(RULE, segment, start, message, _HINT)
        for start, line in _spelled(segment.text):
            if line not in found:
                yield context.at_segment(RULE, segment, start, _DISGUISE, _HINT)
    for element in context.having("href"):
        target = element.attrs["href"]
        if _MAILTO.match(target) is not None:
            yield context.at_element(RULE, element, "A mailto: link contains an email address", _HINT, attribute="href")
        elif ("@" in target or "%" in target) and _PLAIN.search(_behind_host(target)) is not None:
            yield context.at_element(RULE, element, "The link's target contains an email address", _HINT, attribute="href")


def inert(line: str) -> bool:
    """Whether a line of the text part cannot be part of an address."""
    return not any(_traits(line)) and next(_spelled(line), None) is None


def plain(piece: str) -> bool:
    """Whether a piece without spaces has no part in an address: what ``inert`` looks for stands within a piece, but for what
    begins with a bracket."""
    flat = _flat(piece)[0]
    return _OPENING.search(flat) is None and not any(_traits(piece)) and not bears(flat)


CHECK = CheckRule(rule=RULE, on_message=check_message, values="segment", inert=inert, plain=plain)
