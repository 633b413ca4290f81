"""The commands in ``franking --help``, grouped by user. A command's module is loaded when that command is used."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer

from franking.cli.plain_values import PlainCommand, PlainGroup, group
from franking.cli.renamed import with_new_names

BY_USER = {
    "Getting started": {
        "init": "Create a project folder: templates, themes for your brand, franking.toml, sample reports, a Makefile",
        "doctor": "Check configuration, templates, translations, ledger and transport, and print how to fix problems",
    },
    "Designers": {
        "preview": "Show messages while you edit their templates, with every finding marked on the message (extra: preview)",
        "lsp": "Serve an editor as a language server over stdin and stdout (extra: lsp)",
        "render": "Render every kind × theme × language × sample: a gallery and one file each",
        "check": "Check finished messages against every rule, whatever produced them",
        "new": "Create a kind or a theme that passes the checker, as a starting point",
        "import": "Turn an HTML mail or a template of another language into a kind and a theme",
        "i18n": "Update the translation catalogues from the templates, and list what is missing",
    },
    "Sellers": {
        "fetch": "Fetch orders from the marketplace's API into a file for plan and send",
        "plan": "Show which orders would get a message, which would not, and why",
        "send": "Process an order report: permit, render, check, and send what passes",
        "run": "Run the campaigns of campaigns.toml: queue and send everything that is due",
        "status": "Show the ledger: messages by kind and state, the rate, waiting messages and their times, and the latest "
        "problems",
        "retry": "Send waiting messages: queued ones, and deferred and scheduled ones that are due",
        "resolve": "List messages whose reply was lost, or settle them by hand",
        "cancel": "Cancel waiting messages: queued, scheduled and deferred ones",
        "bounces": "Read bounces, complaints and notices of the marketplace: settle ambiguous messages, fail bounced ones, "
        "suppress dead addresses",
        "resume": "Lift a stop that a notice of the marketplace caused; without options, list the stops",
        "suppress": "Manage addresses that get no messages: buyers who opted out, addresses that bounced permanently",
        "evidence": "Show the evidence for a sent message: policy, every rule with its measured values, templates, times, "
        "replies",
        "erase": "Delete old addresses and contents",
        "adjust": "Report orders that cannot be fulfilled to the marketplace: by acknowledgement, cancellation or refund",
        "ship-confirm": "Confirm the dispatch of parcels to the marketplace, each once",
        "feeds": "Show what was submitted to the marketplace, and what became of each order",
    },
    "The policy": {
        "policy": "List, show and compare policies, with the source of each value",
        "rules": "List every rule with severity, summary and policy source",
        "explain": "Print a rule's manual page: what it demands, why, examples, how to fix it",
    },
    "Machines": {
        "worker": "Run a worker: send the messages that send queued in a PostgreSQL ledger (extra: postgres)",
        "inbox": "Run a local SMTP server that stores what it receives, with a web page",
        "sandbox": "Simulate the marketplace's API on this machine, from Amazon's public models",
    },
}
"""By section, each command with the first sentence of its help."""


class Commands(MutableMapping[str, Any]):
    """Every command by its name. ``franking.cli.commands.NAME`` has a function NAME, or a Typer app of more commands; hyphens
    of a name are underscores there, and a keyword of Python gets one at its end."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {name: None for names in BY_USER.values() for name in names}

    def __getitem__(self, name: str) -> Any:
        if self._known[name] is None:
            self._known[name] = _load(name)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __setitem__(self, name: str, command: Any) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _load(name: str) -> Any:
    python_name = name.replace("-", "_")
    if keyword.iskeyword(python_name):
        python_name += "_"  # import_
    module = import_module(f"franking.cli.commands.{python_name}")
    inner = getattr(module, "app", None)
    if inner is None:
        inner = group()
        inner.command(name, cls=PlainCommand)(getattr(module, python_name))
    command: Any = typer.main.get_command(inner)
    command.name = name
    return command


class ByUser(PlainGroup):
    """Commands in sections, each with the first sentence of its help."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of the sections."""
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command and its arguments, with old option names replaced."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command, with_new_names(name, rest, quiet=ctx.resilient_parsing)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the sections."""
        longest = max(map(len, self.commands))
        for title, names in BY_USER.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(longest), summary) for name, summary in names.items()])
