"""Reading the catalog's TOML files with errors that name file, line and expectation."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from franking.errors import FrankingError

M = TypeVar("M", bound=BaseModel)


def read_toml(path: Path) -> dict[str, Any]:
    """The file as a dictionary. Raises ``FrankingError`` naming the line of a syntax error."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise FrankingError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise FrankingError(f"{path}: not UTF-8 at byte {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise FrankingError(f"{path}:{line[1] if line else 1}: {str(error).split(' (at')[0].lower()}") from None


def line_of(path: Path, key: str) -> int:
    """The line where a key or table name is written, 1 where it cannot be found."""
    pattern = re.compile(rf"\s*(?:\[+[\w.\"-]*)?\"?{re.escape(key)}\"?\s*(?:=|\])")
    for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if pattern.match(text):
            return number
    return 1


def parse(path: Path, model: type[M]) -> M:
    """The file as a checked model. Raises ``FrankingError`` for the first value that does not fit."""
    data = read_toml(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        # A misspelt key is missing under its right name too; the wrong spelling is the better hint.
        problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
        steps = [str(s) for s in problem["loc"]]
        line = line_of(path, next((s for s in reversed(steps) if not s.isdigit()), ""))
        raise FrankingError(f"{path}:{line}: {'.'.join(steps)}: {problem['msg'].lower()}") from None
