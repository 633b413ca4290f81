"""Finds the project that a file belongs to, and reads its settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from franking.config.settings import CONFIG_FILE, load_settings
from franking.errors import FrankingError
from franking.rendering import InlinerName

_PLACE = re.compile(r"(?P<file>[^\n]+?):(?P<line>\d+): (?P<what>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Project:
    """The folders and settings of a project. All paths are absolute."""

    root: Path
    templates: Path
    themes: Path
    theme: str
    policy: str
    inliner: InlinerName

    def shown(self, path: Path) -> str:
        """A path for messages: relative to the project if it is inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


class BadProject(Exception):
    """A ``franking.toml`` that cannot be used: file, line (1-based) and what is wrong."""

    def __init__(self, file: Path, line: int, what: str) -> None:
        super().__init__(what)
        self.file = file
        self.line = line
        self.what = what


def root_of(path: Path) -> Path | None:
    """The nearest folder above a file with ``franking.toml`` or a ``templates`` folder with kinds; None if there is none."""
    return next((folder for folder in path.parents if _is_root(folder)), None)


def _is_root(folder: Path) -> bool:
    if (folder / CONFIG_FILE).is_file():
        return True
    return next(iter((folder / "templates").glob("*/kind.toml")), None) is not None


def read_project(root: Path) -> Project:
    """The project in a folder. Raises ``BadProject`` for an unusable ``franking.toml``."""
    file = root / CONFIG_FILE
    try:
        settings = load_settings(file if file.is_file() else None)
    except FrankingError as error:
        match = _PLACE.fullmatch(str(error))
        line, what = (int(match["line"]), match["what"]) if match is not None else (1, str(error))
        raise BadProject(file, line, what) from None
    own = root / settings.policy
    policy = str(own) if own.suffix == ".toml" and own.is_file() else settings.policy
    return Project(root, root / settings.templates, root / settings.themes, settings.theme, policy, settings.inliner)
