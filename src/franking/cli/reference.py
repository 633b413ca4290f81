"""The reference pages ``docs/cli.md`` and ``docs/configuration.md``, generated from the commands and the settings."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer

from franking.cli.groups import BY_USER, Commands
from franking.config.renamed import OLD_CHANNELS
from franking.config.settings import Settings, kinds_of_settings
from franking.config.values import Positive, PositiveInt, Secret

_WRITTEN = "The tests compare this page with the program; `make docs` writes it.\n"
_TYPES = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    PositiveInt: "whole number",
    Positive: "number",
    Path: "path",
    Secret: "text",
}
EXIT_CODES = {
    0: "All well.",
    1: "A message was rejected, there is a finding of severity `error`, or a named order has no such message.",
    2: "Unusable input, configuration or ledger, or a wrong option: one line on stderr.",
    3: "The run stopped early, or a message is failed, deferred or ambiguous.",
    130: "Interrupted by Ctrl-C.",
}
ENVIRONMENT = {
    "FRANKING_…": "Each setting of [configuration.md](configuration.md) in capitals, such as `FRANKING_SMTP_PASSWORD`.",
    "FRANKING_TRACEBACK": "`1`: a bug of the program prints its traceback, which may contain personal data.",
    "TZ": "The time zone of times that are given without an offset.",
}


def cli_page() -> str:
    """Every command with its options, defaults and help, as Markdown."""
    commands = Commands()
    parts = ["# The commands\n", _WRITTEN, "## Exit codes\n\n| code | meaning |\n|---|---|"]
    parts += [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    parts.append("\n## Environment\n\n| variable | meaning |\n|---|---|")
    parts += [f"| `{name}` | {meaning} |" for name, meaning in ENVIRONMENT.items()]
    for title, names in BY_USER.items():
        parts.append(f"\n## {title}")
        for name in names:
            parts += _command(f"franking {name}", commands[name])
    return "\n".join(parts) + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    """A command, or those of a group."""
    yield f"\n### {name}\n"
    yield inspect.cleandoc(command.help or "")
    inner = getattr(command, "commands", None)
    if inner is not None:
        for key, one in inner.items():
            yield from _command(f"{name} {key}", one)
        return
    parameters = [one for one in command.params if one.name != "help"]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    usage = [name, *(["[OPTIONS]"] if len(arguments) < len(parameters) else []), *map(_metavar, arguments)]
    yield f"\n```\n{' '.join(usage)}\n```"
    if parameters:
        yield "\n| option | default | meaning |\n|---|---|---|"
        for one in parameters:
            yield f"| {_option(one)} | {_cell(_default(one))} | {_cell(one.help or '')} |"


def _metavar(argument: Any) -> str:
    written = argument.metavar or argument.name.upper()
    return written if argument.required or written.startswith("[") else f"[{written}]"


def _option(one: Any) -> str:
    if one.param_type_name == "argument":
        return _cell(f"`{_metavar(one)}`")
    names = ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
    if one.is_flag:
        return names
    annotation = _inner(one.type_descriptor.annotation)
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    value = one.metavar or "|".join(map(str, choices)) or {int: "NUMBER", Path: "PATH"}.get(annotation, "TEXT")
    return _cell(f"{names} `{value}`{' (repeatable)' if one.multiple else ''}")


def _inner(annotation: Any) -> Any:
    """The type of one value, which may be missing or one of several."""
    if get_origin(annotation) in (Union, UnionType):
        return _inner(next(one for one in get_args(annotation) if one is not NoneType))
    return _inner(get_args(annotation)[0]) if get_origin(annotation) in (list, Annotated) else annotation


def _default(one: Any) -> str:
    if one.required:
        return "(required)"
    if isinstance(one.show_default, str):
        return one.show_default
    return "" if one.default in (None, False, ()) else f"`{one.default}`"


def _cell(text: str) -> str:
    """Text with the characters escaped that a table uses."""
    return " ".join(text.split()).replace("|", "\\|")


def configuration_page() -> str:
    """Every setting with its type, default and meaning, as Markdown."""
    parts = [
        "# franking.toml\n",
        "The commands read `franking.toml` in the working folder; `franking init` writes one to start from. A setting in the",
        "environment (`FRANKING_` and its name in capitals; a list as JSON) wins over the file, and an option over",
        "both. An unknown key is an error. Relative paths are relative to the working folder.\n",
        _WRITTEN,
        "| key | type | default | meaning |\n|---|---|---|---|",
    ]
    meanings = _meanings()
    for name, kind in kinds_of_settings().items():
        parts.append(f"| `{name}` | {_cell(_type(kind))} | {_value(getattr(Settings, name))} | {_cell(meanings[name])} |")
    return "\n".join(parts) + "\n"


def _meanings() -> dict[str, str]:
    """The docstring of each setting, read from the source."""
    (model,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(model, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in pairwise(model.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            assert isinstance(below.value, ast.Constant)
            found[field.target.id] = str(below.value.value)
    return found


def _type(annotation: Any) -> str:
    """The name of a type in TOML's terms."""
    origin = get_origin(annotation)
    if origin is Literal:
        annotation = Literal[*(value for value in get_args(annotation) if value not in OLD_CHANNELS)]
        return " or ".join(f"`{json.dumps(value)}`" for value in get_args(annotation))
    if origin in (Union, UnionType):
        return " or ".join(_type(one) for one in get_args(annotation) if one is not NoneType)
    if origin is list:
        return f"list of {_type(get_args(annotation)[0])}"
    return _type(get_args(annotation)[0]) if origin is Annotated else _TYPES[annotation]


def _value(default: object) -> str:
    if default is None or isinstance(default, Secret):
        return "none"
    return f"`{json.dumps(str(default) if isinstance(default, Path) else default)}`"


PAGES = {"cli": cli_page, "configuration": configuration_page}

if __name__ == "__main__":
    typer.echo(PAGES[sys.argv[1]](), nl=False)
