"""The types that flow through the house: ``Order → Permit → Draft → Inlined → Franked → Outcome``.

All are frozen. Each stage takes the type of the stage before it, so a stage cannot be left out; in particular only
``franking.check`` can make a ``Franked`` message, and the outbox takes nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from franking.model.addresses import is_address
    from franking.model.catalog import AllowedAttachment, Asset, Kind, Sample, Theme, Variable
    from franking.model.fast_path import FastPath, Stats, no_fast_path
    from franking.model.ledger import Envelope, Key, Known, Outcome, Standing, State, undamaged
    from franking.model.messages import (
        _SEAL,
        Attachment,
        Draft,
        Encoded,
        Franked,
        FrankedText,
        Inlined,
        Message,
        OutgoingMessage,
    )
    from franking.model.orders import AttachedFile, BrokenOrder, Marketplace, NotUnderstood, Order, OrderItem, Thread
    from franking.model.rules import Finding, Permit, Refusal, Rule, Severity, TemplatePlace

# Loaded as they are asked for: ``franking check`` needs a quarter of them, and starts that much sooner.
_MODULES = {
    "addresses": "is_address",
    "catalog": "AllowedAttachment Asset Kind Sample Theme Variable",
    "fast_path": "FastPath Stats no_fast_path",
    "ledger": "Envelope Key Known Outcome Standing State undamaged",
    "messages": "_SEAL Attachment Draft Encoded Franked FrankedText Inlined Message OutgoingMessage",
    "orders": "AttachedFile BrokenOrder Marketplace NotUnderstood Order OrderItem Thread",
    "rules": "Finding Permit Refusal Rule Severity TemplatePlace",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [
    "_SEAL",
    "AllowedAttachment",
    "Asset",
    "AttachedFile",
    "Attachment",
    "BrokenOrder",
    "Draft",
    "Encoded",
    "Envelope",
    "FastPath",
    "Finding",
    "Franked",
    "FrankedText",
    "Inlined",
    "Key",
    "Kind",
    "Known",
    "Marketplace",
    "Message",
    "NotUnderstood",
    "Order",
    "OrderItem",
    "Outcome",
    "OutgoingMessage",
    "Permit",
    "Refusal",
    "Rule",
    "Sample",
    "Severity",
    "Standing",
    "State",
    "Stats",
    "TemplatePlace",
    "Theme",
    "Thread",
    "Variable",
    "is_address",
    "no_fast_path",
    "undamaged",
]


def __getattr__(name: str) -> object:
    """A type, from the module that it stands in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
