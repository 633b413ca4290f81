"""Policy files: TOML whose every value names its source and since when it holds, and that may build on another policy.

``basics`` defines what a value may be, which every policy builds on in the end: a name that it has not is unknown, and a
value of another type is refused. Kinds of messages alone have free names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from franking.errors import ConfigurationError
from franking.files.packaged import packaged_text
from franking.policy.values import Entry, Policy, compiled, policy_of

ROOT = "basics"
SHIPPED = ("amazon-2023", "amazon-strict", "bol", ROOT)
ALIASES = {"amazon": "amazon-2023"}  # older names
_TABLES = ("settings", "thresholds", "kinds", "rules")
_CHOICES = {"kinds": ("permitted", "forbidden"), "rules": ("on", "off")}
_SETTINGS = {
    "link_hosts": ("own", "any"),
    "other_kinds": ("permitted", "forbidden"),
    "platforms": ("amazon", "bol", "shop"),
}
_FIELDS = ("value", "source", "effective", "note")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LARGEST = 1 << 20  # bytes of a policy file
_DEEPEST = 16  # policies that build on each other


class _File:
    """A policy file that was read as TOML, and where its keys stand."""

    def __init__(self, shown: str, text: str) -> None:
        self.shown = shown
        self.text = text
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            self.fail(int(line[1]) if line else text.count("\n") + 1, str(error).split(" (at")[0].lower())
        except (RecursionError, ValueError):  # nested too deep; a number of thousands of digits
            self.fail(1, "cannot be read as TOML: nested too deep, or a number that is too long")

    def fail(self, place: int | tuple[str, ...], message: str) -> NoReturn:
        """Raises ``ConfigurationError`` at a line, or at a key's."""
        line = place if isinstance(place, int) else self.line(place)
        raise ConfigurationError(f"{self.shown}:{line}: {message}")

    def line(self, path: tuple[str, ...]) -> int:
        """The line where a key is written, or as much of its path as is."""
        best, found = 0, 1
        table: tuple[str, ...] = ()
        for number, text in enumerate(self.text.splitlines(), start=1):
            if (match := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", text)) is not None:
                here = table = _keys(match[1])
            elif (match := re.match(r"\s*([\w.\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=", text)) is not None:
                here = (*table, *_keys(match[1]))
            else:
                continue
            if best < len(here) <= len(path) and path[: len(here)] == here:
                best, found = len(here), number
        return found


def _keys(written: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in written.split("."))


def load_policy(called: str) -> Policy:
    """A policy by its name, an older name, or a file's path. Raises ``ConfigurationError`` that names file, line, what was
    found and what was expected."""
    name = ALIASES.get(called, called)
    if name in SHIPPED:
        return _shipped(name, called)
    if not _is_path(called):
        raise ConfigurationError(
            f"unknown policy {called[:40]!r}; expected one of: {', '.join(SHIPPED)}, or a file such as shop-policy.toml"
        )
    return _own(Path(called), called, ())


def _is_path(called: str) -> bool:
    return "://" not in called and (called.endswith(".toml") or "/" in called or "\\" in called)


@cache
def _shipped(name: str, called: str) -> Policy:
    text = packaged_text("franking.policy", f"{name}.toml")
    file = _File(f"policy/{name}.toml", text)
    parent = _shipped(file.data["extends"], file.data["extends"]) if name != ROOT else None
    return _built(file, name, called, parent)


def _own(path: Path, called: str, seen: tuple[Path, ...]) -> Policy:
    """A user's own policy file, and what it builds on."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {(error.strerror or 'unknown reason').lower()}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}:{line}: not UTF-8: found the byte 0x{error.object[error.start]:02x}") from None
    except ValueError:  # NUL, half of a surrogate pair
        raise ConfigurationError(f"unknown policy {called[:40]!r}; no file has such a name") from None
    if len(data) > _LARGEST:
        raise ConfigurationError(f"{path}: over 1 MB, expected a policy file")
    file = _File(str(path), text.replace("\r\n", "\n"))
    parent = file.data.get("extends")
    if not isinstance(parent, str):
        message = "no policy to build on" if parent is None else f"extends is {_type(parent)}"
        file.fail(("extends",), f'{message}; expected for example extends = "amazon-2023"')
    shipped = ALIASES.get(parent, parent)
    if shipped in SHIPPED:
        return _built(file, path.stem, called, _shipped(shipped, shipped))
    if not _is_path(parent):
        file.fail(
            ("extends",),
            f"found the unknown policy {parent[:40]!r}, expected one of: {', '.join(SHIPPED)}, or a file "
            "such as shop-policy.toml",
        )
    other = path.parent / parent
    known = (*seen, path.resolve())
    if other.resolve() in known:
        file.fail(("extends",), "builds on itself in a circle, expected a policy that does not build on this one")
    if not other.is_file():
        file.fail(("extends",), f"found no file {str(other)!r}, expected a policy to build on")
    if len(known) > _DEEPEST:
        file.fail(("extends",), f"more than {_DEEPEST} policies build on each other, expected fewer")
    return _built(file, path.stem, called, _own(other, str(other), known))


def _built(file: _File, name: str, called: str, parent: Policy | None) -> Policy:
    """The policy of a file on top of its parent."""
    data = file.data
    for key in data:
        if key not in ("title", "extends", "sources", *_TABLES):
            file.fail((key,), f"found the unknown key {key[:40]!r}, expected title, extends, sources, {', '.join(_TABLES)}")
    title = data.get("title", parent.title if parent is not None else "")
    if not isinstance(title, str) or not title.strip():
        file.fail(("title",), f"title: found {_type(title)}, expected a text")
    sources = {**(parent.sources if parent is not None else {}), **_texts(file)}
    entries = dict(parent.entries) if parent is not None else {}
    for table in _TABLES:
        rows = data.get(table, {})
        if not isinstance(rows, dict):
            file.fail((table,), f"{table}: found {_type(rows)}, expected a table of values")
        for key, raw in rows.items():
            full = f"{table}.{key}"
            known = None if parent is None else parent.entries.get(full)
            if parent is not None and known is None and not (table == "kinds" and _KIND.fullmatch(key)):
                names = ", ".join(sorted(n.partition(".")[2] for n in parent.entries if n.startswith(f"{table}.")))
                expected = "a name in lower case such as order_problem" if table == "kinds" else f"one of: {names}"
                file.fail((table, key), f"{table}: found the unknown name {key[:40]!r}, expected {expected}")
            entries[full] = _entry(file, table, key, raw, sources, None if known is None else known.value, name)
    lineage = (parent.name, *parent.lineage) if parent is not None else ()
    return policy_of(name, called, title, sources, entries, lineage)


def _texts(file: _File) -> dict[str, str]:
    sources = file.data.get("sources", {})
    if not isinstance(sources, dict):
        file.fail(("sources",), f"sources: found {_type(sources)}, expected a table of texts")
    for key, text in sources.items():
        if not isinstance(text, str) or not text.strip():
            file.fail(("sources", key), f"sources.{key}: found {_type(text)}, expected a text: where it is written")
    return sources


def _entry(file: _File, table: str, key: str, raw: Any, sources: Mapping[str, str], like: Any, policy: str) -> Entry:
    full, path = f"{table}.{key}", (table, key)
    if not isinstance(raw, dict):
        file.fail(path, f'{full}: found {_type(raw)}, expected {{ value = …, source = "…", effective = 2026-01-31 }}')
    for name in raw:
        if name not in _FIELDS:
            file.fail((*path, name), f"{full}: found the unknown key {name[:40]!r}, expected {', '.join(_FIELDS)}")
    for name in _FIELDS[:3]:
        if name not in raw:
            file.fail(path, f"{full}: no {name}, expected value, source and effective")
    source, effective, note = raw["source"], raw["effective"], raw.get("note", "")
    if not isinstance(source, str) or source not in sources:
        shown = repr(source[:40]) if isinstance(source, str) else _type(source)
        file.fail((*path, "source"), f"{full}: source: found {shown}, expected a key of [sources]: {', '.join(sources)}")
    if not (type(effective) is date or (isinstance(effective, str) and effective.strip())):
        file.fail((*path, "effective"), f"{full}: effective: found {_type(effective)}, expected a date such as 2026-01-31")
    if not isinstance(note, str):
        file.fail((*path, "note"), f"{full}: note: found {_type(note)}, expected a text")
    if (wrong := _misfit(table, key, raw["value"], like)) is not None:
        found, expected = wrong
        file.fail((*path, "value"), f"{full}: value: found {found}, expected {expected}")
    return Entry(full, raw["value"], source, str(effective), note, policy)


def _misfit(table: str, key: str, value: Any, like: Any) -> tuple[str, str] | None:
    """What a value is and should be, None if it fits; ``like`` is the root's."""
    choices = _CHOICES.get(table) or (_SETTINGS.get(key, ()) if table == "settings" else ())
    for one in value if isinstance(value, list) else [value]:
        if choices and one not in choices:
            return _shown(one), f"one of: {', '.join(choices)}"
    if table == "thresholds":
        number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
        return None if number else (_shown(value), "a number, not negative")
    return _misfit_of_setting(key, value, like) if table == "settings" else None


def _misfit_of_setting(key: str, value: Any, like: Any) -> tuple[str, str] | None:
    if like is not None and type(value) is not type(like):
        return _type(value), _type(like)
    if key == "widths" and not (value and all(type(one) is int and 50 <= one <= 5000 for one in value)):
        return _shown(value), "widths of 50 to 5000 px"
    if key == "order_id":
        try:
            compiled(value)
        except re.error as error:
            return f"no regular expression ({error})", "such as '[0-9]{10}'"
    return _misfit_of_texts(value) if key != "widths" else None


def _misfit_of_texts(value: Any) -> tuple[str, str] | None:
    for one in value.values() if isinstance(value, dict) else [value]:
        if isinstance(one, list) and not all(isinstance(text, str) and text.strip() for text in one):
            return "a list with something else", "a list of texts"
        if isinstance(value, dict) and not isinstance(one, list):
            return f"a table with {_type(one)}", "a table of lists of texts"
    return None


def _shown(value: Any) -> str:
    return repr(value)[:40] if isinstance(value, str | int | float) else _type(value)


def _type(value: Any) -> str:
    names = {bool: "a truth value", int: "a whole number", float: "a number", str: "a text", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")
