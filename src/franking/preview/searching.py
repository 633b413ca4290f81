"""The search of the live preview: kind, sample, theme, language, verdict, subject and text of every message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from franking.preview.session import Choice

_WORD = re.compile(r'(?:(?P<field>[a-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))', re.IGNORECASE)
_FIELDS = ("kind", "theme", "language", "sample", "verdict", "subject", "text")


@dataclass(frozen=True, slots=True)
class Words:
    """The subject and the text part of a message."""

    subject: str
    text: str


def found(
    query: str, choices: Iterable[Choice], titles: Mapping[str, str], verdicts: Mapping[str, str], words: Mapping[str, Words]
) -> Iterator[Choice]:
    """The messages that contain every word of the query, in any case.

    ``field:word`` is searched in one field (``kind``, ``theme``, ``language``, ``sample``, ``verdict``, ``subject`` or
    ``text``), a phrase in quotes as a whole. Subject and text of a message that is missing in ``words`` are not found.
    """
    terms = list(_terms(query))
    languages: dict[str, str] = {}
    for choice in choices:
        if choice.language not in languages:
            languages[choice.language] = _names(choice.language)
        read = words.get(choice.name)
        fields = {
            "kind": f"{titles.get(choice.kind, '')} {choice.kind.replace('_', ' ')} {choice.kind}".casefold(),
            "theme": choice.theme.casefold(),
            "language": languages[choice.language],
            "sample": f"{choice.sample.replace('_', ' ')} {choice.sample}".casefold(),
            "verdict": verdicts.get(choice.name, "unchecked"),
            "subject": read.subject if read is not None else "",
            "text": read.text if read is not None else "",
        }
        if all(_holds(fields, field, word) for field, word in terms):
            yield choice


def _holds(fields: Mapping[str, str], field: str, word: str) -> bool:
    if field in ("theme", "verdict"):
        return fields[field].startswith(word)
    if field == "language":
        return any(name.startswith(word) for name in fields[field].split())
    return word in fields[field] if field else any(word in value for value in fields.values())


def _terms(query: str) -> Iterator[tuple[str, str]]:
    """Field ("" for any) and word, case-folded."""
    for match in _WORD.finditer(query.casefold()):
        field, word = match["field"] or "", match["quoted"] if match["quoted"] is not None else match["plain"]
        if field and field not in _FIELDS:  # a colon in a text
            field, word = "", match[0].replace('"', "")
        if word:
            yield field, word


def _names(language: str) -> str:
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return language.casefold()
    return " ".join((language, locale.get_language_name("en") or "", locale.get_language_name() or "")).casefold()
