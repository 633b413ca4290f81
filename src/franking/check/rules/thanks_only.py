"""The message says more than thanks.

A message that only thanks for the order, greets, or says that one is there to help is not needed to complete the order,
and guidelines name it as not permitted. The rule counts the words of the visible text outside greetings, thanks and
offers of help, and outside the theme's own lines: if there are fewer than the policy's number, beside such a phrase, the
message violates the rule. The phrases are policy data, in every shipped language. In the default policy the rule is off;
in ``amazon-strict`` it is on.

Permitted::

    <p>Thank you for your order. Your parcel left our warehouse today and arrives on Monday.</p>

Rejected, line 1::

    <p>Hello Anna,</p>
    <p>thank you for your order! We are here to help.</p>

To fix it: say what the buyer needs to know, or send nothing.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.segments import TextSegment
from franking.model import Finding, Rule
from franking.model.counted import counted

RULE = Rule("thanks-only", "error", "a message of thanks alone", "permitted", "check", __doc__)
_HINT = "Write what the buyer needs to know to complete the order, or send nothing."
_CLAUSE = re.compile(r"[^.!?,;:\n…。、！？，]+")
_VALUE = "\u2e28"  # begins what stands for a value of the order in the message of a shape
_SHORT = 2_000  # characters: longer texts do not recur
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")  # scripts without spaces between words: three letters count as one


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report the first phrase of thanks where little else is said."""
    limit = int(context.policy.value("thanks_only_words"))
    left, first = _left(context)
    if first is not None and left < limit:
        segment, index = first
        message = f"Apart from thanks, the message has only {counted(left, 'word')}"
        yield context.at_segment(RULE, segment, index, message, _HINT)


def says_enough(context: RuleContext) -> bool:
    """Whether the text around the values says enough for any message of its shape."""
    return _left(context)[0] >= context.policy.value("thanks_only_words")


def _left(context: RuleContext) -> tuple[int, tuple[TextSegment, int] | None]:
    """How many words are said beside courtesies, and where the first of these begins."""
    courtesies, own = context.policy.courtesies, context.message.own_words
    left = 0
    first: tuple[TextSegment, int] | None = None
    for segment in context.prose:
        if segment.part == "subject" or segment.attribute:
            continue
        count = _said if len(segment.text) <= _SHORT else _said.__wrapped__
        said, index = count(segment.text, courtesies, own)
        left += said
        if first is None and index >= 0:
            first = segment, index
    return left, first


@lru_cache(maxsize=4096)
def _said(text: str, courtesies: frozenset[str], own: frozenset[str]) -> tuple[int, int]:
    """How many words a text says beside courtesies, and where the first of these begins; -1 if it has none. Remembered:
    most texts of a batch recur."""
    pattern = _pattern(courtesies)
    left, first = 0, -1
    for clause in _CLAUSE.finditer(text):
        if pattern.search(clause.group().casefold()) is not None:
            first = first if first >= 0 else clause.start() + len(clause.group()) - len(clause.group().lstrip())
        elif _VALUE not in clause.group():
            words = _WORD.findall(clause.group())
            if not own.issuperset(word.casefold() for word in words):
                left += sum(max(1, len(word) // 3) if _UNSPACED.search(word) else 1 for word in words)
    return left, first


@lru_cache(maxsize=16)
def _pattern(phrases: frozenset[str]) -> re.Pattern[str]:
    """What finds any of the phrases, as whole words in scripts that have spaces: by their first character, so that few are
    tried at a word."""
    spaced: dict[str, list[str]] = {}
    for phrase in sorted(p.casefold() for p in phrases if not _UNSPACED.search(p)):
        spaced.setdefault(re.escape(phrase[:1]), []).append(re.escape(phrase[1:]))
    words = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in spaced.items())
    others = [re.escape(p) for p in sorted(phrases) if _UNSPACED.search(p)]
    return re.compile("|".join([rf"(?<!\w)(?:{words})(?!\w)", *others]))


CHECK = CheckRule(rule=RULE, on_message=check_message, enough=says_enough)
