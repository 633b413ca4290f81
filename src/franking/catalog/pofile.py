"""Reads PO files by the grammar of the GNU gettext manual ("The Format of PO Files"). Files that ``msgfmt`` refuses are
refused.

Babel's reader removes the first and last character after a keyword without a check, keeps the last of two entries with the
same text, and treats ``#~|`` as a keyword. So this module reads the files, and Babel writes them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from franking.errors import TemplateError
from franking.html.encodings import is_utf8

_TOKEN = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*+)"|(?P<word>[A-Za-z_]\w*)(?:[ \t]*\[[ \t]*(?P<index>\d{1,3})[ \t]*\])?|(?P<other>.)', re.ASCII
)
# Octal and hexadecimal escapes are bytes of the file's character set; adjacent ones are decoded together.
_ESCAPE = re.compile(r"((?:\\(?:[0-7]{1,3}|x[0-9A-Fa-f]+))+)|\\(?:([abfnrtv\\\"])|(.))")
_BYTE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]+))")
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_CHARSET = re.compile(rb'^[ \t]*(?:msgstr[ \t]*)?"[^"]*Content-Type:[^"]*charset=([^"\\;\s]*)', re.MULTILINE | re.IGNORECASE)
_ASCII = bytes(range(32, 127)) + b"\n\t"
# The keywords that may follow a keyword; "" is the beginning of an entry.
_AFTER = {
    "": ("msgctxt", "msgid"),
    "msgctxt": ("msgid",),
    "msgid": ("msgid_plural", "msgstr"),
    "msgid_plural": ("msgstr[0]",),
    "msgstr": ("", "msgctxt", "msgid"),
    "msgstr[]": ("", "msgctxt", "msgid", "msgstr[]"),
}
_KEYWORDS = ("msgctxt", "msgid", "msgid_plural", "msgstr")
_PREVIOUS = _KEYWORDS[:3]  # after "#|"
_UNCLOSED = "a text without its closing quotation mark"


@dataclass(slots=True)
class Entry:
    """One text with its translations. Lines are 1-based; ``strings`` are the plural forms, or the one translation."""

    line: int
    id: str
    plural: str | None = None
    context: str | None = None
    strings: list[tuple[int, str]] = field(default_factory=list)
    flags: frozenset[str] = frozenset()
    comments: tuple[str, ...] = ()  # comments of translators
    previous: tuple[str, ...] = ()  # the previous text of a fuzzy translation, and its plural
    obsolete: bool = False

    @property
    def fuzzy(self) -> bool:
        """Whether the entry is fuzzy: translated automatically and not reviewed."""
        return "fuzzy" in self.flags


def read_entries(path: Path) -> list[Entry]:
    """The entries of a PO file, including the header (an empty text) and obsolete ones.

    Raises ``TemplateError`` with file and line of the first syntax error.
    """
    text, charset = _decoded(path)
    return list(_Reader(path, charset).entries(text))


def _decoded(path: Path) -> tuple[str, str]:
    """The text of a file, and its character set."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read: {error.strerror}") from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise TemplateError(f"{path}:1: found UTF-16, expected UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    declared = _CHARSET.search(data)
    name = declared[1].decode("ascii", "replace") if declared is not None else "UTF-8"
    line = data.count(b"\n", 0, declared.start(1)) + 1 if declared is not None else 1
    try:
        if _ASCII.decode(name) != _ASCII.decode("ascii"):
            raise LookupError
    except (LookupError, UnicodeError, ValueError):
        raise TemplateError(f"{path}:{line}: found charset {name[:40]!r}, expected UTF-8") from None
    utf8 = codecs.lookup(name).name == "utf-8"
    if not utf8 and not data.isascii() and is_utf8(data):
        raise TemplateError(f"{path}:{line}: the header states charset {name}, and the file is UTF-8; expected charset=UTF-8")
    try:
        return data.decode(name), name
    except UnicodeDecodeError as error:
        where = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise TemplateError(f"{path}:{where}: byte {column} of the line is not {name}; expected text in {name}") from None


class _Reader:
    """Combines the tokens of lines; ``_last`` is the keyword that strings are appended to."""

    def __init__(self, path: Path, charset: str) -> None:
        self._path = path
        self._charset = charset
        self._clear()

    def _clear(self) -> None:
        self._last = ""
        self._texts: dict[str, list[str]] = {}
        self._lines: dict[str, int] = {}
        self._flags: list[str] = []
        self._comments: list[str] = []
        self._previous: list[list[str]] = []  # keywords and texts
        self._obsolete = False

    def _fail(self, line: int, what: str) -> TemplateError:
        return TemplateError(f"{self._path}:{line}: no valid gettext catalogue: {what}")

    def entries(self, text: str) -> Iterator[Entry]:
        number = 0
        for number, whole in enumerate(text.split("\n"), 1):
            line = whole.strip(" \t\f\v")
            obsolete = line.startswith("#~")
            if line.startswith(("#|", "#~|")):
                yield from self._before(number, line.partition("|")[2])
                continue
            content = line[2:] if obsolete else line
            for token in _TOKEN.finditer(content):
                if token["text"] is not None:
                    self._string(number, token["text"], obsolete=obsolete)
                elif token["word"] is not None:
                    yield from self._keyword(number, token["word"], token["index"], obsolete=obsolete)
                elif token["other"] == "#" and not content.startswith("#~", token.start()):
                    yield from self._between(number)
                    self._comment(content[token.start() :])
                    break
                elif token["other"] == '"':
                    raise self._fail(number, _UNCLOSED)
                elif token["other"] not in " \t\f\v":
                    raise self._fail(number, f"found {token['other']!r}, expected a keyword or a text in quotes")
        yield from self._between(number)

    def _before(self, number: int, content: str) -> Iterator[Entry]:
        """A line of the previous text."""
        if not content.strip(" \t\f\v"):
            return
        yield from self._between(number)
        for token in _TOKEN.finditer(content):
            if token["text"] is not None and self._previous:
                self._previous[-1][1] += self._unescaped(number, token["text"])
            elif token["word"] in _PREVIOUS and token["index"] is None:
                self._previous.append([token["word"], ""])
            elif token["other"] == '"':
                raise self._fail(number, _UNCLOSED)
            elif token["other"] not in (" ", "\t", "\f", "\v"):
                found = token["word"] or token["other"] or "a text in quotes"
                raise self._fail(number, f"found {found[:40]!r}, expected one of: {', '.join(_PREVIOUS)}")

    def _comment(self, line: str) -> None:
        if line.startswith("#,"):
            self._flags += [flag.strip() for flag in line[2:].split(",")]
        elif not line.startswith(("#:", "#.")):  # references and extracted comments are generated from the templates
            self._comments.append(line[1:].strip())

    def _between(self, number: int) -> Iterator[Entry]:
        """Between entries: the previous entry must be complete."""
        if "" not in _AFTER[self._last] and self._last:
            raise self._fail(number, f"the entry of line {min(self._lines.values())} has no msgstr")
        self._worded(number)
        if self._last:
            yield self._entry()

    def _worded(self, number: int) -> None:
        """A keyword is followed by its text."""
        if self._last and not next(reversed(self._texts.values())):
            raise self._fail(number, f"{next(reversed(self._texts))} has no text in quotes")

    def _keyword(self, number: int, word: str, index: str | None, *, obsolete: bool) -> Iterator[Entry]:
        if word not in _KEYWORDS or (index is not None and word != "msgstr"):
            raise self._fail(number, f"found {word[:40]!r}, expected one of: {', '.join(_KEYWORDS)}")
        name = word if index is None else f"msgstr[{int(index)}]"
        follows = _AFTER[self._last]
        if name == "msgstr[0]" and name not in follows and "msgstr[]" not in follows:
            what = "msgstr[0] without a msgid_plural" if self._last == "msgid" else "msgstr[0] out of place"
            raise self._fail(number, what)
        wanted = f"msgstr[{sum(key.startswith('msgstr[') for key in self._texts)}]"
        if not (name in follows or ("msgstr[]" in follows and name == wanted)):
            expected = [key.replace("msgstr[]", wanted) for key in follows if key]
            raise self._fail(number, f"found {name}, expected {' or '.join(expected)}")
        if "" in follows and word != "msgstr":
            yield from self._between(number)
        self._worded(number)
        if self._texts and obsolete != self._obsolete:
            raise self._fail(number, "an entry that is obsolete (#~) in part")
        self._obsolete = obsolete
        self._last = "msgstr[]" if index is not None else word
        self._texts[name] = []
        self._lines[name] = number

    def _string(self, number: int, text: str, *, obsolete: bool) -> None:
        if not self._last:
            raise self._fail(number, "a text in quotes without a keyword before it")
        if obsolete != self._obsolete:
            raise self._fail(number, "an entry that is obsolete (#~) in part")
        self._texts[next(reversed(self._texts))].append(self._unescaped(number, text))

    def _unescaped(self, number: int, text: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            if match[3] is not None:
                raise self._fail(number, f"found \\{match[3]} in a text; a backslash is written \\\\")
            if match[2] is not None:
                return _LETTERS[match[2]]
            try:
                return bytes(int(o, 8) if o else int(x, 16) for o, x in _BYTE.findall(match[1])).decode(self._charset)
            except ValueError:  # over 255, or UnicodeDecodeError
                raise self._fail(number, f"found {match[1][:40]} in a text, which is no {self._charset}") from None

        return _ESCAPE.sub(replaced, text) if "\\" in text else text

    def _entry(self) -> Entry:
        text = {name: "".join(parts) for name, parts in self._texts.items()}
        previous = tuple(text for word, text in self._previous if word != "msgctxt")
        made = Entry(
            self._lines["msgid"],
            text["msgid"],
            text.get("msgid_plural"),
            text.get("msgctxt"),
            [(self._lines[name], value) for name, value in text.items() if name.startswith("msgstr")],
            frozenset(self._flags),
            tuple(self._comments),
            previous,
            self._obsolete,
        )
        self._clear()
        return made
