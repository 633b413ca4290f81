"""``franking bounces``: read feedback, and list what a person should look at."""

from __future__ import annotations

from functools import partial

from franking.batch.bounces import Heading, Mailbox, Result
from franking.batch.bounces import read_bounces as read
from franking.cli.columns import print_table
from franking.cli.terminal import TERMINAL, out, out_json
from franking.config.ledgers import existing_ledger, no_ledger
from franking.config.settings import Settings
from franking.dispatch import read_credentials, tls_context
from franking.feedback import Trust

_HEADINGS: dict[Heading, str] = {
    "account_restricted": "the marketplace restricts the account: where verified, nothing more is sent before franking resume",
    "kind_refused": "the marketplace refuses a message: where verified, no more of its kind is sent before franking resume",
    "unverified_opt_outs": "opt-outs that nothing proves; franking suppress add applies one",
    "not_understood": "reports that were not understood",
    "without_message_id": "reports that name no message",
    "other_recipient": "reports about another recipient than the message's buyer",
    "unreadable": "mails that could not be read",
}
_SHOWN = 20  # entries per heading in text output


def read_bounces(settings: Settings, source: str, format: str, *, vouched: bool = False) -> int:
    """Read a mailbox and print the results. Returns the exit code: 3 if the marketplace refuses a kind or the account."""
    ledger = existing_ledger(settings)
    if ledger is None:
        raise no_ledger(settings, "franking send makes it")
    trust = Trust(settings.authserv_id, vouched or source in settings.vouched_mailboxes)
    credentials = read_credentials(settings.smtp_password.get_secret_value(), settings.smtp_password_file)
    mailbox = Mailbox(source, credentials.password, partial(tls_context, settings.ca_file))
    result = read(ledger, settings.seller, mailbox, trust, TERMINAL)
    _print_json(result) if format == "json" else _print(result)
    return 3 if result.stops else 0


def _print_json(result: Result) -> None:
    listed = [
        {"heading": heading, "mail": entry.where, "message_id": entry.message_id, "why": entry.why}
        for heading, entries in result.listed.items()
        for entry in entries
    ]
    numbers: dict[str, int] = {heading: len(entries) for heading, entries in result.listed.items()}
    out_json({"schema": 1, **result.counts, **numbers, "listed": listed})


def _print(result: Result) -> None:
    print_table([(str(number), name.replace("_", " ")) for name, number in result.counts.items()], right={0})
    for heading, entries in result.listed.items():
        if not entries:
            continue
        out(f"{_HEADINGS[heading]} ({len(entries)}):")
        for entry in entries[:_SHOWN]:
            out(f"  {entry.where}  {entry.message_id or '(no Message-ID)'}: {entry.why}")
        if len(entries) > _SHOWN:
            out(f"  … and {len(entries) - _SHOWN} more; --format json lists them all")
