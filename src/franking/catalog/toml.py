"""Reading the catalog's TOML files with errors that name file, line and expectation."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from franking.errors import TemplateError

M = TypeVar("M", bound=BaseModel)


def read_text(path: Path) -> str:
    """A file of the designers' folders. Raises ``TemplateError`` naming the file, and the line that is no UTF-8."""
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
    """The file as a dictionary. Raises ``TemplateError`` naming the line of a syntax error."""
    try:
        return tomllib.loads(read_text(path))
    except RecursionError:
        raise TemplateError(f"{path}:1: nested too deep to be read") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise TemplateError(f"{path}:{line[1] if line else 1}: {str(error).split(' (at')[0].lower()}") from None
    except ValueError:  # a number of thousands of digits
        raise TemplateError(f"{path}:1: holds a number that is too long to be read") from None


def line_of(path: Path, key: str) -> int:
    """The line where a key or table name is written, 1 where it cannot be found."""
    pattern = re.compile(rf"\s*(?:\[+[\w.\"-]*)?\"?{re.escape(key)}\"?\s*(?:=|\])")
    for number, text in enumerate(read_text(path).splitlines(), start=1):
        if pattern.match(text):
            return number
    return 1


def parse(path: Path, model: type[M]) -> M:
    """The file as a checked model. Raises ``TemplateError`` for the first value that does not fit."""
    data = read_toml(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        # A misspelt key is missing under its right name too; the wrong spelling is the better hint.
        problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
        steps = [str(s) for s in problem["loc"]]
        line = line_of(path, next((s for s in reversed(steps) if not s.isdigit()), ""))
        raise TemplateError(f"{path}:{line}: {'.'.join(steps)}: {problem['msg'].lower()}") from None
