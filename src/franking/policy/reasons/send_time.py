"""With ``--at delivery+5d``, the moment is in the future.

An order whose moment has passed already should have got the message then, not now: it is refused. (A time for all orders,
``--at 2026-12-01T09:00+01:00``, that has passed ends the command.)

Permitted::

    at: delivery+5d
    delivered: 2 days ago

Refused::

    at: delivery+5d
    delivered: 6 days ago

Refused::

    at: delivery+36h
    delivered: 2 days ago

To fix it: send without ``--at`` to send it now.
"""

from franking.model import Rule

RULE = Rule("send-time", "error", "the time to leave has passed", "own", "send", __doc__)
