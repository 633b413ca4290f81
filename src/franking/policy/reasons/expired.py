"""The message is sent before its last permitted moment.

A message that waits, for its hours, for a server, or for the next day of a daily cap, has a last moment: the end of the
days that the policy permits (``contact-window``, ``review-window``). If it has not been sent by then, it is cancelled and
not sent late; its row has this reason.

Permitted::

    last moment: in an hour

Refused::

    last moment: an hour ago

To fix it: nothing for this order. Widen ``--between`` or raise ``--daily`` if many expire.
"""

from franking.model import Rule

RULE = Rule("expired", "error", "the last permitted moment passed before the message left", "own", "send", __doc__)
