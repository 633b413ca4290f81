"""The marketplace's API as a way to buyers: what it takes for an order, and the calls that send.

It needs httpx (extra ``amazon``), which is loaded when a client is opened.
"""

from franking.channels.doors import DOORS, Door, door_of
from franking.channels.regions import Endpoint, endpoint_for
from franking.channels.results import Ambiguous, Answer, ApiError, NotSent, Refused, Result

__all__ = [
    "DOORS",
    "Ambiguous",
    "Answer",
    "ApiError",
    "Door",
    "Endpoint",
    "NotSent",
    "Refused",
    "Result",
    "door_of",
    "endpoint_for",
]
