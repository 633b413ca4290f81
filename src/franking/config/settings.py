"""Settings from ``franking.toml`` in the working folder, ``FRANKING_…`` in the environment, and options, which win over
both."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from copy import copy
from functools import cache
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Literal, get_type_hints

from franking.config.renamed import from_old_variables, warn_of_old_channel, with_new_names
from franking.config.values import Positive, PositiveInt, Secret, Unfit, fitting, from_environment
from franking.errors import ConfigurationError

CONFIG_FILE = Path("franking.toml")
DEMO = "demo"  # the seller account of the examples; its messages must not leave this machine


class Settings:
    """Every setting with its default. Options win over the environment, and the environment over the file.

    Raises ``ConfigurationError``, which names the setting or the line. ``given`` are the names of the settings that were set.
    """

    seller: str = "default"
    """The seller account: part of the outbox's key, up to 64 letters, digits, `.`, `_`, `-`."""
    demo: bool = False
    """Permit the brand of the example. The seller account is then `demo`, and messages go into a folder or to this machine
    only."""
    sender: str = ""
    """The sender of messages, a mailbox registered with the seller account: `Your brand <shop@your-brand.example>`."""
    reply_to: str = ""
    """The mailbox for replies, if it is not the sender."""
    transport: str = ""
    """Where messages go: `smtp://user@host:587` (STARTTLS), `smtps://`, `smtp+plain://127.0.0.1:2525`, or `dir:PATH`."""
    outbox: str = "sqlite:///franking.db"
    """The ledger of all messages: `sqlite:///FILE`, or `postgresql://…` for many machines."""
    theme: str = "plain"
    """The theme, a folder of `themes`."""
    templates: Path = Path("templates")
    """The folder of the kinds."""
    themes: Path = Path("themes")
    """The folder of the themes."""
    policy: str = "amazon"
    """The policy: a name, or a policy file of your own."""
    inliner: Literal["css-inline", "premailer"] = "css-inline"
    """The library that inlines styles."""
    channel: Literal["email", "api", "auto", "marketplace", "other"] = "email"
    """`email`, `api` (the marketplace's API), or `auto` (the API if it allows the message, else email)."""
    connections: int = 4
    """Number of parallel connections to the mail server, 1 to 100."""
    timeout: float = 300.0
    """Seconds to wait for the reply of a server."""
    rate: str = ""
    """Highest message rate of a seller account: `5/s` or `300/m`."""
    transport_rate: str = ""
    """Highest message rate of the transport, over all seller accounts."""
    daily_caps: Sequence[int] = ()
    """Highest number of messages of a seller account on its first day, its second day and so on; the last number applies
    from then on."""
    time_zone: str = ""
    """The time zone whose days `--daily` counts, such as `Europe/Berlin`. Empty: that of the first order's marketplace."""
    allow_plain: bool = False
    """Permit `smtp+plain://`, which does not encrypt, to other machines."""
    ca_file: Path | None = None
    """Certificate authority to trust, PEM."""
    authserv_id: str = ""
    """The name of your mail server in `Authentication-Results` (RFC 8601); used to verify that a notice is from the
    marketplace."""
    vouched_mailboxes: Sequence[str] = ()
    """Mailboxes for `franking bounces` that only the marketplace can write to."""
    smtp_password: Secret = Secret("")
    """The password of the mail server. Set it in the environment, not in the file."""
    smtp_password_file: Path | None = None
    """A file with the password, readable by its owner only (0600)."""
    dkim_selector: str = ""
    """The DKIM selector. Messages are signed if this and the key are set."""
    dkim_key_file: Path | None = None
    """The private RSA key in PEM, readable by its owner only."""
    dkim_domain: str = ""
    """The signing domain: the sender's domain or a parent of it. Empty: the sender's domain."""
    smtp_token: Secret = Secret("")
    """An OAuth 2 access token for XOAUTH2. Set it in the environment, not in the file."""
    smtp_token_file: Path | None = None
    """A file with the token, read again for each connection."""
    amazon_client_id: str = ""
    """The client ID of your application at Amazon's Selling Partner API. The API is used if this is set."""
    amazon_client_secret: Secret = Secret("")
    """The secret of the application. Set it in the environment, not in the file."""
    amazon_client_secret_file: Path | None = None
    """A file with the secret, readable by its owner only (0600)."""
    amazon_refresh_token: Secret = Secret("")
    """The refresh token of the seller account. Set it in the environment, not in the file."""
    amazon_refresh_token_file: Path | None = None
    """A file with the refresh token, readable by its owner only (0600)."""
    amazon_merchant_id: str = ""
    """The seller account's Merchant Token, which feeds in XML name (Seller Central, Account Info)."""
    amazon_sandbox: bool = False
    """Use Amazon's own sandbox, which reaches no buyer."""
    amazon_endpoint: str = ""
    """URL of the API in place of Amazon's, such as the one that `franking sandbox` prints."""
    amazon_login: str = ""
    """Another address of Login with Amazon."""
    amazon_marketplaces: Sequence[str] = ()
    """The marketplaces whose orders are fetched, of one region: `["Amazon.de", "Amazon.fr"]`."""
    cache: str = ""
    """The folder of the cache on disk, which makes small batches faster; `off` for none. Empty: the user's own cache folder.
    It contains word lists and proofs about templates, no buyers' data, and can be deleted at any time."""
    fetched: Path = Path("fetched")
    """The folder of fetched orders, and of what a fetch has got so far. It contains buyers' data."""

    @property
    def by(self) -> Literal["email", "api", "auto"]:
        """The channel without the older names."""
        return self.channel if self.channel == "api" or self.channel == "auto" else "email"

    @property
    def by_workers(self) -> bool:
        """Whether workers share the ledger (PostgreSQL). Workers then send the queued messages."""
        return self.outbox.startswith("postgres")

    def __init__(self, config: Path | None = CONFIG_FILE, /, **flags: object) -> None:
        kinds = kinds_of_settings()
        written = {**_of_file(config), **from_old_variables(), **_of_environment(kinds), **flags}
        self.given = set(written)
        for name, kind in kinds.items():
            if name in written:
                try:
                    setattr(self, name, fitting(written[name], kind))
                except Unfit as error:
                    raise ConfigurationError(_error_text(f"{name}{error.place}", str(error))) from None
        for name in written:
            if name not in kinds:
                raise ConfigurationError(_error_text(name[:40], "no such setting"))

    def changed(self, changes: Mapping[str, object]) -> Settings:
        """A copy with other values, which are taken as they are."""
        other = copy(self)
        other.given = {*self.given, *changes}
        for name, value in changes.items():
            setattr(other, name, value)
        return other


