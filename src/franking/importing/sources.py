"""Finds the message to import, and puts the partials and layouts that it names into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from franking.errors import InputError
from franking.files.bounded import read_at_most
from franking.html.encodings import Undecodable, decode
from franking.importing.decisions import Decisions
from franking.importing.detect import SYNTAX, detect, dialect_named, foreign_syntax
from franking.importing.tokens import Dialect, Token

ENDINGS = (".html", ".htm", ".hbs", ".handlebars", ".mustache", ".liquid", ".j2", ".jinja", ".jinja2", ".njk", ".twig", ".tpl")
_LARGEST = 1  # MiB
_DEPTH = 8
_PARTIALS = frozenset(["partials", "partial", "layouts", "layout", "includes", "_includes", "components", "snippets"])


@dataclass(frozen=True, slots=True)
class Source:
    """The message's file, the folder whose files may be read, its dialect (None for plain HTML), and its tokens."""

    file: Path
    root: Path
    dialect: str
    tokens: list[Token]


def read_source(path: Path, dialect: str | None = None) -> Source:
    """The message of a file or folder. Raises ``InputError`` for a folder with several messages, an unreadable file, and a
    template that can be read in several ways."""
    file, root = (_only_message(path), path) if path.is_dir() else (path, path.parent)
    text = read_text(file)
    named = dialect_named(dialect) if dialect is not None and dialect != "html" else None
    chosen = detect({str(file): text}) if dialect is None else named
    if chosen is None:
        tokens = [Token("text", text, 0, text=text, file=str(file), line=1)] if text else []
    else:
        tokens = list(_whole(chosen, file, text, root, 0, {}))
    return Source(file, root, chosen.name if chosen is not None else "html", tokens)


def report_foreign(tokens: list[Token], decisions: Decisions) -> None:
    """Report the syntax of other template languages that is kept as text."""
    for token in tokens:
        for match in SYNTAX.finditer(token.text) if foreign_syntax(token) is not None else ():
            line = token.line + token.text.count("\n", 0, match.start())
            decisions.add("unknown-syntax", (token.file, line), f"{match[0][:200]} is kept as text; is it of another language?")


def _only_message(folder: Path) -> Path:
    """The only template of a folder that is no partial. Raises ``InputError`` if there are none or several."""
    found = [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and file.suffix.lower() in ENDINGS
        and not file.name.startswith("_")
        and not _PARTIALS.intersection(part.lower() for part in file.relative_to(folder).parts[:-1])
    ]
    if len(found) != 1:
        names = ", ".join(file.relative_to(folder).as_posix() for file in found[:12])
        what = f"{len(found)} templates ({names}{' …' if len(found) > 12 else ''})" if found else f"no {', '.join(ENDINGS)}"
        raise InputError(f"{folder}: found {what}; expected one message, or pass the file of one")
    return found[0]


def read_text(file: Path) -> str:
    """The text of a template with ``\\n`` as line endings. Raises ``InputError`` with the file."""
    data = read_at_most(file, _LARGEST, "a template")
    try:
        text, _ = decode(data, html=True)
    except Undecodable as error:
        line = data.count(b"\n", 0, error.offset) + 1
        raise InputError(f"{file}:{line}: {error}") from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _whole(dialect: Dialect, file: Path, text: str, root: Path, depth: int, blocks: dict[str, list[Token]]) -> Iterator[Token]:
    """The tokens with included templates in their place. A template that extends another fills its blocks."""
    tokens = dialect.read(text, str(file))
    base = next((t for t in tokens if t.type == "include" and t.text == "extends"), None)
    if base is not None and depth < _DEPTH and (found := _beside(base.name, file, root)) is not None:
        own = _blocks(tokens)
        yield from _whole(dialect, found, read_text(found), root, depth + 1, {**own, **blocks})
        return
    for token in _filled(tokens, blocks):
        included = _beside(token.name, file, root) if token.type == "include" and depth < _DEPTH else None
        if included is None:
            yield token
        else:
            yield from _whole(dialect, included, read_text(included), root, depth + 1, {})


def _blocks(tokens: list[Token]) -> dict[str, list[Token]]:
    """The content of the outermost blocks by their names."""
    found: dict[str, list[Token]] = {}
    name, depth = "", 0
    for token in tokens:
        starts, ends = token.name.startswith("block "), token.name.partition(" ")[0] == "endblock" and token.type == "comment"
        if token.type == "comment" and starts:
            depth += 1
            if depth == 1:
                name = token.name[6:].strip()
                found[name] = []
                continue
        if ends:
            depth -= 1
            if depth == 0:
                continue
        if depth:
            found[name].append(token)
    return found


def _filled(tokens: list[Token], blocks: dict[str, list[Token]]) -> Iterator[Token]:
    """The tokens of a layout with the blocks that a template gives."""
    skipping = 0
    for token in tokens:
        block = token.type == "comment" and token.name.startswith("block ")
        if skipping:
            skipping += 1 if block else -1 if token.type == "comment" and token.name.startswith("endblock") else 0
        elif block and (name := token.name[6:].strip()) in blocks:
            skipping = 1
            yield from blocks[name]
        else:
            yield replace(token, name="") if block else token


def _beside(name: str, file: Path, root: Path) -> Path | None:
    """The file of a partial: beside the template or in a folder of partials, within the root."""
    wanted = name.strip().strip("\"'")
    stem = Path(wanted).name
    for folder in (file.parent, *(file.parent / p for p in sorted(_PARTIALS)), root, *(root / p for p in sorted(_PARTIALS))):
        for one in (wanted, f"_{stem}" if stem == wanted else wanted):
            for ending in ("", *ENDINGS):
                found = (folder / f"{one}{ending}").resolve()
                if found.is_file() and found.is_relative_to(root.resolve()) and found != file.resolve():
                    return found
    return None
