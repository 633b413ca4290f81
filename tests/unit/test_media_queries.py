"""Media queries as Chromium 156 answers them (``matchMedia``) at 360 and 600 px: random ones of the grammar of Media Queries 4,
and of what comes near it. ``scripting`` is left out: a mailbox runs no scripts."""

from __future__ import annotations

import json
from pathlib import Path

import tinycss2

from franking.css.media import matches

QUERIES = json.loads((Path(__file__).parents[1] / "data" / "media_queries.json").read_text("utf-8"))


def test_queries_hold_where_chromium_has_them_hold() -> None:
    wrong = [
        (query, width)
        for query, *answers in QUERIES
        for width, answer in zip((360, 600), answers, strict=True)
        if matches(tinycss2.parse_component_value_list(query), width) is not answer
    ]
    assert wrong == []


def test_the_queries_say_something() -> None:
    assert len(QUERIES) >= 400
    assert {tuple(answers) for _, *answers in QUERIES} == {(True, True), (False, False), (True, False), (False, True)}
