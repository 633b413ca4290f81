"""Values of settings from ``franking.toml``, the environment and options, converted by the type of the setting. Pydantic can do
this, but loading it takes longer than ``franking status`` takes as a whole."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

_TRUTH = dict.fromkeys(("1", "on", "t", "true", "y", "yes"), True) | dict.fromkeys(("0", "off", "f", "false", "n", "no"), False)


class Positive(float):
    """A number above zero."""


class PositiveInt(int):
    """A whole number above zero."""


class Secret:
    """A text that nothing prints."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """The text."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('**********')" if self._text else "Secret('')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class Unfit(ValueError):
    """What is wrong with a value, and with which of a list."""

    def __init__(self, expected: str, place: str = "") -> None:
        super().__init__(expected)
        self.place = place


def from_environment(text: str, kind: Any) -> Any:
    """The value of an environment variable: a list is written as JSON. Raises ``json.JSONDecodeError``."""
    return json.loads(text) if get_origin(kind) is list else text


def fitting(value: Any, kind: Any) -> Any:
    """A value converted to the type of its setting. Raises ``Unfit``."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if value is None else fitting(value, next(one for one in get_args(kind) if one is not NoneType))
    if origin is Literal:
        choices = get_args(kind)
        if isinstance(value, str) and value in choices:
            return value
        *first, last = map(repr, choices)
        raise Unfit(f"expected {', '.join(first)} or {last}")
    if origin is list:
        if not isinstance(value, list | tuple):
            raise Unfit("expected a list")
        return [_item(number, one, get_args(kind)[0]) for number, one in enumerate(value)]
    return _READERS[kind](value)


def _item(number: int, value: Any, kind: Any) -> Any:
    try:
        return fitting(value, kind)
    except Unfit as error:
        raise Unfit(str(error), f".{number}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("expected a text")
    return value


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = _TRUTH.get(str(value).lower()) if isinstance(value, str | int) else None
    if found is None:
        raise Unfit("expected true or false")
    return found


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit("expected a whole number")
    try:
        number = int(re.sub(r"\.0+$", "", value)) if isinstance(value, str) else value
        if number == (whole := int(number)):
            return whole
    except (ValueError, OverflowError):  # NaN and infinities among them
        pass
    raise Unfit("expected a whole number")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit("expected a number")
    try:
        return float(value)
    except (ValueError, OverflowError):
        raise Unfit("expected a number") from None


def _above_zero(number: Any) -> Any:
    if not number > 0:
        raise Unfit("expected a number greater than 0")
    return number


def _path(value: Any) -> Path:
    if not isinstance(value, str | Path):
        raise Unfit("expected a path")
    return Path(value)


_READERS: dict[Any, Any] = {
    str: _text,
    bool: _truth,
    int: _whole,
    float: _number,
    Path: _path,
    Positive: lambda value: _above_zero(_number(value)),
    PositiveInt: lambda value: _above_zero(_whole(value)),
    Secret: lambda value: value if isinstance(value, Secret) else Secret(_text(value)),
}
