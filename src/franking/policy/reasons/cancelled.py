"""The message was not cancelled while the batch was running.

``franking cancel`` cancels waiting messages, even while another ``send`` or worker runs. That run's summary counts them
under this reason. If the report is sent again, these buyers get the message.

Permitted::

    cancelled: no

Refused::

    cancelled: yes

To fix it: nothing; send the report again if the buyers should get the messages; use ``franking suppress`` for those who
must not.
"""

from franking.model import Rule

RULE = Rule("cancelled", "error", "cancelled by a person while the batch was running", "own", "send", __doc__)
