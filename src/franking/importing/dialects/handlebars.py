"""Handlebars, and SendGrid's dynamic templates, which are Handlebars with helpers of their own."""

from __future__ import annotations

import re
from decimal import Decimal

from franking.importing.tokens import Compare, Constant, Expression, Filtered, Logic, LoopFact, Not, Opaque, Path, Reader, Token

TAG = re.compile(
    r"\\?\{\{(?:~?!--(?P<long>.*?)--~?\}\}|~?!(?P<short>.*?)\}\}|\{(?P<raw>[^{}]*)\}\}\}|(?P<code>(?:[^{}\"']|\"[^\"]*\"|'[^']*')*)\}\})",
    re.DOTALL,
)
_PART = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<hash>[\w-]+)=|(?P<text>\"[^\"]*\"|'[^']*')|(?P<bars>as\s+\|[^|]*\|)"
    r"|(?P<word>[^\s()=|]+))"
)
_NAME = re.compile(r"[\w-]+(?:[./](?:[\w-]+|\[[^\]]*\]))*\Z")
_COMPARING = {
    "eq": "==",
    "equals": "==",
    "equal": "==",
    "is": "==",
    "ifeq": "==",
    "ifequals": "==",
    "ifcond": "",
    "ne": "!=",
    "neq": "!=",
    "noteq": "!=",
    "notequals": "!=",
    "isnt": "!=",
    "gt": ">",
    "greaterthan": ">",
    "lt": "<",
    "lessthan": "<",
    "gte": ">=",
    "ge": ">=",
    "lte": "<=",
    "le": "<=",
    "contains": "contains",
}
VALUE_HELPERS = frozenset(
    """date formatdate dateformat moment currency formatcurrency money formatmoney price formatprice upper uppercase lower
    lowercase capitalize trim default insert t translate i18n __ number formatnumber""".split()
)
_LOOP = {"@index": "index0", "@first": "first", "@last": "last", "@key": ""}


class Handlebars:
    """``{{x}}``, ``{{#if x}}``, ``{{#each xs}}``, ``{{> partial}}``, helpers and sub-expressions."""

    name = "handlebars"
    marks = (
        r"\{\{~?#(?:if|unless|with|equals|notEquals|greaterThan|lessThan|and|or|eq)\s",
        r"\{\{~?else",
        r"\{\{!--",
        r"\{\{~?[>#]?[^{}]*\w=[\"'\w]",
        r"\{\{~?[\w.]+\s+[\"'\w(]",
        r"\{\{\s*insert\s",
        r"\{\{[^{}]*(?:\.\./|@root|@index)",
        r"\{\{~|~\}\}",
        r"\bas\s+\|",
    )

    def read(self, source: str, file: str) -> list[Token]:
        """The tokens of a source."""
        reader = Reader(source, file)
        end = 0
        for match in TAG.finditer(source):
            reader.text(end, match.start())
            end = match.end()
            if match[0].startswith("\\"):
                reader.put("text", match[0], match.start(), text=match[0][1:])
            elif match["long"] is not None or match["short"] is not None:
                reader.put("comment", match[0], match.start())
            elif match["raw"] is not None:
                _field(reader, match[0], match.start(), match["raw"].strip(), raw=True)
            else:
                _tag(reader, match[0], match.start(), match["code"].strip().strip("~").strip())
        reader.text(end, len(source))
        return reader.finish()


def _tag(reader: Reader, source: str, offset: int, code: str) -> None:
    sign, rest = code[:1], code[1:].strip()
    word = rest.split()[0] if rest.split() else ""
    if sign == "#":
        _block(reader, source, offset, rest.lstrip("*>").strip() if word not in ("*inline",) else rest)
    elif sign == "/":
        reader.close(word, source, offset)
    elif sign == "^" and rest:
        path = _path(rest)
        token = reader.put("if", source, offset, Not(path) if isinstance(path, Path) else Opaque(rest))
        reader.open(word, token, source, offset)
    elif sign == "^" or code == "else" or code.startswith("else "):
        _otherwise(reader, source, offset, code.partition(" ")[2].strip() if sign != "^" else "")
    elif sign == ">":
        if re.fullmatch(r"[\w./-]+", rest):
            reader.put("include", source, offset, name=rest)
        else:
            reader.unknown(source, offset, "a partial with parameters, or whose name is computed")
    elif sign == "&":
        _field(reader, source, offset, rest, raw=True)
    else:
        _field(reader, source, offset, code)


def _block(reader: Reader, source: str, offset: int, code: str) -> None:
    name, _, rest = code.partition(" ")
    condition = _condition(name, rest)
    if condition is not None:
        reader.open(name, reader.put("if", source, offset, condition), source, offset)
    elif name == "each":
        parts, variable = _parameters(rest)
        if len(parts) == 1 and isinstance(parts[0], Path):
            reader.open(name, reader.put("each", source, offset, parts[0], name=variable), source, offset)
            return
        reader.unknown(source, offset, "a loop over something that is computed")
        reader.open(name, None, source, offset)
    elif name == "with" and isinstance(_path(rest), Path):
        reader.open(name, reader.put("with", source, offset, _path(rest)), source, offset)
    elif not rest and isinstance(_path(name), Path):
        reader.open(name, reader.put("section", source, offset, _path(name)), source, offset)
    else:
        reader.unknown(source, offset, f"the block helper {name[:40]!r}")
        reader.open(name.lstrip("*"), None, source, offset)


