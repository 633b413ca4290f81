"""Numbers with nouns: no message for people says "1 cells"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.model.counted import counted

SOURCE = Path(__file__).parents[2] / "src" / "franking"
PLURAL = re.compile(r" (?:(?!is|has)[a-z]+ )?(?!ambiguous\b|is\b|was\b|has\b|of\b|does\b)[a-z]+s\b")
NEVER_ONE = {  # by the condition around it
    "the {} time zones",
    "a ZIP archive with {} files",  # or none
    "{} sheets contain",
    "{} templates",  # or none
    "{} parcels are more than",
    "found {} characters, expected up to",
    "found {} characters, expected at most",
    "{} characters",  # more than a subject may have
    "The text has {} characters",
    "{} bytes; a file may",
    "these {} characters",
    "in {} places",
}


def plurals(path: Path) -> Iterator[str]:
    """Texts with the length of something and a plural noun after it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, after in zip(node.values, node.values[1:], strict=False):
            if not isinstance(value, ast.FormattedValue) or not isinstance(after, ast.Constant):
                continue
            call = value.value
            counts = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "len"
            if counts and PLURAL.match(str(after.value)):
                shown = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
                if not any(text in shown for text in NEVER_ONE):
                    yield f"{path.relative_to(SOURCE)}:{node.lineno}: {shown}"


def test_no_length_has_a_plural_noun() -> None:
    assert [text for path in sorted(SOURCE.rglob("*.py")) if "sandbox" not in path.parts for text in plurals(path)] == []


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (1, ["cell"], "1 cell"),
        (0, ["cell"], "0 cells"),
        (2, ["known finding"], "2 known findings"),
        (1, ["address", "addresses"], "1 address"),
        (3, ["address", "addresses"], "3 addresses"),
        (1, ["line is", "lines are"], "1 line is"),
    ],
)
def test_a_number_and_its_noun(number: int, words: list[str], text: str) -> None:
    assert counted(number, *words) == text
