"""Telephone numbers that are written to be read by people only.

libphonenumber reads digits. This module finds the numbers that it does not read: digits as words ("zero one seven six"),
single digits apart from each other ("0 1 7 6 …"), national numbers behind a word for a call ("WhatsApp: 601 234 567"), letters
that stand for digits ("1-800-FLOWERS") and links to a chat (``wa.me/…``). A number stays within a line. Each search reads a
line once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from franking.check.other_numbers import ANNOUNCED, OTHER, REACH

_FEWEST = 7  # digits
_FEWEST_WORDS = 4  # of them as words
_FEWEST_BESIDE, _BESIDE = 3, 9  # of them as words beside figures, and how many these must be together
_LONGEST = 15  # digits
_FEWEST_FIGURES = 6  # behind a word for a call

# Numbers up to nine count as a digit, those above it as two.
_ONES = """
zero oh nought naught one two three four five six seven eight nine niner
null eins zwei zwo drei vier fünf fuenf sechs sieben acht neun
zéro deux trois quatre cinq sept huit neuf un
uno due tre quattro cinque sei sette otto nove
cero dos cuatro cinco seis siete ocho nueve tres
nul een één twee drie vijf zes zeven negen
noll nolla ett två tva fyra fem sex sju åtta atta nio
jeden dwa trzy cztery pięć piec sześć szesc siedem osiem dziewięć dziewiec jedynka dwójka
sıfır sifir bir iki üç uc dört dort beş bes altı alti yedi sekiz dokuz
um dois três quatro sete oito meia
صفر واحد اثنان اثنين إثنان ثلاثة ثلاث أربعة اربعة أربع اربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني ثمان تسعة تسع
""".split()
_TENS = """
ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty
ninety hundred
zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig
achtzig neunzig
dix onze douze treize quatorze quinze seize vingt vingts trente quarante cinquante soixante septante huitante nonante
dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta
sessanta settanta ottanta novanta
diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta
ochenta noventa
tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig dertig veertig vijftig zestig zeventig
tachtig negentig
tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo trettio fyrtio femtio sextio sjuttio åttio nittio
dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia
trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt
dez doze treze quinze dezasseis dezesseis dezassete dezessete dezoito dezanove dezenove vinte trinta quarenta cinquenta sessenta
setenta oitenta
on yirmi otuz kırk elli altmış yetmiş seksen doksan
عشرة عشر عشرون عشرين ثلاثون ثلاثين أربعون أربعين خمسون خمسين ستون ستين سبعون سبعين ثمانون ثمانين تسعون تسعين
""".split()
_HUNDREDS = """
sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset cien ciento doscientos trescientos cuatrocientos
quinientos seiscientos setecientos ochocientos novecientos cento duecento trecento quattrocento cinquecento seicento settecento
ottocento novecento
""".split()
_VALUES = dict.fromkeys(_HUNDREDS, 3) | dict.fromkeys(_TENS, 2) | dict.fromkeys(_ONES, 1)
# What stands between the digits of a number: signs by name, "double", and "and" within a number below a hundred.
_BETWEEN = frozenset(
    """plus dash minus hyphen slash space double triple treble then bindestrich doppel schrägstrich leerzeichen tiret espace
    moins trattino spazio guion guión espacio más streepje spatie bindestreck mellanslag kreska myślnik spacja tire boşluk artı
    und et e y en i och و ثم زائد o cent hundert honderd hundra yüz
    area vorwahl""".split()
)
# One word for two figures, of a unit and a ten: "sechsundvierzig", "vierentwintig", "cinquantasei", "veintidós", "trettiosju".
_JOINED = re.compile(
    r"(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und(?:zwanzig|drei(?:ß|ss)ig|vierzig|fünfzig|sechzig|siebzig|achtzig"
    r"|neunzig)|(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen)[eë]n(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig"
    r"|negentig)|(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant)[ia]?(?:uno|due|tr[eé]|quattro|cinque|sei|sette"
    r"|otto|nove)|veinti(?:uno|dós|trés|cuatro|cinco|séis|siete|ocho|nueve)|(?:tjugo|trettio|fyrtio|femtio|sextio|sjuttio"
    r"|åttio|nittio)(?:ett|två|tre|fyra|fem|sex|sju|åtta|nio)"
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\s\w]|_")
_WORD = re.compile(r"[^\W\d_]+")
_GAP = frozenset("-–—−.,،؛、·•/|()+:;…*~'’_")

_SINGLES = re.compile(r"(?<![\w.,])[+(]?\d(?:(?:[^\w\n]{1,5}|[ ]?[_xX][ ]?)\d){8,}(?![\w]|[.,]\d)")
_NUMBER = re.compile(
    r"[+(]{0,2}\d(?:[\s().\-–—/·•_*]{0,3}\d){5,14}"
    r"(?![^\W_]|[.,:-]?\d|\s?(?:%|€|\$|£|EUR|USD|PLN|TL|zł|kr|mm|cm|kg|g|ml|mAh)\b)"
)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
_FREE = r"8(?:00|88|77|66|55|44|33)"
_VANITY = re.compile(
    rf"(?<![\w-])(?:(?:\+?1[-. ]|1(?=8\d\d[A-Z]{{6}}))?\(?{_FREE}\)?|0(?:800|808|900|180\d?|700))"
    r"(?:[-. ](?=[A-Z][A-Z0-9])|(?=[A-Z][A-Z0-9]{2}))(?=[A-Z0-9-]*[A-Z]{3})[A-Z][A-Z0-9]{1,9}(?:-[A-Z0-9]{2,7})?(?!\w)"
    rf"|(?<![\w-])\+?1[-.]{_FREE}[-.][A-Za-z]{{3,10}}(?:-[A-Za-z]{{3,7}})?(?![\w-])"
)
# Russian numbers from within the country: "8 (495) 730-45-67".
_TRUNK_8 = re.compile(r"(?<![\w.,/-])(?:\+7|8)[ -]?(?:\([3489]\d\d\)|[3489]\d\d)[ -]?\d{3}[ -]\d\d[ -]\d\d(?![\w/-]|[.,]\d)")
# Groups of digits with the name of a sign between them ("030 dash 901 dash 820"), and an area code that is named as one.
_SIGNS = (
    "dash|minus|hyphen|slash|dot|space|then|bindestrich|schrägstrich|leerzeichen|punkt|dann|tiret|espace|point|puis|trattino|spazio|poi"
    "|guion|guión|espacio|punto|luego|streepje|spatie|dan|bindestreck|mellanslag|sedan|kreska|myślnik|spacja|potem|tire|boşluk|sonra"
    "|traço|espaço|depois|شرطة|ثم|ハイフン|の"
)
_SIGNED = re.compile(
    rf"(?<![\w.,/-])(?:\+|\(?0)\d{{1,8}}\)?(?:[\s,-]{{0,3}}(?:{_SIGNS})[\s,-]{{0,3}}\d{{1,8}}(?!\w))+", re.IGNORECASE
)
_AREA = re.compile(
    r"(?<!\w)(?:area\s?code|dial(?:ling)?\scode|vorwahl|indicatif|prefisso|prefijo|indicativo|netnummer|kengetal|riktnummer|kierunkowy"
    r"|alan\skodu|市外局番)\W{0,3}\(?\d{2,5}(?=[^\d.!?\n]{1,20}\d)[^\d.!?\n]{1,20}\d(?:[ -]?\d){4,8}(?!\w)",
    re.IGNORECASE,
)
_TWO_WORDS = re.compile(r"\b(?:numero|telefonu|whats|app)\b", re.IGNORECASE)  # words of those that have a space within
_VANITY_START = re.compile(
    r"(?:0|1[-. ]?\(?)?[789]\d\d?\)?[-. ]?[A-Z]{2}|180\d?[-. ]?[A-Z]{2}|1[-.]8\d\d[-.][A-Za-z]{2}|1800[A-Z]{6}"
)
_CHAT = re.compile(
    r"(?<!\w)(?:wa\s?\.\s?me\s?/\s?(?:\+?\d|[a-z])|(?:api|web|chat)\.whatsapp\.com|whatsapp://|t\.me/\+?\w|viber://|(?:whatsapp\.com/send))",
    re.IGNORECASE,
)
_LOOKALIKE = re.compile(r"(?<!\w)\+?(?=[\dOoIl]*\d)(?=[\dOoIl]*[OoIl])[\dOoIl]{3,}(?!\w)|(?<!\w)O\d(?=[ ./-]\d)")
_BESIDE_DIGIT = re.compile(r"\d[OoIl]|[OoIl]\d")
_AS_DIGITS = str.maketrans("OoIl", "0011")


def as_digits(text: str) -> str:
    """A text in which the letters of a group that look like digits (``O176``) are digits, of the same length."""
    if _BESIDE_DIGIT.search(text) is None:
        return text
    return _LOOKALIKE.sub(lambda match: match[0].translate(_AS_DIGITS), text)


def calls(target: str) -> bool:
    """Whether a link opens a chat with a number."""
    return _CHAT.search(target) is not None


@lru_cache(maxsize=8192)
def spelled(line: str) -> tuple[tuple[int, int], ...]:
    """Where numbers begin and end in a line. Cached: most lines of a batch recur."""
    words = figures = 0
    call = False
    for piece in line.split():
        named, digits, announces = _piece(piece)
        words += named
        figures += digits
        call = call or announces
    found: list[tuple[int, int]] = []
    if words >= _FEWEST_BESIDE:
        found += _in_words(line)
    if figures >= _FEWEST_FIGURES:
        found += _apart(line)
        if call:
            found += _announced(line)
        found += [match.span() for expression in (_TRUNK_8, _AREA) for match in expression.finditer(line)]
        found += [match.span() for match in _SIGNED.finditer(line) if _FEWEST <= sum(map(str.isdigit, match[0])) <= _LONGEST]
    if figures and _VANITY_START.search(line) is not None:
        found += [match.span() for match in _VANITY.finditer(line)]
    if "/" in line:
        found += [match.span() for match in _CHAT.finditer(line)]
    return tuple(sorted(found))


def counts(text: str) -> bool:
    """Whether a piece of a text without spaces has a digit, or a word for one."""
    return any(named or digits for named, digits, _ in map(_piece, text.split()))


@lru_cache(maxsize=65536)
def _piece(piece: str) -> tuple[int, int, bool]:
    """Of a piece of a line without spaces: how many digits its words stand for, how many digits it has, and whether it has a
    word of those that announce a number. Cached: words recur."""
    named = sum(map(_value, _WORD.findall(piece.lower())))
    return named, sum(map(str.isdigit, piece)), ANNOUNCED.search(piece) is not None or _TWO_WORDS.search(piece) is not None


def _in_words(line: str) -> Iterator[tuple[int, int]]:
    """Runs of digits of which some are words."""
    low = line.lower()
    if len(low) != len(line) or sum(map(_value, _WORD.findall(low))) < _FEWEST_BESIDE:
        return
    start = end = digits = words = 0
    fewest = _FEWEST_WORDS
    for match in _TOKEN.finditer(low):
        token = match[0]
        value = len(token) if token.isdigit() else _value(token)
        if value:
            if not digits:
                start = match.start()
                fewest = _FEWEST_WORDS if token[0] not in "0٠" else _FEWEST_WORDS // 2  # 06 douze 34 cinquante-six
            digits += value
            words += not token.isdigit()
            end = match.end()
        elif digits and token not in _BETWEEN and (token.isalnum() or token not in _GAP):
            if _is_number(digits, words, fewest):
                yield start, end
            digits = words = 0
    if _is_number(digits, words, fewest):
        yield start, end


def _is_number(digits: int, words: int, fewest: int) -> bool:
    """Whether digits, some of which are words, are as many as a number has."""
    if digits >= _FEWEST and words >= fewest:
        return True
    return _BESIDE <= digits <= _LONGEST and words >= _FEWEST_BESIDE


@lru_cache(maxsize=8192)
def _value(word: str) -> int:
    """How many digits a word stands for."""
    known = _VALUES.get(word)
    if known is not None:
        return known
    return 2 if _JOINED.fullmatch(word) is not None else 0


def _apart(line: str) -> Iterator[tuple[int, int]]:
    """Single digits apart from each other, unless they count up or down as a list does."""
    for match in _SINGLES.finditer(line):
        row = [int(character) for character in match[0] if character.isdigit()]
        steps = {after - before for before, after in pairwise(row)}
        if len(steps) > 3 and len(set(row)) > 2:
            yield match.span()


def _announced(line: str) -> Iterator[tuple[int, int]]:
    """Digits behind a word for a call."""
    for match in _NUMBER.finditer(line):
        if _DATE.match(match[0]) is not None:
            continue
        first = max(0, match.start() - REACH)
        words = list(ANNOUNCED.finditer(line, first, match.start()))
        if not words:
            continue
        between = line[words[-1].end() : match.start()]
        if OTHER.search(between) is None and not any(map(str.isdigit, between)) and not re.search(r"[.!?;]\s", between[4:]):
            yield match.span()
