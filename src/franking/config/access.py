"""Access to the marketplace's API, as configured."""

from __future__ import annotations

from franking.channels.client import Client
from franking.channels.quotas import Quotas
from franking.channels.regions import Endpoint
from franking.config.settings import Settings
from franking.dispatch.credentials import AppCredentials
from franking.errors import ConfigurationError


def endpoint_of(settings: Settings) -> Endpoint:
    """The configured address of the API. Raises ``ConfigurationError`` for one that cannot be used."""
    return Endpoint.parse(sandbox=settings.amazon_sandbox, address=settings.amazon_endpoint, login=settings.amazon_login)


def client_of(settings: Settings, quotas: Quotas) -> Client:
    """The API of the configured application, whose calls keep to ``quotas``. Raises ``ConfigurationError`` if no application
    is."""
    if not settings.amazon_client_id:
        raise ConfigurationError("no amazon_client_id: set it in franking.toml to the client ID of your SP-API application")
    credentials = AppCredentials(
        settings.amazon_client_id,
        settings.amazon_client_secret.get_secret_value(),
        settings.amazon_client_secret_file,
        settings.amazon_refresh_token.get_secret_value(),
        settings.amazon_refresh_token_file,
    )
    endpoint = endpoint_of(settings)
    credentials.client_secret(), credentials.refresh_token()  # a missing one is reported before anything is read
    return Client(endpoint, credentials, quotas, min(settings.timeout, 60.0))
