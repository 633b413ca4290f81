"""The order is one of those that ``--only`` and ``--not`` select.

``--only KEY=PATTERN`` keeps the orders that match, ``--not KEY=PATTERN`` leaves out those that match. The keys are ``sku``,
``asin`` (any item of the order), ``every-sku``, ``every-asin`` (all of its items), ``marketplace``, ``channel`` (``AFN`` or
``MFN``), ``buyer`` (``repeat`` or ``first``) and ``sent`` (a kind of message that the order has got). Several ``--only`` of one
key: any of them; of several keys: each of them.

Permitted::

    only: sku=ABC*
    skus: ABC-1 XYZ-9

Permitted::

    not: channel=AFN
    channel: MFN

Refused::

    only: every-sku=ABC*
    skus: ABC-1 XYZ-9

Refused::

    not: sku=XYZ*
    skus: ABC-1 XYZ-9

To fix it: nothing, if the selection is as you meant it.
"""

from franking.model import Rule

RULE = Rule("not-selected", "error", "left out by --only or --not", "own", "send", __doc__)
