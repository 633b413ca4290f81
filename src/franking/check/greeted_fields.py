"""Names of fields where a greeting has its name: "Dear Customer Name,", "Hallo Vorname,", "Hello Order Number,".

"Dear Customer," is a greeting: what is greeted must be called a name or a number.
"""

from __future__ import annotations

import re
from functools import lru_cache

from franking.policy.words import field_name

_GREETING = (
    r"(?i:dear|hello|hi|hallo|hej|hoi|liebe[rs]?|beste|geachte|guten\stag|(?:sehr\s)?geehrter?|bonjour|ch[eè]re?|ciao|gentile|caro|cara"
    r"|hola|estimad[oa]|querid[oa]|ol[aá]|prezad[oa]|witaj|merhaba|sayın)"
)
_TITLE = r"(?i:mrs?|ms|mx|herrn?|frau|monsieur|madame|mme|signora?|sig|señora?|sra?|heer|mevrouw|pan[ie]?|bay|bayan)\.?"
_GREETED = re.compile(
    rf"(?:\A|[\n.!?][^\S\n]*+){_GREETING}[^\S\n]+(?:{_TITLE}[^\S\n]+){{0,2}}"
    r"(?P<field>(?:[^\W\d_]+[^\S\n]+){0,3}[^\W\d_]+)[^\S\n]*(?=[,!:]|$|\n)"
)
_CALLED = frozenset(
    """name names firstname lastname surname number id vorname nachname familienname kundenname nummer bestellnummer prénom nom
    numéro nome cognome numero nombre apellido apellidos número naam voornaam achternaam klantnaam bestelnummer namn förnamn
    efternamn ordernummer imię nazwisko numer adı soyadı isim numarası sobrenome sobrenom""".split()
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=8192)
def greeted(text: str) -> tuple[tuple[int, str], ...]:
    """The fields that are greeted: where, and what stands there. Cached: most texts of a batch recur."""
    if _CALLED.isdisjoint(_words(text)):
        return ()
    return tuple((match.start("field"), match["field"]) for match in _GREETED.finditer(text) if _is_field(match["field"]))


def names_field(piece: str) -> bool:
    """Whether a piece of a text may be part of the name of a field."""
    return any(word in _CALLED or field_name(word) for word in _words(piece))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", _CAMEL.sub(" ", text).lower())


def _is_field(name: str) -> bool:
    words = _words(name)
    if _CALLED.isdisjoint(words):
        return False
    return all(word in _CALLED for word in words) or field_name(" ".join(words))
