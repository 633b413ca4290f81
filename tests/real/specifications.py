"""Writes ``src/franking/css/specified.json``: what the CSS specifications name, from the npm package ``@webref/css``.

``python -m tests.real.specifications``. For each property: the keywords, functions and types that its grammar can hold
(types and functions taken apart to the last), its initial value, whether it inherits, its longhands, and what it is an
alias of. The package is made of the specifications by the W3C's tools (MIT licence); what is kept are names and grammars.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.real.npm import install

PACKAGE = "@webref/css@8.7.5"
TARGET = Path("src/franking/css/specified.json")
# Types that values are matched against by their tokens; all others are taken apart.
TERMINALS = frozenset(
    (
        "angle color custom-ident dashed-ident dimension flex frequency ident image integer length length-percentage "
        "number percentage resolution string time url ratio hex-color alpha-value any-value declaration-value "
        "custom-property-name family-name decibel semitones an-plus-b"
    ).split()
)
_PART = re.compile(r"<'(?P<property>[\w-]+)'(?:\s*\[[^\]]*\])?>|<(?P<type>[\w-]+)(?P<call>\(\))?(?:\s*\[[^\]]*\])?>"
                   r"|(?P<function>-?[a-zA-Z][\w-]*)\(|(?P<keyword>-?[a-zA-Z][\w-]*)|@[\w-]+|'[^']*'")  # fmt: skip


class Grammar:
    """The grammars of a specification, by name."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.properties = {p["name"]: p for p in data["properties"]}
        self.types = {t["name"].strip("<>"): t.get("syntax", "") for t in data["types"]}
        self.functions = {f["name"].rstrip("()").removesuffix("("): f.get("syntax", "") for f in data["functions"]}

    def parts(self, syntax: str) -> tuple[set[str], set[str], set[str]]:
        """The keywords, functions and terminal types that a grammar can hold at its top level."""
        keywords: set[str] = set()
        functions: set[str] = set()
        types: set[str] = set()
        stack, seen = [syntax], set[str]()
        while stack:
            for match in _PART.finditer(_without_arguments(stack.pop())):
                if (name := match["property"]) is not None:
                    follow = self.properties.get(name, {}).get("syntax", "")
                elif (name := match["type"]) is not None and match["call"]:
                    functions.add(name.lower())
                    continue
                elif name is not None:
                    if name in TERMINALS:
                        types.add(name)
                        continue
                    follow = self.types.get(name, "")
                    if not follow:
                        types.add(name)
                elif (name := match["function"]) is not None:
                    functions.add(name.lower())
                    continue
                elif (name := match["keyword"]) is not None:
                    keywords.add(name.lower())
                    continue
                else:
                    continue
                if name not in seen:
                    seen.add(name)
                    stack.append(follow)
        return keywords, functions, types


def _without_arguments(syntax: str) -> str:
    """A grammar without the arguments of its functions: ``name( … )`` becomes ``name( ``."""
    kept: list[str] = []
    depth = 0
    for at, character in enumerate(syntax):
        if character == "(" and at and (syntax[at - 1].isalnum() or syntax[at - 1] == "-") and syntax[at : at + 2] != "()":
            depth += 1
            if depth == 1:
                kept.append("( ")
                continue
        elif character == ")" and depth and syntax[at - 1 : at] != "(":
            depth -= 1
            continue
        if not depth:
            kept.append(character)
    return "".join(kept)


def build(data: dict[str, Any]) -> dict[str, Any]:
    """The data of ``specified.json``."""
    grammar = Grammar(data)
    properties: dict[str, Any] = {}
    for name, one in sorted(grammar.properties.items()):
        if name == "--*":
            continue
        keywords, functions, types = grammar.parts(one.get("syntax", ""))
        entry: dict[str, Any] = {"keywords": sorted(keywords), "functions": sorted(functions), "types": sorted(types)}
        if one.get("initial"):
            entry["initial"] = one["initial"]
        if str(one.get("inherited", "")).lower().startswith("yes"):
            entry["inherited"] = True
        if one.get("legacyAliasOf"):
            entry["alias"] = one["legacyAliasOf"]
        if one.get("longhands"):
            entry["longhands"] = one["longhands"]
        properties[name] = entry
    selectors = {s["name"].removesuffix("()") for s in data["selectors"]}
    return {
        "source": f"npm {PACKAGE} (MIT), made from the specifications of the W3C and WHATWG",
        "properties": properties,
        "functions": sorted({f.lower() for f in grammar.functions}),
        "at-rules": sorted(r["name"].removeprefix("@") for r in data["atrules"]),
        "pseudo-classes": sorted(s.lstrip(":") for s in selectors if s.startswith(":") and not s.startswith("::")),
        "pseudo-elements": sorted(s.lstrip(":") for s in selectors if s.startswith("::")),
    }


def main() -> None:
    """Write the file."""
    folder = install(PACKAGE).parent
    script = "process.stdout.write(JSON.stringify(require('@webref/css/css.json')))"
    done = subprocess.run(["node", "-e", script], cwd=folder, capture_output=True, check=True)
    rows = build(json.loads(done.stdout))
    lines = ["{"]
    for number, (key, value) in enumerate(rows.items()):
        end = "," if number < len(rows) - 1 else ""
        if key == "properties":
            inner = ",\n".join(f"  {json.dumps(n)}: {json.dumps(v)}" for n, v in value.items())
            lines.append(f' "properties": {{\n{inner}\n }}{end}')
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}{end}")
    TARGET.write_text("\n".join([*lines, "}"]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
