"""DKIM signatures (RFC 6376). Optional, because most relays sign messages themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from franking.errors import FrankingError, install_hint

# Fields that a reader sees or a reply depends on (RFC 6376, section 5.4.1).
_SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"reply-to",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"auto-submitted",
    b"in-reply-to",
    b"references",
)
_TRIAL = b"From: <a@b.example>\r\nSubject: x\r\nDate: Wed, 25 Nov 2026 12:00:00 +0000\r\nMessage-ID: <x@b.example>\r\n\r\nx\r\n"
_PATIENCE = 5  # timeout of DNS queries in seconds

Lookup = Callable[..., Any]  # (name: bytes, timeout) -> the TXT record


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for ``domain`` with the key whose public half is published at ``<selector>._domainkey.<domain>``.

    ``key`` is a private RSA key in PEM. Raises ``FrankingError`` for one that cannot sign, and without the extra ``dkim``.
    """

    domain: str
    selector: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        try:
            self.sign(_TRIAL)
        except FrankingError:
            raise
        except Exception:  # the library raises various exceptions for invalid keys
            raise FrankingError(
                "the DKIM key cannot sign messages; expected a private RSA key in PEM, 1024 bits or more"
            ) from None

    def sign(self, content: bytes) -> bytes:
        """The message (CRLF line endings) with its signature prepended."""
        signature: bytes = _library().sign(
            content,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(_SIGNED),
        )
        return signature + content

    def published(self, lookup: Lookup | None = None) -> bool:
        """Whether the DNS contains the public key. Raises ``FrankingError`` if the DNS cannot be queried."""
        library = _library()
        silent = logging.Logger("dkim", logging.CRITICAL + 1)  # the result states what is wrong
        failed: list[Exception] = []  # the library treats a failed query like a missing record

        def ask(name: bytes, timeout: int = _PATIENCE) -> Any:
            try:
                return (lookup or library.get_txt)(name, timeout=timeout)
            except Exception as error:
                failed.append(error)
                return None

        found = bool(library.DKIM(self.sign(_TRIAL), logger=silent, timeout=_PATIENCE).verify(dnsfunc=ask))
        if failed:
            raise FrankingError(f"the DNS cannot be asked for the DKIM key ({type(failed[0]).__name__})")
        return found


@lru_cache(maxsize=1)
def _library() -> Any:
    try:
        import dkim
    except ModuleNotFoundError:
        raise FrankingError(f"DKIM signatures need dkimpy: {install_hint('dkim')}") from None
    return dkim


def open_signer(domain: str, selector: str, key: str, path: Path, sender_domain: str) -> Signer:
    """The signer of messages from ``sender_domain``; ``path`` names the key file in errors.

    Raises ``FrankingError`` for a domain that is not aligned with the sender's (DMARC, RFC 7489, section 3.1.1), or an
    unusable key.
    """
    domain = (domain or sender_domain).lower().rstrip(".")
    own = sender_domain.lower()
    if not (domain.isascii() and selector.isascii()):
        raise FrankingError("the DKIM domain and selector must be ASCII; write a domain as xn--…")
    if own != domain and not own.endswith(f".{domain}"):
        raise FrankingError(f"DKIM would sign for {domain}, and messages come from {own}: receivers would not count it")
    try:
        return Signer(domain, selector, key.encode("ascii", "replace"))
    except FrankingError as error:
        raise FrankingError(f"{path}: {error}") from None
