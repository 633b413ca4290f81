"""Permission: whether the marketplace lets a seller write to an order's buyer at all, now, with this kind."""

from franking.permit.context import Context
from franking.permit.engine import permit, permit_rules

__all__ = ["Context", "permit", "permit_rules"]
