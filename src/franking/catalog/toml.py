"""Reads the catalog's TOML files, with errors that name file, line and the expected value."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from franking.errors import TemplateError
from franking.files.kept import keep, recalled
from franking.package.near import near

if TYPE_CHECKING:
    from pydantic import BaseModel

    from franking.catalog.form_data import KindData, ThemeData

M = TypeVar("M", bound="BaseModel")


def read_text(path: Path) -> str:
    """The text of a file. Raises ``TemplateError`` with the file, and the line that is no UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TemplateError(
            f"{path}:{line}: not UTF-8: found the byte 0x{data[error.start]:02x}; save the file as UTF-8"
        ) from None


def read_toml(path: Path) -> dict[str, Any]:
    """The file as a dictionary. Raises ``TemplateError`` with the line of a syntax error."""
    try:
        return tomllib.loads(read_text(path))
    except RecursionError:
        raise TemplateError(f"{path}:1: nested too deep to be read") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise TemplateError(f"{path}:{line[1] if line else 1}: {str(error).split(' (at')[0].lower()}") from None
    except ValueError:  # a number with thousands of digits
        raise TemplateError(f"{path}:1: contains a number that is too long") from None


def line_of(path: Path, *steps: str | int) -> int:
    """The line of the statement that gives a value: keys from the top of the file, and for an array of tables the number of
    the element. If it is missing, the line of the nearest enclosing table; 1 if there is none."""
    lines = _lines(read_text(path))
    return next((lines[steps[:end]] for end in range(len(steps), 0, -1) if steps[:end] in lines), 1)


@lru_cache(maxsize=64)
def _lines(text: str) -> dict[tuple[str | int, ...], int]:
    """The line of each table and key of a valid file. A statement is the smallest number of lines that parse on their own."""
    found: dict[tuple[str | int, ...], int] = {}
    last: dict[tuple[str | int, ...], int] = {}  # arrays of tables: the number of their last element
    table: tuple[str | int, ...] = ()
    statement, start = "", 1
    for number, line in enumerate(text.split("\n"), start=1):
        statement += f"{line}\n"
        try:
            given = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # continues in the next line
        if statement.lstrip().startswith("["):
            table, inner = (), given
            while inner:
                (key, below), *_ = inner.items()
                table += (key,)
                if isinstance(below, list):
                    found.setdefault(table, start)
                    last[table] = last.get(table, -1) + 1
                    below = below[0]
                table += (last[table],) if table in last else ()
                found.setdefault(table, start)
                inner = below
        else:
            for path in _paths(given):
                found.setdefault((*table, *path), start)
        statement, start = "", number + 1
    return found


def _paths(value: Any) -> Iterator[tuple[str | int, ...]]:
    """The path to each value in tables and arrays."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in below:
        yield (key,)
        for path in _paths(inner):
            yield (key, *path)


def parse(path: Path, model: type[M]) -> M:
    """The file as a validated model. Raises ``TemplateError`` for the first invalid value."""
    from pydantic import ValidationError

    data = read_toml(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        # A misspelt key also causes an error about a missing key; the error about the misspelling is more helpful.
        problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
        steps = [str(s) for s in problem["loc"]]
        line = line_of(path, *problem["loc"])
        meant = near(steps[-1], _keys(model, steps[:-1])) if problem["type"] == "extra_forbidden" else ""
        raise TemplateError(f"{path}:{line}: {'.'.join(steps)}: {problem['msg'].lower()}{meant}") from None


def _keys(model: Any, steps: list[str]) -> list[str]:
    """The keys of a model, or of the one that is the value of its key, of the items of that list or of the values of that
    table; [] if there is none."""
    for step in steps:
        field = getattr(model, "model_fields", {}).get(step)
        types = [field.annotation, *get_args(field.annotation)] if field is not None else [model]
        model = next((one for one in reversed(types) if hasattr(one, "model_fields")), None)
    return list(getattr(model, "model_fields", ()))


def read_kind_file(path: Path) -> KindData:
    """``kind.toml`` with the default of each value that it leaves out. Raises ``TemplateError`` for an invalid value."""
    found: KindData = _read_form(path, "KindFile")
    return found


def read_theme_file(path: Path) -> ThemeData:
    """``theme.toml`` with the default of each value that it leaves out. Raises ``TemplateError`` for an invalid value."""
    found: ThemeData = _read_form(path, "ThemeFile")
    return found


def _read_form(path: Path, form: str) -> Any:
    """The file as a model of ``forms`` dumps it. A valid file is not validated again, because loading Pydantic and the forms is
    a tenth of what a ``send`` of twenty orders costs."""
    text = read_text(path)
    kept = recalled(form, text)
    if isinstance(kept, dict):
        return kept
    from franking.catalog import forms

    found = parse(path, getattr(forms, form)).model_dump()
    keep(form, text, found)
    return found
