"""Finished messages against every rule: one, or many in processes of their own. Nothing here changes a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from franking.batch.collector import settle
from franking.check.engine import check_slugs, inspect_input
from franking.errors import InputError
from franking.mail.reading import Unread, read_message
from franking.model import Finding, Message
from franking.model.counted import counted
from franking.policy import Policy
from franking.policy import load as load_policy
from franking.report import verdict

_PARALLEL_FROM = 16  # files: below, starting processes costs more than it saves


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of the messages besides their files; it turns on the rules that need it. A kind or a theme is looked up
    in the two folders; ``default_theme`` stands for the theme where a kind alone is named."""

    kind: str | None = None
    theme: str | None = None
    order_id: str | None = None
    language: str | None = None
    templates: Path | None = None
    themes: Path | None = None
    default_theme: str = "plain"

    def facts(self) -> dict[str, object]:
        """The fields of ``Message`` that the scope fixes. Raises ``FrankingError`` for a kind or theme that cannot be read."""
        facts: dict[str, object] = {}
        if self.order_id is not None:
            facts["order_id"] = self.order_id
        if self.language is not None:
            facts["language"] = self.language
        if self.kind is not None or self.theme is not None:
            from franking.catalog import Catalog

            catalog = Catalog(self.templates or Path("templates"), self.themes or Path("themes"))
            if self.kind is not None:
                kind = catalog.kind(self.kind)
                facts |= {
                    "kind": kind.name,
                    "allowed_links": kind.allowed_links,
                    "allowed_phones": kind.allowed_phones,
                    "allowed_attachments": kind.allowed_attachments,
                }
            theme = catalog.theme(self.theme or self.default_theme)
            facts["assets"] = theme.assets
            facts["files"] = {f"cid:{asset.cid}": asset.content for asset in theme.assets}
        return facts


@dataclass(frozen=True, slots=True)
class Options:
    """How to check. ``policy`` is a name or a file; no ``widths`` are the policy's."""

    widths: tuple[int, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    policy: str = "amazon"
    jobs: int = 0
    baseline: Path | None = None
    write_baseline: Path | None = None
    allow: Path | None = None
    browser: bool = False

    def check(self) -> Policy:
        """The policy. Raises ``FrankingError`` for a policy, a width or a rule that does not exist."""
        policy = load_policy(self.policy)
        for width in self.widths:
            if not 50 <= width <= 5000:
                raise InputError(f"--width {width}: expected 50 to 5000 px")
        check_slugs((*self.select, *self.ignore))
        return policy


@dataclass(frozen=True, slots=True)
class Result:
    """One message's findings; ``lines`` are those of its HTML parts, for excerpts."""

    source: str
    findings: list[Finding]
    lines: dict[str, list[str]] = field(default_factory=dict)
    asked: Message | None = None  # the message, where a browser is to decide what is undecided

    @property
    def rejected(self) -> bool:
        """Whether anything forbids the message."""
        return verdict(self.findings) == "rejected"


def with_facts(message: Message, facts: Mapping[str, Any]) -> Message:
    """A message with what is known besides its file; the images that it brings along stay."""
    if not facts:
        return message
    known = dict(facts)
    files = known.pop("files", {})
    return replace(message, files={**files, **message.files}, **known)


def check_message(message: Message, options: Options, policy: Policy | None = None) -> list[Finding]:
    """The findings on a message. Raises ``InputError`` if it has no content; ``policy`` is used instead of the named one."""
    policy = policy or load_policy(options.policy)
    return inspect_input(message, policy, widths=options.widths or policy.widths, select=options.select, ignore=options.ignore)


def check_files(
    files: Sequence[Path | None], facts: Mapping[str, object], options: Options, *, lines: bool = False
) -> Iterator[Result | Unread]:
    """The findings on each file, in order; None is standard input. With ``lines``, with the lines of its HTML parts."""
    work = partial(_check_one, facts=facts, options=options, lines=lines)
    jobs = options.jobs or (os.cpu_count() or 1)
    if jobs == 1 or len(files) < (_PARALLEL_FROM if options.jobs == 0 else 2) or None in files:
        if len(files) >= _PARALLEL_FROM:
            settle()
        yield from map(work, files)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(files), 61), initializer=settle) as pool:  # Windows waits for 61 at most
        yield from pool.map(work, files, chunksize=max(1, min(32, len(files) // (jobs * 4))))


def _check_one(path: Path | None, facts: Mapping[str, object], options: Options, lines: bool) -> Result | Unread:
    try:
        message = with_facts(read_message(path), facts)
        findings = check_message(message, options)
    except InputError as error:
        return Unread(str(path) if path is not None else "-", str(error))
    shown = _lines(message) if findings and lines else {}
    return Result(message.source, findings, shown, message if options.browser else None)


def _lines(message: Message) -> dict[str, list[str]]:
    """The lines of each part that is HTML, by the part's name."""
    parts = [part for part in (message, *message.others) if part.html is not None]
    return {p.mime_html: (p.html or "").replace("\r\n", "\n").replace("\r", "\n").split("\n") for p in parts}


def without_accepted(results: list[Result], options: Options, today: date, say: Callable[[str], None]) -> list[Result]:
    """The results without what the baseline or the allow list accepts; ``say`` receives a line about each of the two."""
    if options.baseline is not None:
        from franking.check.baseline import Baseline

        baseline = Baseline.read(options.baseline)
        kept = [replace(r, findings=baseline.without_known(r.source, r.findings)) for r in results]
        say(_accepted(options.baseline, results, kept))
        results = kept
    if options.allow is not None:
        from franking.check.allow_list import AllowList

        allowed = AllowList.read(options.allow, today)
        kept = [replace(r, findings=allowed.without_allowed(r.source, r.findings)) for r in results]
        say(_accepted(options.allow, results, kept))
        for line in allowed.remarks():
            say(f"franking: {line}")
        results = kept
    return results


def _accepted(file: Path, before: Sequence[Result], after: Sequence[Result]) -> str:
    number = sum(len(r.findings) for r in before) - sum(len(r.findings) for r in after)
    return f"{file}: {counted(number, 'known finding')} not shown"
