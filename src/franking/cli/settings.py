"""Configuration: ``franking.toml`` in the working folder, ``FRANKING_…`` in the environment, flags above both."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import PositiveFloat, PositiveInt, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from franking.errors import ConfigurationError, FrankingError

CONFIG_FILE = Path("franking.toml")
DEMO = "demo"  # the seller account of the examples: nothing of it may leave this machine


class Settings(BaseSettings):
    """Every setting with its default. Flags of the same name win over the environment, and that over the file."""

    model_config = SettingsConfigDict(env_prefix="FRANKING_", toml_file=CONFIG_FILE, extra="forbid")

    seller: str = "default"
    demo: bool = False  # the examples' brand is tried; the account is then "demo"
    sender: str = ""
    reply_to: str = ""
    transport: str = ""
    outbox: str = "sqlite:///franking.db"
    theme: str = "plain"
    templates: Path = Path("templates")
    themes: Path = Path("themes")
    policy: str = "amazon"
    inliner: Literal["css-inline", "premailer"] = "css-inline"
    # By email ("marketplace" is an older name of it, "other" the same with private addresses), or by the marketplace's API.
    channel: Literal["marketplace", "other", "email", "api", "auto"] = "marketplace"
    connections: int = 4
    timeout: PositiveFloat = 300.0  # seconds that a server may take for an answer
    rate: str = ""  # of a seller account
    transport_rate: str = ""  # of the transport, over all accounts
    daily_caps: list[PositiveInt] = []  # messages of an account on its first day, second day, …; the last one holds on
    allow_plain: bool = False
    ca_file: Path | None = None
    authserv_id: str = ""  # of the own mail server, which says whether a notice is the marketplace's (RFC 8601)
    vouched_mailboxes: list[str] = []  # sources of ``franking bounces`` that only the marketplace can write to
    smtp_password: SecretStr = SecretStr("")
    password_file: Path | None = None
    dkim_selector: str = ""  # messages are signed where this and the key are set
    dkim_key_file: Path | None = None  # a private RSA key in PEM
    dkim_domain: str = ""  # the sender's, or one above it
    smtp_token: SecretStr = SecretStr("")  # OAuth 2 access token, for XOAUTH2
    token_file: Path | None = None  # the same, read again for each connection
    amazon_client_id: str = ""  # of the application at the Selling Partner API; the API is used where it is set
    amazon_client_secret: SecretStr = SecretStr("")
    amazon_client_secret_file: Path | None = None
    amazon_refresh_token: SecretStr = SecretStr("")  # the seller's permission for the application
    amazon_refresh_token_file: Path | None = None
    amazon_sandbox: bool = False  # Amazon's own sandbox, which reaches no buyer
    amazon_endpoint: str = ""  # in place of Amazon's, such as franking sandbox's
    amazon_login: str = ""  # in place of Login with Amazon

    @property
    def by(self) -> Literal["email", "api", "auto"]:
        """By what messages go."""
        return self.channel if self.channel == "api" or self.channel == "auto" else "email"

    @property
    def by_workers(self) -> bool:
        """Whether the ledger is one that workers share; what is queued is theirs to send then."""
        return self.outbox.startswith("postgres")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**flags: object) -> Settings:
    """The settings, with flags that are not None on top. Raises ``FrankingError`` naming the setting or the line."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # pydantic judges them
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise FrankingError(f"{CONFIG_FILE}:{line[1] if line else 1}: {str(error).split(' (at')[0].lower()}") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(s) for s in problem["loc"])
        raise FrankingError(
            f"setting {name!r}: {problem['msg'].lower()} (franking.toml, FRANKING_{name.upper()} or a flag)"
        ) from None
    except SettingsError as error:  # a list in the environment
        field = re.search(r'field "(\w+)"', str(error))
        name = field[1] if field else "?"
        raise ConfigurationError(
            f"setting {name!r}: found no JSON in FRANKING_{name.upper()}; expected for example [1, 2]"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{CONFIG_FILE}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):  # UnicodeDecodeError among them
        raise ConfigurationError(f"{CONFIG_FILE}: no TOML file in UTF-8") from None
    for name in settings.model_fields_set:
        if isinstance(value := getattr(settings, name), str | Path) and "\0" in str(value):
            raise ConfigurationError(f"setting {name!r}: found a NUL character, which no name or address has")
    if settings.demo:
        settings.seller = DEMO
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", settings.seller):
        raise FrankingError("setting 'seller': expected up to 64 letters, digits, '.', '_', '-'")
    if not 1 <= settings.connections <= 100:
        raise FrankingError(f"setting 'connections': found {settings.connections}, expected 1 to 100")
    return settings
