"""``franking check``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from franking.batch.collector import settle
from franking.check.engine import check_slugs, inspect_input
from franking.cli.checktext import print_text, printable
from franking.cli.policies import shown_name
from franking.cli.terminal import out, out_json, out_lines, progress, say
from franking.errors import FrankingError, InputError
from franking.mail.reading import Unread, find_messages, read_message
from franking.model import Finding, Message
from franking.policy import Policy
from franking.policy import load as load_policy
from franking.report import check_json, verdict

if TYPE_CHECKING:
    from franking.cli.asking import Asking

_PARALLEL_FROM = 16  # files: below, starting processes costs more than it saves


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of the messages besides their files; it turns on the rules that need it."""

    kind: str | None = None
    theme: str | None = None
    order_id: str | None = None
    language: str | None = None
    templates: Path | None = None
    themes: Path | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How to check."""

    widths: tuple[int, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    policy: str = "amazon"
    jobs: int = 0
    baseline: Path | None = None
    write_baseline: Path | None = None
    allow: Path | None = None
    browser: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One message's findings; ``lines`` are those of its HTML parts, for excerpts."""

    source: str
    findings: list[Finding]
    lines: dict[str, list[str]] = field(default_factory=dict)
    asked: Message | None = None  # the message, where a browser is to decide what is undecided


def check_messages(paths: Sequence[str], format: str, scope: Scope, options: Options) -> int:
    """Check every message and print the findings. The exit code: 2 when one could not be read, 1 when one is rejected."""
    policy = load_policy(options.policy)
    check_widths(options.widths)
    check_slugs((*options.select, *options.ignore))
    used = options.widths or policy.widths
    facts = scope_facts(scope)
    asking = _asking(options, policy, used)
    files, unread = find_messages(paths)
    results: list[Result] = []
    with progress("checking", len(files), quiet=len(files) < 20) as advance:
        for result in _checked(files, facts, options, used, format == "text"):
            if isinstance(result, Unread):
                unread.append(result)
            else:
                results.append(result)
            advance(1)
    if asking is not None:
        with asking:
            results = [_decided(result, asking) for result in results]
    if options.write_baseline is not None:
        from franking.check.baseline import Baseline

        number = Baseline.of([(r.source, r.findings) for r in results]).write(options.write_baseline)
        say(f"{options.write_baseline}: {number} findings accepted; pass it with --baseline from now on")
    results = _accept(results, options)
    for _, message in unread:
        say(f"franking: {printable(message)}")
    _print(format, policy, used, results, unread)
    if asking is not None:
        asking.tell()
    if unread:
        return 2
    return int(any(verdict(r.findings) == "rejected" for r in results))


def slugs(values: Sequence[str] | None) -> tuple[str, ...]:
    """Rule names given comma-separated, repeated, or both."""
    return tuple(slug.strip() for value in values or () for slug in value.split(",") if slug.strip())


def check_widths(widths: Sequence[int]) -> None:
    """Raises ``FrankingError`` for a width that no message has."""
    for width in widths:
        if not 50 <= width <= 5000:
            raise FrankingError(f"--width {width}: expected 50 to 5000 px")


def scope_facts(scope: Scope) -> dict[str, object]:
    """The fields of ``Message`` that the kind, the theme and the flags fix."""
    facts: dict[str, object] = {}
    if scope.order_id is not None:
        facts["order_id"] = scope.order_id
    if scope.language is not None:
        facts["language"] = scope.language
    if scope.kind is not None or scope.theme is not None:
        from franking.catalog import Catalog
        from franking.cli.settings import load_settings

        settings = load_settings(templates=scope.templates, themes=scope.themes)
        catalog = Catalog(settings.templates, settings.themes)
        if scope.kind is not None:
            kind = catalog.kind(scope.kind)
            facts |= {"kind": kind.name, "allowed_links": kind.allowed_links, "allowed_phones": kind.allowed_phones,
                      "allowed_attachments": kind.allowed_attachments}  # fmt: skip
        theme = catalog.theme(scope.theme or settings.theme)
        facts["assets"] = theme.assets
        facts["files"] = {f"cid:{asset.cid}": asset.content for asset in theme.assets}
    return facts


