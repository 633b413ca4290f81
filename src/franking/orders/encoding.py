"""Which encoding a report is in, decided by what nearly all of it is.

A file that is UTF-8 throughout is UTF-8. Otherwise each line with bytes beyond ASCII is judged by itself: it decodes as UTF-8;
it decodes as cp932 and looks Japanese; it decodes as cp1252 and looks like words of a Western language; or none of these. The
encoding of the great majority is the file's; the rows of the others are refused one by one (``decoding``). Where no
encoding has a great majority, or where the marketplace's own older encoding would give another text just as well
(cp1250 in Poland, cp1254 in Turkey, cp1256 in Arabic), the file is refused and ``--encoding`` asked for.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from franking.errors import InputError
from franking.html.encodings import is_utf8
from franking.model.counted import counted
from franking.orders.lines import physical_lines

_CHUNK = 1 << 20
_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_QUOTED = (b'\t"', b'\n"', b'\r"', b'\xbf"')  # also behind a byte order mark
_WIDE = "\u3040-\u30ff\u4e00-\u9fff\u3000-\u303f\uff01-\uff5e"
_FULL_WIDTH = f"[{_WIDE}\uff66-\uff9f]"
_RUNS = re.compile(_FULL_WIDTH + "{2,}")
_WIDE_RUNS = re.compile(f"[{_WIDE}]{{2,}}")
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
_ALL_FULL_WIDTH = re.compile(_FULL_WIDTH + "+")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_LOWER, _UPPER = "a-zß-öø-ÿšžœ", "À-ÖØ-ÞŠŽŒŸ"
_LETTER = f"A-Z{_LOWER}{_UPPER}"
# What cp1252 makes of other encodings: signs and capitals inside words, long runs of accented letters, UTF-8 read as cp1252.
_UNLIKELY = re.compile(
    rf"[{_LETTER}][³¹²ºª¿¡¦§¤¸¬¯±¼½¾¶¢£¥†‡ƒ‰ˆ˜‚„“”‹›«»][{_LETTER}]"
    rf"|[{_LOWER}][{_UPPER}]|[A-Z{_UPPER}][{_UPPER}][{_LOWER}]|[ß-öø-ÿ{_UPPER}šžœ]{{4}}"
    rf"|[ÃÂâ](?![{_LETTER}])"  # also where UTF-8 was cut
    "|¤|\\d[˜™š›]\\d"  # the euro sign of ISO 8859-15; GB 18030
    "|[Â-ß][\u0080-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ•–—˜š›œžŸ]|[Ãâ][€‚ƒ„…†‡ˆ‰‹‘’“”•–—™]"
)
_OLDER = {b"amazon.pl": "cp1250", b"amazon.com.tr": "cp1254", b"amazon.sa": "cp1256", b"amazon.eg": "cp1256"}


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look at all bytes of a file tells."""

    utf8: bool
    beyond_ascii: bool
    controls: bool  # control characters other than tab and line endings, also U+0080-U+009F
    quotes: bool  # a cell of a tab-separated file begins with one


def survey(stream: BinaryIO) -> Survey:
    """Look at all bytes once, in flat memory."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    utf8, beyond, controls, quotes = True, False, False, False
    last, before = b"", b"\n"
    while chunk := stream.read(_CHUNK):
        if not quotes:
            data = before + chunk
            quotes = any(start in data for start in _QUOTED)
        before = chunk[-1:]
        controls = controls or len(chunk.translate(None, _CONTROLS)) != len(chunk)
        if last or not chunk.isascii():
            beyond = True
            controls = controls or re.search(rb"\xc2[\x80-\x9f]", last + chunk) is not None
            last = chunk[-1:] if chunk[-1] > 127 else b""
        if utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                utf8 = False
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    return Survey(utf8, beyond, controls, quotes)


def _beyond_ascii(line: bytes) -> bytes:
    """The cells of a line that are not ASCII: all that tells encodings apart."""
    return b"\t".join([cell for cell in line.split(b"\t") if not cell.isascii()])


def looks_japanese(line: bytes) -> bool:
    """Whether a line is cp932 with Japanese words in it: umlauts misread as cp932 stand alone between Latin letters.

    Half-width kana count in a line of Amazon.co.jp only: elsewhere Chinese, Arabic and cut UTF-8 read as them. What is kana
    in EUC-JP as well is not believed.
    """
    cells = _beyond_ascii(line)
    try:
        text = cells.decode("cp932")
    except UnicodeDecodeError:
        return False
    beyond = sum(1 for c in text if not c.isascii())
    if not beyond or _PRIVATE.search(text):
        return False
    japan = _of_japan(line)
    runs = (_RUNS if japan else _WIDE_RUNS).findall(text)
    return sum(map(len, runs)) * 2 > beyond and not (japan and _is_euc_kana(cells))


def _of_japan(line: bytes) -> bool:
    return b"amazon.co.jp" in line.lower()


def _is_euc_kana(cells: bytes) -> bool:
    try:
        text = cells.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    beyond = [c for c in text if not c.isascii()]
    return 2 * sum(1 for c in beyond if _KANA.match(c)) > len(beyond)


def is_cut_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8 but for a few bytes: at least two characters beyond ASCII, and four good bytes to a bad one."""
    valid = "".join([c for c in line.decode("utf-8", "ignore") if not c.isascii()])
    good = len(valid.encode())
    bad = sum(1 for byte in line if byte > 127) - good
    return len(valid) > 1 and good >= 4 * bad


