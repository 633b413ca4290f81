"""The order can be read unambiguously.

A row of a report, or an order of an API answer, is refused if a cell that messages need is missing, is not what its
column contains, or can be read in two ways: an amount (``1.089`` on Amazon.de), a date (``03/04/2026``), a number of
which a spreadsheet kept the first digits only, a byte that is no character of the file's encoding, rows of one order that
contradict each other. Franking does not guess, and the file's other orders get their messages. The refusal names line,
column, what was found and what was expected.

Permitted::

    purchase-date: 2026-11-20T08:15:42+00:00
    item-price: 19.99

Refused::

    purchase-date: 03/04/2026

Refused::

    purchase-date: tomorrow

Refused::

    quantity-purchased: 1.5

Refused::

    item-price: 1,2,3

To fix it: correct the row in a text editor, or download the report again and use it as it comes, unopened by a
spreadsheet.
"""

from franking.model import Rule

RULE = Rule("broken-row", "error", "an order that cannot be read", "own", "read", __doc__)
