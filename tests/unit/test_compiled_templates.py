"""Compiled templates are shared by the environments of all languages: what they contain must not depend on one of them."""

from __future__ import annotations

from typing import Any

import pytest
from babel.support import NullTranslations
from jinja2 import DictLoader

from franking.rendering.environment import make_environment
from franking.rendering.isolation import Sandbox


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("de_DE", "1.234,5"), ("en_US", "1,234.5"), ("ar_EG", '<span dir="auto">1,234.5</span>'), ("sv_SE", "1\xa0234,5")],
)
def test_a_number_that_a_template_writes_itself_is_formatted_for_each_language(locale: str, shown: str) -> None:
    environment = make_environment(Sandbox, DictLoader({"one.html.j2": "{{ 1234.5|number }}"}), NullTranslations(), locale)
    environment.begin()
    assert environment.get_template("one.html.j2").render() == shown


@pytest.mark.parametrize("locale", ["de_DE", "ar_EG"])
def test_a_template_is_compiled_once_for_all_themes(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = f"{{{{ value }}}} in {locale}"
    compiled: list[str] = []
    real = Sandbox._generate

    def generate(self: Sandbox, *given: Any, **named: Any) -> str:
        compiled.append("once")
        return real(self, *given, **named)

    monkeypatch.setattr(Sandbox, "_generate", generate)
    for _ in range(2):
        environment = make_environment(Sandbox, DictLoader({"two.html.j2": source}), NullTranslations(), locale)
        environment.begin()
        assert "1 " in environment.get_template("two.html.j2").render(value=1) or locale == "ar_EG"
    assert compiled == ["once"]
