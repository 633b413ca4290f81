"""The exception tree: the class says whose turn it is.

::

    FrankingError                one line for the user, without personal data; the command line exits with 2
    ├── InputError               an order file, a mail, a table, an option: the user mends the input
    ├── ConfigurationError       franking.toml, a policy, credentials, a missing extra: the operator mends the set-up
    ├── TemplateError            a template, a theme, a style sheet, a catalogue: the designer mends it
    ├── OutboxError              the outbox answered and cannot be used: read-only, damaged, no space, a newer schema
    ├── OutboxUnavailable        no connection to the outbox, it was lost, or others hold it: the same call may succeed later
    └── TransportError           a mail server or marketplace API
        ├── Unreachable          no connection can be opened now: the batch pauses, its messages stay queued
        ├── SenderRefused        the server accepts no message from this sender: the batch stops, its messages stay queued
        └── ConnectionBroken     the connection is of no more use; what it had in hand is settled or given back

What is none of these is a bug of the program itself.
"""

from __future__ import annotations


class FrankingError(Exception):
    """What people see: one line that names file, line, what was found and what was expected."""


def install_hint(extra: str) -> str:
    """The command that installs an extra, quoted so that every shell takes it: cmd.exe knows double quotes only."""
    return f'pip install "franking[{extra}]"'


class InputError(FrankingError):
    """The input cannot be used."""


class ConfigurationError(FrankingError):
    """The configuration or the installation cannot be used."""


class TemplateError(FrankingError):
    """A template, theme, style sheet or translation catalogue cannot be used."""


class OutboxError(FrankingError):
    """The outbox's database answered with an error; trying again without a change does not help."""


class OutboxUnavailable(FrankingError):
    """The outbox's database cannot be reached, the connection to it was lost, or others hold it; trying again may help."""


class TransportError(FrankingError):
    """A mail server or a marketplace's API cannot be used."""


class Unreachable(TransportError):
    """No connection can be opened now: the batch pauses, its messages stay queued. The text is for the user."""


class SenderRefused(TransportError):
    """The server takes no message of this sender or client: the batch stops, its messages stay queued. The text holds no
    addresses."""


class ConnectionBroken(TransportError):
    """The connection is of no more use. What it had in hand is settled or given back. The text holds no addresses."""
