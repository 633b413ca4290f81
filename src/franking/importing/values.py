"""Writes the values and conditions of a source as Jinja2, with the variables of an order and those that the seller gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from franking.importing.decisions import Decisions
from franking.importing.fields import GIVEN, Match, Matching, given_name, spelled, table
from franking.importing.tokens import (
    Compare,
    Constant,
    Expression,
    Filtered,
    Logic,
    LoopFact,
    Not,
    Opaque,
    Path,
    Token,
)

Kind = Literal["text", "date", "datetime", "money", "number", "items"]
TYPES: dict[str, Kind] = {
    "items": "items", "item_count": "number", "total": "money", "purchased_at": "datetime", "shipped_at": "datetime",
    "delivered_at": "datetime", "delivery_from": "datetime", "delivery_to": "datetime", "quantity": "number", "price": "money",
}  # fmt: skip
_OWN = frozenset(["theme.brand", "title", "lang"])
_LENGTH = frozenset(["length", "size", "count"])
_FORMATTED: dict[str, Kind] = {"date": "date", "money": "money", "number": "number"}


@dataclass(frozen=True, slots=True)
class Value:
    """A Jinja2 expression with its type, and a name for it in texts."""

    code: str
    type: Kind
    name: str
    optional: bool = False


@dataclass(slots=True)
class Given:
    """A variable that the seller gives, because no order has it."""

    name: str
    about: str
    type: Kind = "text"
    optional: bool = False
    link: bool = False  # whether it is the target of a link


@dataclass(frozen=True, slots=True)
class Frame:
    """A scope of names: a loop over the items, or a block whose names have a common beginning."""

    items: bool
    variable: str
    names: tuple[str, ...] = ()
    loop: str = "item"


@dataclass(slots=True)
class Values:
    """The variables that the templates use."""

    matching: Matching
    decisions: Decisions
    frames: list[Frame] = field(default_factory=list)
    assigned: dict[str, Value | None] = field(default_factory=dict)
    given: dict[str, Given] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)

    def value(self, path: Path, token: Token) -> Value | None:
        """The value of a name; None if there is none, which is reported."""
        names = path.names
        frames = [] if path.up is None else self.frames[: len(self.frames) - path.up] if path.up else self.frames
        if path.up is None or not names or names[0] not in self.assigned:
            for frame in reversed(frames):
                if frame.variable and names and frame.variable == names[0]:
                    return self._in(frame, names[1:], token)
            if frames and not frames[-1].variable:
                return self._in(frames[-1], names, token, implicit=True)
        elif len(names) == 1:
            return self.assigned[names[0]]
        if len(names) > 1 and names[-1] in _LENGTH and self.matching.root(Path(names[:-1])).variable == "items":
            return Value(f"{self._use('items')}|length", "number", "item_count")
        return self._root(names, token)

    def _in(self, frame: Frame, names: tuple[str, ...], token: Token, *, implicit: bool = False) -> Value | None:
        if not frame.items:
            whole = (*frame.names, *names)
            if implicit and names and not self.matching.known(whole) and self.matching.known(names):
                return self._root(names, token)
            return self._root(whole, token)
        match = self.matching.of_item(names)
        if match is not None and match.variable:
            self._place("items[]." + ".".join(names), token)
            return Value(
                f"{frame.loop}.{match.variable}", TYPES.get(match.variable, "text"), match.variable, match.variable == "price"
            )
        if match is None and implicit and self.matching.known(names):
            return self._root(names, token)
        if match is None:
            self.decisions.add("field", token, f"an item of an order has no {'.'.join(names)!r}: the value is left out")
        return None

    def _root(self, names: tuple[str, ...], token: Token) -> Value | None:
        if not names:
            self.decisions.add("field", token, f"{token.source.strip()[:60]} has no single value: it is left out")
            return None
        key = ".".join(names)
        match = self.matching.root(Path(names))
        self._place(key, token)
        if not match.variable:
            return None
        if match.variable in _OWN:
            return Value(match.variable, "text", match.variable.rpartition(".")[2])
        if match.variable != GIVEN:
            optional = match.variable not in ("order_id", "items", "item_count", "purchased_at", "currency", "marketplace_name")
            return Value(self._use(match.variable), TYPES.get(match.variable, "text"), match.variable, optional)
        return self._given(key, given_name(names, self._names), self._about(names), token, match)

    def _about(self, names: tuple[str, ...]) -> str:
        return spelled(names).replace("_", " ").capitalize() or "A value"

    def _given(self, key: str, name: str, about: str, token: Token, match: Match | None = None) -> Value:
        given = self.given.setdefault(name, Given(name, about))
        if match is not None and match.how != "your table":
            fit = f"; it could be {', '.join(match.candidates)}" if match.candidates else ""
            self.decisions.add("field", token, f"no order has {key!r}: you give {name!r} in the table of --details{fit}")
        return Value(name, given.type, name, given.optional)

    def flag(self, source: str, token: Token, names: tuple[str, ...] = ()) -> Value:
        """A variable of the seller's that decides a condition which is not understood."""
        name = given_name(names or tuple(source.split()[:6]), self._names)
        self.given.setdefault(name, Given(name, f"Not empty where this holds: {' '.join(source.split())[:80]}")).optional = True
        return self._given(source, name, "", token)

    def _place(self, key: str, token: Token) -> None:
        self.matching.lines.setdefault(key, (token.file, token.line))

    def _use(self, variable: str) -> str:
        self.used.add(variable)
        return variable

    def written(self, expression: Expression, token: Token) -> tuple[str, str] | str | None:
        """What a field writes: code and a name for it, a plain text, or None for nothing."""
        found = self.filtered(expression, token)
        if isinstance(found, str) or found is None:
            return found
        return self.formatted(found, token)

    def formatted(self, found: Value, token: Token) -> tuple[str, str] | None:
        """A value as buyers read it: dates and prices by locale."""
        if found.type == "items":
            self.decisions.add("value", token, "a list is written like a text: it is left out")
            return None
        form = {"datetime": "|day", "date": "|day", "number": "|number", "text": ""}.get(found.type)
        if form is None:
            form = f"|money({self._use('currency')})"
        if not found.optional:
            return f"{found.code}{form}", found.name
        empty = f'{found.code} or ""' if not form else f'{found.code}{form} if {found.code} is not none else ""'
        return (found.code if found.name in ("buyer_name", "carrier", "order_url") else empty), found.name

    def filtered(self, expression: Expression, token: Token) -> Value | str | None:
        """A value or a literal text after its filters."""
        if isinstance(expression, Path):
            return self.value(expression, token)
        if isinstance(expression, Constant):
            return "" if expression.value is None else str(expression.value)
        if isinstance(expression, LoopFact) and self._in_items():
            return Value(f"loop.{expression.name}", "number", "index")
        if not isinstance(expression, Filtered):
            self.decisions.add("unknown-syntax", token, f"{token.source.strip()[:80]} is no value: it is left out")
            return None
        inner = self.filtered(expression.value, token)
        effect = table().filters.get(expression.name.lower(), "")
        if inner is None or effect == "same":
            return inner
        if isinstance(inner, str):
            return {"upper": inner.upper(), "lower": inner.lower()}.get(effect, inner)
        return self._through(inner, effect, expression, token)

    def _through(self, inner: Value, effect: str, expression: Filtered, token: Token) -> Value:
        if effect in ("upper", "lower", "capitalize", "title") and inner.type == "text":
            return replace(inner, code=f"{self._safe(inner)}|{effect}", optional=False)
        if effect == "default":
            argument = expression.arguments[0] if expression.arguments else Constant("")
            fallback = self.filtered(argument, token)
            if inner.name in self.given:
                self.given[inner.name].optional = True
            if inner.type == "text":
                other = quoted(fallback) if isinstance(fallback, str) else fallback.code if fallback else '""'
                return replace(inner, code=f"({inner.code} or {other})", optional=False)
            return replace(inner, optional=True)
        wanted = _FORMATTED.get(effect)
        if wanted is not None:
            if inner.name in self.given and inner.type == "text":
                self.given[inner.name].type = wanted
                inner = replace(inner, type=wanted)
            if inner.type == wanted or (wanted == "date" and inner.type == "datetime") or wanted == "number":
                return inner
        if effect == "length" and inner.type == "items":
            return Value(f"{inner.code}|length", "number", "item_count")
        self.decisions.add(
            "unknown-syntax", token, f"the filter {expression.name[:40]!r} is left out: the value is written without it"
        )
        return inner

    def _safe(self, inner: Value) -> str:
        return f'({inner.code} or "")' if inner.optional else inner.code

    def _in_items(self) -> bool:
        return any(frame.items for frame in self.frames)

    def condition(self, expression: Expression, token: Token) -> str:
        """A condition as Jinja2."""
        if isinstance(expression, Logic):
            left, right = self.condition(expression.left, token), self.condition(expression.right, token)
            return f"({left} {expression.operator} {right})"
        if isinstance(expression, Not):
            return f"not {self.condition(expression.value, token)}"
        if isinstance(expression, Compare):
            return self._compared(expression, token)
        if isinstance(expression, Constant):
            return "true" if expression.value else "false"
        if isinstance(expression, Opaque):
            self.decisions.add("condition", token, f"the condition {expression.source[:60]!r} is not understood: you decide it")
            return self.flag(expression.source, token).code
        found = self.filtered(expression, token)
        if isinstance(found, str) or found is None:
            return "true" if found else "false"
        self._may_be_missing(found)
        return found.code

    def _may_be_missing(self, found: Value) -> None:
        if found.name in self.given:
            self.given[found.name].optional = True

    def _compared(self, expression: Compare, token: Token) -> str:
        for one, other in ((expression.left, expression.right), (expression.right, expression.left)):
            if isinstance(other, Constant) and other.value in (None, "") and expression.operator in ("==", "!="):
                code = self.condition(one, token)
                return code if expression.operator == "!=" else f"not {code}"
        sides: list[str] = []
        guards: list[str] = []
        number = any(isinstance(s, Constant) and isinstance(s.value, int | Decimal) and not isinstance(s.value, bool)
                     for s in (expression.left, expression.right))  # fmt: skip
        for side in (expression.left, expression.right):
            if isinstance(side, Constant):
                sides.append(literal(side.value))
                continue
            found = self.filtered(side, token) if isinstance(side, Path | Filtered | LoopFact) else None
            if isinstance(found, str):
                sides.append(quoted(found))
            elif found is None or (found.type in ("datetime", "items") and expression.operator != "contains"):
                source = token.source.strip("{}%# *|")
                self.decisions.add("condition", token, f"the condition {source[:60]!r} is not understood: you decide it")
                return self.flag(source, token).code
            else:
                self._may_be_missing(found)
                if found.name in self.given and number:
                    self.given[found.name].type = "number"
                guards.append(found.code)
                sides.append(found.code)
        if len(guards) == 2 and sides[0] == sides[1]:
            source = token.source.strip("{}%# *|")
            self.decisions.add(
                "condition", token, f"the condition {source[:60]!r} compares fields that are both {sides[0]}: you decide it"
            )
            return self.flag(source, token).code
        operator = expression.operator
        if operator in ("==", "!="):
            return f"{sides[0]} {operator} {sides[1]}"
        code = f"{sides[1]} in {sides[0]}" if operator == "contains" else f"{sides[0]} {operator} {sides[1]}"
        return "(" + " and ".join([*(f"{guard} is not none" for guard in guards), code]) + ")"


def quoted(text: str) -> str:
    """A text as a literal of Jinja2."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n")
    return f'"{escaped}"'


def literal(value: object) -> str:
    """A constant as a literal of Jinja2."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "none" if value is None else quoted(value) if isinstance(value, str) else str(value)
