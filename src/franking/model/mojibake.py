"""Double encoding: UTF-8 that was read as another encoding and written as UTF-8 again (``MÃ¼ller`` for ``Müller``).

A text is *certainly* double-encoded if all of it, taken back to bytes in the encoding that it was misread as, is UTF-8; if
the result is plausible (letters of common blocks, more than one of a script other than Latin, typographic signs, capitals
if the word has capitals); and if people do not write such a text. Only such a text is repaired, and only if the encoding is
Windows-1252, ISO-8859-1 or cp932. A text that is double-encoded in part, or in another encoding, is left unchanged and
reported.

Whether people write a text is decided by ftfy (``ftfy.badness``) and additional patterns. ftfy also proposes repairs of
texts that are damaged in part. Only plausible ones count, because ftfy considers ``IRMÃ DULCE`` with a no-break space
damaged.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WESTERN = {bytes([b]).decode("cp1252"): b for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_TO_LATIN_1 = str.maketrans({char: chr(byte) for char, byte in _WESTERN.items()})
_TAIL = "".join(_WESTERN) + "\u0080-\u00bf"
_PAIR = re.compile(f"[\u00c2-\u00f4][{_TAIL}]")  # a lead byte and a byte that follows one, both as characters
_AFTER_A_WORD = "–—‘’“”…™®©°ªº»«·\u00a0"  # signs that also follow a capital letter in normal text
_LETTER = r"[^\W\d_]"
_STRONG = re.compile(
    "|".join(
        (
            f"[\u00c2-\u00c5][{''.join(c for c in _WESTERN if c not in _AFTER_A_WORD)}\u0080-\u009f]",
            f"(?<!{_LETTER})[\u00c3-\u00c5][{_AFTER_A_WORD}](?={_LETTER})",
            f"{_LETTER}(?:[ÃÄÅ][…“”»™®©°]|Ã–|È[™›])(?={_LETTER})|È[˜š]",
            f"\u00e2[€‚][{_TAIL}]|(?:[\u00e0-\u00ef][{_TAIL}]{{2}}){{2}}|(?:[\u00d0-\u00db][{_TAIL}]){{3}}",
        )
    )
)
_LOWER = "a-zß-öø-ÿ"
_CAPITALS = "".join(c for c in map(chr, (*range(0x41, 0x24F), *range(0x1E00, 0x1F00))) if c.isupper())
# After capitals, a letter and a sign are usually intended, as in ``GEORGIANĂ™``; ``Ã™`` may also be the end of ``PIÙ``.
_CAPITAL_AND_SIGN = f"(?<=[{_CAPITALS}]{{{{2}}}})[{{}}](?=[™®©°…»”ªº«](?!{_LETTER})|[’\u00a0](?![a-zà-ÿ ]))"
_CAPITAL_AND_SPACE = f"(?<=[{_CAPITALS}])[ÂÃ](?=\u00a0(?![a-zà-ÿ ]))"
_LIKELY = re.compile(f"{_CAPITAL_AND_SIGN.format('ÂĂÄÅĹÎ')}|(?<=[{_CAPITALS}])Â(?=[ŠŽŒŸ](?![a-zà-ÿ]))|{_CAPITAL_AND_SPACE}")
_POSSIBLE = re.compile(f"{_CAPITAL_AND_SIGN.format('ÂÃĂÄÅĹÎ')}|{_CAPITAL_AND_SPACE}")
_BOXES = re.compile("[\u2500-\u25a0]")
_MAC = re.compile(r"[√≈¬][^\s\d]|‚Ä")
_CYRILLIC = re.compile("[\u0412\u0413\u0420\u0421\u0432][\u00a0-\u00bb\u0402-\u045f\u2013-\u2122]")
_CENTRAL = re.compile("[\u0102\u0139\u0393][\u0080-\u00bf\u013d\u02c7-\u02dd\u0384-\u03ce\u2013-\u2122\u0141-\u017e]")
_EAST = re.compile("[\u3400-\u9fff\uff61-\uff9f]")
_KANA_AS_KANJI = re.compile("[繧繝]|縺[^れ]")  # the lead of every kana, as cp932 shows UTF-8
_AMID_LATIN = re.compile("[A-Za-z][\u4e00-\u9fff][A-Za-z]")
_ELSEWHERE = (
    (_BOXES, ("cp437", "cp850")),
    (_MAC, ("mac_roman",)),
    (_AMID_LATIN, ("gb18030",)),
    (_CYRILLIC, ("cp1251",)),
)
# Letters of ASCII, ISO-8859-1 and Latin Extended-A of which none can stand for a byte that follows another.
_PLAIN = re.compile("[\t\n\r -~\u00c0-\u0101\u0103-\u0138\u013a-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u017f]*")
_CP932_AS_WESTERN = re.compile(r"[‚ƒ][^\s\d]")
_COMMON = (
    (0xC0, 0x17F, "Latin"),
    (0x1A0, 0x1B0, "Latin"),
    (0x218, 0x21B, "Latin"),
    (0x2BB, 0x2BC, "Latin"),
    (0x1E00, 0x1EFF, "Latin"),
    (0x386, 0x3CE, "Greek"),
    (0x401, 0x45F, "Cyrillic"),
    (0x5D0, 0x5EA, "Hebrew"),
    (0x620, 0x6D3, "Arabic"),
    (0x900, 0xD7F, "Indic"),
    (0xE01, 0xE5B, "Thai"),
    (0x3005, 0x3007, "East Asian"),
    (0x3041, 0x30FF, "East Asian"),
    (0x3400, 0x9FFF, "East Asian"),
    (0xAC00, 0xD7A3, "East Asian"),
    (0xFF66, 0xFF9F, "East Asian"),
)
# A lead byte whose second byte is missing, cut off or replaced by a space: ``CafÃ``, ``CittÃ``, ``Ã partir``.
_LONE_LEAD = re.compile(rf"(?<=[{_LOWER}])(?:[ÂÃ](?!{_LETTER})|[ÄÅ]$)|(?<![^\W_])Ã(?= )")


def is_plain(text: str) -> bool:
    """Whether a text has only characters that double encoding never produces. A fast test that most texts pass."""
    return text.isascii() or (_PLAIN.fullmatch(text) is not None and _LONE_LEAD.search(text) is None)


@lru_cache(maxsize=8192)
def repaired(text: str) -> str:
    """The text before it was double-encoded, once or several times, if that is certain; else the text itself."""
    if is_plain(text):
        return text
    found, clear = text, _PAIR.search(_POSSIBLE.sub("A", text)) is not None
    while clear:
        before = _western(found)
        if before is None:
            break
        # If a text is plausible both before and after a step, or neither, the number of steps is unknown.
        unlikely, plausible = _unlikely(found), _plausible(found, before)
        if not unlikely and not plausible:
            break
        clear = unlikely and plausible
        found = before if clear else found
    return found if clear and found != text else _from_japanese(text)


@lru_cache(maxsize=8192)
def is_double_encoded(text: str) -> bool:
    """Whether a text is double-encoded at least in part, whatever it was misread as."""
    if is_plain(text):
        return False
    if _LONE_LEAD.search(text):
        return True
    judged = _LIKELY.sub("A", text)
    if _PAIR.search(judged) and _unlikely(judged) and _proposed(judged):
        return True
    for sign, encodings in _ELSEWHERE:
        if sign.search(text) and any(_reads_as(text, encoding) for encoding in encodings):
            return True
    if len(_KANA_AS_KANJI.findall(text)) > 1 or repaired(text) != text:
        return True
    if len(_CP932_AS_WESTERN.findall(text)) > 1 or re.search(f"{_LETTER}[“‘‚„]{_LETTER}", text):
        return _japanese(text)
    return _CENTRAL.search(judged) is not None and (_reads_as(judged, "cp1250") or (_unlikely(judged) and _proposed(judged)))


def _from_japanese(text: str) -> str:
    """The text before it was misread as cp932, if all of it is Japanese; else the text itself."""
    before = _taken_back(text, "cp932") if _EAST.search(text) else None
    if before is None or sum(_script(c) == "East Asian" for c in before) < 2 or not _plausible(text, before):
        return text
    return before


def _western(text: str) -> str | None:
    """The text encoded as Windows-1252 or ISO-8859-1 and decoded as UTF-8; None if that fails."""
    if not _PAIR.search(text):
        return None
    try:
        return text.translate(_TO_LATIN_1).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def _taken_back(text: str, encoding: str) -> str | None:
    try:
        return text.encode(encoding).decode("utf-8")
    except UnicodeError:
        return None


def _reads_as(text: str, encoding: str) -> bool:
    before = _taken_back(text, encoding)
    return before is not None and _plausible(text, before)


def _japanese(text: str) -> bool:
    """Whether the text is Japanese in cp932 that was read as Windows-1252: every character of it."""
    try:
        read = text.translate(_TO_LATIN_1).encode("latin-1").decode("cp932")
    except UnicodeError:
        return False
    return len(read) > 1 and all(_script(c) == "East Asian" or c in " \u3000・ー（）" for c in read)


def _unlikely(text: str) -> bool:
    """Whether the text is implausible as written by a person."""
    if _STRONG.search(text):
        return True
    from ftfy.badness import is_bad  # imported here: it takes tens of milliseconds to load, and few texts need it

    return bool(is_bad(text))


def _proposed(text: str) -> bool:
    """Whether ftfy has a plausible repair. The repair may replace only a part of the text."""
    from ftfy import fix_encoding

    before = fix_encoding(text)
    return "\ufffd" in before or (before != text and _plausible(text, before))


def _plausible(text: str, before: str) -> bool:
    """Whether a repair introduces only characters that people write."""
    known = set(text)
    new = [(n, c) for n, c in enumerate(before) if not c.isascii() and c not in known]
    scripts: dict[str, int] = {}
    for n, char in new:
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cn", "Co", "Cs") or char == "\ufffd":
            return False
        script = _script(char)
        if kind[0] == "M" and script:
            scripts[script] = scripts.get(script, 0) + 1
        if kind[0] == "L" and char not in "ªºµ":
            if not script or (char.islower() and _amid_capitals(before, n)):
                return False
            scripts[script] = scripts.get(script, 0) + 1
    return all(script == "Latin" or number > 1 for script, number in scripts.items())


def _amid_capitals(text: str, place: int) -> bool:
    return (
        place > 1
        and text[place - 2 : place].isupper()
        and text[place - 2 : place].isalpha()
        and not (text[place + 1 : place + 2].islower())
    )


def _script(char: str) -> str:
    code = ord(char)
    return next((script for first, last, script in _COMMON if first <= code <= last), "")
