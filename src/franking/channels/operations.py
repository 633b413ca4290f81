"""The operations of the Selling Partner API that are called, with their default usage plans (rate a second and burst)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``accept`` is what it answers with."""

    name: str
    method: str
    path: str
    rate: float
    burst: int
    accept: str = "application/json"

    def url(self, base: str, **values: str) -> str:
        """The URL with its path's values, each percent-encoded as one segment (RFC 3986, section 2.1)."""
        return base + self.path.format(**{name: quote(value, safe="") for name, value in values.items()})


_HAL = "application/hal+json, application/json"
_MESSAGES = "/messaging/v1/orders/{order}"
_SOLICITATIONS = "/solicitations/v1/orders/{order}"

MESSAGING_ACTIONS = Operation("getMessagingActionsForOrder", "GET", _MESSAGES, 1, 5, _HAL)
ATTRIBUTES = Operation("GetAttributes", "GET", f"{_MESSAGES}/attributes", 1, 5, _HAL)
SOLICITATION_ACTIONS = Operation("getSolicitationActionsForOrder", "GET", _SOLICITATIONS, 1, 5, _HAL)
UPLOAD_DESTINATION = Operation(
    "createUploadDestinationForResource", "POST", "/uploads/2020-11-01/uploadDestinations/{resource}", 10, 10
)
RESTRICTED_DATA_TOKEN = Operation("createRestrictedDataToken", "POST", "/tokens/2021-03-01/restrictedDataToken", 1, 10)
_FEEDS = "/feeds/2021-06-30"
CREATE_FEED_DOCUMENT = Operation("createFeedDocument", "POST", f"{_FEEDS}/documents", 0.5, 15)
CREATE_FEED = Operation("createFeed", "POST", f"{_FEEDS}/feeds", 0.0083, 15)
GET_FEED = Operation("getFeed", "GET", f"{_FEEDS}/feeds/{{feed}}", 2, 15)
GET_FEEDS = Operation("getFeeds", "GET", f"{_FEEDS}/feeds", 0.0222, 10)
GET_FEED_DOCUMENT = Operation("getFeedDocument", "GET", f"{_FEEDS}/documents/{{document}}", 0.0222, 10)
CONFIRM_SHIPMENT = Operation("confirmShipment", "POST", "/orders/v0/orders/{order}/shipmentConfirmation", 2, 10)


def _message(name: str, tail: str) -> Operation:
    return Operation(name, "POST", f"{_MESSAGES}/messages/{tail}", 1, 5, _HAL)


SENDING = {
    tail: _message(name, tail)
    for tail, name in {
        "confirmOrderDetails": "createConfirmOrderDetails",
        "confirmDeliveryDetails": "createConfirmDeliveryDetails",
        "confirmCustomizationDetails": "confirmCustomizationDetails",
        "unexpectedProblem": "createUnexpectedProblem",
        "invoice": "sendInvoice",
        "warranty": "CreateWarranty",
    }.items()
}
SOLICITATION = "productReviewAndSellerFeedback"
SENDING[SOLICITATION] = Operation(
    "createProductReviewAndSellerFeedbackSolicitation", "POST", f"{_SOLICITATIONS}/solicitations/{SOLICITATION}", 1, 5, _HAL
)
