"""What the rules fix by themselves: one message, or many files in processes of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from franking.batch.check import Options, with_facts
from franking.batch.collector import settle
from franking.check.fix import Fixed
from franking.check.fix import fix_message as fix
from franking.errors import FrankingError, InputError
from franking.mail.reading import Unread, decode_bytes, read_bytes
from franking.model import Message
from franking.policy import Policy
from franking.policy import load as load_policy

_PARALLEL_FROM = 4  # files: fixing one takes longer than starting a process

Made = tuple[Path, str, str, Fixed]  # the file, its text as it is, in which encoding, and the result of fixing it


def fix_files(files: Sequence[Path | None], facts: Mapping[str, object], options: Options) -> Iterator[Made | Unread | str]:
    """The result of fixing each file, in order; an error, or a word on why one is left alone. Nothing is written."""
    work = partial(_fixed, facts=facts, options=options)
    jobs = options.jobs or (os.cpu_count() or 1)
    if jobs == 1 or len(files) < (_PARALLEL_FROM if options.jobs == 0 else 2):
        yield from map(work, files)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(files), 61), initializer=settle) as pool:  # Windows waits for 61 at most
        yield from pool.map(work, files)


def _fixed(path: Path | None, facts: Mapping[str, object], options: Options) -> Made | Unread | str:
    assert path is not None
    if path.suffix.lower() == ".eml":
        return f"{path}: not fixed: fix the HTML that the mail was made from"
    try:
        data = read_bytes(path)
        html, encoding = decode_bytes(str(path), data)
    except InputError as error:
        return Unread(str(path), str(error))
    if html.encode(encoding, "replace") != data:
        return f"{path}: not fixed: it contains bytes that are not {encoding} text"
    message = with_facts(Message(str(path), html), facts)
    return path, html, encoding, fix_message(message, options)


def fix_message(message: Message, options: Options, policy: Policy | None = None) -> Fixed:
    """The result of fixing a message's HTML; ``policy`` is used instead of the named one."""
    return fix(
        message,
        policy or load_policy(options.policy),
        widths=options.widths or None,
        select=options.select,
        ignore=options.ignore,
    )


def write_fixed(path: Path, data: bytes) -> None:
    """Put the new content in the file's place in one step, keeping its mode; an error leaves the old one. Raises
    ``FrankingError``."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            shutil.copymode(path, name)
            Path(name).replace(path.resolve())
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise FrankingError(f"{path}: cannot be written: {error.strerror}") from None
