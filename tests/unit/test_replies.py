"""A server's words where people and machines read them: in the ledger, on the terminal, in logs. Nothing in them acts."""

from __future__ import annotations

import asyncio
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.dispatch import Credentials, Dispatcher, RateLimiter, open_transport
from franking.dispatch import run as dispatch_run
from franking.dispatch.replies import redacted
from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing
from tests.unit.strict_smtp import Fault, StrictServer


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"no such user", "no such user"),
        (b"\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        (b"\x1b]0;title\x07", r"\x1b]0;title\x07"),
        (b"\x9b31m as one octet", r"\x9b31m as one octet"),
        (b"\xc2\x9b31m as UTF-8", r"\x9b31m as UTF-8"),
        (b"ding\x07", r"ding\x07"),
        (b"over\rwritten", r"over\rwritten"),
        (b"back\x08space \x7f", r"back\x08space \x7f"),
        (b"nul\x00", r"nul\x00"),
        (b"form\x0cfeed\x0bx\x1cy\x85", r"form\x0cfeed\x0bx\x1cy\x85"),
        ("a\u2028b\u2029c\u0085d".encode(), r"a\u2028b\u2029c\x85d"),
        ("evil\u202egnp.exe\u2066x\u2069".encode(), r"evil\u202egnp.exe\u2066x\u2069"),
        ("zero\u200bwidth\ufeff".encode(), r"zero\u200bwidth\ufeff"),
        ("tag\U000e0041".encode(), r"tag\U000e0041"),
        (b"caf\xe9 in Latin-1", r"caf\xe9 in Latin-1"),
        (b"\xed\xa0\x80 a surrogate", r"\xed\xa0\x80 a surrogate"),
        ("Empfänger unbekannt 宛先不明".encode(), "Empfänger unbekannt 宛先不明"),
        (b"two\tcolumns   and spaces", "two columns and spaces"),
        (b"first line\r\nsecond\n third", "first line second third"),
    ],
)
def test_what_is_not_printed_is_shown_escaped(said: bytes, shown: str) -> None:
    assert redacted(said.decode("utf-8", "surrogateescape")) == shown


@pytest.mark.parametrize(
    "said",
    [
        "no <b1token@marketplace.amazon.de> here",
        "no b1token@marketplace.amazon.de here",
        'no "b1token x"@marketplace.amazon.de here',
        "no <b1token x@marketplace.amazon.de> here",
        "no b1token\x00@marketplace.amazon.de here",
        "no b1token\x1c@marketplace.amazon.de here",
        "no b1token\u200b@marketplace.amazon.de here",
        "no b1token\uff20marketplace.amazon.de here",
        "no b1token%40marketplace.amazon.de here",
        "no b1token here",
        "no user B1TOKEN here",
        "x " * 495 + "b1token@marketplace.amazon.de",
        "<" * 400 + "b1token@marketplace.amazon.de>",
    ],
)
def test_addresses_stay_out_however_they_are_written(said: str) -> None:
    shown = redacted(said, "shop@example.com", "b1token@marketplace.amazon.de")
    assert "b1token" not in shown.lower()
    assert "marketplace" not in shown or "<address>" in shown


def test_a_short_local_part_is_no_secret_and_no_wildcard() -> None:
    assert redacted("no such user a.b", "no@example.com", "a.b@example.com") == "no such user a.b"


@given(st.binary(max_size=3000))
def test_any_octets_become_a_bounded_printable_line(said: bytes) -> None:
    shown = redacted(said.decode("utf-8", "surrogateescape"), "someone@example.com")
    assert len(shown) <= 300
    assert all(unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in ("Zl", "Zp") for c in shown)


@pytest.mark.parametrize("said", ["@" * 60_000, "<@" * 30_000, '"' * 60_000, "x" * 60_000 + "@y", "\x1b" * 60_000])
def test_a_long_reply_costs_no_time(said: str) -> None:
    assert len(redacted(said, "someone@example.com")) <= 300  # it would run for minutes


def test_a_cut_leaves_no_half_of_an_escape() -> None:
    assert redacted("x" * 297 + "\u202e") == "x" * 297


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",), ("PIPELINING", "CHUNKING")])
@pytest.mark.parametrize("at", ["MAIL", "RCPT", "END", "GREETING"])
def test_no_escape_sequence_reaches_the_ledger_or_the_reason(
    tmp_path: Path, extensions: tuple[str, ...], at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch_run, "_BACKOFF", 0.01)
    said = "550 5.1.1 \x1b[2Jgone\x07 \x9b5m\rfor <b0@marketplace.amazon.de>"
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.queue("b", [outgoing(0)])
    server = StrictServer(extensions, [Fault(at, said, 0)])

    async def run() -> str:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        transport = open_transport(f"smtp+plain://127.0.0.1:{listening.sockets[0].getsockname()[1]}", Credentials())
        dispatcher = Dispatcher(ledger, transport, "b", 1, RateLimiter(), lambda _n: None)
        await dispatcher.run()
        listening.close()
        for writer in server.writers:
            writer.close()
        await asyncio.sleep(0.01)
        return dispatcher.stopped

    told = asyncio.run(run())
    if at in ("RCPT", "END"):
        (_, _, told, _) = ledger.overview().problems()[0]
    assert r"550 5.1.1 \x1b[2Jgone\x07 \x9b5m\rfor <address>" in told
    assert told.isprintable()
