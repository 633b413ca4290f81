"""Permission: may a message of this kind be sent for this order now?"""

from franking.permit.context import Context
from franking.permit.engine import permit, permit_rules

__all__ = ["Context", "permit", "permit_rules"]
