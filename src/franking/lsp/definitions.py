"""Goes from a name to its definition: templates, macros, blocks, variables, images, classes and catalogue references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from franking.lsp.cursor import Code, code_at, name_at, string_at
from franking.lsp.sources import Sources

_REFERENCE = re.compile(r"\b(?:extends|include|import|from)\s+['\"]?$")
_NAMES = re.compile(r"\bfrom\s+(['\"])(?P<file>[^'\"]+)\1\s+import\s+[\w\s,]*$")
_CLASS = re.compile(r"\bclass\s*=\s*(?:\"[^\"<>]*|'[^'<>]*)$")
_CSS_NAME = re.compile(r"[\w-]+")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

Target = tuple[Path, int, int]  # file, and the range of the name in its text


def definitions(sources: Sources, path: Path, text: str, offset: int) -> list[Target]:
    """The definitions of what stands at an offset; one for each theme if themes define it."""
    if path.suffix == ".po":
        return list(_reference(sources, text, offset))
    if path.name == "kind.toml":
        return list(_uses(sources, path, text, offset))
    if path.name == "theme.css":
        return list(_with_class(sources, path, text, offset))
    if not path.name.endswith(".j2"):
        return []
    code = code_at(text, offset)
    if code is not None:
        return list(_in_code(sources, path, text, offset, code))
    return list(_class_rules(sources, path, text, offset))


def _in_code(sources: Sources, path: Path, text: str, offset: int, code: Code) -> Iterator[Target]:
    quoted = string_at(text, offset)
    found = name_at(text, offset) if quoted is None else None
    if quoted is not None:
        name, start, _ = quoted
        yield from _of_string(sources, path, name, text[code.start : start], code)
    elif found is not None:
        name, start, _ = found
        yield from _of_name(sources, path, name, text[code.start : start], code)


def _of_string(sources: Sources, path: Path, name: str, before: str, code: Code) -> Iterator[Target]:
    """A string: the template that a statement names, or a registered image."""
    if code.sort == "statement" and _REFERENCE.search(before):
        yield from ((file, 0, 0) for file in sources.resolved(path, name))
    elif re.search(r"\bimage\(\s*['\"]$", before):
        yield from _asset(sources, path, name)


def _of_name(sources: Sources, path: Path, name: str, before: str, code: Code) -> Iterator[Target]:
    """A name: a block, a macro that is being imported, or what an expression uses."""
    names = _NAMES.search(before)
    if code.sort == "statement" and re.fullmatch(r"[-+]?\s*block\s+", before):
        yield from _blocks(sources, path, name)
    elif code.sort == "statement" and names is not None:
        for file in sources.resolved(path, names["file"]):
            macro = sources.macros(file).get(name)
            if macro is not None:
                yield file, macro.offset, macro.offset + len(macro.name)
    else:
        yield from _used(sources, path, name)


def _used(sources: Sources, path: Path, name: str) -> Iterator[Target]:
    """An imported macro, a value of the theme, or a variable."""
    macro = sources.imported(path).get(name)
    if macro is not None:
        yield macro.file, macro.offset, macro.offset + len(macro.name)
        return
    if name.startswith("theme."):
        yield from _brand(sources, path, name.partition(".")[2])
        return
    variable = sources.declared(path).get(name.partition(".")[0])
    if variable is not None and variable.offset >= 0:
        yield variable.file, variable.offset, variable.offset + len(variable.name)


def _blocks(sources: Sources, path: Path, name: str) -> Iterator[Target]:
    for file in sources.parents(path):
        match = re.search(rf"\{{%[-+]?\s*block\s+(?P<name>{re.escape(name)})\b", sources.text(file))
        if match is not None:
            yield file, match.start("name"), match.end("name")


def _themes_of(sources: Sources, path: Path) -> list[Path]:
    folder = sources.theme_folder(path)
    return [folder] if folder is not None else sources.themes()


def _asset(sources: Sources, path: Path, name: str) -> Iterator[Target]:
    for theme in _themes_of(sources, path):
        file = theme / "theme.toml"
        for match in re.finditer(r'^\s*file\s*=\s*"(?P<file>[^"\n]+)"', sources.text(file), re.MULTILINE):
            if match["file"].rsplit("/", 1)[-1].rsplit(".", 1)[0] == name:
                yield file, match.start("file"), match.end("file")


def _brand(sources: Sources, path: Path, name: str) -> Iterator[Target]:
    key = {"brand": "name", "about": "about"}.get(name)
    for theme in _themes_of(sources, path) if key is not None else ():
        file = theme / "theme.toml"
        match = re.search(rf"^\[brand\][^\[]*?^\s*(?P<key>{key})\s*=", sources.text(file), re.MULTILINE | re.DOTALL)
        if match is not None:
            yield file, match.start("key"), match.end("key")


def _word_at(text: str, offset: int) -> tuple[str, int]:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    words = _CSS_NAME.finditer(text, start, end if end >= 0 else len(text))
    return next(((match[0], match.start()) for match in words if match.start() <= offset <= match.end()), ("", offset))


def _class_rules(sources: Sources, path: Path, text: str, offset: int) -> Iterator[Target]:
    """The selectors of a class in the style sheets."""
    name, _ = _word_at(text, offset)
    if not name or not _CLASS.search(text, max(0, offset - 500), offset):
        return
    for theme in _themes_of(sources, path):
        file = theme / "theme.css"
        css = _COMMENT.sub(lambda match: " " * len(match[0]), sources.text(file))
        for match in re.finditer(rf"\.(?P<name>{re.escape(name)})(?![\w-])(?=[^{{}}]*\{{)", css):
            yield file, match.start("name"), match.end("name")


def _with_class(sources: Sources, path: Path, text: str, offset: int) -> Iterator[Target]:
    """The places in templates that have the class of a selector."""
    name, start = _word_at(text, offset)
    if not name or text[start - 1 : start] != ".":
        return
    folders = [path.parent, *sorted(p for p in sources.project.templates.glob("*/") if p.is_dir())]
    for folder in folders:
        for file in sorted(folder.glob("*.j2")):
            source = sources.text(file)
            for match in re.finditer(rf"\bclass\s*=\s*[\"'](?:[^\"']*\s)?(?P<name>{re.escape(name)})(?=[\s\"'])", source):
                yield file, match.start("name"), match.end("name")


def _uses(sources: Sources, path: Path, text: str, offset: int) -> Iterator[Target]:
    """The places in templates that use a variable of ``kind.toml``."""
    name, _ = _word_at(text, offset)
    if name not in sources.declared(path):
        return
    for file in sorted(path.parent.glob("*.j2")):
        source = sources.text(file)
        for match in re.finditer(rf"(?<![\w.]){re.escape(name)}\b(?!\s*=[^=])", source):
            if code_at(source, match.start()) is not None and string_at(source, match.start()) is None:
                yield file, match.start(), match.end()


def _reference(sources: Sources, text: str, offset: int) -> Iterator[Target]:
    """The template of a ``#:`` line, or of the entry that an offset is in, at the entry's text."""
    start, end = text.rfind("\n\n", 0, offset) + 1, text.find("\n\n", offset)
    entry = text[start : end if end >= 0 else len(text)]
    line = text[text.rfind("\n", 0, offset) + 1 :].partition("\n")[0]
    comments = line if line.startswith("#:") else entry
    said = re.search(r'^msgid\s+((?:"(?:[^"\\]|\\.)*"\s*)+)', entry, re.MULTILINE)
    words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', said[1])) if said is not None else ""
    for reference in re.findall(r"^#:\s*(.+)$", comments, re.MULTILINE):
        for part in reference.split():
            name, _, number = part.partition(":")
            file = next((f for f in _named(sources, name) if sources.exists(f)), None)
            if file is None:
                continue
            source = sources.text(file)
            at = source.find(words.replace('\\"', '"').partition("\\n")[0]) if words else -1
            if at < 0 and number.isdecimal():
                at = sum(len(one) + 1 for one in source.split("\n")[: int(number) - 1])
            yield file, max(at, 0), max(at, 0)


def _named(sources: Sources, name: str) -> Iterator[Path]:
    """The files that a catalogue's reference may mean: below the project, or below the folders under their usual names."""
    if ".." in name.split("/"):
        return
    yield sources.project.root / name
    first, _, rest = name.partition("/")
    if first == "templates":
        yield sources.project.templates / rest
    if first == "themes":
        yield sources.project.themes / rest
