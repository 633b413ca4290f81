"""The message was not cancelled while the batch was under way.

``franking cancel`` takes back what waits, also while another ``send`` or worker is busy with it. What it took back is counted
under this reason in that run's summary. Sending the report again writes to these buyers after all.

Permitted::

    cancelled: no

Refused::

    cancelled: yes

To fix it: nothing; send the report again if the messages shall leave after all, ``franking suppress`` for who must get none.
"""

from franking.model import Rule

RULE = Rule("cancelled", "error", "cancelled by a person while the batch was running", "own", "send", __doc__)
