"""MIME: franked messages as the bytes that go over the wire, and finished messages of any origin read."""

from typing import TYPE_CHECKING

from franking.package.names import attach

if TYPE_CHECKING:
    from franking.mail.address import Mailbox as Mailbox
    from franking.mail.message import Sender as Sender
    from franking.mail.message import build_message as build_message
    from franking.mail.message import message_id as message_id
    from franking.mail.signing import Signer as Signer
    from franking.mail.signing import open_signer as open_signer
else:  # loaded as they are asked for: ``franking check`` reads messages and makes none
    __getattr__, __dir__, __all__ = attach(__name__, {
        "franking.mail.address": "Mailbox",
        "franking.mail.message": "Sender build_message message_id",
        "franking.mail.signing": "Signer open_signer",
    })  # fmt: skip