def _condition(name: str, rest: str) -> Expression | None:
    """The condition of a block helper; None if it has none."""
    parts, _ = _parameters(rest)
    lowered = name.lower()
    if lowered in ("if", "unless"):
        found = parts[0] if len(parts) == 1 else Opaque(rest)
        return Not(found) if lowered == "unless" else found
    return _call(lowered, parts, rest) if lowered in _COMPARING or lowered in ("and", "or", "not") else None


def _call(name: str, parts: list[Expression], source: str) -> Expression:
    """A helper that decides something."""
    if name in ("and", "or") and len(parts) >= 2:
        result = parts[0]
        for part in parts[1:]:
            result = Logic(name, result, part)
        return result
    if name == "not" and len(parts) == 1:
        return Not(parts[0])
    operator = _COMPARING.get(name, "")
    if name == "ifcond" and len(parts) == 3 and isinstance(parts[1], Constant):
        found = {"===": "==", "!==": "!="}.get(str(parts[1].value), str(parts[1].value))
        return Compare(found, parts[0], parts[2]) if found in ("==", "!=", "<", ">", "<=", ">=") else Opaque(source)
    return Compare(operator, parts[0], parts[1]) if operator and len(parts) == 2 else Opaque(source)


def _otherwise(reader: Reader, source: str, offset: int, rest: str) -> None:
    if not reader.understood():
        reader.unknown(source, offset, "an else of a block that is not understood")
    elif not rest:
        reader.put("else", source, offset)
    else:
        name, _, parameters = rest.partition(" ")
        reader.put("elif", source, offset, _condition(name, parameters) or Opaque(rest))


def _field(reader: Reader, source: str, offset: int, code: str, *, raw: bool = False) -> None:
    parts, _ = _parameters(code)
    name, _, rest = code.partition(" ")
    if len(parts) == 1:
        found = parts[0]
    elif name.lower() in VALUE_HELPERS and len(parts) > 1:
        found = Filtered(parts[1], name.lower(), tuple(_insert(p) for p in parts[2:]))
    else:
        found = Opaque(code)
    if isinstance(found, Opaque) or (isinstance(found, Path) and found.names == ("yield",)):
        reader.unknown(source, offset, f"the helper {name[:40]!r}" if rest else "no name of a value")
    else:
        reader.put("field", source, offset, found, raw=raw)


def _insert(part: Expression) -> Expression:
    """SendGrid's ``"default=text"``."""
    if isinstance(part, Constant) and isinstance(part.value, str) and part.value.startswith("default="):
        return Constant(part.value.removeprefix("default="))
    return part


def _parameters(code: str) -> tuple[list[Expression], str]:
    """Positional parameters, and the variable after ``as``. Named parameters are not understood."""
    stack: list[list[Expression]] = [[]]
    at, variable = 0, ""
    while at < len(code) and code[at:].strip():
        match = _PART.match(code, at)
        if match is None or match["hash"]:
            return [Opaque(code), Opaque(code), Opaque(code), Opaque(code)], ""
        at = match.end()
        if match["open"]:
            stack.append([])
        elif match["close"]:
            if len(stack) == 1:
                return [Opaque(code)], ""
            inner = stack.pop()
            named = inner[0] if inner else None
            helper = str(named).lower() if isinstance(named, Path) else ""
            stack[-1].append(_call(helper, inner[1:], code))
        elif match["bars"]:
            variable = match["bars"].partition("|")[2].strip("| ").split()[0]
        elif match["text"]:
            stack[-1].append(Constant(match["text"][1:-1]))
        else:
            stack[-1].append(_path(match["word"]))
    return (stack[0], variable) if len(stack) == 1 else ([Opaque(code)], "")


def _path(word: str) -> Expression:
    """A value by its path, or a literal."""
    if word in ("true", "false"):
        return Constant(word == "true")
    if word in ("null", "undefined"):
        return Constant(None)
    if re.fullmatch(r"-?\d+(\.\d+)?", word):
        return Constant(int(word)) if "." not in word else Constant(Decimal(word))
    if word in _LOOP:
        return LoopFact(_LOOP[word]) if _LOOP[word] else Opaque(word)
    if word.startswith(("@root.", "@root/")):
        return Path(tuple(re.split(r"[./]", word[6:])), None)
    up = 0
    while word.startswith("../"):
        word, up = word[3:], up + 1
    for own in ("this.", "this/", "./"):
        word = word.removeprefix(own)
    if word in ("this", "."):
        return Path((), up)
    return Path(tuple(part.strip("[]") for part in re.split(r"[./]", word)), up) if _NAME.match(word) else Opaque(word)
