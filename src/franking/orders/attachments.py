"""Files to attach: real files in the seller's folder, whole, and what their names say they are."""

from __future__ import annotations

import io
import mimetypes
import os
import stat
import zipfile
from pathlib import Path

from franking.errors import InputError
from franking.model import AttachedFile

_LARGEST = 20 * 1024 * 1024  # bytes of one attached file
# No link at the end of the path is followed, and opening a pipe does not wait for a writer.
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WITHIN = 1024  # bytes in which a PDF's header may begin (ISO 32000-1, annex H, note 13)
_CHECKED = frozenset("pdf png jpg gif txt doc docx".split())  # the marketplace's types of attachments


def read_attachment(path: Path) -> AttachedFile:
    """A file of an order's folder. Raises ``InputError`` for a link, for what is no file, is empty, too large, changes while
    it is read, or is not what its name's ending says."""
    name = repr(path.name[:80])
    if not path.name.isprintable():  # a direction override makes one ending look like another
        raise InputError(f"{name}: expected a name of characters that are shown")
    if path.is_symlink() or path.parent.is_symlink():
        raise InputError(f"{name}: found a symbolic link, expected a file in the folder itself")
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise InputError(f"{name}: found no ordinary file, expected a document or an image")
        with os.fdopen(os.open(path, _READING), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise InputError(f"{name}: found no ordinary file, expected a document or an image")
            content = file.read(_LARGEST + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST:
        raise InputError(f"{name}: larger than {_LARGEST // 1024 // 1024} MB")
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise InputError(f"{name}: it changed while it was read; try again when it is written")
    if not content:
        raise InputError(f"{name}: the file is empty")
    ending = path.suffix.lower().removeprefix(".")
    found = kind_of(content)
    expected = {"jpeg": "jpg"}.get(ending, ending)
    if expected in _CHECKED and found != expected:  # what else may be attached is for the rule about attachments
        raise InputError(f"{name}: found {'other data' if found is None else found}, expected {expected} by its name")
    return AttachedFile(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", content)


def kind_of(content: bytes) -> str | None:
    """What bytes are, as the ending of a file's name; None for what may not be attached."""
    if b"%PDF-" in content[:_WITHIN]:
        return "pdf" if content.startswith(b"%PDF-") or not content.startswith((b"PK", b"\x7fELF", b"MZ", b"<")) else None
    for start, ending in ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif")):
        if content.startswith(start):
            return ending
    if content.startswith(_OLE):
        return "doc" if "WordDocument".encode("utf-16-le") in content else None
    if content.startswith(b"PK"):
        return "docx" if _is_word(content) else "zip"
    return "txt" if _is_text(content) else None


def _is_word(content: bytes) -> bool:
    """Whether a ZIP archive is a Word document without macros (ECMA-376, part 2)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names


def _is_text(content: bytes) -> bool:
    """Whether bytes are plain text: UTF-8 without control characters, and no page or script."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any((c < " " and c not in "\t\n\r\f") or c == "\x7f" for c in text):
        return False
    return not text.lstrip().lower().startswith(("<!doctype", "<html", "<script", "<?xml", "<svg", "#!", "{\\rtf"))
