"""What is asked of the marketplace for an order: an acknowledgement, an adjustment, a shipment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The refusal of a whole order of which nothing was dispatched; ``items`` are item numbers with their quantities."""

    order_id: str
    reason: str  # a CancelReason
    items: tuple[tuple[str, int], ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """What it does, once each: the outbox keeps these unique for an order."""
        return tuple(f"cancel:{number}" for number, _ in self.items)


@dataclass(frozen=True, slots=True)
class AdjustedItem:
    """One item of an adjustment. ``components`` are amounts by the marketplace's type, positive to the buyer; of a
    cancellation there are none."""

    number: str
    quantity: int
    components: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The cancellation of pieces that were not dispatched, or a refund for pieces that were."""

    order_id: str
    action: Literal["Cancel", "Refund"]
    reason: str  # an AdjustmentReason
    currency: str  # ISO 4217
    items: tuple[AdjustedItem, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """As of an acknowledgement."""
        return tuple(f"{self.action.lower()}:{item.number}" for item in self.items)


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel that left. ``items`` are item numbers with their quantities; none means the whole order. ``at`` is the
    moment of dispatch (aware), None where only the day is known."""

    order_id: str
    carrier_code: str
    carrier_name: str  # where the code is ``Other``
    tracking_number: str
    day: date
    at: datetime | None = None
    method: str = ""
    items: tuple[tuple[str, int], ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """As of an acknowledgement: one item may leave in several parcels."""
        parcel = self.tracking_number or self.day.isoformat()
        return tuple(f"ship:{number}:{parcel}" for number, _ in self.items) or (f"ship:*:{parcel}",)


Action = Acknowledgement | Adjustment | Shipment
