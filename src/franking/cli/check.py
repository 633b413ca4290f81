"""``franking check``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from franking.batch.check import Options, Result, Scope, check_files, without_accepted
from franking.cli.checktext import print_text, printable
from franking.cli.policies import shown_name
from franking.cli.terminal import out, out_json, out_lines, progress, say
from franking.mail.reading import Unread, find_messages
from franking.model.counted import counted
from franking.policy import Policy
from franking.report import check_json

if TYPE_CHECKING:
    from franking.config.browser import BrowserDecisions


def check_messages(paths: Sequence[str], format: str, scope: Scope, options: Options) -> int:
    """Check every message and print the findings. Returns the exit code: 2 if a message could not be read, 1 if one is
    rejected."""
    policy = options.check()
    used = options.widths or policy.widths
    facts = configured(scope).facts()
    asking = _asking(options, policy, used)
    files, unread = find_messages(paths)
    results: list[Result] = []
    with progress("checking", len(files), quiet=len(files) < 20) as advance:
        for result in check_files(files, facts, options, lines=format == "text"):
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
        say(f"{options.write_baseline}: {counted(number, 'finding')} accepted; pass it with --baseline from now on")
    if options.baseline is not None or options.allow is not None:
        from datetime import UTC, datetime

        results = without_accepted(results, options, datetime.now(UTC).date(), say)
    for _, message in unread:
        say(f"franking: {printable(message)}")
    _print(format, policy, used, results, unread)
    if asking is not None:
        for line in asking.report():
            say(line)
    if unread:
        return 2
    return int(any(result.rejected for result in results))


def slugs(values: Sequence[str] | None) -> tuple[str, ...]:
    """The rule slugs of an option that may be comma-separated, repeated, or both."""
    return tuple(slug.strip() for value in values or () for slug in value.split(",") if slug.strip())


def configured(scope: Scope) -> Scope:
    """The scope with the configured folders and theme if it names a kind or a theme. Other scopes need no configuration."""
    if scope.kind is None and scope.theme is None:
        return scope
    from franking.config.settings import load_settings

    settings = load_settings(templates=scope.templates, themes=scope.themes)
    return replace(scope, templates=settings.templates, themes=settings.themes, default_theme=settings.theme)


def _asking(options: Options, policy: Policy, widths: tuple[int, ...]) -> BrowserDecisions | None:
    """The browser, with ``--browser``."""
    if not options.browser:
        return None
    from franking.config.browser import BrowserDecisions

    return BrowserDecisions(policy, widths)


def _decided(result: Result, asking: BrowserDecisions) -> Result:
    """The result with the browser's decisions on its undecided findings."""
    if result.asked is None:
        return result
    return replace(result, findings=asking.decided(result.asked, result.findings), asked=None)


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
