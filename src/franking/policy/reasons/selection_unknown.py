"""The order has the data that a selection needs.

A report without the column that ``--only`` or ``--not`` needs ends the command with an error. If only some orders lack
the data, such as an item without an ASIN, these orders are refused: Franking does not guess.

Permitted::

    only: asin=B0ABCDE123
    asins: B0ABCDE123

Refused::

    only: asin=B0ABCDE123
    asins: -

Refused::

    not: channel=AFN
    channel: -

To fix it: use a report that has it, such as *All orders* for ASIN and fulfilment channel.
"""

from franking.model import Rule

RULE = Rule("selection-unknown", "error", "the order does not say what --only or --not asks for", "own", "send", __doc__)
