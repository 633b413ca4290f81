"""The order says what a selection asks for.

A report without the column that ``--only`` or ``--not`` needs ends the command with an error. Where only some orders do not
say, such as an item without an ASIN, these are not written to: nobody guesses on which side they belong.

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
