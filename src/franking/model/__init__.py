"""The types that flow through the house: ``Order → Permit → Draft → Inlined → Franked → Outcome``.

All are frozen. Each stage takes the type of the stage before it, so a stage cannot be left out; in particular only
``franking.check`` can make a ``Franked`` message, and the outbox takes nothing else.
"""

from franking.model.addresses import is_address
from franking.model.catalog import AllowedAttachment, Asset, Kind, Sample, Theme, Variable
from franking.model.errors import FrankingError
from franking.model.ledger import Envelope, Key, Outcome, State
from franking.model.messages import _SEAL, Attachment, Draft, Franked, Inlined, Message, Sealed
from franking.model.orders import AttachedFile, BrokenOrder, Marketplace, Order, OrderItem
from franking.model.patterns import Pattern, Slot
from franking.model.rules import Finding, Permit, Refusal, Rule, Severity, TemplatePlace

__all__ = [
    "_SEAL",
    "AllowedAttachment",
    "Asset",
    "AttachedFile",
    "Attachment",
    "BrokenOrder",
    "Draft",
    "Envelope",
    "Finding",
    "Franked",
    "FrankingError",
    "Inlined",
    "Key",
    "Kind",
    "Marketplace",
    "Message",
    "Order",
    "OrderItem",
    "Outcome",
    "Pattern",
    "Permit",
    "Refusal",
    "Rule",
    "Sample",
    "Sealed",
    "Severity",
    "Slot",
    "State",
    "TemplatePlace",
    "Theme",
    "Variable",
    "is_address",
]
