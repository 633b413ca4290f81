"""With ``--after dispatch+1d``, the order says when it was dispatched.

``--after`` counts from a date of each order. An order without that date in any report is refused. (For ``delivery`` and
``latest-delivery`` see ``delivery-date``.)

Permitted::

    after: dispatch+1d
    dispatched: 2 days ago

Refused::

    after: dispatch+1d
    dispatched: unknown

To fix it: use a report that has the day of dispatch, such as the report of shipments, or count from the purchase.
"""

from franking.model import Rule

RULE = Rule("dispatch-date", "error", "no day of dispatch that --after could count from", "own", "send", __doc__)
