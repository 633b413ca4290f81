"""The exception tree: the class shows who can fix the problem.

::

    FrankingError                one line for the user, without personal data; the command line exits with 2
    ├── InputError               an order file, a mail, a table, an option: the user corrects the input
    ├── ConfigurationError       franking.toml, a policy, credentials, a missing extra: the operator corrects the setup
    ├── TemplateError            a template, a theme, a style sheet, a catalogue: the designer corrects it
    ├── OutboxError              the outbox cannot be used: read-only, damaged, no space, a newer schema
    ├── OutboxUnavailable        no connection to the outbox, or another process locks it: the same call may succeed later
    └── TransportError           a mail server or marketplace API
        ├── Unreachable          no connection can be opened now: the batch pauses, its messages stay queued
        ├── SenderRefused        the server accepts no message from this sender: the batch stops, its messages stay queued
        └── ConnectionBroken     the connection cannot be used again; its messages are settled or returned to the queue

Any other exception is a bug in Franking.
"""

from __future__ import annotations


class FrankingError(Exception):
    """An error for the user: one line that names file, line, what was found and what was expected."""


def install_hint(extra: str) -> str:
    """The command that installs an extra, quoted for every shell (``cmd.exe`` accepts double quotes only)."""
    return f'pip install "franking[{extra}]"'


class InputError(FrankingError):
    """The input cannot be used."""


class ConfigurationError(FrankingError):
    """The configuration or the installation cannot be used."""


class TemplateError(FrankingError):
    """A template, theme, style sheet or translation catalogue cannot be used."""


class OutboxError(FrankingError):
    """The outbox's database returned an error; trying again without a change does not help."""


class OutboxUnavailable(FrankingError):
    """The outbox's database cannot be reached, or another process locks it; trying again may help."""


class TransportError(FrankingError):
    """A mail server or a marketplace's API cannot be used."""


class Unreachable(TransportError):
    """No connection can be opened now: the batch pauses, its messages stay queued. The text is for the user."""


class SenderRefused(TransportError):
    """The server accepts no message from this sender or client: the batch stops, its messages stay queued. The text contains
    no addresses."""


class ConnectionBroken(TransportError):
    """The connection cannot be used again. Its messages are settled or returned to the queue. The text contains no
    addresses."""


class RenamedSetting(FutureWarning):
    """A setting or value has a new name; the old one works until the next release. A warning, not an error."""
