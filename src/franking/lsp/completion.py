"""Completes variables, macros, filters, template names and the names of a ``kind.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from babel.support import NullTranslations
from jinja2 import DictLoader

from franking.lsp.cursor import Code, code_at
from franking.lsp.sources import Declared, Macro, Sources
from franking.rendering.environment import GLOBALS, make_environment
from franking.rendering.isolation import Sandbox
from franking.rendering.values import ITEM_FIELDS, PROVIDED

_WORD = re.compile(r"\w*$")
_REFERENCE = re.compile(r"\b(?:extends|include|import|from)\s+['\"](?P<typed>[^'\"]*)$")
_NAMES = re.compile(r"\bfrom\s+(['\"])(?P<file>[^'\"]+)\1\s+import\s+[\w\s,]*$")
_IMAGE = re.compile(r"\bimage\(\s*['\"](?P<typed>[^'\"]*)$")
_IN_STRING = re.compile(r"^(?:[^'\"]|'[^']*'|\"[^\"]*\")*(?:'[^']*|\"[^\"]*)$", re.DOTALL)
_ATTRIBUTE = re.compile(r"\b(?P<name>[^\W\d]\w*)\.(?P<typed>\w*)$")
_FILTER = re.compile(r"[\w)\]'\"]\s*\|\s*\w*$")
_LOCAL = re.compile(r"\{%[-+]?\s*(?:for\s+(?P<loop>[\w\s,]+?)\s+in\s+(?P<of>\w+)?|set\s+(?P<set>\w+))")
_PARAMETERS = re.compile(r"\{%[-+]?\s*macro\s+\w+\s*\(([^)]*)\)")
_STATEMENTS = (
    "block",
    "endblock",
    "extends",
    "for",
    "endfor",
    "from",
    "if",
    "elif",
    "else",
    "endif",
    "import",
    "include",
    "macro",
    "endmacro",
    "set",
    "trans",
    "pluralize",
    "endtrans",
)
_THEME = {"brand": "The brand's name", "about": "A line about the brand", "name": "The theme's name"}
GLOBALS_ABOUT = {
    "theme": "The theme: brand, about, name",
    "lang": "The language, BCP 47",
    "dir": "The text direction: ltr or rtl",
    "css": "The theme's style sheet",
    "title": "The subject",
    "image": "image(name, width): a registered image of the theme",
    "locale": "The CLDR locale, such as de_DE",
    "_": "_(text, name=value): a translated text",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A completion: what is inserted in place of the word before the cursor, its sort, and a description."""

    label: str
    sort: Literal["variable", "macro", "function", "field", "file", "keyword"]
    about: str = ""
    insert: str = ""


def proposals(sources: Sources, path: Path, text: str, offset: int) -> tuple[int, list[Proposal]]:
    """The offset at which the completed word begins, and the completions."""
    if path.name == "kind.toml":
        found: Iterable[Proposal] = _kind_names(sources, path, text, offset)
    elif path.name.endswith(".j2"):
        code = code_at(text, offset)
        if code is None:
            return offset, []
        reference = _REFERENCE.search(code.before) or _IMAGE.search(code.before)
        if reference is not None:
            names = _assets(sources, path) if reference.re is _IMAGE else sources.template_names(path)
            return offset - len(reference["typed"]), [Proposal(name, "file") for name in names]
        found = _in_code(sources, path, text, offset, code)
    else:
        return offset, []
    typed = _WORD.search(text[max(0, offset - 100) : offset])
    unique = {proposal.label: proposal for proposal in found}
    return offset - (len(typed[0]) if typed is not None else 0), list(unique.values())


