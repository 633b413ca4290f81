"""Numbers that are no telephone numbers, as the words beside them say: "serial number 415 555 2671", "FV 2026-0045-77".

A name of another number directly before the digits decides, also with a colon ("Batch no.: 312-744-5000"), and so does a
name with a word for "number" a few words before the digits or directly after them (``policy/words/number_names.toml``).
Other words for things with a number (a parcel, an invoice) decide if they are before the digits in the same clause. With a
word for a call in between, or a plus sign, it is a telephone number.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import NamedTuple

from franking.files.packaged import packaged_text

# Words that announce a number to call, and those between that make another number of it.
ANNOUNCED = re.compile(
    r"""(?<![^\W_])(?:tel(?:efon[a-zéåı]*|éfon[oe]?|efoon[a-z]*|éphone[a-z]*)?|phone|rings?|call|calling|dial|text|sms|mobile
    |mobil[a-zeé]{0,4}|cell|cellphone|fon|ruf[et]?|anruf[a-z]*|rufnummer|handy(?:nummer)?|durchwahl|hotline|fax
    |whats\ ?app[a-z]*|wa|telegram[a-z]*|signal|viber|imo
    |appel(?:ez|er|le)?|portable|joindre|chiam[a-z]+|cellulare|numero\ verde|llam[aáe][a-z]*|móvil|marque|bel|bellen|belt
    |gsm|mobielnummer|ringa?|zadzwoń|dzwoń|dzwonić|dzwonic|komórk[aęi]|tel[eé]f[oó]nu?|numer(?:em|u)?\ telefonu|ara[a-zıy]*
    |telefonla|cep|arayın|ligue|telemóvel|celular|اتصل[^\W\d_]*|الاتصال|هاتف[^\W\d_]*|الهاتف|واتساب|واتس|جوال|الجوال|للاتصال|موبايل|تليفون)(?![^\W_])""",
    re.IGNORECASE | re.VERBOSE,
)
OTHER = re.compile(
    r"""order|bestell|steuer|pakket|siret|nip|kvk|auftrag|command|ordin[ei]|pedido|zam[oó]wieni|sipariş|طلب|sendung|paket|parcel|tracking|track|colis|suivi
    |pacco|spedizione|env[ií]o|paquete|paczk|przesyłk|kargo|takip|serial|serien|s[ée]rie|seri|model|modell|artikel|article
    |articol|art[ií]cul|item|produkt|ürün|ref|rechnung|invoice|factur|fattur|faktur|fatura|iban|vat|ust|ean|gtin|isbn|sku|code
    |kod|cod|código|pin|po(?:st)?box|ticket|vorgang
    |kunden(?!dienst|service|betreuung|hotline|center)|customer(?!\ (?:service|care|support|line))|version|firmware
    |mah|watt|volt|lumen|shelf|الطلب|التتبع
    |شحن|رقم\ القطعة|فاتورة|zending|vikt|kolli|försändelse|zip|plz|postleitzahl|gelegt|claim|case|batch|lot|zlecen|numer\ seryjn
    |\bid\b""",
    re.IGNORECASE | re.VERBOSE,
)
# The order's own ID is known: another number with one of these is not excused.
_ORDER = re.compile(r"order|bestell|auftrag|command|ordin|pedido|zam[oó]wieni|sipariş|طلب|الطلب|zlecen", re.IGNORECASE)
REACH = 48  # characters between the word and the digits
_CLOSE = 24
_MARKS = r"[\s:.#=°º(\[\"“„«：-]{1,4}"


class _Names(NamedTuple):
    adjacent: re.Pattern[str]  # a name, and words of no weight up to the digits
    apart: re.Pattern[str]  # a name with a word for "number", and some words up to the digits
    behind: re.Pattern[str]  # the same after the digits


@cache
def _names() -> _Names:
    data = tomllib.loads(packaged_text("franking.policy.words", "number_names.toml"))
    name = f"(?:{'|'.join(name for names in data['names'].values() for name in names)})"
    owner = f"(?:{name}|{'|'.join(data['owners']['words'])})"
    between = f"(?:{'|'.join(data['between']['words'])})"
    number = f"(?:{'|'.join(data['between']['numbers'])})"
    lead, end = r"(?<![^\W_])", r"(?![^\W_])"
    japanese = f"(?:{'|'.join(data['names']['ja'])})[は：:\\s]{{0,3}}$"
    of = r"(?:\s(?:de|del|du|della|di|d[’'])){0,1}\s?"
    numbered = (
        rf"(?:{owner}{end}[\s.-]{{1,2}}{number}{end}|{number}{end}[.°º]?{of}{owner}{end}|[^\W\d_]+(?:nummer|numret|nr){end})"
    )
    return _Names(
        re.compile(rf"{lead}{name}{end}(?:{_MARKS}{between}{end}){{0,4}}(?:{_MARKS})?$|{japanese}", re.IGNORECASE),
        re.compile(rf"{lead}{numbered}(?:\s[^\W\d_]+){{0,4}}\s?[:.=]?\s?$", re.IGNORECASE),
        re.compile(
            rf"\s?(?:[(\[–-]\s?|(?:is|ist|est|è|es|är|to|jest|é)\s)(?:[^\W\d_]+\s){{0,2}}?(?:{numbered}|{name}{end}[)\]])",
            re.IGNORECASE,
        ),
    )


def is_other(text: str, start: int, end: int, *, announced: bool) -> bool:
    """Whether the digits from ``start`` to ``end`` are no telephone number. Where a word for a call makes a number of them
    (``announced``), a word that tells so may stand further away."""
    if text.startswith(("+", "(+"), start):
        return False
    before = text[max(0, start - REACH) : start]
    if _is_named(before, text[end : end + REACH]):
        return True
    if text.startswith("00", start):
        return False
    before = before if announced else before[-_CLOSE:]
    words = [word for word in OTHER.finditer(before) if _ORDER.match(word[0]) is None]
    if not words:
        return False
    behind = before[words[-1].end() :]
    if any(map(str.isdigit, behind)) or ANNOUNCED.search(behind) is not None:
        return False
    return re.search(r"[.!?;,:]\s", behind[3:]) is None


def _is_named(before: str, after: str) -> bool:
    """Whether a name of another number stands directly before the digits or after them."""
    names = _names()
    if names.adjacent.search(before) is not None:
        return True
    match = names.apart.search(before)
    if match is not None and ANNOUNCED.search(match[0]) is None and not _names_a_call(match[0]):
        return True
    return names.behind.match(after) is not None and ANNOUNCED.search(before) is None and not _names_a_call(after)


_CALL_NAME = re.compile(
    r"(?:telefon|telefoon|handy|mobil|mobiel|ruf|anruf|fax|hotline|service|kontakt|contact|notruf|notfall|whatsapp|festnetz|büro|kundendienst|support"
    r"|rückruf|durchwahl|zentral|privat|gratis|info|beratungs|klantenservice|kundtjänst|växel|jour|mobilt|bestell|order|auftrags)[-a-z]{0,2}(?:nummer|numret|nr)",
    re.IGNORECASE,
)


def _names_a_call(text: str) -> bool:
    """Whether a compound with "number" names one to call, or an order's."""
    return _CALL_NAME.search(text) is not None
