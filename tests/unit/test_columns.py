"""Tables on stdout: aligned for wide and combining characters, folded between words, and unable to steer a terminal."""

from __future__ import annotations

import pytest

from franking.cli.columns import table_lines


def lines(monkeypatch: pytest.MonkeyPatch, columns: int, *rows: tuple[str, ...], **how: object) -> list[str]:
    """As a terminal of that width gets them."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    return list(table_lines(rows, **how))  # type: ignore[arg-type]


def test_columns_stand_below_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, 80, ("a", "1", "x"), ("long", "200", "y"), headings=("k", "n", "t"), right={1}) == [
        "k       n  t", "a       1  x", "long  200  y",
    ]  # fmt: skip


def test_wide_and_combining_characters_keep_the_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, 80, ("日本", "x"), ("e\u0301", "x"), ("abcd", "x")) == ["日本  x", "e\u0301     x", "abcd  x"]


def test_a_long_cell_is_folded_between_words_and_within_one_that_is_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, 26, ("ab", "one two three four five six"), ("c", "z" * 30)) == [
        "ab  one two three four", "    five six", f"c   {'z' * 22}", f"    {'z' * 8}",
    ]  # fmt: skip
    assert lines(monkeypatch, 26, ("ab", "日" * 12)) == [f"ab  {'日' * 11}", "    日"]


def test_the_folded_column_may_stand_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, 30, ("a", "one two three four five six", "9"), fold=1) == [
        "a  one two three four five   9",
        "   six",
    ]


def test_a_narrow_terminal_and_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, 1, ("a", "b" * 25)) == [f"a  {'b' * 20}", f"   {'b' * 5}"]
    assert lines(monkeypatch, 80) == []


def test_a_cell_cannot_break_a_line_or_steer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, 80, ("a\nb", "\x1b[31m")) == ["a\\nb  \\x1b[31m"]
