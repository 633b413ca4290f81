"""Values of options that are used as they were typed. Typer converts every value by pydantic, which takes longer to load than
most commands run; what it would leave as it is, or make a path of, is taken here, and all else is typer's."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup


class PlainValue:
    """Stands in for the converter that typer makes of a parameter when it first needs one (``_runtime_param``)."""

    def __init__(self, annotation: Any, info: Any) -> None:
        self._annotation = annotation
        self._choices = get_args(annotation) if get_origin(annotation) is Literal else ()
        self._is_path = annotation is Path and _takes_any_path(info)

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value; what typer makes of it, or says against it, where it is no plain one."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if type(value) is str and not param.multiple and param.nargs == 1:
            if self._annotation is str or value in self._choices:
                return value
            if self._is_path and _readable(value):
                return Path(value)
        param._runtime_param = None
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _takes_any_path(info: Any) -> bool:
    """Whether a parameter demands nothing of a path but that it can be read where it exists, which is typer's default."""
    wanted = {
        "exists": False,
        "file_okay": True,
        "dir_okay": True,
        "writable": False,
        "readable": True,
        "resolve_path": False,
        "allow_dash": False,
        "path_type": None,
        "parser": None,
    }
    return all(getattr(info, name, value) == value for name, value in wanted.items())


def _readable(value: str) -> bool:
    try:
        Path(value).stat()
    except OSError:
        return True  # none there: whoever reads it says so
    except ValueError:  # NUL
        return False
    return os.access(value, os.R_OK)


def _taken_as_typed(parameters: list[Any]) -> list[Any]:
    for param in parameters:
        descriptor = getattr(param, "type_descriptor", None)
        if descriptor is not None and getattr(param, "_runtime_param", "") is None and descriptor.parameter_info.parser is None:
            param._runtime_param = PlainValue(descriptor.annotation, descriptor.parameter_info)
    return parameters


def _refusing_repeated(parser: Any, ctx: Any) -> Any:
    """The parser, refusing what it would use the last value of: an option of one value that is given twice, or a flag together
    with its opposite."""
    parse = parser.parse_args

    def parse_args(args: list[str]) -> Any:
        options, rest, order = parse(args)
        repeated = [param for param, times in Counter(order).items() if times > 1 and param.param_type_name == "option"]
        for param in repeated:
            several = param.multiple or param.count or (param.is_flag and not param.secondary_opts)
            if not several and not ctx.resilient_parsing:
                raise typer.BadParameter("it is given more than once, but takes one value", ctx=ctx, param=param)
        return options, rest, order

    parser.parse_args = parse_args
    return parser


class PlainCommand(TyperCommand):
    """A command that takes plain values without pydantic, and no option of one value twice."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, with those that Typer adds."""
        return _taken_as_typed(super().get_params(ctx))

    def make_parser(self, ctx: Any) -> Any:
        """The parser of the arguments."""
        return _refusing_repeated(super().make_parser(ctx), ctx)


class PlainGroup(TyperGroup):
    """A group of commands that takes plain values without pydantic, and no option of one value twice."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, with those that Typer adds."""
        return _taken_as_typed(super().get_params(ctx))

    def make_parser(self, ctx: Any) -> Any:
        """The parser of the arguments."""
        return _refusing_repeated(super().make_parser(ctx), ctx)


def group(help: str | None = None) -> typer.Typer:
    """An app below ``franking``, with help and errors as there."""
    return typer.Typer(
        cls=PlainGroup,
        help=help,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
