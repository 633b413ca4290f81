"""Errors in a catalogue: those that ``msgfmt --check`` reports, and those that would show wrong text to a buyer.

Rendering, ``send``, the previews, ``i18n`` and ``doctor`` all read catalogues here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from franking.catalog.plural_forms import PluralForms, plural_forms
from franking.catalog.pofile import Entry, read_entries
from franking.catalog.wording import placeholders, unlike_markup
from franking.errors import TemplateError
from franking.model.counted import counted

_NONE = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))  # noncharacters (Unicode 23.7)
_UNPRINTABLE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffd\ud800-\udfff{_NONE}]")
_OPENS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in a line (1-based) of a catalogue."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Examined:
    """The entries of a catalogue, without header and obsolete entries, and its errors."""

    entries: tuple[Entry, ...]
    plurals: PluralForms
    problems: tuple[Problem, ...]

    def demand(self) -> None:
        """Raise ``TemplateError`` for the first problem, if any."""
        if self.problems:
            more = len(self.problems) - 1
            raise TemplateError(f"{self.problems[0]}{f' ({more} more: franking doctor lists them)' if more else ''}")


def examine(path: Path, language: str) -> Examined:
    """Read a catalogue. Raises ``TemplateError`` if it is no PO file; other errors are in ``problems``."""
    entries = [entry for entry in read_entries(path) if not entry.obsolete]
    problems: list[Problem] = []
    plurals: PluralForms | None = None
    header = next((entry for entry in entries if not entry.id and entry.context is None), None)
    if header is not None:
        fields = _fields(header, path, problems)
        said = fields.get("language", "").replace("-", "_").partition("_")[0].lower()
        if said and said != language.replace("-", "_").partition("_")[0].lower():
            what = f"the header states Language: {fields['language'][:20]}; expected {language}"
            problems.append(Problem(path, header.line, what))
        if "plural-forms" in fields:
            try:
                plurals = plural_forms(fields["plural-forms"])
            except ValueError as error:
                problems.append(Problem(path, _line_of(header, "plural-forms"), str(error)))
                return Examined((), _default_plurals(language), tuple(problems))
    plurals = plurals or _default_plurals(language)
    numbered = next((e for e in entries if e.plural is not None and not e.fuzzy and any(text for _, text in e.strings)), None)
    if numbered is not None and (header is None or "plural-forms" not in fields):
        problems.append(Problem(path, numbered.line, "plural forms, and the header has no Plural-Forms"))
    seen: dict[tuple[str | None, str], int] = {}
    for entry in entries:
        key = (entry.context, entry.id)
        if key in seen:
            problems.append(Problem(path, entry.line, f"the text of line {seen[key]} again"))
        seen.setdefault(key, entry.line)
        if entry is not header and not entry.fuzzy:
            problems += [Problem(path, line, what) for line, what in _faults(entry, plurals)]
    return Examined(tuple(e for e in entries if e is not header), plurals, tuple(problems))


def _default_plurals(language: str) -> PluralForms:
    from babel.messages.plurals import get_plural  # loads much, and most catalogues state their own

    number, expression = get_plural(language.replace("-", "_"))
    return plural_forms(f"nplurals={number}; plural={expression};")


def _fields(header: Entry, path: Path, problems: list[Problem]) -> dict[str, str]:
    """The header's fields by their lower-case names."""
    fields: dict[str, str] = {}
    for text in header.strings[0][1].split("\n"):
        name, _, value = text.partition(":")
        key = name.strip().lower()
        if key in fields:
            problems.append(Problem(path, header.line, f"the header has {name.strip()[:40]} twice"))
        fields.setdefault(key, value.strip())
    return fields


def _line_of(header: Entry, field: str) -> int:
    """The line of a header field; all tools write one field per line."""
    line, text = header.strings[0]
    names = [part.partition(":")[0].strip().lower() for part in text.split("\n")]
    return line + 1 + names.index(field)


def _faults(entry: Entry, plurals: PluralForms) -> Iterator[tuple[int, str]]:
    """The errors in the translations of an entry, with their lines."""
    if not any(text for _, text in entry.strings):
        return  # not translated yet
    if not entry.id:
        yield entry.line, "an empty text with a translation"
        return
    if entry.plural is not None and len(entry.strings) != plurals.number:
        yield entry.line, f"found {counted(len(entry.strings), 'plural form')}, expected {plurals.number} (nplurals)"
        return
    try:
        singular, plural = placeholders(entry.id), placeholders(entry.plural or entry.id)
    except ValueError as error:
        yield entry.line, f"the text itself is no format: {error}"
        return
    known = singular | plural
    for form, (line, text) in enumerate(entry.strings):
        if not text.strip():
            continue
        source = entry.id if entry.plural is None or not form else entry.plural
        needed = plural if entry.plural is None or form not in plurals.seldom else singular.keys() & plural.keys()
        allowed = known if entry.plural is None or form in plurals.seldom else plural
        try:
            own = placeholders(text)
            markup = unlike_markup(source, text)
        except ValueError as error:
            yield line, str(error)
            continue
        added = next((own[name] for name in own if allowed.get(name) != own[name]), None)
        if added is not None:
            expected = ", ".join(map(str, allowed.values())) or "no value"
            yield line, f"{added} is not in the text; expected {expected}"
        missing = next((name for name in needed if name not in own), None)
        if missing is not None and added is None:  # otherwise it was renamed
            yield line, f"{known[missing]} of the text is missing"
        if markup is not None:
            yield line, markup
        yield from ((line, what) for what in _characters(entry.id, text))


def _characters(source: str, text: str) -> Iterator[str]:
    for place, name in ((0, "begins"), (-1, "ends")):
        if (source[place] == "\n") != (text[place] == "\n"):
            both = ("the text", "its translation") if source[place] == "\n" else ("the translation", "the text")
            yield f"{both[0]} {name} with a line end (\\n), {both[1]} does not"
    odd = _UNPRINTABLE.search(text)
    if odd is not None:
        yield f"found the character U+{ord(odd[0]):04X}, which is no text"
    opened: list[str] = []
    for character in text:
        if character in _OPENS:
            opened.append(_OPENS[character])
        elif character in _OPENS.values() and (not opened or opened.pop() != character):
            yield f"a direction mark (U+{ord(character):04X}) closes none"
            return
    if opened:
        yield "a direction mark (U+202A to U+202E, U+2066 to U+2068) is not closed"
