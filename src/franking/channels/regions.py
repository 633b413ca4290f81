"""Where the API of a marketplace is. Endpoints: Selling Partner API, "SP-API endpoints"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from franking.errors import ConfigurationError
from franking.model import Marketplace

LOGIN = "https://api.amazon.com/auth/o2/token"  # Login with Amazon: one for all regions
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_REGIONS = {
    "na": "CA US MX BR",
    "eu": "IE ES GB UK FR BE NL DE IT SE ZA PL EG TR SA AE IN",
    "fe": "SG AU JP",
}
_REGION_OF = {country: region for region, countries in _REGIONS.items() for country in countries.split()}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where calls and logins go: URLs without a path's end. ``address`` replaces those of all regions if it is given."""

    sandbox: bool = False
    address: str = ""
    login: str = LOGIN

    @classmethod
    def parse(cls, *, sandbox: bool = False, address: str = "", login: str = "") -> Endpoint:
        """Raises ``ConfigurationError`` for an address that would send a token in the clear."""
        address = _judged(address, "amazon_endpoint")
        login = _judged(login, "amazon_login")
        return cls(sandbox, address, login or (f"{address}/auth/o2/token" if is_local(address) else LOGIN))

    @property
    def local(self) -> bool:
        """Whether all of it is on this machine."""
        return is_local(self.address) and is_local(self.login)

    @property
    def shown(self) -> str:
        """For people, without a region."""
        host = urlsplit(self.address).netloc if self.address else "sellingpartnerapi.amazon.com"
        return f"api:{'sandbox.' if self.sandbox and not self.address else ''}{host}"


def endpoint_for(endpoint: Endpoint, place: Marketplace) -> str:
    """The base URL for a marketplace's calls. Raises ``ConfigurationError`` if it has no region."""
    if endpoint.address:
        return endpoint.address
    region = _REGION_OF.get(place.country)
    if place.platform != "amazon" or region is None:
        raise ConfigurationError(f"{place.name} has no Selling Partner API known to franking; use --channel email")
    return f"https://{'sandbox.' if endpoint.sandbox else ''}sellingpartnerapi-{region}.amazon.com"


def base_for_all(endpoint: Endpoint, places: Sequence[Marketplace]) -> str:
    """The base URL for calls about several marketplaces. Raises ``ConfigurationError`` if they are not of one region, which
    has an account of its own."""
    bases = {endpoint_for(endpoint, place): place for place in places}
    if len(bases) > 1:
        one, other = list(bases.values())[:2]
        raise ConfigurationError(
            f"{one.name} and {other.name} are of different regions of the API, each with an account of its own; name "
            "marketplaces of one region"
        )
    return next(iter(bases))


def is_local(url: str) -> bool:
    """Whether a URL leads to this machine."""
    try:
        return bool(url) and urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False


def _judged(url: str, setting: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or parts.username is not None or parts.query:
        raise ConfigurationError(f"setting '{setting}': the URL cannot be read; expected such as https://host")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ConfigurationError(f"setting '{setting}': http:// would send tokens in the clear; expected https://")
    return url.rstrip("/")
