"""JSON that has one reading, and what a model finds wrong with it, by its path.

RFC 8259 leaves open what a repeated name means (section 4), and Python reads numbers that JSON does not have (section 6: NaN,
Infinity). Both are refused here, and so is a number that no float holds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError

_NAMES = {dict: "object", list: "list", str: "text", int: "number", float: "number", bool: "truth value", type(None): "null"}
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_EXPECTED = {
    "string_type": "a text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "bool_type": "true or false",
    "float_type": "a number",
    "finite_number": "a number",
    "base64": "Base64",
    "bytes_type": "Base64",
    "decimal_type": "a number",
    "datetime_type": "a moment such as 2026-11-20T08:15:42Z",
    "string_unicode": "a text of whole characters",
    "string_too_short": "a text that is not empty",
}


class BadJson(ValueError):
    """A text that is no JSON, or can be read in two ways. ``line`` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Ambiguous(ValueError):
    """Raised inside a decoder: what Python would read, and JSON does not say."""


def strict_decoder() -> json.JSONDecoder:
    """A decoder that raises ``Ambiguous`` for repeated names and for numbers that JSON does not have."""
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                named = f" {name!r}" if name.isidentifier() and len(name) <= 40 else ""
                raise Ambiguous(f"the name{named} is there twice in one object")
            seen.add(name)
    return made


def _constant(name: str) -> object:
    raise Ambiguous(f"{name} is no number in JSON")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise Ambiguous("a number too large to be read")
    return number


def line_of_ambiguity(text: str, at: int = 0) -> int:
    """How many lines behind ``at`` the value that begins there is ``Ambiguous``."""
    decoder = strict_decoder()
    ends = [at + len(line) for line in (text[at:].split("\n"))]
    low, high = 0, len(ends) - 1
    for number in range(1, len(ends)):
        ends[number] += ends[number - 1] + 1 - at
    while low < high:  # a text that is cut behind it is refused for it as well
        middle = (low + high) // 2
        try:
            decoder.raw_decode(text[: ends[middle]], at)
            low = middle + 1
        except Ambiguous:
            high = middle
        except (ValueError, RecursionError):
            low = middle + 1
    return low


def read_json(data: bytes | str) -> object:
    """One JSON document in UTF-8, with or without a byte order mark. Raises ``BadJson``."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadJson(error.object.count(b"\n", 0, error.start) + 1, "not UTF-8, as JSON is") from None
    try:
        value = strict_decoder().decode(text)
        if _ESCAPED_SURROGATE.search(text) or not text.isascii():
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise BadJson(error.lineno, error.msg[:1].lower() + error.msg[1:]) from None
    except UnicodeEncodeError:
        raise BadJson(1, "contains half of a surrogate pair, which is not a character") from None
    except Ambiguous as error:
        raise BadJson(line_of_ambiguity(text) + 1, str(error)) from None
    except RecursionError:
        raise BadJson(1, "nested too deep to be read") from None
    except ValueError:  # of int(), which takes some thousand digits
        raise BadJson(1, "contains a number that is too long") from None
    return value


def json_name(value: object) -> str:
    """What JSON calls a value's type."""
    return _NAMES.get(type(value), type(value).__name__)


def fault_of(error: ValidationError, path: str = "") -> str:
    """The first field that does not fit a model: its path below ``path``, such as ``orders[3].items[0].price``, the type that
    was found, and what was expected. Never the value, which may be personal data."""
    first = error.errors(include_url=False)[0]
    kind, context = first["type"], first.get("ctx", {})
    place = path_of(first["loc"][:-1] if kind == "extra_forbidden" else first["loc"], path)
    if kind == "missing":
        return f"{place} is missing"
    if kind == "extra_forbidden":
        name = str(first["loc"][-1])
        known = f" {name!r}" if name.isidentifier() and len(name) <= 40 else ""
        return f"{place}: the name{known} is not known here".removeprefix(": ")
    found = f"{place}: found a JSON {json_name(first['input'])}, expected ".removeprefix(": ")
    return found + (_EXPECTED.get(kind) or _number(kind, context))


def path_of(steps: Sequence[int | str], path: str = "") -> str:
    """A place in a JSON value, as JavaScript writes it."""
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _number(kind: str, context: dict[str, Any]) -> str:
    """What was expected where a number has its bounds, or a value is one of a few."""
    if kind == "literal_error":
        return str(context["expected"])
    if kind in ("less_than", "less_than_equal"):
        return f"a number {'below' if kind == 'less_than' else 'up to'} {context.get('lt', context.get('le'))}"
    if kind in ("greater_than", "greater_than_equal") and (least := context.get("gt", context.get("ge"))) != 0:
        return f"a number {'above' if kind == 'greater_than' else 'from'} {least}"
    return "a whole number, not negative" if kind.startswith(("int_", "greater")) else "another value"
