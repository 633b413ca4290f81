"""Words with letters of other alphabets that look like Latin ones are judged as the words that they look like."""

from __future__ import annotations

import pytest

from franking.check import inspect
from franking.check.look_alikes import as_latin
from franking.model import Message
from franking.policy import load


@pytest.mark.parametrize(
    ("rule", "language", "text"),
    [
        ("opt-out-link", "en", "Unsubs\u0441ribe here"),
        ("opt-out-link", "en", "Uns\u03c5bscribe here"),
        ("opt-out-link", "en", "ᴜɴꜱᴜʙꜱᴄʀɪʙᴇ here"),
        ("cancel-request", "en", "Please \u0441\u0430ncel your order"),
        ("offensive-language", "de", "Du Ars\u0441hloch"),
        ("promotion", "en", "G\u0435t 20 % \u043eff"),
    ],
)
def test_a_word_with_look_alikes_is_judged(rule: str, language: str, text: str) -> None:
    html = f'<!DOCTYPE html><html lang="{language}"><p>x</p><p>{text}</p></html>'
    assert inspect(Message("case", html), load(), select=[rule])
    assert inspect(Message("case", "<p>x</p>", text, language=language), load(), select=[rule])
    assert inspect(Message("case", f'<html lang="{language}"><p>x</p></html>', subject=text), load(), select=[rule])


@pytest.mark.parametrize("text", ["5 μm", "10 kΩ", "Спасибо за заказ", "Ευχαριστούμε", "Unsubscribe", "Größe", "π", "アルファ"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert as_latin(text) is None
