"""The published models: which operation a request is, what of it breaks the model, and which sandbox case it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import unquote

_SCHEMES = {"string": str, "object": dict, "array": list, "boolean": bool}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server took it. ``values`` are those of the path, ``query`` may name a parameter several times."""

    values: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: object = None
    has_body: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """One operation of the models."""

    name: str
    method: str
    path: str
    rate: float
    burst: int
    query: Mapping[str, Any]
    body: Mapping[str, Any] | None
    success: int
    cases: list[Any] = field(repr=False)

    def faults(self, request: Request) -> list[str]:
        """What breaks the model."""
        found = [f"query {name}: not in the model" for name in request.query if name not in self.query]
        for name, rule in self.query.items():
            values = [part for value in request.query.get(name, []) for part in value.split(",")]
            if rule.get("required") and not values:
                found.append(f"query {name}: required")
            elif values:
                found += breaches(values if rule.get("type") == "array" else values[0], rule, f"query {name}", as_text=True)
        if self.body is None:
            if request.has_body:
                found.append("body: the model has none")
        elif not request.has_body:
            found.append("body: required")
        else:
            found += breaches(request.body, self.body, "body")
        return found

    def case(self, request: Request) -> tuple[int, object] | None:
        """Status and answer of the static case that fits with the most parameters; None if none fits."""
        best: tuple[int, int, object] | None = None
        for case in self.cases:
            given = case["given"]
            if all(_fits(name, value, request) for name, value in given.items()):
                weight = len(given)
                if best is None or weight > best[0]:
                    best = weight, case["status"], case["answer"]
        return (best[1], best[2]) if best is not None else None


def _fits(name: str, value: object, request: Request) -> bool:
    if name == "body" or name == "payload":
        return request.has_body and request.body == value
    if name in request.values:
        return request.values[name] == str(value)
    given = [part for text in request.query.get(name, []) for part in text.split(",")]
    return given == ([str(v) for v in value] if isinstance(value, list) else [str(value)])


def breaches(value: object, rule: Mapping[str, Any], where: str, *, as_text: bool = False) -> Iterator[str]:
    """What of a value breaks a schema (JSON Schema draft 4, as far as the models use it)."""
    kind = rule.get("type")
    if kind == "array" and isinstance(value, list):
        yield from _in_items(value, rule, where, as_text=as_text)
    elif kind == "object" and isinstance(value, dict):
        yield from _in_properties(value, rule, where)
    elif kind == "string" and isinstance(value, str):
        yield from _in_text(value, rule, where)
    elif kind in ("integer", "number"):
        if not (as_text or (isinstance(value, int | float) and not isinstance(value, bool))):
            yield f"{where}: no {kind}"
    elif kind in _SCHEMES and not isinstance(value, _SCHEMES[kind]) and not as_text:
        yield f"{where}: no {kind}"


def _in_items(items: list[Any], rule: Mapping[str, Any], where: str, *, as_text: bool) -> Iterator[str]:
    if not rule.get("minItems", 0) <= len(items) <= rule.get("maxItems", 10**9):
        yield f"{where}: {len(items)} items"
    for number, item in enumerate(items):
        yield from breaches(item, rule.get("items", {}), f"{where}[{number}]", as_text=as_text)


def _in_properties(value: dict[str, Any], rule: Mapping[str, Any], where: str) -> Iterator[str]:
    properties = rule.get("properties", {})
    yield from (f"{where}.{name}: required" for name in rule.get("required", []) if name not in value)
    for name, item in value.items():
        if name in properties:
            yield from breaches(item, properties[name], f"{where}.{name}")
        elif properties:
            yield f"{where}.{name}: not in the model"


def _in_text(text: str, rule: Mapping[str, Any], where: str) -> Iterator[str]:
    if not rule.get("minLength", 0) <= len(text) <= rule.get("maxLength", 10**9):
        yield f"{where}: {len(text)} characters"
    if "enum" in rule and text not in rule["enum"]:
        yield f"{where}: none of the values that the model names"
    if rule.get("format") == "date-time" and not _moment(text):
        yield f"{where}: no date-time"


def _moment(text: str) -> bool:
    """Whether a text is a date-time with an offset (RFC 3339, section 5.6)."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None and "T" in text
    except ValueError:
        return False


@cache
def published() -> tuple[Published, ...]:
    """Every operation of the models."""
    text = resources.files(__package__).joinpath("operations.json").read_text("utf-8")
    return tuple(Published(**entry) for entry in json.loads(text))


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(
        "".join(f"(?P<{p[1:-1]}>[^/]+)" if p.startswith("{") else re.escape(p) for p in re.split(r"(\{\w+\})", path))
    )


def find(method: str, path: str) -> tuple[Published, dict[str, str]] | None:
    """The operation of a request line, and its path's values decoded."""
    for operation in published():
        found = _pattern(operation.path).fullmatch(path) if operation.method == method else None
        if found is not None:
            return operation, {name: unquote(value) for name, value in found.groupdict().items()}
    return None
