"""The brand of the example, and ``--demo``, which permits it for messages into a folder or to this machine."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from franking.batch.pipeline import Pipeline
from franking.catalog.example_brand import carries
from franking.config.settings import DEMO, Settings
from franking.errors import ConfigurationError

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def carried(settings: Settings, pipeline: Pipeline) -> str:
    """The first place with the example's brand if messages could reach a buyer; else an empty string."""
    if settings.seller == DEMO:
        return ""
    return next(iter([*sender_carries(settings), *map(str, pipeline.example_brand)]), "")


def sender_carries(settings: Settings) -> Iterator[str]:
    """Messages for each sender setting with the example's brand."""
    for name in ("sender", "reply_to", "dkim_domain"):
        if carries(getattr(settings, name)):
            yield f"setting {name!r}: the brand is the example's; expected your own"


def guard_demo(settings: Settings) -> None:
    """Raise ``ConfigurationError`` if messages of the account ``demo`` could leave this machine."""
    if settings.seller != DEMO:
        return
    if settings.by != "email" or settings.amazon_client_id:
        _local_api(settings)
    if not settings.transport:
        return
    try:
        parts = urlsplit(settings.transport)
    except ValueError:
        raise ConfigurationError("the transport URL cannot be read; expected for example dir:PATH") from None
    if settings.by_workers or (parts.scheme != "dir" and (parts.hostname or "") not in _LOOPBACK):
        raise ConfigurationError(
            "--demo sends into a folder (dir:PATH) or to a server on this machine (127.0.0.1) only, and not by workers"
        )


def _local_api(settings: Settings) -> None:
    from franking.channels import Endpoint

    endpoint = Endpoint.parse(address=settings.amazon_endpoint, login=settings.amazon_login)
    if not endpoint.local:
        raise ConfigurationError("--demo uses an API on this machine only: set amazon_endpoint to what franking sandbox prints")
