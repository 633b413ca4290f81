"""Email addresses in words: "lamps arroba northwind punto es", "pam at gmail dot com", "mail us, pamlamps on gmail".

The words for the signs are those of ten languages. A word that means nothing else ("arroba", "chiocciola") needs a host behind
it, in signs or words, or the name of a mail provider. A word that also is a preposition ("at", "et", "chez") needs a host of
which a dot is a word. A provider's name alone needs a request to write. All searches are linear in the text.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

_PROVIDER = (
    r"(?:g[\s-]?mail[a-z]{0,2}|googlemail|hotmail|outlook|gmx|yahoo|icloud|proton(?:mail)?|aol|web\.?de|t-online|freenet|libero|virgilio"
    r"|wanadoo|laposte|orange|sfr|ziggo|kpnmail|wp|onet|interia|o2|telia|mynet|yandex|live|msn"
    r"|جيميل|جي ميل|هوتميل|ياهو|أوتلوك|اوتلوك|آوتلوك)"
)
_KNOWN = (
    r"(?:g[\s-]?mail[a-z]{0,2}|googlemail|hotmail|outlook|gmx|yahoo|icloud|proton(?:mail)?|aol|web\.?de|jimail|libero|laposte|wanadoo"
    r"|جيميل|جي ميل|هوتميل|ياهو|أوتلوك|اوتلوك)"
)
_TLD = (
    r"(?:com|net|org|info|biz|eu|de|at|ch|fr|be|it|es|mx|nl|pl|se|nu|tr|uk|co|io|shop|store|online|ae|sa|eg|me|pt|br|example"
    r"|كوم|نت|كم)"
)
# Words for the sign that mean nothing else where a host stands behind them.
_SIGN = (
    r"(?:arrob[ao]|arobase|arrobase|klammeraffe|affenschwanz|affenohr|chiocciol(?:a|ina)|ap(?:en|e)staart(?:je)?|małp(?:a|ka)|malp(?:a|ka)"
    r"|snabel[\s-]?a|kanelbulle|et\s(?:işareti|isareti)|kuyruklu\s?a|at[\s-]?(?:sign|zeichen|teken|tecken|symbol|işareti)|ät|æt|آت|أت|ات|ⓐ)"
)
_WEAK = r"(?:at|a|et|bei|chez|presso|hos|bij|u|w|en|على)"
_DOT = r"(?:d[o0]t|punkt|punt|point|punto|ponto|kropka|nokta|prick|نقطة|دوت)"
_LABEL = r"[^\W_][\w-]{0,40}"
_DOTTED = rf"(?:\s?\.\s?|\s{{1,3}}{_DOT}\s{{1,3}})"
_HOST = rf"{_LABEL}(?:{_DOTTED}{_LABEL}){{0,3}}{_DOTTED}{_TLD}(?![\w-])"
_WORDED = rf"{_LABEL}\s{{1,3}}{_DOT}\s{{1,3}}(?:{_LABEL}\s{{1,3}}{_DOT}\s{{1,3}})?{_TLD}(?![\w-])"
_MARK = r"[\[({<|*_~/\\-]{1,2}"
_MARKED = rf"\s?{_MARK}\s?(?:@|a|at|{_SIGN}|et|chez)\s?[\])}}>|*_~/\\-]{{1,2}}\s?"
_MARKED_DOT = rf"(?:\s?{_MARK}\s?(?:{_DOT}|\.|d)\s?[\])}}>|*_~/\\-]{{1,2}}\s?|\s?\.\s?|\s{{1,3}}{_DOT}\s{{1,3}})"
_BEFORE = r"(?<=[^\W_])"

# Compiled where they are first needed: that is dear, and most mails have no word that bears on them.
_ADDRESS = (
    rf"{_BEFORE}(?:\s{{1,3}}{_SIGN}\s{{1,3}}(?:{_HOST}|{_PROVIDER}(?!\w))"  # pam arroba nordwind.es
    rf"|\s{{1,3}}(?:{_WEAK})\s{{1,3}}{_WORDED}"  # pam at nordwind dot com
    rf"|{_MARKED}{_LABEL}(?:{_MARKED_DOT}{_LABEL}){{0,2}}{_MARKED_DOT}{_TLD}(?![\w-])"  # pam -at- nordwind -dot- com
    rf"|{_MARKED}{_KNOWN}(?!\w)"
    rf"|\s{{0,3}}@\s{{0,3}}{_HOST}"  # pam @ nordwind . de
    rf"|\s{{0,3}}@\s{{0,3}}{_KNOWN}(?![\w.])"  # pam @ gmail
    r"|\s?@(?:\s\w){2,40}\s?\.(?:\s?\w){2,6}(?!\w))"  # p a m @ n o r d . d e
)
_CAPITAL = rf"(?<=[a-z0-9])\s(?:AT|ÄT)\s{_LABEL}(?:\.{_LABEL}){{0,2}}\.[a-z]{{2,8}}(?!\w)"
_ROLE = rf"(?<!\w)(?:info|service|support|sales|office|hello|contact|kontakt|servis)\s(?:at|ät|a|et)\s{_LABEL}\.{_TLD}(?![\w-])"
_REQUEST = (
    r"(?<![^\W_])(?:e-?mail(?:en)?|mail(?:en|t)?|mejla|mejl|write|drop|reach|contact|schreib(?:en|t|e)?|erreich\w{0,6}|écri(?:vez|re|s)|joignez"
    r"|contactez|scriv(?:a|i|ete|eteci|imi|ici)|scriverci|contatt\w{1,4}|escr[ií]b\w{1,7}|contáct\w{1,6}|schrijf|pis(?:ać|z|zcie)|napisz|skriv|yazın|yazın(?:ız)?"
    r"|ulaşın|راسلنا|راسلونا|اكتب|اكتبوا|تواصل|ابعث|أرسل)(?![^\W_])"
)
_ON = (
    rf"(?<=[\w])\s(?:at|on|via|over|bei|über|auf|chez|sur|su|da|presso|en|por|bij|op|via|na|w|u|på|hos|على|في)\s{_KNOWN}(?!\s?\w*\s?(?:spam|filter|account))(?!\w)"
    rf"|(?<=[\w])\s{_KNOWN}\s(?:üzerinde|üzerinden|adresine)"
)
# A mail provider that is no program, and a name with a dot or number in it: "gmail: pam.lamps", "pam.lamps (gmail)".
_BOX = r"(?:g[\s-]?mail|googlemail|hotmail|gmx|yahoo|icloud|proton(?:mail)?|aol|web\.?de)"
_LOCAL = r"[^\W\d_][^\W_]{1,30}(?:[._-][^\W_]{2,30}|\d{1,6}(?![^\W_]))"
_BOXED = rf"(?<!\w){_BOX}\s?[:=]\s?{_LOCAL}|(?<![\w.]){_LOCAL}\s?[(\[]\s?(?:at\s|on\s|bei\s|@\s?)?{_BOX}\s?[)\]]"
_LOST = r"spam|junk|filter|folder|ordner|indésirable|landet|skräppost|klasör|carpeta|cartella|folderze|بريد المزعج|المزعج"
_REACH = 80  # characters between the request and the provider
# What a piece of a line without spaces bears on: bits for each kind of word.
_STRONG, _PREPOSITION, _DOT_WORD, _HOSTED, _DESK = 1, 2, 4, 8, 16
_KINDS = (
    (
        _STRONG,
        re.compile(
            rf"@|{_SIGN}|kuyruklu|snabel|işareti|isareti|sign|zeichen|teken|tecken|symbol|{_MARK}(?:a|at|et|chez)[\])}}>|*_~/\\-]"
            r"|^[\[({<|*_~/\\-]{1,2}$",
            re.IGNORECASE,
        ),
    ),
    (_STRONG, re.compile(r"^(?:AT|ÄT)$")),
    (_PREPOSITION, re.compile(rf"^{_WEAK}$|^ät$", re.IGNORECASE)),
    (_DOT_WORD, re.compile(rf"(?<!\w){_DOT}(?!\w)", re.IGNORECASE)),
    (_HOSTED, re.compile(rf"{_KNOWN}|(?<!\w)(?:g|جي)(?!\w)", re.IGNORECASE)),
    (_DESK, re.compile(r"(?<!\w)(?:info|service|support|sales|office|hello|contact|kontakt|servis)$", re.IGNORECASE)),
)


@lru_cache(maxsize=65536)
def _kinds(piece: str) -> int:
    """What a piece bears on. Cached: words recur."""
    return sum({bit for bit, expression in _KINDS if expression.search(piece) is not None})


def bears(text: str) -> bool:
    """Whether a piece of a text without spaces bears on an address: without such a piece, a line has none."""
    return any(map(_kinds, text.split()))


@lru_cache(maxsize=8192)
def in_words(line: str) -> int | None:
    """Where the first address in words stands in a line; None if there is none. Cached: most lines of a batch recur."""
    kinds = 0
    for piece in line.split():
        kinds |= _kinds(piece)
    if not kinds & (_STRONG | _HOSTED) and not (kinds & _PREPOSITION and kinds & (_DOT_WORD | _DESK)):
        return None
    for expression in (_compiled(_ADDRESS), _compiled(_CAPITAL, ignores_case=False), _compiled(_ROLE), _compiled(_BOXED)):
        match = expression.search(line)
        if match is not None:
            return match.start()
    request, lost = _compiled(_REQUEST), _compiled(_LOST)
    for match in _compiled(_ON).finditer(line):
        near = max(0, match.start() - _REACH)
        if request.search(line, near, match.start()) is not None and lost.search(line, near, match.end() + 20) is None:
            return match.start()
    return None


@cache
def _compiled(expression: str, *, ignores_case: bool = True) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE if ignores_case else 0)
