"""MIME: franked messages as the bytes that go over the wire, and finished messages of any origin read."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from franking.mail.address import Mailbox
    from franking.mail.calls import Call, build_call, is_call, read_call
    from franking.mail.message import Sender, build_message, message_id
    from franking.mail.signing import Signer, open_signer

# Loaded as they are asked for: ``franking check`` reads messages and makes none.
_HOMES = {
    "Call": "calls", "is_call": "calls", "read_call": "calls", "build_call": "calls",
    "Mailbox": "address", "Sender": "message", "Signer": "signing", "message_id": "message", "open_signer": "signing",
    "build_message": "message",
}  # fmt: skip

__all__ = [
    "Call",
    "Mailbox",
    "Sender",
    "Signer",
    "build_call",
    "build_message",
    "is_call",
    "message_id",
    "open_signer",
    "read_call",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """What is public, from the module that it stands in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
