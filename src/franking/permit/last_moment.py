"""Until when an order's buyer may be written to."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from franking.model import Kind, Order
from franking.permit.context import is_review, local_date
from franking.permit.rules.contact_window import RULE as CONTACT
from franking.permit.rules.review_window import RULE as REVIEW
from franking.policy import Policy


def last_moment(order: Order, kind: Kind, policy: Policy) -> datetime | None:
    """The end of the last day that ``contact-window`` and ``review-window`` permit, at the order's marketplace (aware, UTC,
    exclusive); None if they set no end."""
    ends: list[datetime] = []
    start = order.delivered_at if is_review(kind) else order.purchased_at
    if start is None:
        return None
    if kind.window != "none" and CONTACT.slug not in policy.rules_off:
        ends.append(_end(start, int(policy.value("contact_days")), order))
    if is_review(kind) and REVIEW.slug not in policy.rules_off:
        ends.append(_end(start, int(policy.value("review_days_max")), order))
    return min(ends, default=None)


def _end(start: datetime, days: int, order: Order) -> datetime:
    after = local_date(start, order) + timedelta(days=days + 1)
    return datetime.combine(after, time(), ZoneInfo(order.marketplace.time_zone)).astimezone(UTC)
