"""Verdicts that an earlier start has found: used for the same message only, and never trusted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.check import as_message
from franking.files.disk_cache import DiskCache
from franking.model import Message
from franking.policy import load
from franking.preview import known_verdicts
from franking.preview.known_verdicts import KnownVerdicts
from franking.preview.session import PreviewSession

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def message() -> Message:
    session = PreviewSession(Catalog(ROOT / "templates", ROOT / "themes"), load())
    choice = next(c for c in session.choices() if (c.kind, c.theme, c.language) == ("reply", "plain", "en"))
    return as_message(session.compose(choice))


def stored(cache: DiskCache, message: Message, word: str = "permitted") -> None:
    known = KnownVerdicts(load(), cache)
    key, nothing = known.of(message)
    assert key
    assert nothing == ""
    known.put(message, key, word)
    known.keep()


def test_a_second_start_knows_the_verdict(tmp_path: Path, message: Message) -> None:
    cache = DiskCache(tmp_path / "cache")
    stored(cache, message, "rejected")
    assert KnownVerdicts(load(), cache).of(replace(message, source="elsewhere"))[1] == "rejected"
    (entry,) = cache.folder.iterdir()
    assert entry.stat().st_size < 100  # a digest and a letter, no text


@pytest.mark.parametrize(
    "change",
    [
        {"html": "<p>other</p>"}, {"text": "other"}, {"subject": "other"}, {"order_id": "302-4410982-0000000"},
        {"files": {"cid:logo": b"other"}}, {"allowed_links": {"example.com": "a reason"}}, {"kind": "other"},
        {"vocabulary": frozenset(["other"])}, {"facts": ("other",)}, {"assets": None},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_another_message_is_not_known(tmp_path: Path, message: Message, change: dict[str, object]) -> None:
    cache = DiskCache(tmp_path / "cache")
    stored(cache, message)
    assert KnownVerdicts(load(), cache).of(replace(message, **change))[1] == ""  # type: ignore[arg-type]


def test_another_policy_and_another_program_know_nothing(
    tmp_path: Path, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = DiskCache(tmp_path / "cache")
    stored(cache, message)
    assert KnownVerdicts(load("bol"), cache).of(message)[1] == ""
    monkeypatch.setattr(known_verdicts, "reader", lambda: "tesseract 99")
    assert KnownVerdicts(load(), cache).of(message)[1] == ""
    monkeypatch.undo()
    monkeypatch.setattr(known_verdicts, "program", lambda: "another")
    assert KnownVerdicts(load(), cache).of(message)[1] == ""
    monkeypatch.setattr(known_verdicts, "program", lambda: None)
    stored(cache, message)  # it is kept in memory only
    assert KnownVerdicts(load(), cache).of(message)[1] == ""


@pytest.mark.parametrize("damage", [b"x", b"x" * 17], ids=["cut off", "no verdict"])
def test_a_damaged_entry_counts_as_absent(tmp_path: Path, message: Message, damage: bytes) -> None:
    cache = DiskCache(tmp_path / "cache")
    stored(cache, message)
    (entry,) = cache.folder.iterdir()
    cache.write(entry.name, damage)
    assert KnownVerdicts(load(), cache).of(message)[1] == ""


def test_the_oldest_verdicts_go_first(tmp_path: Path, message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_verdicts, "_MOST", 3)
    cache = DiskCache(tmp_path / "cache")
    known = KnownVerdicts(load(), cache)
    messages = [replace(message, text=f"text {number}") for number in range(4)]
    for number, one in enumerate(messages):
        known.put(one, known.of(one)[0], "permitted")
        if number == 2:
            known.of(messages[0])  # it is asked for again
    known.keep()
    again = KnownVerdicts(load(), cache)
    assert [again.of(one)[1] for one in messages] == ["permitted", "", "permitted", "permitted"]


def test_what_is_broken_is_not_stored(tmp_path: Path, message: Message) -> None:
    cache = DiskCache(tmp_path / "cache")
    stored(cache, message, "broken")
    assert KnownVerdicts(load(), cache).of(message)[1] == ""
    assert not cache.folder.exists()


def test_a_session_composes_a_message_once_until_a_file_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    session = PreviewSession(Catalog(ROOT / "templates", ROOT / "themes"), load())
    choices = [c for c in session.choices() if (c.kind, c.theme) == ("reply", "plain")]
    assert session.compose(choices[0]) is session.compose(choices[0])
    kept = session.compose(choices[0])
    for choice in choices[1:]:
        session.compose(choice)
    assert session.compose(choices[0]) is not kept  # only the last few are kept
    kept = session.compose(choices[0])
    session.forget()
    assert session.compose(choices[0]) is not kept
