"""Text that a style sheet joins to a word is judged as joined, on its own, and the rest without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from franking.check import inspect
from franking.model import Message
from franking.policy import load

CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "data" / "generated_texts.yml").read_text("utf-8"))
WORDS: dict[str, str] = CASES["words"]
PLAIN = '<html lang="en"><style>p::before{content:"%s"}</style><p>has been shipped today</p></html>'


def found(rule: str, html: str) -> list[int]:
    return [finding.line for finding in inspect(Message("case", f"<!DOCTYPE html>{html}"), load(), select=[rule])]


@pytest.mark.parametrize("name", CASES["rejected"])
@pytest.mark.parametrize("rule", WORDS)
def test_rejected(rule: str, name: str) -> None:
    words, html = WORDS[rule], CASES["rejected"][name]
    half = len(words) // 2
    assert set(found(rule, html.replace("WORDS", words).replace("HALF", words[:half]).replace("REST", words[half:]))) == {1}


@pytest.mark.parametrize("name", CASES["permitted"])
@pytest.mark.parametrize("rule", WORDS)
def test_permitted(rule: str, name: str) -> None:
    assert found(rule, CASES["permitted"][name]) == []


@pytest.mark.parametrize("rule", ["opt-out-link", "phone-number", "promotion"])
def test_a_text_that_a_generated_letter_divides_is_read_without_it(rule: str) -> None:
    words = WORDS[rule]
    assert found(rule, f'<style>b::after{{content:"x"}}</style><p>{words[:7]}<b></b>{words[7:]}</p>') == [1]


def test_one_text_in_two_readings_is_one_finding() -> None:
    html = '<style>p::after{content:"shipped"}</style><p>+49 30 901820</p>'
    assert found("phone-number", html) == [1]


def test_generated_words_before_the_first_written_one_are_spelled_in_the_language_of_their_block() -> None:
    assert found("spelling", PLAIN % "Your parcle ") == [1]
    assert found("spelling", PLAIN % "Your parcel ") == []
    german = '<html lang="en"><style>p::before{content:"Ihre Bestellung "}</style><p lang="de">ist <i lang="en">shipped</i></p></html>'
    assert found("spelling", german) == []
