"""Sentences that read like those that a text rule rejects: undecided warnings, which no order's data make."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from franking.check import inspect
from franking.model import Finding, Franked, Message
from franking.policy import frames, likeness, load
from franking.policy.words import lists_in
from tests.unit.shapes import alike, trial, variants

RULES = ("promotion", "review-manipulation", "opt-out-link", "cancel-request", "offensive-language")

LOCALES = Path(__file__).parents[2] / "templates" / "locales"
INVITES = "If you liked this one, wait until you see the new Pro model."


def _found(text: str, *facts: str) -> list[Finding]:
    page = f'<!DOCTYPE html><html lang="en"><p>{text}</p></html>'
    return inspect(Message("m", page, facts=facts), load(), select=["promotion"])


def test_a_finding_of_the_model_is_an_undecided_warning() -> None:
    assert not lists_in(INVITES) | frames.lists_in(INVITES)
    (finding,) = _found(f"Your parcel is on its way. {INVITES}")
    assert (finding.severity, finding.undecided, finding.column) == ("warning", True, 62)
    assert INVITES in finding.message


def test_a_frame_in_a_sentence_that_reads_unlike_what_it_finds_is_a_warning_and_never_nothing() -> None:
    page = '<html lang="es"><p>Firme en la lista del punto de recogida al retirar el paquete.</p></html>'
    (finding,) = inspect(Message("m", page), load(), select=["opt-out-link"])
    assert (finding.severity, finding.undecided) == ("warning", True)


def test_a_definite_finding_is_not_reported_again() -> None:
    text = "Get 10 % off your next order with this discount code."
    assert "promotion" in likeness.lists_in(text)
    assert not any(finding.undecided for finding in _found(text))


def test_the_words_of_an_order_are_quoted() -> None:
    quoted = f"In your parcel are the poster {INVITES[:-1]} and a lamp."
    assert _found(quoted)
    assert not _found(quoted, INVITES[:-1])


@pytest.mark.parametrize("language", sorted(path.stem for path in LOCALES.glob("*.po")))
def test_the_templates_read_like_nothing(language: str) -> None:
    with (LOCALES / f"{language}.po").open("rb") as file:
        found = [
            (lists, text)
            for message in read_po(file)
            if message.id
            for text in ((message.string,) if isinstance(message.string, str) else message.string or ())
            if text and (lists := likeness.lists_in(text))
        ]
    assert found == []


@pytest.mark.parametrize("text", ["1 2 3 4 5 6", "USB-C ↔ HDMI", "x", "", "\n.\n", "$9.90 and $19.90", "q" * 9000])
def test_what_is_no_sentence_reads_like_nothing(text: str) -> None:
    assert not likeness.lists_in(text)


BODIES = (
    f"<p>{{{{ v }}}}. {INVITES}</p>",
    "<p>If {{ v }} liked this one, wait until you see the new Pro model.</p>",
    "<p>If you liked this one, {{ v }}</p>",
    "<p>{{ v }}, your parcel is on its way to {{ w }}.</p>",
)
VALUES = [
    ("Anna", "Berlin", 1), ("wait until you see the new Pro model", "Bonn", 2), (INVITES, INVITES, 1), ("you", "Köln", 1),
    ("Anna", "Berlin", 1), (INVITES, "Berlin", 1), ("Ben", "the new Pro model of our next order", 1), ("Anna", "Kiel", 3),
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_a_value_in_a_sentence_comes_out_the_same_both_ways(body: str, tmp_path: Path) -> None:
    made = trial(tmp_path, body)
    warned = set()
    for order in variants(made, VALUES):
        alike(made, order)
        whole = made.whole(order)
        warned.add(isinstance(whole, Franked) and any(finding.undecided for finding in whole.warnings))
    assert (True in warned) is (INVITES in body or "Pro model" in body)


@pytest.mark.parametrize("known", [True, False], ids=["in an order", "in a mail"])
@pytest.mark.parametrize(("language", "greeting"), [
    ("en", "Hello {},"), ("en", "Dear {},"), ("de", "Guten Tag {},"), ("de", "Hallo {},"), ("fr", "Bonjour {},"), ("it", "Salve {},"),
    ("es", "Hola {}:"), ("nl", "Beste {},"), ("sv", "Hej {},"), ("pl", "Dzień dobry {},"), ("tr", "Merhaba {},"), ("pt", "Olá {},"),
])  # fmt: skip
def test_a_greeting_reads_like_nothing(language: str, greeting: str, known: bool) -> None:
    """The words of names are no words of the sentence: the blanks in their place made it long enough to be judged."""
    for name in ("Ida Otto-Berger", "Ida Conrad-Conrad", "Mia Maria Otto Berger", "Hans-Peter von der Heide", "Jo"):
        names = (name,) if known else ()
        html = f'<!DOCTYPE html><html lang="{language}"><body><p>{greeting.format(name)}</p></body></html>'
        assert inspect(Message("case", html, names=names, facts=names), load(), select=RULES) == [], name
