"""The marketplace's API as a way to buyers: what it takes for an order, and the calls that send.

It needs httpx (extra ``amazon``), which is loaded when a client is opened.
"""

from franking.channels.api_calls import API_CALLS, ApiCall, api_call_of
from franking.channels.regions import Endpoint, endpoint_for
from franking.channels.results import Ambiguous, Answer, ApiError, NotSent, Refused, Result

__all__ = [
    "API_CALLS",
    "Ambiguous",
    "Answer",
    "ApiCall",
    "ApiError",
    "Endpoint",
    "NotSent",
    "Refused",
    "Result",
    "api_call_of",
    "endpoint_for",
]