def with_facts(message: Message, facts: Mapping[str, object]) -> Message:
    """A message with what is known besides its file; the images that it brings along stay."""
    if not facts:
        return message
    known = dict(facts)
    files = known.pop("files", {})
    assert isinstance(files, dict)
    return replace(message, files={**files, **message.files}, **known)  # type: ignore[arg-type]  # fields by name


def _checked(
    files: Sequence[Path | None], facts: Mapping[str, object], options: Options, widths: tuple[int, ...], keep: bool
) -> Iterator[Result | Unread]:
    work = partial(_check_one, facts=facts, options=options, widths=widths, keep=keep)
    jobs = options.jobs or (os.cpu_count() or 1)
    if jobs == 1 or len(files) < (_PARALLEL_FROM if options.jobs == 0 else 2) or None in files:
        if len(files) >= _PARALLEL_FROM:
            settle()
        yield from map(work, files)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(files)), initializer=settle) as pool:
        yield from pool.map(work, files, chunksize=max(1, min(32, len(files) // (jobs * 4))))


def _check_one(
    path: Path | None, facts: Mapping[str, object], options: Options, widths: tuple[int, ...], keep: bool
) -> Result | Unread:
    try:
        message = with_facts(read_message(path), facts)
        findings = inspect_input(
            message, load_policy(options.policy), widths=widths, select=options.select, ignore=options.ignore
        )
    except InputError as error:
        return Unread(str(path) if path is not None else "-", str(error))
    lines = _lines(message) if findings and keep else {}
    return Result(message.source, findings, lines, message if options.browser else None)


def _asking(options: Options, policy: Policy, widths: tuple[int, ...]) -> Asking | None:
    """The browser, where one is asked for."""
    if not options.browser:
        return None
    from franking.cli.asking import Asking

    return Asking(policy, widths)


def _decided(result: Result, asking: Asking) -> Result:
    """A result whose open findings the browser decided."""
    if result.asked is None:
        return result
    return replace(result, findings=asking.decided(result.asked, result.findings), asked=None)


def _lines(message: Message) -> dict[str, list[str]]:
    """The lines of each part that is HTML, by the part's name."""
    parts = [part for part in (message, *message.others) if part.html is not None]
    return {p.mime_html: (p.html or "").replace("\r\n", "\n").replace("\r", "\n").split("\n") for p in parts}


def _accept(results: list[Result], options: Options) -> list[Result]:
    """The results without what the baseline or the allow-list accepts; what was accepted is told on stderr."""
    if options.baseline is not None:
        from franking.check.baseline import Baseline

        baseline = Baseline.read(options.baseline)
        kept = [replace(r, findings=baseline.without_known(r.source, r.findings)) for r in results]
        _tell(options.baseline, results, kept)
        results = kept
    if options.allow is not None:
        from datetime import UTC, datetime

        from franking.check.allow_list import AllowList

        allowed = AllowList.read(options.allow, datetime.now(UTC).date())
        kept = [replace(r, findings=allowed.without_allowed(r.source, r.findings)) for r in results]
        _tell(options.allow, results, kept)
        for line in allowed.remarks():
            say(f"franking: {line}")
        results = kept
    return results


def _tell(file: Path, before: Sequence[Result], after: Sequence[Result]) -> None:
    number = sum(len(r.findings) for r in before) - sum(len(r.findings) for r in after)
    say(f"{file}: {number} known findings not shown")


def _print(format: str, policy: Policy, widths: Sequence[int], results: Sequence[Result], unread: Sequence[Unread]) -> None:
    pairs = [(r.source, r.findings) for r in results]
    if format == "json":
        out_json(check_json(shown_name(policy), widths, pairs, unread, policy.version))
    elif format == "sarif":
        from franking.check.registry import check_rules
        from franking.report.sarif import check_sarif

        out_json(check_sarif(pairs, [entry.rule for entry in check_rules()], policy.sources, unread))
    elif format == "junit":
        from franking.report.junit import check_junit

        out_lines(check_junit(pairs, unread))
    elif format == "github":
        from franking.report.github import check_github

        for line in check_github(pairs, unread):
            out(line)
    else:
        print_text(pairs, {r.source: r.lines for r in results}, len(unread))
