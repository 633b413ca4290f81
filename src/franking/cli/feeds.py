"""``franking feeds``, and what the commands that submit feeds have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from franking.batch.feed_runs import settle, unsettled
from franking.cli.terminal import TERMINAL, out, out_json, say
from franking.config.feeds import feed_run, known_feeds
from franking.config.ledgers import no_ledger
from franking.config.settings import Settings
from franking.errors import InputError
from franking.feeds import FeedDocument
from franking.model.counted import counted
from franking.model.feeds import Feed, FeedState, LineState
from franking.outbox import Feeds


def show_feeds(settings: Settings, number: int | None, settled: str | None, go_on: bool, wait: float, format: str) -> int:
    """List feeds, continue those that are not done, or settle one by a person's decision. Returns the exit code."""
    feeds = known_feeds(settings)
    if feeds is None:
        raise no_ledger(settings, "franking adjust --submit makes it")
    if settled is not None:
        if number is None:
            raise InputError("--as needs the number of a feed; franking feeds lists them")
        settle(feeds, number, settled)
    if go_on:
        feed_run(settings, TERMINAL, wait).go_on(doubted=True)
    shown = feeds.all() if number is None else [feed] if (feed := feeds.get(number)) is not None else []
    if number is not None and not shown:
        raise InputError(f"feed {number}: the ledger has none of that number; franking feeds lists them")
    if format == "json":
        out_json({"schema": 1, "feeds": [feed_json(feeds, feed) for feed in shown]})
    else:
        print_feeds(feeds, shown, lines=number is not None)
        say(counted(len(shown), "feed"))
    return code_of(feeds, shown)


def feed_json(feeds: Feeds, feed: Feed) -> dict[str, Any]:
    """A feed with its lines and steps."""
    lines = feeds.lines(feed.number)
    return {
        "number": feed.number,
        "type": feed.type,
        "marketplace": feed.marketplace,
        "state": feed.state.value,
        "feed_id": feed.feed_id or None,
        "reply": feed.reply,
        "sha256": feed.digest,
        "created": feed.created_at.isoformat(),
        "submitted": feed.submitted_at.isoformat() if feed.submitted_at is not None else None,
        "counts": dict(Counter(line.state.value for line in lines)),
        "lines": [
            {
                "place": line.place,
                "order": line.order_id,
                "subject": line.subject,
                "state": line.state.value,
                "code": line.code or None,
                "reply": line.reply,
            }
            for line in lines
        ],
        "steps": [
            {"at": at.isoformat(), "state": state.value, "reply": reply} for at, state, reply in feeds.steps(feed.number)
        ],
    }


def print_feeds(feeds: Feeds, shown: Iterable[Feed], *, lines: bool = False) -> None:
    """Feeds for people; of those with lines that were not accepted, each such line."""
    for feed in shown:
        found = feeds.lines(feed.number)
        counts = Counter(line.state.value for line in found)
        named = f" {feed.feed_id}" if feed.feed_id else ""
        numbers = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
        out(f"feed {feed.number}: {feed.type}{named}: {feed.state.value}" + (f" ({feed.reply})" if feed.reply else ""))
        out(f"  {numbers}")
        for line in found:
            if lines or line.state in (LineState.REJECTED, LineState.AMBIGUOUS, LineState.DROPPED) or line.code:
                why = " ".join(part for part in (line.code, line.reply) if part)
                out(f"  order {line.order_id} {line.subject}: {line.state.value}" + (f": {why}" if why else ""))
        if feed.state is FeedState.AMBIGUOUS:
            out(f"  franking feeds --continue looks again; franking feeds {feed.number} --as ID|not-submitted settles it")


def code_of(feeds: Feeds, shown: Iterable[Feed]) -> int:
    """3 if a feed needs a person's decision, or has to be continued."""
    return 3 if any(unsettled(feed, feeds.lines(feed.number)) for feed in shown) else 0


def write_documents(folder: Path, made: Sequence[tuple[str, FeedDocument]]) -> list[Path]:
    """Write the documents there; their files. Raises ``InputError``."""
    written: list[Path] = []
    for place, document in made:
        path = folder / f"{document.feed_type}-{place}-{document.digest[:8]}.{document.ending}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(document.content)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {(error.strerror or 'unknown reason').lower()}") from None
        except ValueError:  # NUL, half of a surrogate pair
            raise InputError("--out: no folder can have this name") from None
        written.append(path)
    return written


def known_json(known: Mapping[str, Mapping[str, LineState]]) -> list[dict[str, Any]]:
    """What earlier runs submitted."""
    return [{"order": key, "lines": {subject: state.value for subject, state in lines.items()}} for key, lines in known.items()]


def print_known(known: Mapping[str, Mapping[str, LineState]]) -> None:
    """The same for people."""
    for key, lines in known.items():
        states = ", ".join(f"{subject} {state.value}" for subject, state in lines.items())
        out(f"{key}: submitted before: {states}")


def known_code(known: Mapping[str, Mapping[str, LineState]]) -> int:
    """3 where one of them is not accepted."""
    return 3 if any(state is not LineState.ACCEPTED for lines in known.values() for state in lines.values()) else 0
