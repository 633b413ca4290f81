"""MIME: writes franked messages as bytes, and reads finished messages of any origin."""

from typing import TYPE_CHECKING

from franking.package.names import attach

if TYPE_CHECKING:
    from franking.mail.address import Mailbox as Mailbox
    from franking.mail.calls import Call as Call
    from franking.mail.calls import build_call as build_call
    from franking.mail.calls import is_call as is_call
    from franking.mail.calls import read_call as read_call
    from franking.mail.message import Sender as Sender
    from franking.mail.message import build_message as build_message
    from franking.mail.message import message_id as message_id
    from franking.mail.signing import Signer as Signer
    from franking.mail.signing import open_signer as open_signer
else:  # loaded as they are asked for: ``franking check`` reads messages and makes none
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "franking.mail.address": "Mailbox",
            "franking.mail.calls": "Call build_call is_call read_call",
            "franking.mail.message": "Sender build_message message_id",
            "franking.mail.signing": "Signer open_signer",
        },
    )
