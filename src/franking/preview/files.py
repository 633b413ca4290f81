"""The designers' files as the page's editor reads and writes them.

A file has a name below one of the two folders, such as ``themes/plain/theme.css``. The editor works on text with ``\\n``; line
endings and a byte order mark stay as they are in the file. ``version`` is a digest of the bytes: a file is written only over
the version that the editor has read.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from franking.catalog import Catalog
from franking.errors import FrankingError
from franking.preview.session import SHOWN_SUFFIXES

LARGEST = 1 << 20  # bytes of a file, the limit for templates
_MOST = 20_000  # files that are listed
_BREAK = re.compile("\r\n?|\n")
_BOM = b"\xef\xbb\xbf"
_FOREIGN = "no such file in the templates and themes folders"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file as the editor shows it. ``path`` is its resolved path, ``version`` is "" for a file that does not exist."""

    name: str
    path: Path
    text: str
    version: str


class Conflict(FrankingError):
    """The file is not the version that was read; ``found`` is what is there now."""

    def __init__(self, found: OpenFile) -> None:
        gone = "was deleted" if not found.version else "was changed on disk"
        super().__init__(f"{found.name} {gone} after the editor had read it; nothing was written")
        self.found = found


class DesignFiles:
    """The files below the two folders of a catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._roots = {"templates": catalog.templates, "themes": catalog.themes}

    def names(self) -> list[str]:
        """All files that can be edited, sorted. Files that a link leads out of the folders to are left out."""
        found: list[str] = []
        for label, root in self._roots.items():
            for path in _below(root):
                with suppress(FrankingError):
                    self._checked(path)
                    found.append(f"{label}/{path.relative_to(root).as_posix()}")
                if len(found) >= _MOST:
                    break
        return sorted(found)

    def name(self, path: Path) -> str:
        """The name of a file. Raises ``FrankingError`` for a file outside the folders."""
        resolved = self._checked(path)
        for label, root in self._roots.items():
            if resolved.is_relative_to(root.resolve()):
                return f"{label}/{resolved.relative_to(root.resolve()).as_posix()}"
        raise FrankingError(_FOREIGN)

    def find(self, name: str) -> Path:
        """The resolved path of a name, or of a path that a finding names. Raises ``FrankingError`` for anything outside the
        folders, also by ``..`` or a link, and for other types of file. The file need not exist; its folder must."""
        if "\x00" in name or len(name) > 4096:
            raise FrankingError(_FOREIGN)
        label, _, rest = name.replace("\\", "/").partition("/")
        inside = self._roots[label] / rest if label in self._roots else None
        if inside is not None and rest and self._is_inside(inside):
            return self._checked(inside)
        return self._checked(Path(name))

    def read(self, name: str) -> OpenFile:
        """Read a file. Raises ``FrankingError`` if it does not exist, is too large, or is not UTF-8."""
        path = self.find(name)
        found = self._open(path)
        if not found.version:
            raise FrankingError(_FOREIGN)
        return found

    def write(self, name: str, text: str, version: str) -> OpenFile:
        """Write a file over the version that was read; "" makes a file that does not exist. Returns the new state.

        Raises ``Conflict`` if the file is another version, ``FrankingError`` if it cannot be written. It is unchanged then.
        """
        path = self.find(name)
        before = self._bytes(path)
        if _version(before) != version:
            raise Conflict(self._open(path))
        try:
            content = _with_endings(text, before).encode("utf-8")
        except UnicodeEncodeError:
            raise FrankingError(f"{self.name(path)}: contains half of a surrogate pair, which UTF-8 cannot write") from None
        if len(content) > LARGEST:
            raise FrankingError(f"{self.name(path)}: {len(content)} bytes; a file may have at most {LARGEST}")
        try:
            _replace(path, content)
        except OSError as error:
            raise FrankingError(f"{self.name(path)}: cannot be written: {error.strerror}") from None
        return self._open(path)

    def _open(self, path: Path) -> OpenFile:
        content = self._bytes(path)
        name = self.name(path)
        if content is None:
            return OpenFile(name, path, "", "")
        try:
            text = content.removeprefix(_BOM).decode("utf-8")
        except UnicodeDecodeError as error:
            line = 1 + content.count(b"\n", 0, error.start)
            raise FrankingError(f"{name}:{line}: is not UTF-8; convert it in another editor first") from None
        return OpenFile(name, path, _BREAK.sub("\n", text), _version(content))

    def _bytes(self, path: Path) -> bytes | None:
        """The content; None if there is no file. Raises ``FrankingError`` if it is too large or cannot be read."""
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FrankingError(f"{self.name(path)}: cannot be read: {error.strerror}") from None
        if len(content) > LARGEST:
            raise FrankingError(f"{self.name(path)}: larger than {LARGEST >> 20} MB, which no template is")
        return content

    def _checked(self, path: Path) -> Path:
        try:
            resolved = path.resolve()
            ours = self._is_inside(resolved) and resolved.suffix in SHOWN_SUFFIXES and resolved.parent.is_dir()
            ours = ours and (resolved.is_file() or not resolved.exists())
        except (OSError, RuntimeError, ValueError):  # a circle of links, a name that the system refuses
            ours = False
        if not ours:
            raise FrankingError(_FOREIGN)
        return resolved

    def _is_inside(self, path: Path) -> bool:
        try:
            return any(path.resolve().is_relative_to(root.resolve()) for root in self._roots.values())
        except (OSError, RuntimeError, ValueError):
            return False


def _below(root: Path) -> Iterator[Path]:
    """The files below a folder with a suffix of the editor's; hidden folders and linked folders are not entered."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in files if name.endswith(SHOWN_SUFFIXES) and not name.startswith("."))


def _version(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _with_endings(text: str, before: bytes | None) -> str:
    """The text with the byte order mark and the line endings of the file. Lines that are equal at the start and at the end of
    both keep their endings; the lines between them get the file's most frequent one."""
    if before is None:
        return text
    old = before.decode("utf-8", "replace")
    mark, old = ("\ufeff", old[1:]) if old.startswith("\ufeff") else ("", old)
    endings = _BREAK.findall(old)
    if not any(ending != "\n" for ending in endings):
        return mark + text
    usual = max(dict.fromkeys(endings), key=endings.count)
    lines, kept = text.split("\n"), _BREAK.split(old)
    least = min(len(lines), len(kept))
    start = next((i for i in range(least) if lines[i] != kept[i]), least)
    end = next((i for i in range(least - start) if lines[-1 - i] != kept[-1 - i]), least - start)
    new = [usual] * (len(lines) - 1)
    same = min(start, len(new), len(endings))
    new[:same] = endings[:same]
    if end > 1:
        new[len(new) - (end - 1) :] = endings[len(endings) - (end - 1) :]
    return mark + "".join(line + ending for line, ending in zip(lines, [*new, ""], strict=True))


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file and rename, so that nobody reads half of it. The file's mode stays. Raises ``OSError``."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}~")  # the watcher ignores this name
    try:
        temporary.write_bytes(content)
        if path.exists():
            if not os.access(path, os.W_OK):
                raise PermissionError(13, "the file is read-only")
            temporary.chmod(path.stat().st_mode & 0o7777)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
