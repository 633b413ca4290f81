"""The message contains no telephone number.

The rule finds numbers as libphonenumber does: for the marketplace's country, and international ones with ``+`` or ``00``,
in any usual notation, in the visible text, alt and title texts, the subject, the text part, and as ``tel:`` links. Order
IDs, tracking numbers, dates, prices, ASINs, IBANs and postcodes are not telephone numbers. A kind may allow numbers, each
with its reason (warranty, shipping provider, manufacturer), under ``[phones] allowed`` in its ``kind.toml``.

Permitted::

    <p>Order 302-1234567-1234567 of 20.11.2026, parcel 00340434161094042557, 1.234,00 €</p>

Rejected, line 1::

    <p>Call us: +49 30 901820</p>

To fix it: ask the buyer to reply to the message.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from franking.check.figures import has_numeral, plain_digits
from franking.check.other_numbers import is_other
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.spelled_numbers import as_digits, calls, counts, spelled
from franking.model import Finding, Rule

RULE = Rule("phone-number", "error", "a telephone number", "text", "check", __doc__)
_HINT = "Ask the buyer to reply to this message instead."
_UNREAD_HINT = "Leave the digits out, or send them as an attachment."
# Countries to try if the message's marketplace is not known.
_REGIONS = ("US", "GB", "DE", "FR", "IT", "ES", "NL", "SE", "PL", "TR", "JP", "IN")
# What looks like a number to call and is none. Order matters: longer forms first.
_NOT_PHONES = re.compile(
    r"""
      (?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])                                   # order ID
    | (?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?(?!\w)  # IBAN
    | (?<![\w-])[A-Z]{1,4}-(?:19|20)\d\d-\d{3,8}(?![\w-])                     # documents by year: RE-2026-004711
    | (?<!\w)B0[A-Z0-9]{8}(?!\w)                                             # ASIN
    | (?<!\w)(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*\d){4})[A-Z0-9]{8,40}(?!\w)        # letters and digits: tracking numbers, SKUs
    | (?<!\w)(?i:ISBN)(?:[- ]?1[03])?(?!\w)[^\d\n]{0,12}(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dX](?!\w)     # book numbers
    | (?<=_)\d{6,20}(?:_\d{1,8})?\.(?:jpe?g|png|pdf|heic|gif|webp|mp4|mov)\b       # file names
    | (?<![\d+])\d{12,40}(?!\d)                                              # long digits: tracking numbers, barcodes
    | (?<![\d.+/-])\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?:[ T,]+\d{1,2}:\d\d(?::\d\d)?)?(?!\d|[./-]\d)  # dates, with time
    | (?<![\d-])\d{5}-\d{4}(?![\d-])                                           # ZIP+4
    | (?<!\d)\d{1,2}:\d\d(?::\d\d)?(?:\s*[-–]\s*\d{1,2}:\d\d)?(?!\d)          # times
    | (?:[€$£¥₺]|(?:EUR|USD|GBP|JPY|PLN|SEK|TRY|CHF)\b)\s*\d[\d.,'\u00a0\u202f ]*  # prices
    | (?<![\d+])\d[\d.,'\u00a0\u202f ]{0,40}+\s{0,8}+(?:[€$£¥₺円]|(?:EUR|USD|GBP|JPY|PLN|SEK|TRY|CHF|kr|zł|TL)\b)
    | (?<!\d)\d+(?:[.,]\d+)?\s*[x×]\s*\d+(?:[.,]\d+)?(?:\s*[x×]\s*\d+(?:[.,]\d+)?)?  # sizes
    """,
    re.VERBOSE,
)
_ORDER_ID = re.compile(r"\d(?<![\d-]\d)\d\d-\d{7}-\d{7}(?![\d-])")
_BOOK = re.compile(r"(?<![\w-])(?a:\d{1,5}-\d{1,7}-\d{1,6}-[\dX])(?![\w-])")
_ABROAD = re.compile(r"(?<![\d.,/-])(?<!\d )00[ ]?(?=[1-9])")
# An international number with a word directly behind it, as where generated text ends: libphonenumber takes that for a code.
_GLUED = re.compile(r"(\+\d(?:[ ()./-]{0,2}\d){7,14})[^\W\d_]")
_DIGITS = re.compile(r"(?:[\d０-９][\W_]{0,3}){6,}[\d０-９]")
# Signs between groups of digits that libphonenumber does not know as separators.
_GROUPED = re.compile(r"(?<!\w)(?:\+\d++|0\d*+|\d{3,}+)(?:[•・·‧∙⋅|_]\d++)++(?!\w|\.\w)")
_SEPARATOR = re.compile(r"[•・·‧∙⋅|_]")
_CALLS = re.compile(r"\s*(?:tel|sms|callto)\s*:", re.IGNORECASE)
_FEWEST = 7
# Digits that stand close enough together to be one number, however it is written, and what beside them bears on that.
_CLUSTER = re.compile(r"\d(?:[^\d\n]{0,15}\d)*")
_BESIDE = 16  # characters
_LONGEST_PIECE = 240  # characters of a longer run of digits that are judged at a time
_MOST_JUDGED = 20_000  # characters of distinct pieces in one message: libphonenumber is slow
_REACH = 64  # characters: the longest match of ``_CALL`` is shorter
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_CALL = re.compile(
    r"(?:\btel|\bphone|\bcall|\bfon|\bruf|\bmobil|\bhandy|\bhotline|\bfax|\bt[ée]l|\bchiam|\bllam|\bappel"
    r"|電話|☎|whatsapp)[^\d+]{0,40}$",
    re.IGNORECASE,
)


class _Judged:
    """The distinct pieces of a message that were judged."""

    def __init__(self) -> None:
        self._pieces: set[str] = set()
        self._characters = 0

    def take(self, piece: str) -> bool:
        """Whether a piece can be judged as well."""
        if piece not in self._pieces:
            self._pieces.add(piece)
            self._characters += len(piece)
        return self._characters <= _MOST_JUDGED


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each number, without repeating it in the message."""
    market = context.message.marketplace
    allowed = [re.sub(r"\D", "", number).lstrip("0") for number in context.message.allowed_phones]
    judged = _Judged()
    own = _own_id(context)
    for segment in context.segments:
        text = plain_digits(segment.text)
        if (in_words := _first_spelled(text)) is not None and not _is_allowed(text, allowed):
            yield context.at_segment(RULE, segment, in_words, "The message contains a telephone number", _HINT)
            continue
        if not _may_hold(text):
            continue
        if own is not None:
            text = own.sub(lambda match: "·" * len(match.group()), text)
        numbers, unread = _numbers(text, market.country if market is not None else None, judged)
        for start, digits in numbers:
            if any(number and digits.endswith(number) for number in allowed):
                continue
            yield context.at_segment(RULE, segment, start, "The message contains a telephone number", _HINT)
        if unread is not None:
            message = "From here on, there are too many groups of digits to tell them from telephone numbers"
            yield replace(context.at_segment(RULE, segment, unread, message, _UNREAD_HINT), undecided=True)
            break
    for element in context.having("href"):
        href = element.attrs["href"]
        if _CALLS.match(href) is not None or calls(href):
            digits = re.sub(r"\D", "", href)
            if any(number and digits.endswith(number) for number in allowed):
                continue
            yield context.at_element(RULE, element, "The link calls a telephone number", _HINT, attribute="href")


def _first_spelled(text: str) -> int | None:
    """Where the first number begins that libphonenumber does not read."""
    start = 0
    for line in text.split("\n"):
        for at, _ in spelled(line):
            return start + at
        start += len(line) + 1
    return None


def _is_allowed(text: str, allowed: list[str]) -> bool:
    """Whether a text contains an allowed number."""
    digits = re.sub(r"\D", "", text) if allowed else ""
    return any(number and number in digits for number in allowed)


def _own_id(context: RuleContext) -> re.Pattern[str] | None:
    """What finds the order's own ID where other numbers may have its form; None if that is known without it."""
    own = context.message.order_id
    if not own or context.policy.order_ids.distinct:
        return None
    return re.compile(rf"(?<![\w+]){re.escape(own)}(?!\w)")


def _may_hold(text: str) -> bool:
    """Whether as many digits as a number needs stand close together, besides what is none."""
    if "\n" not in text and _has_few(text):
        return False
    lines = [_suspect(line) for line in text.split("\n")]
    if sum([digits for _, digits in lines]) < _FEWEST:
        return False
    return _DIGITS.search("\n".join([line for line, _ in lines])) is not None


@lru_cache(maxsize=8192)
def _has_few(line: str) -> bool:
    """Whether a line has fewer digits than a number needs, whatever they are. Remembered, as ``_suspect`` is."""
    return len(_DIGIT.findall(line)) < _FEWEST


@lru_cache(maxsize=8192)
def _suspect(line: str) -> tuple[str, int]:
    """A line with masks for what is no number and a letter for each word, and how many digits that leaves.
    Cached: most lines of a batch recur."""
    if _DIGIT.search(line) is None:
        return "x", 0
    line = _plain(line)
    if "-" in line:
        line = _ORDER_ID.sub("·" * 19, line)  # in most lines that is all
    masked = _masked(line) if _DIGIT.search(line) is not None else ""
    digits = len(_DIGIT.findall(masked))
    return (_LETTERS.sub("x", masked), digits) if digits else ("x", 0)


def _plain(text: str) -> str:
    """A text with the digits and separators that libphonenumber knows, at the same places."""
    text = as_digits(text)
    return _GROUPED.sub(lambda match: _SEPARATOR.sub("-", match[0]), text)


def _masked(text: str) -> str:
    if text.count("-") > 2:
        text = _BOOK.sub(lambda match: "·" * len(match[0]) if _is_isbn(match[0]) else match[0], text)
    return _NOT_PHONES.sub(lambda match: "·" * len(match.group()), text)


def _is_isbn(written: str) -> bool:
    """Whether the last digit of a book's number of ten is right."""
    digits = [10 if sign == "X" else int(sign) for sign in written if sign != "-"]
    return len(digits) == 10 and sum(digit * (10 - at) for at, digit in enumerate(digits)) % 11 == 0


def _numbers(text: str, country: str | None, judged: _Judged) -> tuple[list[tuple[int, str]], int | None]:
    """Where telephone numbers begin, with their international digits; and from where on there were more digits than can be
    judged, None if all were."""
    # 00 leads abroad almost everywhere; libphonenumber knows the country's own prefix only.
    masked = _ABROAD.sub(lambda match: " +".rjust(len(match[0])), _masked(_plain(text)))
    masked = _GLUED.sub(r"\1 ", masked)
    numbers: list[tuple[int, str]] = []
    for at, piece in _pieces(masked):
        if not judged.take(piece):
            return numbers, at
        found: dict[int, tuple[int, str]] = {}
        for start, end, grouped, digits in _in_piece(piece, country):
            # Without the country, bare digits mean anything: a number has its separators, or is announced as one.
            if _counts(piece[start:end]):
                continue
            called = grouped or _CALL.search(masked, max(0, at + start - _REACH), at + start) is not None
            if (called or country is not None) and not is_other(masked, at + start, at + end, announced=not grouped):
                found.setdefault(start, (end, digits))
        starts = sorted(found)
        numbers += [(at + s, found[s][1]) for i, s in enumerate(starts) if i == 0 or s >= found[starts[i - 1]][0]]
    return numbers, None


def _counts(raw: str) -> bool:
    """Whether numbers count up by one or two, as steps and sizes do: "36 38 40 42 44"."""
    groups = re.findall(r"\d+", raw)
    steps = {int(after) - int(before) for before, after in pairwise(groups)}
    return len(groups) > 3 and len(steps) == 1 and steps <= {1, 2} and not any(group.startswith("0") for group in groups)


def _pieces(masked: str) -> Iterator[tuple[int, str]]:
    """The parts of a text in which digits stand close together, with what stands beside them: where, and the part."""
    for match in _CLUSTER.finditer(masked):
        start, end = max(0, match.start() - _BESIDE), min(len(masked), match.end() + _BESIDE)
        while end - start > _LONGEST_PIECE:
            cut = masked.rfind(" ", start + _LONGEST_PIECE // 2, start + _LONGEST_PIECE)
            cut = start + _LONGEST_PIECE if cut < 0 else cut
            yield start, masked[start:cut]
            start = cut
        yield start, masked[start:end]


@lru_cache(maxsize=8192)
def _in_piece(piece: str, country: str | None) -> tuple[tuple[int, int, bool, str], ...]:
    """The numbers in a part of a text: start and end, whether it has a number's separators, and its digits."""
    import phonenumbers

    found: list[tuple[int, int, bool, str]] = []
    for region in (country,) if country is not None else _REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(piece, region, phonenumbers.Leniency.VALID, max_tries=200):
            raw = match.raw_string
            groups = len(re.findall(r"\d+", raw))
            first = raw.lstrip()
            grouped = first.startswith(("+", "00", "(")) or (groups > 1 and first.startswith("0")) or groups > 2
            number = match.number
            found.append((match.start, match.end, grouped, f"{number.country_code}{number.national_number}"))
    return tuple(found)


def inert(line: str) -> bool:
    """Whether a line of the text part holds no digit of a number, and keeps numbers above and below it apart."""
    line = plain_digits(line)
    if spelled(line):
        return False
    return (_DIGIT.search(line) is None or _suspect(line)[1] == 0) and _LETTERS.search(line) is not None


def plain(piece: str) -> bool:
    """Whether a piece without spaces has letters, and nothing that a number is made of: no digit in any script, no word for
    one, no slash."""
    if _LETTERS.search(piece) is None or "/" in piece or has_numeral(piece):
        return False
    return not counts(plain_digits(piece))


CHECK = CheckRule(rule=RULE, on_message=check_message, values="segment", inert=inert, plain=plain)