def _in_code(sources: Sources, path: Path, text: str, offset: int, code: Code) -> Iterator[Proposal]:
    names = _NAMES.search(code.before)
    if names is not None and code.sort == "statement":
        for file in sources.resolved(path, names["file"])[:1]:
            yield from (_macro(name, macro) for name, macro in sources.macros(file).items())
        return
    if _IN_STRING.match(code.before):
        return
    if code.sort == "statement" and re.fullmatch(r"[-+]?\s*\w*", code.before):
        yield from (Proposal(name, "keyword") for name in _STATEMENTS)
        return
    if _FILTER.search(code.before):
        yield from (Proposal(name, "function", "filter") for name in filters())
        return
    attribute = _ATTRIBUTE.search(code.before)
    if attribute is not None:
        yield from _attributes(sources, path, text, offset, attribute["name"])
        return
    yield from _variables(sources, path)
    yield from (Proposal(name, "variable", "in this template") for name in _locals(text, offset))
    yield from (_macro(name, macro) for name, macro in sources.imported(path).items() if "." not in name)
    aliases = {name.partition(".")[0] for name in sources.imported(path) if "." in name}
    yield from (Proposal(name, "variable", "imported macros") for name in sorted(aliases))
    yield from (Proposal(name, "variable", GLOBALS_ABOUT.get(name, "")) for name in sorted(GLOBALS))


def _variables(sources: Sources, path: Path) -> Iterator[Proposal]:
    """The variables of the kind; in shared parts and themes there are none, because macros take all they show."""
    declared = sources.declared(path)
    yield from (Proposal(name, "variable", variable_about(variable)) for name, variable in declared.items())
    if sources.kind_folder(path) is not None:
        for name in PROVIDED:
            if name not in declared:
                yield Proposal(name, "variable", "of the order; declare it in kind.toml under [variables]")


def variable_about(variable: Declared) -> str:
    """Type and description of a variable."""
    facts = [variable.type, *(["optional"] if variable.optional else []), *(["given by the seller"] if variable.given else [])]
    return f"{', '.join(facts)}: {variable.about}" if variable.about else ", ".join(facts)


def _macro(name: str, macro: Macro) -> Proposal:
    return Proposal(name, "macro", f"({macro.parameters}) {macro.comment}".rstrip())


def _attributes(sources: Sources, path: Path, text: str, offset: int, name: str) -> Iterator[Proposal]:
    macros = [(full.partition(".")[2], macro) for full, macro in sources.imported(path).items() if full.startswith(f"{name}.")]
    if macros:
        yield from (_macro(own, macro) for own, macro in macros)
    elif name == "theme":
        yield from (Proposal(field, "field", about) for field, about in _THEME.items())
    elif name == "loop":
        yield from (Proposal(field, "field") for field in ("index", "index0", "first", "last", "length", "revindex"))
    elif _locals(text, offset).get(name) == "items":
        yield from (Proposal(field, "field", "of an item") for field in sorted(ITEM_FIELDS))


def _locals(text: str, offset: int) -> dict[str, str]:
    """Names of loops, assignments and parameters before an offset, with the variable that a loop is over."""
    found: dict[str, str] = {}
    for match in _LOCAL.finditer(text, 0, offset):
        for name in (match["loop"] or match["set"] or "").split(","):
            found[name.strip()] = match["of"] or ""
    for match in _PARAMETERS.finditer(text, 0, offset):
        found.update((part.partition("=")[0].strip(), "") for part in match[1].split(",") if part.strip())
    return {name: of for name, of in found.items() if name}


def _assets(sources: Sources, path: Path) -> list[str]:
    """The names of the images that ``image()`` accepts."""
    folder = sources.theme_folder(path)
    names = (
        file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        for theme in ([folder] if folder is not None else sources.themes())
        for file in re.findall(r'^\s*file\s*=\s*"([^"]+)"', sources.text(theme / "theme.toml"), re.MULTILINE)
    )
    return sorted(set(names))


def _kind_names(sources: Sources, path: Path, text: str, offset: int) -> Iterator[Proposal]:
    """Under ``[variables]``, the order's variables that are not declared yet."""
    before = text[:offset]
    table = re.findall(r"^[ \t]*\[+([^\]\n]+)\]+", before, re.MULTILINE)
    line = before[before.rfind("\n") + 1 :]
    if not table or table[-1].strip() != "variables" or not re.fullmatch(r"\s*\w*", line):
        return
    declared = sources.declared(path)
    for name in PROVIDED:
        if name not in declared:
            yield Proposal(name, "variable", "of the order", f'{name} = {{ about = "" }}')


@cache
def filters() -> list[str]:
    """The names of the filters that templates may use."""
    environment = make_environment(Sandbox, DictLoader({}), NullTranslations(), "en_US")
    return sorted(environment.filters)
