"""The marketplace's API allows the message for this order now.

Before Franking sends by the API, it asks which messages the order allows (``getMessagingActionsForOrder``,
``getSolicitationActionsForOrder``): a review is asked for once, and between 5 and 30 days after the delivery; order
details are confirmed before the dispatch only. With ``--channel auto`` what the API does not allow goes by email if the
policy permits it, and ``plan`` says so.

Permitted::

    kind: order_problem
    allowed: unexpectedProblem

Refused::

    kind: order_problem
    allowed: confirmOrderDetails

To fix it: nothing, usually. Later the API may allow it; ``--channel auto`` lets it go by email.
"""

from franking.model import Rule

RULE = Rule(
    "api-offer", "error", "the marketplace's API does not allow this message for this order now", "own", "send", __doc__
)
