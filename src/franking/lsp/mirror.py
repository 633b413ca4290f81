"""A private copy of a project's templates and themes, in which open documents have the text of the editor.

Everything that reads files (kinds, themes, catalogues, templates, dry runs of fixes) reads this copy, so a check sees
unsaved text without a second way to load files. The project's own files are never written.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from franking.catalog import Catalog
from franking.errors import ConfigurationError
from franking.lsp.projects import Project

_MOST_FILES = 5_000
_MOST_BYTES = 128 << 20
_SKIPPED = frozenset(["node_modules", "__pycache__"])
_State = tuple[int, int] | str  # of a file: time and size, or the text of the editor


class Mirror:
    """The copy. ``catalog`` reads it. One thread uses it at a time."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.home = Path(tempfile.mkdtemp(prefix="franking-lsp-")).resolve()  # readable by its owner only
        self._folders = ((project.templates, self.home / "templates"), (project.themes, self.home / "themes"))
        self.catalog = Catalog(*(copy for _, copy in self._folders))
        self._known: dict[Path, _State] = {}

    def close(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.home, ignore_errors=True)

    def copy_of(self, path: Path) -> Path | None:
        """The copy's path of a file of the project; None for a file outside the two folders."""
        for folder, copy in self._folders:
            if path.is_relative_to(folder):
                return copy / path.relative_to(folder)
        return None

    def original(self, copy: Path) -> Path:
        """The project's path of a file of the copy; any other path is unchanged."""
        for folder, home in self._folders:
            if copy.is_relative_to(home):
                return folder / copy.relative_to(home)
        return copy

    def original_text(self, text: str) -> str:
        """A message with the project's paths instead of the copy's."""
        for folder, home in self._folders:
            text = text.replace(str(home), self.project.shown(folder))
        return text

    def place(self, text: str) -> tuple[Path, int, str] | None:
        """The file, line (1 if the message has none) and rest of a message that begins with a file of the copy."""
        match = re.fullmatch(rf"(?P<file>{re.escape(str(self.home))}[^\n:]*)(?::(?P<line>\d+))?: (?P<what>.*)", text, re.DOTALL)
        if match is None or any(Path(match["file"]) == home for _, home in self._folders):
            return None
        return self.original(Path(match["file"])), int(match["line"] or 1), self.original_text(match["what"])

    def sync(self, buffers: Mapping[Path, str]) -> list[Path]:
        """Copy what has changed on disk or in the editor (``buffers``: the text of open documents by their path); returns the
        changed files of the copy. Raises ``ConfigurationError`` for folders that are too large and for unreadable files."""
        now: dict[Path, _State] = {}
        size = 0
        for folder, copy in self._folders:
            for path, state in _files(folder):
                now[copy / path.relative_to(folder)] = state
                size += state[1]
                if len(now) > _MOST_FILES or size > _MOST_BYTES:
                    raise ConfigurationError(
                        f"{self.project.shown(folder)}: more than {_MOST_FILES} files or {_MOST_BYTES >> 20} MB; "
                        "expected folders with templates and themes only"
                    )
        for path, text in buffers.items():
            target = self.copy_of(path)
            if target is not None:
                now[target] = text
        changed = [path for path, state in now.items() if self._known.get(path) != state]
        removed = [path for path in self._known if path not in now]
        for path in removed:
            path.unlink(missing_ok=True)
            del self._known[path]
        for path in changed:
            self._write(path, now[path])
        for folder, copy in self._folders:
            if folder.is_dir():
                copy.mkdir(exist_ok=True)
        return changed + removed

    def _write(self, path: Path, state: _State) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        original = self.original(path)
        try:
            content = state.encode("utf-8", "replace") if isinstance(state, str) else original.read_bytes()
        except OSError as error:
            raise ConfigurationError(f"{self.project.shown(original)}: cannot be read: {error.strerror}") from None
        path.write_bytes(content)
        self._known[path] = state

    @contextmanager
    def tried(self, changes: Mapping[Path, str]) -> Iterator[None]:
        """Give files of the copy another text for the time of a dry run."""
        before = {path: path.read_bytes() for path in changes}
        try:
            for path, text in changes.items():
                path.write_bytes(text.encode("utf-8"))
            yield
        finally:
            for path, content in before.items():
                path.write_bytes(content)


def _files(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    """The files in a folder with their times (ns) and sizes, without hidden ones. Links to folders are followed once."""
    seen: set[str] = set()
    for name, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(name)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _SKIPPED)
        for file in sorted(files):
            path = Path(name, file)
            if file.startswith(".") or not path.is_file():
                continue
            facts = path.stat()
            yield path, (facts.st_mtime_ns, facts.st_size)
