"""Options that were renamed. The old spelling works for one release, with a line on stderr that names the new one."""

from __future__ import annotations

from collections.abc import Sequence

from franking.cli.terminal import say

RENAMED: dict[str, dict[str, str]] = {
    "init": {"--from": "--sender"},
    "doctor": {"--from": "--sender"},
    "preview": {"--from": "--sender"},
    "send": {"--from": "--sender"},
    "render": {"--locale": "--language"},
}
"""Old and new option, by command."""


def with_new_names(command: str | None, arguments: Sequence[str], *, quiet: bool = False) -> list[str]:
    """The arguments of a command with each old option replaced by the new one.

    ``--old VALUE`` and ``--old=VALUE`` are replaced; what follows ``--`` is left alone. Prints a line for each replaced option
    unless ``quiet``.
    """
    names = RENAMED.get(command or "", {})
    if not names:
        return list(arguments)
    end = arguments.index("--") if "--" in arguments else len(arguments)
    replaced: list[str] = []
    for argument in arguments[:end]:
        old, equals, value = argument.partition("=")
        if old in names:
            if not quiet:
                say(f"franking: {old} is now {names[old]}; the old name works until the next release")
            replaced.append(f"{names[old]}{equals}{value}")
        else:
            replaced.append(argument)
    return [*replaced, *arguments[end:]]
