"""Which API call serves a kind of message, and what that call takes (Messaging v1, Solicitations v1)."""

from __future__ import annotations

from dataclasses import dataclass

from franking.channels.operations import SOLICITATION


@dataclass(frozen=True, slots=True)
class Door:
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


DOORS = {
    "order_confirmation": Door("confirmOrderDetails", 2000),
    "information_request": Door("confirmOrderDetails", 2000),
    "delivery_scheduling": Door("confirmDeliveryDetails", 2000),
    "customization_check": Door("confirmCustomizationDetails", 800, 0, 5),
    "order_problem": Door("unexpectedProblem", 2000),
    "invoice": Door("invoice", 0, 1, 5),
    "warranty": Door("warranty", 0, 1, 5, True),
    "review_request": Door(SOLICITATION),
}


def door_of(kind: str) -> Door | None:
    """The call for a kind, None where there is none: it goes by email."""
    return DOORS.get(kind)
