"""The cheap look before the word lists' expressions never says no where an expression matches."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from franking.policy.words import LISTS, _bounded, _matching, _pattern, found, languages, patterns
from franking.policy.words.pieces import index, pieces

ENTRIES = [(name, speech, entry) for name in LISTS for speech, entries in patterns(name).items() for entry in entries]


def expected(name: str, speech: str, text: str) -> list[tuple[int, str]]:
    """What one language of a list finds, by its whole expression."""
    return [(match.start(), match.group()) for match in _pattern(name, speech).finditer(text)]


def test_the_index_is_up_to_date() -> None:
    file = resources.files("franking.policy.words").joinpath("index.json")
    assert json.loads(file.read_text("utf-8")) == index(), "run: make words"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("unsubscribe", {"unsubscribe"}), ("colou?r", {"colo"}), ("opt[- ]?out", {"opt"}), ("(?:gift|bonus) card", {"gift card", "bonus card"}),
        ("g[öo]t", {"göt", "got"}), (r"\d+ ?% (?:off|discount)", {"% off", "% discount"}), ("a|b", {"a", "b"}), ("x*", set()),
        ("(?:ab)?c{2,3}", {"c"}), ("[^.]{0,20}", set()), (r"rembours\w*", {"rembours"}), ("a|x*", set()),
    ],
)  # fmt: skip
def test_pieces_of_an_expression(expression: str, expected: set[str]) -> None:
    assert pieces(expression) == expected


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_what_an_entry_matches_is_found(data: st.DataObject) -> None:
    name, speech, entry = data.draw(st.sampled_from(ENTRIES))
    match = data.draw(st.from_regex(re.compile(entry, re.IGNORECASE), fullmatch=True))
    text = (
        data.draw(st.sampled_from(["", "see ", "Hallo, ", "x", "5 "]))
        + match
        + data.draw(st.sampled_from(["", "!", " now", "y"]))
    )
    for line in text.split("\n"):
        matches = expected(name, speech, line)
        assert found(name, line, frozenset([speech])) == matches
        assert (f"{name} {speech}" in _matching(line)) == bool(matches)


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=60))
@settings(max_examples=200, deadline=None)
def test_other_texts_are_judged_as_the_whole_list_does(text: str) -> None:
    for name in LISTS:
        for speech in languages(name):
            assert found(name, text, frozenset([speech])) == expected(name, speech, text)


def test_case_that_python_folds_in_its_own_way() -> None:
    # re.IGNORECASE holds the dotless i and the long s for an i and an s.
    for word in ("UNSUBSCRİBE", "unsubscrıbe", "unſubscribe"):
        assert bool(found("opt_out", word)) == bool(re.search(_bounded("unsubscribe"), word, re.IGNORECASE))