def _as_cp932(line: bytes) -> str:
    """What of a line is not ASCII in cp932; "" where it is none."""
    try:
        return "".join([c for c in line.decode("cp932") if not c.isascii()])
    except UnicodeDecodeError:
        return ""


def looks_western(line: bytes) -> bool:
    """Whether a line is cp1252 with words as Western languages have them."""
    try:
        return _UNLIKELY.search(_beyond_ascii(line).decode("cp1252")) is None
    except UnicodeDecodeError:
        return False


def _kind(line: bytes) -> str:
    if is_utf8(line) or is_cut_utf8(line):
        return "utf-8"
    japanese, western = looks_japanese(line), looks_western(line)
    if western and not japanese and _of_japan(line) and (text := _as_cp932(line)):
        return "cp932" if _ALL_FULL_WIDTH.fullmatch(text) else "either"  # a name of one character, such as Hayashi
    if japanese and western:
        return "cp932" if _of_japan(line) else "either"
    return "cp932" if japanese else "cp1252" if western else "unknown"


def detect(name: str, stream: BinaryIO, seen: Survey) -> str:
    """The encoding of a text file as a Python codec name: ``utf-8``, ``cp932`` or ``cp1252``.

    Raises ``InputError`` that names what was found and ``--encoding`` where that is not certain.
    """
    if seen.utf8:
        return "utf-8"
    found: Counter[str] = Counter()
    older: Counter[str] = Counter()
    lines = 0
    for line in physical_lines(name, stream):
        lines += 1
        if line.isascii():
            continue
        kind = _kind(line)
        found[kind] += 1
        if kind != "utf-8" and (other := _older(line)) is not None:
            older[other] += kind == "cp1252"
    encoding = _majority(name, found, lines, "".join(f" {other}" for other, _ in older.most_common(1)))
    if encoding != "utf-8" and older.total():
        other, number = older.most_common(1)[0]
        raise InputError(
            f"{name}: {counted(number, 'line is', 'lines are')} different text in cp1252 and in {other}, and either may be "
            f"right; expected --encoding {other} or --encoding cp1252"
        )
    return encoding


def _older(line: bytes) -> str | None:
    """The older encoding of the line's marketplace, if it gives another text than cp1252."""
    lower = line.lower()
    for domain, encoding in _OLDER.items():
        if domain in lower and line.decode("cp1252", "replace") != line.decode(encoding, "replace"):
            return encoding
    return None


def _majority(name: str, found: Counter[str], lines: int, hint: str = "") -> str:
    """The encoding of the great majority. A wrong choice of UTF-8 or cp932 refuses rows; one of cp1252 makes wrong words."""
    unknown, either = found.pop("unknown", 0), found.pop("either", 0)
    if either and not found:
        raise InputError(
            f"{name}: {counted(either, 'line')} may be cp932 or cp1252; expected --encoding cp932 or --encoding cp1252"
        )
    (best, most), (second, fewer) = [*found.most_common(2), ("", 0), ("", 0)][:2]
    others = fewer + unknown + either
    if others <= 1 and found["utf-8"]:
        best = "utf-8" if most == fewer else best  # UTF-8 proves itself: the one row that is not is the damaged one
    elif most < {"utf-8": 2 * fewer, "cp932": max(3 * fewer, others)}.get(best, 3 * others):
        if others - fewer < fewer:
            raise InputError(
                f"{name}: {counted(most, 'line is', 'lines are')} {best} and {counted(fewer, 'is', 'are')} {second}; "
                f"expected one encoding, or --encoding {best} to read the rows of that one and refuse the others"
            )
        unknown = max(unknown, others)
    if (unknown > max(1, most) and unknown * 20 > lines) or (best == "cp1252" and unknown > 1 and most < 3 * unknown):
        raise InputError(
            f"{name}: {counted(unknown, 'line is', 'lines are')} in none of UTF-8, cp1252 and cp932; "
            f"expected a report as downloaded, or --encoding{hint}"
        )
    return best or "utf-8"  # all of it is ASCII but a few rows, which are refused one by one
