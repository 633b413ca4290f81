"""An order occurs once in what is sent.

A second message for the same order and kind within one batch replaces the first, which is counted under this reason: the
buyer gets one message, and the numbers of the summary add up to the orders.

Permitted::

    order: 302-1234567-0000001
    order: 302-1234567-0000002

Refused::

    order: 302-1234567-0000001
    order: 302-1234567-0000001

To fix it: nothing; the buyer gets the later one.
"""

from franking.model import Rule

RULE = Rule("repeated-order", "error", "a second message for the order in the same batch", "own", "send", __doc__)
