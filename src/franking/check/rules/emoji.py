"""No emoji and no emoticons, anywhere a buyer can see.

Unicode emoji (also composed ones: skin tones, flags, keycaps), and emoticons (``:-)``, ``;)``, ``<3``, ``^^``, kaomoji)
that are between spaces or punctuation. Exceptions: ``©®™``, plain arrows, list marks such as "8)", times such as "10:30",
and a colon before a closing bracket in prose, "(see below:)".

Permitted::

    <p>Delivery window: 10:30 to 12:00 (see below:) © Northwind™</p>

Rejected, line 1::

    <p>Thank you for your order :-)</p>

To fix it: use words.
"""

import re
import threading
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule

RULE = Rule("emoji", "error", "emoji or emoticon", "text", "check", __doc__)

# Cheap test before the emoji table is loaded: every emoji is one of these, or has a keycap or variation mark.
_CANDIDATE = re.compile(
    "[\u200d\u203c\u2049\u20e3\u2139\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934-\u2b55\u3030\u303d\u3297\u3299\ufe0f"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_LONGEST_PIECE = 400  # characters
_PLAIN_SIGNS = frozenset("©®™‼⁉▪▫◻◼↔↕↖↗↘↙↩↪⤴⤵")
_LEFT = r"(?<![\w:;=<>^\\/|*'\"-])"
_RIGHT = r"(?![\w:;=<>^\\/|*-])"
# What a number is followed by: "<3 oz" says less than three ounces.
_UNITS = (
    "(?:mm|cm|m|km|g|kg|mg|l|ml|h|min|s|oz|lbs?|ft|in|inch(?:es)?|yd|yards?|miles?|kW|kWh|W|V|A|Hz|dB|bar|mAh|ppm|pcs|pieces?|items?|persons?|people|years?"
    "|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|Tage?|Stück|Jahre?|Monate?|Wochen?|Stunden?|Minuten?"
    "|jours?|ans?|heures?|mois|giorni|ore|anni|mesi|días|horas|años|meses|dagen|uur|jaar|dagar|timmar|år|dni|godzin[^\\W_]?"
    "|lata|gün|saat|yıl|dias|anos|EUR|USD|GBP|kr|zł|TL|日|時間|年|個)(?![^\\W_])"
)
_WESTERN = (
    r"[:;=][-‐‑–−'^o]?[)(\]\[DPp|*}{]|>:-?\(|\(-[:;]|[:;=]-[/\\OoSsXx3@$]|:[OoSs@$](?![.:])|:'-?\(|[8B]-[)DP(]|[xX]D|</?3(?!\s*(?:%|°|€|£|¥|\$|[.,]?\d|"
    + _UNITS
    + r"))|\^[_.-]?\^|-_+-|>[_.]<|[oO]_[oO]|[Tt]_[Tt]|\\o/|¯\\_\(ツ\)_/¯"
)
_EMOTICON = re.compile(_LEFT + "(?:" + _WESTERN + ")" + _RIGHT)
_PART = re.compile(r"[:;=<>^\\_]|[8B]-[)DP(]|[xX]D")  # every emoticon holds one of these
_MARK = re.compile(r"[:;=<>^\\_8BxX(（]")  # every one that is looked for holds one of these
_EYE = r"[\^≧≦<>´｀`•°⌒￣*ಠ◕◠⊙˘ToO･・]"
_MOUTH = r"[_ωд□∀▽o◡‿︶ー人^・･.-]{1,3}"
_KAOMOJI = re.compile(
    rf"[(（][^\w\s()（）,.;!?&+/#%€$£-]{{0,2}}{_EYE}[^()（）\w]{{0,4}}{_MOUTH}[^()（）\w]{{0,4}}{_EYE}[^\w\s()（）]{{0,2}}[)）]"
    r"|(?<![A-Za-z0-9])[mｍ] ?[(（](?:[_＿] ?[_＿]|[.・] ?[.・]|- ?-|。 ?。)[)）] ?[mｍ](?!\w)"  # a bow
    r"|[(（][;；][_＿ω∀-]{1,2}[;；][)）]"
)
_THUMB = re.compile(r"(?<=[\w.!,] )\([yY]\)(?=[.!]?\s*\Z)")
_LETTERED = re.compile(  # what is called by a letter
    r"\([xzn]\)|(?<!\w)(?:[xz]|key|keys|press|button|type|enter|option|answer|variable|ax[ie]s|coordinate|taste|drück\w*|achse|touche|axe|tecla"
    r"|eje|tasto|asse|toets|knop|as|klawisz|oś|tangent\w*|axel|tuş\w*|eksen\w*|eixo|width|height|depth|direction|richtung)(?!\w)",
    re.IGNORECASE,
)


_building = threading.Lock()


@cache
def _finder() -> Callable[[str], list[Any]]:
    """``emoji.emoji_list``. Its search tree is a global that its first call fills, and that a second thread sees half full:
    nobody gets the function before the tree is whole."""
    with _building:
        from emoji import emoji_list

        emoji_list("")
    return emoji_list


def _emoji(text: str) -> Iterator[tuple[int, str]]:
    if _CANDIDATE.search(text) is None:
        return
    for start, piece in _pieces(text):
        for match in _finder()(piece) if _CANDIDATE.search(piece) is not None else ():
            sign = str(match["emoji"])
            if sign not in _PLAIN_SIGNS:
                yield start + int(match["match_start"]), sign


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces: the library goes back to the start of a sequence at each joiner in it. Cut at a space if there
    is one, which no emoji holds."""
    start = 0
    while len(text) - start > _LONGEST_PIECE:
        cut = text.rfind(" ", start + 1, start + _LONGEST_PIECE)
        cut = start + _LONGEST_PIECE if cut < 0 else cut
        yield start, text[start:cut]
        start = cut
    yield start, text[start:]


def _emoticons(text: str) -> Iterator[tuple[int, str]]:
    opened = {")": 0, "]": 0}  # by the bracket that closes it, how many more were opened than closed
    read = 0
    for match in _EMOTICON.finditer(text) if _PART.search(text) is not None else ():
        sign = match.group()
        for closing, opening in (")(", "]["):
            opened[closing] += text.count(opening, read, match.start()) - text.count(closing, read, match.start())
        read = match.start()
        if sign[-1] in ")]" and len(sign) == 2 and opened[sign[-1]] > 0:
            continue  # the bracket closes one that is open: prose
        yield match.start(), sign
    thumb = _THUMB.search(text) if text.rstrip(".! \u00a0").endswith(("(y)", "(Y)")) else None
    if thumb is not None and _LETTERED.search(text) is None:
        yield thumb.start(), thumb.group()
    for match in _KAOMOJI.finditer(text) if "(" in text or "（" in text else ():
        yield match.start(), match.group()


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each emoji and emoticon in visible text, alt and title texts, the text part and the subject."""
    for segment in context.segments:
        start = 0
        for line in segment.text.split("\n"):
            for index, sign, emoticon in _signs(line):
                points = " ".join(f"U+{ord(c):04X}" for c in sign)
                what = f"Emoticon {sign}" if emoticon else f"Emoji {sign} ({points})"
                yield context.at_segment(RULE, segment, start + index, what, "Use words instead.", measured=sign)
            start += len(line) + 1


@lru_cache(maxsize=8192)
def _signs(line: str) -> tuple[tuple[int, str, bool], ...]:
    """Emoji and emoticons in a line: where, what, and whether it is an emoticon. Cached: most lines of a batch recur."""
    found = [(index, sign, False) for index, sign in _emoji(line)] if not line.isascii() else []
    if _MARK.search(line) is not None:
        found += [(index, sign, True) for index, sign in _emoticons(line)]
    return tuple(found)


def inert(line: str) -> bool:
    """Whether a line of the text part holds no sign."""
    return not _signs(line)


def plain(piece: str) -> bool:
    """Whether a piece without spaces holds no sign: emoji and emoticons have no spaces, but for those with brackets."""
    return _CANDIDATE.search(piece) is None and _EMOTICON.search(piece) is None and "(" not in piece and "（" not in piece


CHECK = CheckRule(rule=RULE, on_message=check_message, values="segment", inert=inert, plain=plain)
