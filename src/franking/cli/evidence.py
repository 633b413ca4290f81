"""``franking evidence``: print the evidence, or write it to files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from franking.batch.evidence import evidence, was_sent, write_evidence
from franking.cli.terminal import out, out_json, say
from franking.config.ledgers import known_ledger
from franking.config.settings import Settings


def show_evidence(settings: Settings, order: str, kind: str | None, folder: Path | None, format: str) -> int:
    """Print the evidence for an order's messages, and write it to the folder, if any. Returns the exit code: 1 if none of
    them was sent."""
    document = evidence(known_ledger(settings), settings.seller, order, kind)
    if folder is not None and document["messages"]:
        for path in write_evidence(folder, order, document):
            say(f"written: {path}")
    if format == "json":
        out_json(document)
    else:
        for message in document["messages"]:
            _print(message)
    if not document["messages"]:
        say(f"the ledger has no message for this order under seller account {settings.seller}")
    elif not was_sent(document):
        say("none of these messages was sent")
    return 0 if was_sent(document) else 1


def _print(message: Mapping[str, Any]) -> None:
    times, facts = message["times"], message["facts"]
    out(f"{message['kind']}: {message['state']}, {message['message_id']}")
    out(f"  queued {times['queued']}, taken to be sent {times['claimed'] or 'not recorded'}, sent {times['sent'] or 'no'}")
    out(f"  reply: {message['reply'] or 'none'}")
    if facts is None:
        out("  what was judged of it: not recorded")
        return
    out(f"  policy {facts['policy']['version']}, SHA-256 {facts['policy']['digest']}")
    out(f"  channel {facts['channel']}, theme {facts['theme']}, locale {facts['locale']}")
    out(f"  templates SHA-256 {facts['templates']}, theme SHA-256 {facts['theme_files']}")
    out(
        "  made from a shape: measured on two messages that represent all of it"
        if facts["by_shape"]
        else "  made and checked as a whole"
    )
    for rule in facts["rules"]:
        texts = [rule["verdict"]] if rule["verdict"] == "off" else [rule["verdict"], f"by {rule['basis']}"]
        if "limit" in rule:
            texts.append(f"limit {rule['limit']:g}")
        for width, values in rule.get("measured", {}).items():
            texts.append(
                f"{' and '.join(f'{v:g}' for v in sorted(set(values)))} at {width} px"
                if values is not None
                else f"nothing to measure at {width} px"
            )
        out(f"  {rule['rule']:<20} {', '.join(texts)}")
    for rule in facts["permission"]:
        out(f"  {rule['rule']:<20} {rule['verdict']}, by the order before it was queued")
