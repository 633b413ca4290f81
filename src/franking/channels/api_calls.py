"""Which API call serves a kind of message, and what that call takes (Messaging v1, Solicitations v1)."""

from __future__ import annotations

from dataclasses import dataclass

from franking.channels.operations import SOLICITATION


@dataclass(frozen=True, slots=True)
class ApiCall:
    """``action`` is the last segment of the call's path, by which the API also names what it allows. ``text`` is the most
    characters that a text may have, 0 where the call takes none."""

    action: str
    text: int = 0
    fewest_files: int = 0
    most_files: int = 0
    coverage: bool = False  # whether it takes the first and last day of a warranty

    @property
    def solicits(self) -> bool:
        """Whether it is the request for a review, which has no content at all."""
        return self.action == SOLICITATION


API_CALLS = {
    "order_confirmation": ApiCall("confirmOrderDetails", 2000),
    "information_request": ApiCall("confirmOrderDetails", 2000),
    "delivery_scheduling": ApiCall("confirmDeliveryDetails", 2000),
    "customization_check": ApiCall("confirmCustomizationDetails", 800, 0, 5),
    "order_problem": ApiCall("unexpectedProblem", 2000),
    "invoice": ApiCall("invoice", 0, 1, 5),
    "warranty": ApiCall("warranty", 0, 1, 5, True),
    "review_request": ApiCall(SOLICITATION),
}


def api_call_of(kind: str) -> ApiCall | None:
    """The call for a kind, None if there is none: it goes by email."""
    return API_CALLS.get(kind)
