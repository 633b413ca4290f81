"""The marketplace's API has a call for the message.

With ``--channel api`` a message goes by the API's call for its kind: confirmations, questions, problems, invoices,
warranties and the request for a review have one. Replies, returns and shipping confirmations have none and go by email.
Each call accepts a number of files: an invoice 1 to 5, a question about a custom design up to 5, the others none; a
warranty needs its first and its last day (``covered_from``, ``covered_until``). Marketplaces other than Amazon have no
such API. With ``--channel auto`` such a message goes by email.

Permitted::

    kind: invoice
    files: 1

Refused::

    kind: invoice
    files: 6

Refused::

    kind: reply
    files: 0

To fix it: send it with ``--channel auto`` or without ``--channel``.
"""

from franking.model import Rule

RULE = Rule("api-kind", "error", "the marketplace's API has no call for this message", "own", "send", __doc__)
