"""Every request of every operation that the program calls, judged by Stoplight Prism on Amazon's public models.

Prism is a proxy in front of the sandbox, and judges the sandbox's answers as well. What is judged left the program's own client, by
the functions that the commands use.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.channels import Refused
from franking.channels.operations import (
    ATTRIBUTES,
    CONFIRM_SHIPMENT,
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    GET_FEEDS,
    RESTRICTED_DATA_TOKEN,
    SENDING,
    UPLOAD_DESTINATION,
    Operation,
)
from franking.channels.order_calls import GET_ORDERS, SEARCH_ORDERS
from franking.channels.report_calls import CREATE_REPORT, GET_REPORTS
from franking.sandbox import serve
from tests.real.calling import AT, ORDER, PARTS, Traffic, called, operations
from tests.real.prism import judging
from tests.unit.fetching import GERMANY

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traffic]:
    with serve() as sandbox, judging(tmp_path_factory.mktemp("prism"), sandbox.url) as url:
        yield Traffic(url, sandbox)


def test_no_operation_is_left_out() -> None:
    assert set(operations()) == {name for _, names in PARTS.values() for name in names}


@pytest.mark.parametrize("part", PARTS)
def test_every_request_validates(part: str, judged: Traffic, tmp_path: Path) -> None:
    run, names = PARTS[part]
    del judged.exchanged[:]
    run(judged, tmp_path)
    for answer in judged.exchanged:
        assert "sl-violations" not in answer.headers, (str(answer.request.url), answer.headers["sl-violations"])
        assert answer.headers.get("content-type") != "application/problem+json", str(answer.request.url)
    assert called(judged.exchanged) == names
    assert judged.sandbox.state.broken == []
    for answer in judged.exchanged:
        if answer.request.method == "POST" and "/solicitations/" in str(answer.request.url):
            assert "content-type" not in answer.request.headers
            assert answer.request.headers.get("content-length", "0") == "0"


RESOURCE = "messaging/v1/orders/112-4471093-1120345/messages/invoice"
SIX = [{"uploadDestinationId": "a", "fileName": "b.pdf"}] * 6
PERIOD = {"lastUpdatedAfter": "2026-11-24T10:00:00Z"}
# The operation, the values of its path, the query, the body, and what Prism must object to.
WRONG: dict[str, tuple[Operation, dict[str, str], dict[str, str], object, str]] = {
    "text too long": (SENDING["unexpectedProblem"], {"order": ORDER}, AT, {"text": "x" * 2001}, "2000 characters"),
    "text too long for a customization": (SENDING["confirmCustomizationDetails"], {"order": ORDER}, AT, {"text": "x" * 801}, "800 characters"),
    "an empty text": (SENDING["confirmDeliveryDetails"], {"order": ORDER}, AT, {"text": ""}, "fewer than 1 character"),
    "a text that is a number": (SENDING["confirmOrderDetails"], {"order": ORDER}, AT, {"text": 7}, "text must be string"),
    "no body": (SENDING["confirmOrderDetails"], {"order": ORDER}, AT, None, "Body parameter is required"),
    "six files": (SENDING["invoice"], {"order": ORDER}, AT, {"attachments": SIX}, "more than 5 items"),
    "no file": (SENDING["warranty"], {"order": ORDER}, AT, {"attachments": []}, "fewer than 1 items"),
    "a file without a name": (SENDING["invoice"], {"order": ORDER}, AT, {"attachments": [{"uploadDestinationId": "a"}]}, "fileName"),
    "a day for a moment": (SENDING["warranty"], {"order": ORDER}, AT, {"attachments": SIX[:1], "coverageStartDate": "2026-11-24"}, "coverageStartDate"),
    "no marketplace": (SENDING["unexpectedProblem"], {"order": ORDER}, {}, {"text": "x"}, "marketplaceids"),
    "no marketplace for a question": (ATTRIBUTES, {"order": ORDER}, {}, None, "marketplaceids"),
    "no digest": (UPLOAD_DESTINATION, {"resource": RESOURCE}, AT, None, "contentmd5"),
    "no content type": (CREATE_FEED_DOCUMENT, {}, {}, {}, "contentType"),
    "no document": (CREATE_FEED, {}, {}, {"feedType": "POST_ORDER_FULFILLMENT_DATA", "marketplaceIds": ["A1"]}, "inputFeedDocumentId"),
    "no marketplaces of a feed": (CREATE_FEED, {}, {}, {"feedType": "F", "inputFeedDocumentId": "d", "marketplaceIds": []}, "marketplaceIds"),
    "a page of a thousand": (GET_FEEDS, {}, {"feedTypes": "F", "pageSize": "1000"}, None, "pagesize"),
    "no moment": (GET_REPORTS, {}, {"reportTypes": "R", "createdSince": "yesterday"}, None, "createdsince"),
    "no type": (CREATE_REPORT, {}, {}, {"marketplaceIds": ["A1"]}, "reportType"),
    "data that is unknown": (SEARCH_ORDERS, {}, PERIOD | {"includedData": "SECRETS"}, None, "includeddata"),
    "no marketplaces": (GET_ORDERS, {}, {"CreatedAfter": "2026-11-24T10:00:00Z"}, None, "marketplaceids"),
    "a method that is unknown": (RESTRICTED_DATA_TOKEN, {}, {}, {"restrictedResources": [{"method": "FETCH", "path": "/"}]}, "restrictedResources.0.method"),
    "no parcel": (CONFIRM_SHIPMENT, {"order": ORDER}, {}, {"marketplaceId": GERMANY.id}, "packageDetail"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_the_judge_refuses_a_wrong_request(name: str, judged: Traffic) -> None:
    operation, values, query, body, told = WRONG[name]
    before = dict(judged.sandbox.state.called)
    client = judged.client()
    refused = client.call(operation, operation.url(judged.url, **values), query, body)
    assert isinstance(refused, Refused)
    assert refused.status == 422
    assert any(told in entry["message"] for entry in judged.exchanged[-1].json()["validation"])
    assert judged.sandbox.state.called == before


def test_the_judge_knows_no_other_path(judged: Traffic) -> None:
    other = Operation("other", "POST", "/messaging/v1/orders/{order}/messages/negativeFeedbackRemoval", 1, 5)
    refused = judged.client().call(other, other.url(judged.url, order=ORDER), AT, {"text": "x"})
    assert isinstance(refused, Refused)
    assert refused.status in (404, 405)
