"""Which variable of a kind a field of the source means: by the person's table, by name, by meaning, or by nobody."""

from __future__ import annotations

import difflib
import keyword
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path as File

from franking.catalog.toml import read_toml
from franking.errors import InputError
from franking.importing.tokens import Path
from franking.rendering.environment import GLOBALS
from franking.rendering.values import PROVIDED

_RESERVED = frozenset(
    ["loop", "self", "super", "caller", "varargs", "kwargs", "item", "true", "false", "none", *PROVIDED, *GLOBALS]
)
GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Table:
    """``fields.toml``: variables by the names of fields."""

    groups: frozenset[str]
    names: dict[str, str]
    item: dict[str, str]
    several: dict[str, tuple[str, ...]]
    filters: dict[str, str]


@cache
def table() -> Table:
    """The table that the package ships."""
    with resources.as_file(resources.files("franking.importing") / "fields.toml") as file:
        data = read_toml(file)

    def words(section: str) -> dict[str, str]:
        found = data[section]
        assert isinstance(found, dict)
        return {word: str(variable) for variable, text in found.items() for word in str(text).split()}

    several = data["several"]
    assert isinstance(several, dict)
    return Table(
        frozenset(str(data["groups"]).split()),
        words("variables") | words("own"),
        words("item"),
        {name: tuple(str(text).split()) for name, text in several.items()},
        words("filters"),
    )


def spelled(names: tuple[str, ...]) -> str:
    """A path in lower case with _ between the words: ``order.shipDate`` is ``order_ship_date``."""
    text = "_".join(names)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"\W+|_+", "_", text.lower()).strip("_")


def _shorter(name: str, groups: frozenset[str]) -> list[str]:
    """The name, and the name without the words in front that only name a group."""
    found = [name]
    parts = name.removesuffix("_all").split("_")  # order.items.all is Django's list
    if parts != name.split("_"):
        found.append("_".join(parts))
    while len(parts) > 1 and parts[0] in groups:
        parts = parts[1:]
        found.append("_".join(parts))
    return found


@dataclass(slots=True)
class Match:
    """What a field means: a variable, ``theme.brand`` … or ``given`` as ``variable``; ``how`` it was found."""

    variable: str
    how: str
    candidates: tuple[str, ...] = ()


@dataclass(slots=True)
class Matching:
    """The fields of a source and what they mean. ``own`` is the person's table."""

    own: dict[str, str] = field(default_factory=dict)
    found: dict[str, Match] = field(default_factory=dict)
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)  # where each was first used

    def root(self, path: Path) -> Match:
        """The match of a field outside of loops."""
        key = str(path)
        if key not in self.found:
            self.found[key] = self._root(key, path.names)
        return self.found[key]

    def of_item(self, names: tuple[str, ...]) -> Match | None:
        """The match of an item's field; None if an item has no such value."""
        key = "items[]." + ".".join(names)
        if key in self.own:
            return self.found.setdefault(key, Match(self.own[key], "your table"))
        name = spelled(names) or "title"
        item = table().item
        for one in (name, *(["_".join(name.split("_")[n:]) for n in range(1, name.count("_") + 1)])):
            if one in item:
                return self.found.setdefault(key, Match(item[one], "by name" if one == item[one] else "by meaning"))
        return None

    def known(self, names: tuple[str, ...]) -> bool:
        """Whether a field outside of loops is matched with certainty."""
        return bool(names) and self._root(".".join(names), names).variable != GIVEN

    def _root(self, key: str, names: tuple[str, ...]) -> Match:
        if key in self.own:
            return Match(self.own[key], "your table")
        name = spelled(names)
        known = table()
        for one in _shorter(name, known.groups):
            if one in known.several:
                return Match(GIVEN, "", known.several[one])
            if one in known.names:
                return Match(known.names[one], "by name" if one == known.names[one] else "by meaning")
        near = difflib.get_close_matches(name, known.names, 3, 0.8)
        return Match(GIVEN, "", tuple(dict.fromkeys(known.names[one] for one in near)))


def given_name(names: tuple[str, ...], taken: dict[str, str]) -> str:
    """The name of the variable for a field that no order has; ``taken`` are those of other fields."""
    key = ".".join(names)
    name = re.sub(r"[^a-z0-9_]", "_", spelled(names)).strip("_")[:50] or "value"
    if not name[0].isalpha():
        name = f"value_{name}"
    while name in _RESERVED or keyword.iskeyword(name) or taken.get(name, key) != key:
        name += "_given" if not name.endswith("_given") else "_2"
    taken[name] = key
    return name


def read_table(file: File) -> dict[str, str]:
    """The person's table. Raises ``InputError`` with file and line for a variable that does not exist."""
    from franking.catalog.toml import line_of

    data = read_toml(file).get("fields", {})
    permitted = {*PROVIDED, *table().names.values(), *table().item.values(), GIVEN, ""}
    if not isinstance(data, dict):
        raise InputError(f"{file}:1: expected a table [fields]")
    for key, value in data.items():
        if value not in permitted:
            near = difflib.get_close_matches(str(value), sorted(permitted), 1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(
                f"{file}:{line_of(file, 'fields', key)}: found {str(value)[:60]!r}, expected a variable of an order, "
                f"theme.brand, title, given, or an empty text{meant}"
            )
    return {str(key): str(value) for key, value in data.items()}
