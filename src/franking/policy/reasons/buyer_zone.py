"""With ``--between`` or ``--days``, the buyer's time zone is known.

The hours are those of the country that the order is shipped to, and of the state where that decides it. A country with
several time zones and no known state: the message leaves at an hour that fits all of them. An order without a country, or
whose zones have no such hour in common, is refused.

Permitted::

    between: 09:00-18:00
    country: DE

Permitted::

    between: 09:00-18:00
    country: US

Permitted::

    between: 09:00-10:00
    country: US
    state: NY

Refused::

    between: 09:00-10:00
    country: US

Refused::

    between: 09:00-18:00
    country: unknown

To fix it: use a report with ship-country and ship-state, widen the hours, or name the time zone: ``--between "09:00-18:00
Europe/Berlin"``.
"""

from franking.model import Rule

RULE = Rule("buyer-zone", "error", "the buyer's time zone is not known, or has no such hours", "own", "send", __doc__)
