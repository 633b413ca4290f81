"""The commands in ``franking --help``, grouped by user."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from typer.core import TyperGroup

from franking.cli.renamed import with_new_names

BY_USER: dict[str, tuple[str, ...]] = {
    "For a start": ("init", "doctor"),
    "Designers": ("preview", "render", "check", "new", "import", "i18n"),
    "Sellers": (
        "fetch", "plan", "send", "run", "status", "retry", "resolve", "cancel", "bounces", "resume", "suppress", "evidence",
        "erase", "adjust", "ship-confirm", "feeds",
    ),
    "The policy": ("policy", "rules", "explain"),
    "Machines": ("worker", "inbox", "sandbox"),
}  # fmt: skip


class ByUser(TyperGroup):
    """Commands in sections, each with the first sentence of its help."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of the sections, then the others."""
        named = [name for names in BY_USER.values() for name in names]
        return sorted(self.commands, key=lambda name: named.index(name) if name in named else len(named))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command and its arguments, with old option names replaced."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command, with_new_names(name, rest, quiet=ctx.resilient_parsing)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the sections."""
        named = {name for names in BY_USER.values() for name in names}
        sections: dict[str, Iterable[str]] = {**BY_USER, "Others": [n for n in self.list_commands(ctx) if n not in named]}
        longest = max(map(len, self.commands))
        for title, names in sections.items():
            rows = [(name.ljust(longest), _first_sentence(self.commands[name])) for name in names if name in self.commands]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _first_sentence(command: Any) -> str:
    words = " ".join((command.help or "").partition("\n\n")[0].split())
    return words.partition(". ")[0].removesuffix(".")
