"""``franking check --fix`` and ``--diff``."""

from __future__ import annotations

import contextlib
import difflib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import typer

from franking.batch.collector import settle
from franking.check.fix import Fixed, fix_message
from franking.cli.check import Options, Scope, check_widths, scope_facts, with_facts
from franking.cli.checktext import printable
from franking.cli.terminal import out, painted, progress, say
from franking.errors import FrankingError, InputError
from franking.mail.reading import Unread, decode_bytes, find_messages, read_bytes
from franking.model import Message
from franking.policy import load as load_policy

_PARALLEL_FROM = 4  # files: mending one takes longer than starting a process


def fix_messages(paths: Sequence[str], scope: Scope, options: Options, *, diff: bool) -> None:
    """Mend every HTML file in place, or show what would change. Exits with 1 where ``diff`` has something to show,
    with 2 where it could not read one."""
    load_policy(options.policy)  # an unknown one is told before anything is read
    check_widths(options.widths)
    facts = scope_facts(scope)
    files, unread = find_messages(paths)
    if None in files:
        raise FrankingError("--fix and --diff change files; expected paths, not - (standard input)")
    changed = 0
    with progress("mending", len(files), quiet=len(files) < 3) as advance:
        for made in _each(files, facts, options):
            advance(1)
            if isinstance(made, Unread):
                unread.append(made)
            elif isinstance(made, str):
                say(made)
            else:
                path, html, encoding, fixed = made
                _tell_withheld(path, fixed)
                if fixed.html == html:
                    continue
                changed += 1
                if diff:
                    _show(path, html, fixed.html)
                else:
                    _write(path, fixed.html.encode(encoding))
                    _tell(path, fixed)
    if diff:  # otherwise the check that follows tells them
        for _, what in unread:
            say(f"franking: {printable(what)}")
        if unread or changed:
            raise typer.Exit(2 if unread else 1)
    if not changed:
        say("nothing to mend")


Made = tuple[Path, str, str, Fixed]  # the file, its text as it is, in which encoding, and what mending makes of it


def _each(files: Sequence[Path | None], facts: Mapping[str, object], options: Options) -> Iterator[Made | Unread | str]:
    """What mending makes of each file, in order; an error, or a word on why one is left alone. Nothing is written."""
    work = partial(_fixed, facts=facts, options=options)
    jobs = options.jobs or (os.cpu_count() or 1)
    if jobs == 1 or len(files) < (_PARALLEL_FROM if options.jobs == 0 else 2):
        yield from map(work, files)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(files)), initializer=settle) as pool:
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
    policy = load_policy(options.policy)
    fixed = fix_message(message, policy, widths=options.widths or None, select=options.select, ignore=options.ignore)
    return path, html, encoding, fixed


def _tell(path: Path, fixed: Fixed) -> None:
    by_rule = Counter(change.rule for change in fixed.changes)
    told = ", ".join(f"{rule} {number}" for rule, number in by_rule.most_common())
    say(f"{path}: {len(fixed.changes)} changes: {told}")


def _tell_withheld(path: Path, fixed: Fixed) -> None:
    if fixed.withheld:
        rules = ", ".join(fixed.withheld)
        say(f"{path}: left as it is for {rules}: a fix would lose a word, picture or link, or break another rule")


def _show(path: Path, before: str, after: str) -> None:
    name = path.as_posix()
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    for line in lines:
        head = line.startswith(("+++", "---"))
        style = "bold" if head else {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        out(painted(printable(line), style) if style else printable(line))


def _write(path: Path, data: bytes) -> None:
    """Put the new content in the file's place in one step, keeping its mode; an error leaves the old one."""
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
