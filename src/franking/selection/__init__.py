"""Selection: which of a report's orders are meant, from when on, and at which hours of the buyer's day."""

from franking.selection.after import After
from franking.selection.hours import Hours
from franking.selection.orders import OrderFacts, Selection
from franking.selection.terms import Term

__all__ = ["After", "Hours", "OrderFacts", "Selection", "Term"]
