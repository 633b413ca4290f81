"""``franking policy list|show|diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from franking.cli.options import TextOrJson
from franking.cli.plain_values import PlainCommand, group
from franking.cli.terminal import out, out_json
from franking.config.policies import chosen_policy

if TYPE_CHECKING:
    from franking.policy import Entry, Policy

app = group(help="List, show and compare policies, with the source of each value.")
_NAME = "NAME|FILE"


@app.command("list", cls=PlainCommand)
def list_policies(format: TextOrJson = "text") -> None:
    """List the policies that the package ships."""
    from franking.policy import ALIASES, DEFAULT, SHIPPED, load

    policies = [load(name) for name in SHIPPED]
    aliases = {name: [older for older, of in ALIASES.items() if of == name] for name in SHIPPED}
    if format == "json":
        out_json({"schema": 1, "policies": [
            {"name": p.name, "title": p.title, "version": p.version, "extends": p.lineage[0] if p.lineage else None,
             "aliases": aliases[p.name], "default": p.name == ALIASES[DEFAULT]}
            for p in policies
        ]})  # fmt: skip
        return
    for policy in policies:
        more = [f"extends {policy.lineage[0]}"] if policy.lineage else []
        more += [f"also called {', '.join(aliases[policy.name])}"] if aliases[policy.name] else []
        more += ["default"] if policy.name == ALIASES[DEFAULT] else []
        details = f" ({'; '.join(more)})" if more else ""
        out(f"{policy.name:14} {policy.title}{details}")


@app.command(cls=PlainCommand)
def show(
    policy: Annotated[
        str | None,
        typer.Argument(help="Policy by name, or a file of your own.", metavar=_NAME, show_default="the configured one"),
    ] = None,
    format: TextOrJson = "text",
) -> None:
    """Print each value of a policy with its source and the date from which it applies."""
    from franking.policy import load

    chosen = load(chosen_policy(policy))
    entries = [chosen.entries[name] for name in sorted(chosen.entries)]
    if format == "json":
        out_json({
            "schema": 1, "policy": chosen.name, "version": chosen.version, "digest": chosen.digest, "title": chosen.title,
            "extends": list(chosen.lineage), "values": [_as_json(entry, chosen) for entry in entries],
        })  # fmt: skip
        return
    out(", extends ".join([f"{chosen.title}: {chosen.version}", *chosen.lineage]))
    for table in dict.fromkeys(entry.name.partition(".")[0] for entry in entries):
        out()
        out(f"[{table}]")
        for entry in entries:
            if entry.name.startswith(f"{table}."):
                out(f"{entry.name.partition('.')[2]} = {_written(entry.value)}")
                note = f"; {entry.note}" if entry.note else ""
                out(f"    {chosen.sources[entry.source]}; since {entry.effective} ({entry.policy}){note}")


@app.command(cls=PlainCommand)
def diff(
    one: Annotated[str, typer.Argument(help="A policy, by name or file.", metavar=_NAME)],
    other: Annotated[str, typer.Argument(help="The policy to compare it with.", metavar=_NAME)],
    format: TextOrJson = "text",
) -> None:
    """Print the values that differ between two policies."""
    from franking.policy import load

    first, second = load(one), load(other)
    names = sorted({*first.entries, *second.entries})
    differing = [name for name in names if _value(first, name) != _value(second, name)]
    if format == "json":
        out_json({"schema": 1, "policies": [first.name, second.name], "versions": [first.version, second.version], "values": [
            {"name": name, "values": [_as_json(p.entries[name], p) if name in p.entries else None for p in (first, second)]}
            for name in differing
        ]})  # fmt: skip
        return
    for name in differing:
        out(f"{name}: {_described(first, name)} in {first.name}, {_described(second, name)} in {second.name}")
    if not differing:
        out(f"{first.name} and {second.name} have the same values")


def _value(policy: Policy, name: str) -> Any:
    entry = policy.entries.get(name)
    return None if entry is None else (entry.value, type(entry.value) is bool)


def _described(policy: Policy, name: str) -> str:
    entry = policy.entries.get(name)
    if entry is not None:
        return _written(entry.value)
    return f"not named ({'permitted' if policy.other_kinds else 'forbidden'})"  # kinds alone may be missing


def _as_json(entry: Entry, policy: Policy) -> dict[str, Any]:
    return {"name": entry.name, "value": entry.value, "source": entry.source, "source_text": policy.sources[entry.source],
            "effective": entry.effective, "note": entry.note or None, "policy": entry.policy}  # fmt: skip


def _written(value: Any) -> str:
    """A value as people write it."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_written(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
