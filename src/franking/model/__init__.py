"""The types that the stages exchange: ``Order → Permit → Draft → Inlined → Franked → Outcome``.

All are frozen. Each stage takes the type of the previous stage, so no stage can be skipped: only ``franking.check`` can
make a ``Franked`` message, and the outbox accepts nothing else.
"""

from typing import TYPE_CHECKING

from franking.package.names import attach

if TYPE_CHECKING:
    from franking.model.addresses import is_address as is_address
    from franking.model.catalog import AllowedAttachment as AllowedAttachment
    from franking.model.catalog import Asset as Asset
    from franking.model.catalog import Kind as Kind
    from franking.model.catalog import Sample as Sample
    from franking.model.catalog import Theme as Theme
    from franking.model.catalog import Variable as Variable
    from franking.model.fast_path import FastPath as FastPath
    from franking.model.fast_path import Stats as Stats
    from franking.model.fast_path import no_fast_path as no_fast_path
    from franking.model.ledger import Conditions as Conditions
    from franking.model.ledger import Envelope as Envelope
    from franking.model.ledger import Key as Key
    from franking.model.ledger import Known as Known
    from franking.model.ledger import Outcome as Outcome
    from franking.model.ledger import Standing as Standing
    from franking.model.ledger import State as State
    from franking.model.ledger import undamaged as undamaged
    from franking.model.messages import _TOKEN as _TOKEN
    from franking.model.messages import Attachment as Attachment
    from franking.model.messages import Draft as Draft
    from franking.model.messages import Encoded as Encoded
    from franking.model.messages import Franked as Franked
    from franking.model.messages import FrankedText as FrankedText
    from franking.model.messages import Inlined as Inlined
    from franking.model.messages import Message as Message
    from franking.model.messages import OutgoingMessage as OutgoingMessage
    from franking.model.orders import AttachedFile as AttachedFile
    from franking.model.orders import BrokenOrder as BrokenOrder
    from franking.model.orders import Marketplace as Marketplace
    from franking.model.orders import NotUnderstood as NotUnderstood
    from franking.model.orders import Order as Order
    from franking.model.orders import OrderItem as OrderItem
    from franking.model.orders import Thread as Thread
    from franking.model.rules import Finding as Finding
    from franking.model.rules import Permit as Permit
    from franking.model.rules import Refusal as Refusal
    from franking.model.rules import Rule as Rule
    from franking.model.rules import Severity as Severity
    from franking.model.rules import TemplatePlace as TemplatePlace
else:  # loaded as they are asked for: ``franking check`` needs a quarter of them, and starts that much sooner
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "franking.model.addresses": "is_address",
            "franking.model.catalog": "AllowedAttachment Asset Kind Sample Theme Variable",
            "franking.model.fast_path": "FastPath Stats no_fast_path",
            "franking.model.ledger": "Conditions Envelope Key Known Outcome Standing State undamaged",
            "franking.model.messages": "_TOKEN Attachment Draft Encoded Franked FrankedText Inlined Message OutgoingMessage",
            "franking.model.orders": "AttachedFile BrokenOrder Marketplace NotUnderstood Order OrderItem Thread",
            "franking.model.rules": "Finding Permit Refusal Rule Severity TemplatePlace",
        },
    )
