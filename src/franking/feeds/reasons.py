"""Reasons of acknowledgements and adjustments, and how they correspond.

Source: Amazon's public feed documentation of ``OrderAcknowledgement`` (CancelReason) and ``OrderAdjustment``
(AdjustmentReason), and of the flat file for payment adjustments, as of August 2026.
"""

from __future__ import annotations

CANCEL_REASONS = frozenset(
    "NoInventory ShippingAddressUndeliverable CustomerExchange BuyerCanceled GeneralAdjustment CarrierCreditDecision "
    "RiskAssessmentInformationNotValid CarrierCoverageFailure CustomerReturn MerchandiseNotReceived CannotVerifyInformation "
    "PricingError RejectOrder WeatherDelay".split()
)
ADJUSTMENT_REASONS = frozenset(
    "NoInventory CustomerReturn GeneralAdjustment CouldNotShip DifferentItem Abandoned CustomerCancel PriceError "
    "ProductOutofStock CustomerAddressIncorrect Exchange Other CarrierCreditDecision RiskAssessmentInformationNotValid "
    "CarrierCoverageFailure TransactionRecord Undeliverable RefusedDelivery".split()
)
FLAT_REASONS = frozenset("NoInventory CustomerReturn GeneralAdjustment CouldNotShip DifferentItem".split())
REASONS = CANCEL_REASONS | ADJUSTMENT_REASONS

_TO_CANCEL = {
    "CouldNotShip": "GeneralAdjustment",
    "ProductOutofStock": "NoInventory",
    "CustomerCancel": "BuyerCanceled",
    "PriceError": "PricingError",
    "Exchange": "CustomerExchange",
    "Other": "GeneralAdjustment",
    "CustomerAddressIncorrect": "ShippingAddressUndeliverable",
    "Undeliverable": "ShippingAddressUndeliverable",
}
_TO_ADJUST = {
    "BuyerCanceled": "CustomerCancel",
    "PricingError": "PriceError",
    "CustomerExchange": "Exchange",
    "ShippingAddressUndeliverable": "CustomerAddressIncorrect",
    "WeatherDelay": "CouldNotShip",
}


def cancel_reason(reason: str) -> str | None:
    """The CancelReason for a reason, None if none has the same meaning."""
    return reason if reason in CANCEL_REASONS else _TO_CANCEL.get(reason)


def adjustment_reason(reason: str) -> str | None:
    """The AdjustmentReason for a reason, None if none has the same meaning."""
    return reason if reason in ADJUSTMENT_REASONS else _TO_ADJUST.get(reason)
