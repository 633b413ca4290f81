"""JSON on standard output, whatever standard output is."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout

import pytest

from franking.cli.terminal import out_json

VALUE = {"title": "Lampe „Fjord“, 価格 €"}


def _written(encoding: str) -> str:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding) as out, redirect_stdout(out):
        out_json(VALUE)
        out.flush()
        return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "cp1252", "ascii"])
def test_a_stream_of_any_encoding_gets_the_same_value(encoding: str) -> None:
    assert json.loads(_written(encoding)) == VALUE


def test_a_stream_of_text_without_an_encoding_gets_it_too() -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        out_json(VALUE)
    assert json.loads(out.getvalue()) == VALUE
