"""The texts of a project's files as the editor has them, and how template names are resolved."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from franking.lsp.projects import Project

_MACRO = re.compile(r"\{%[-+]?\s*macro\s+(?P<name>\w+)\s*\((?P<parameters>[^)]*)\)")
_COMMENT = re.compile(r"\{#[-+]?(?P<text>(?:(?!#\}).)*?)[-+]?#\}\s*$", re.DOTALL)
_FROM = re.compile(
    r"\{%[-+]?\s*from\s+(['\"])(?P<file>[^'\"\n]+)\1\s+import\s+(?P<names>[^%]*?)(?:\s+with(?:out)?\s+context)?\s*[-+]?%\}"
)
_IMPORT = re.compile(r"\{%[-+]?\s*import\s+(['\"])(?P<file>[^'\"\n]+)\1\s+as\s+(?P<name>\w+)")
_PARENT = re.compile(r"\{%[-+]?\s*(?:extends|include)\s+(['\"])(?P<file>[^'\"\n]+)\1")
_MOST = 1 << 20  # characters of a file


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro: its file, its 0-based offset, and the comment before it."""

    name: str
    parameters: str
    file: Path
    offset: int
    comment: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A variable of a ``kind.toml``; ``offset`` is where its name is (-1: not found)."""

    name: str
    about: str
    type: str
    optional: bool
    given: bool
    file: Path
    offset: int


@dataclass(frozen=True, slots=True)
class Sources:
    """Reads files of a project; an open document has the text of the editor."""

    project: Project
    buffers: Mapping[Path, str] = field(repr=False)

    def text(self, path: Path) -> str:
        """The text of a file; "" if it cannot be read."""
        if path in self.buffers:
            return self.buffers[path]
        try:
            return path.read_bytes()[:_MOST].decode("utf-8", "replace")
        except OSError:
            return ""

    def exists(self, path: Path) -> bool:
        """Whether the file is open or on disk."""
        return path in self.buffers or path.is_file()

    def themes(self) -> list[Path]:
        """The folders of the themes, the configured theme first."""
        themes = self.project.themes
        found = sorted(path.parent for path in themes.glob("*/theme.toml"))
        return sorted(found, key=lambda folder: folder.name != self.project.theme)

    def kind_folder(self, path: Path) -> Path | None:
        """The folder of the kind that a file belongs to."""
        if not path.is_relative_to(self.project.templates):
            return None
        first, *rest = path.relative_to(self.project.templates).parts
        folder = self.project.templates / first
        return folder if rest and self.exists(folder / "kind.toml") else None

    def theme_folder(self, path: Path) -> Path | None:
        """The folder of the theme that a file belongs to."""
        if not path.is_relative_to(self.project.themes):
            return None
        first, *rest = path.relative_to(self.project.themes).parts
        return self.project.themes / first if rest else None

    def folders(self, path: Path) -> list[Path]:
        """The folders in which a template finds others: kind, theme (any for a file of no theme), templates."""
        kind, theme = self.kind_folder(path), self.theme_folder(path)
        return [
            *([kind] if kind is not None else []),
            *([theme] if theme is not None else self.themes()),
            self.project.templates,
        ]

    def resolved(self, path: Path, name: str) -> list[Path]:
        """The files that a template name may mean in a file: one, or one for each theme."""
        if name.startswith("/") or ".." in name.split("/"):
            return []
        kind = self.kind_folder(path)
        if kind is not None and self.exists(kind / name):
            return [kind / name]
        found = [folder / name for folder in self.folders(path) if folder != self.project.templates]
        found = [file for file in found if self.exists(file)]
        return found or [file for file in (self.project.templates / name,) if self.exists(file)]

    def template_names(self, path: Path) -> list[str]:
        """The names that a template may extend, include or import."""
        names: set[str] = set()
        kind = self.kind_folder(path)
        for folder in self.folders(path):
            pattern = "*.j2" if folder != self.project.templates else "_*/*.j2"
            names.update(file.relative_to(folder).as_posix() for file in folder.glob(pattern) if folder != kind or file != path)
        return sorted(names)

    def macros(self, path: Path) -> dict[str, Macro]:
        """The macros that a file defines."""
        text = self.text(path)
        found: dict[str, Macro] = {}
        for match in _MACRO.finditer(text):
            comment = _COMMENT.search(text, max(0, match.start() - 2000), match.start())
            said = " ".join(comment["text"].split()) if comment is not None else ""
            found[match["name"]] = Macro(match["name"], " ".join(match["parameters"].split()), path, match.start("name"), said)
        return found

    def imported(self, path: Path) -> dict[str, Macro]:
        """The macros that a file can call, by the name that they have there (``alias.name`` for imported templates)."""
        text = self.text(path)
        found = dict(self.macros(path))
        for match in _FROM.finditer(text):
            there = self._macros_of(path, match["file"])
            for part in match["names"].split(","):
                name, _, own = part.strip().partition(" as ")
                if name.strip() in there:
                    found[own.strip() or name.strip()] = there[name.strip()]
        for match in _IMPORT.finditer(text):
            for name, macro in self._macros_of(path, match["file"]).items():
                found[f"{match['name']}.{name}"] = macro
        return found

    def _macros_of(self, path: Path, name: str) -> dict[str, Macro]:
        return next((self.macros(file) for file in self.resolved(path, name)), {})

    def parents(self, path: Path) -> Iterator[Path]:
        """The templates that a file extends or includes, and theirs."""
        todo, seen = [path], {path}
        while todo:
            file = todo.pop(0)
            for match in _PARENT.finditer(self.text(file)):
                for parent in self.resolved(file, match["file"]):
                    if parent not in seen:
                        seen.add(parent)
                        todo.append(parent)
                        yield parent

    def declared(self, path: Path) -> dict[str, Declared]:
        """The variables of the kind that a file belongs to; empty without a readable ``kind.toml``."""
        folder = self.kind_folder(path)
        if folder is None:
            return {}
        file = folder / "kind.toml"
        text = self.text(file)
        try:
            variables = tomllib.loads(text).get("variables", {})
        except (tomllib.TOMLDecodeError, ValueError, RecursionError):
            variables = {name: {} for name in re.findall(r"^\s*([a-z_]\w*)\s*=\s*\{", text, re.MULTILINE)}
        found: dict[str, Declared] = {}
        for name, value in variables.items() if isinstance(variables, dict) else ():
            facts = value if isinstance(value, dict) else {}
            place = re.search(rf"^[ \t]*(?:\[variables\.)?(?P<name>{re.escape(name)})\b", text, re.MULTILINE)
            found[name] = Declared(
                name,
                str(facts.get("about", "")),
                str(facts.get("type", "text")),
                facts.get("optional") is True,
                facts.get("given") is True,
                file,
                place.start("name") if place is not None else -1,
            )
        return found
