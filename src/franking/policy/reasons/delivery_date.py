"""With ``--at delivery+5d`` or ``--after delivery+5d``, the order says when it was delivered.

Both count from the delivery (or the estimated one) of each order, ``latest-delivery`` from its latest estimate. An order
without such a date in any report is refused.

Permitted::

    at: delivery+5d
    delivered: 2 days ago

Refused::

    at: delivery+5d
    delivered: unknown

To fix it: use a report that has the delivery, such as the report of shipments, or name a time (``--at
2026-12-01T09:00+01:00``).
"""

from franking.model import Rule

RULE = Rule("delivery-date", "error", "no delivery date that --at or --after could count from", "own", "send", __doc__)