@cache
def kinds_of_settings() -> Mapping[str, Any]:
    """Every setting with the type of its values."""
    closer = {
        "timeout": Positive,
        "daily_caps": list[PositiveInt],
        "vouched_mailboxes": list[str],
        "amazon_marketplaces": list[str],
    }
    return {name: closer.get(name, kind) for name, kind in get_type_hints(Settings).items() if name in vars(Settings)}


def _error_text(name: str, problem: str) -> str:
    return f"setting {name!r}: {problem} (franking.toml, FRANKING_{name.upper()} or a flag)"


def _of_file(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        if not config.is_file():
            if config == CONFIG_FILE:
                return {}
            raise ConfigurationError(f"{config}: no such file; expected a configuration such as {CONFIG_FILE}")
        text = config.read_bytes().decode("utf-8")
        return with_new_names(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigurationError(
            f"{config}:{line[1] if line else text.count(chr(10)) + 1}: {str(error).split(' (at')[0].lower()}"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{config}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):  # UnicodeDecodeError among them
        raise ConfigurationError(f"{config}: no TOML file in UTF-8") from None


def _of_environment(kinds: Mapping[str, Any]) -> dict[str, Any]:
    variables = {name.lower(): text for name, text in os.environ.items()}
    found: dict[str, Any] = {}
    for name, kind in kinds.items():
        text = variables.get(f"franking_{name}")
        if text is None:
            continue
        try:
            found[name] = from_environment(text, kind)
        except (JSONDecodeError, RecursionError):
            raise ConfigurationError(
                f"setting {name!r}: found no JSON in FRANKING_{name.upper()}; expected for example [1, 2]"
            ) from None
    return found


def init_hint(settings: Settings) -> str:
    """A hint at ``franking init`` for errors about missing files if the working folder is no project; else an empty string."""
    there = CONFIG_FILE.is_file() or settings.templates.is_dir() or settings.themes.is_dir()
    return "" if there else "; this folder is no project: run `franking init`"


def load_settings(config: Path | None = CONFIG_FILE, /, **flags: object) -> Settings:
    """The settings, overridden by the options that are not None. Reads no file if ``config`` is None. Raises
    ``ConfigurationError``, which names the setting or the line."""
    settings = Settings(config, **{name: value for name, value in flags.items() if value is not None})
    _check(settings)
    warn_of_old_channel(settings.channel)
    if settings.demo:
        settings.seller = DEMO
        settings.given.add("seller")
    return settings


def _check(settings: Settings) -> None:
    for name in settings.given:
        if isinstance(value := getattr(settings, name), str | Path) and "\0" in str(value):
            raise ConfigurationError(f"setting {name!r}: found a NUL character, which no name or address has")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", settings.seller):
        raise ConfigurationError("setting 'seller': expected up to 64 letters, digits, '.', '_', '-'")
    if settings.time_zone:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(settings.time_zone)
        except (KeyError, ValueError, OSError):
            raise ConfigurationError(
                f"setting 'time_zone': {settings.time_zone[:40]!r} is no time zone; expected for example Europe/Berlin"
            ) from None
    if not 1 <= settings.connections <= 100:
        raise ConfigurationError(f"setting 'connections': found {settings.connections}, expected 1 to 100")
