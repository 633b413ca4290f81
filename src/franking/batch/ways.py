"""By which channel an order's buyer is written to: by email, or by the marketplace's API where that takes the message now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from franking.batch.pipeline import LANGUAGE, Pipeline
from franking.model import Marketplace, Order, Permit, Refusal
from franking.permit import Context
from franking.policy.reasons.api_kind import RULE as KIND
from franking.policy.reasons.api_offer import RULE as OFFER

if TYPE_CHECKING:
    from franking.channels import ApiCall
    from franking.channels.offers import Offer

Wanted = Literal["email", "api", "auto"]
Channel = Literal["email", "api"]


class Asking(Protocol):
    """What the API states of orders (``channels.offers``)."""

    def of(self, order_id: str, place: Marketplace, *, solicits: bool) -> Offer:
        """What an order allows now."""
        ...

    def language(self, order_id: str, place: Marketplace) -> str:
        """The buyer's locale, "" where it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Way:
    """How a permitted order is written to. ``note`` is why not by the API, where that was wanted. The order has the buyer's
    own language, where the API knows it."""

    channel: Channel
    order: Order
    permit: Permit
    note: str = ""
    api_call: ApiCall | None = None  # the API's call


class Ways:
    """Decides for the orders of a report."""

    def __init__(self, pipeline: Pipeline, wanted: Wanted, offers: Asking | None) -> None:
        self._pipeline = pipeline
        self._wanted = wanted
        self._offers = offers

    def of(self, order: Order, context: Context, *, later: bool = False) -> Way | list[Refusal]:
        """The channel, or every reason against the wanted ones. ``later`` is a message that is scheduled: what the API will
        allow then is not known now. Raises ``TransportError`` or ``ConfigurationError`` where the API cannot be asked."""
        if self._wanted == "email":
            return self._by_email(order, context)
        if later and self._wanted == "auto":
            return self._by_email(order, context, "it is scheduled, and the API states only what it allows now")
        by_api = self._by_api(order, replace(context, by_api=True), later)
        if isinstance(by_api, Way) or self._wanted == "api":
            return by_api
        why = by_api[0].message
        by_email = self._by_email(order, context, why)
        if isinstance(by_email, Way):
            return by_email
        against = {refusal.rule for refusal in by_email}
        both = next((refusal for refusal in by_api if refusal.rule in against), None)
        if both is not None:  # it holds for every channel
            return [both, *(refusal for refusal in by_email if refusal.rule != both.rule)]
        first = by_email[0]
        return [replace(first, message=f"{first.message}; by the API: {why}"), *by_email[1:], *by_api]

    def _by_email(self, order: Order, context: Context, note: str = "") -> Way | list[Refusal]:
        result = self._pipeline.permitted(order, context)
        return result if isinstance(result, list) else Way("email", order, result, note)

    def _by_api(self, order: Order, context: Context, later: bool) -> Way | list[Refusal]:
        from franking.channels import api_call_of

        api_call = api_call_of(self._pipeline.kind.name)
        unfit = self._unfit(order, api_call)
        if api_call is None or unfit:
            return [Refusal(order.id, KIND.slug, unfit, "Without --channel api it goes by email.", order.line)]
        wordless = not api_call.text
        result = self._pipeline.permitted(order, context, wordless=wordless)
        if isinstance(result, list) and (wordless or later):
            return result
        if isinstance(result, list) and any(refusal.rule != LANGUAGE for refusal in result):
            return result
        if not later:
            assert self._offers is not None
            offer = self._offers.of(order.id, order.marketplace, solicits=api_call.solicits)
            if api_call.action not in offer.actions:
                return [Refusal(order.id, OFFER.slug, _unoffered(offer, api_call), "", order.line)]
            limit = offer.actions[api_call.action]
            if limit is not None and api_call.text:
                api_call = replace(api_call, text=min(limit, api_call.text))
            locale = self._offers.language(order.id, order.marketplace) if api_call.text else ""
            if locale:
                order = replace(order, language=locale.replace("_", "-").partition("-")[0].lower())
                result = self._pipeline.permitted(order, context)
        return result if isinstance(result, list) else Way("api", order, result, "", api_call)

    def _unfit(self, order: Order, api_call: ApiCall | None) -> str:
        """Why the API has no call for a message, "" where it has one."""
        from franking.batch.short import COVERED

        kind = self._pipeline.kind.name
        if api_call is None:
            return f"the marketplace's API has no call for {kind}"
        if order.marketplace.platform != "amazon":
            return f"{order.marketplace.name} has no such API"
        files = len(order.files)
        if not api_call.solicits and not api_call.fewest_files <= files <= api_call.most_files:
            wanted = f"{api_call.fewest_files} to {api_call.most_files}" if api_call.most_files else "none"
            return f"found {files} files, the API's {api_call.action} takes {wanted}"
        if api_call.coverage and not all(name in order.details for name in COVERED):
            return f"the API's {api_call.action} needs {' and '.join(COVERED)}"
        return ""


def _unoffered(offer: Offer, api_call: ApiCall) -> str:
    if offer.refused:
        return f"the API does not know the order ({offer.refused})"
    disabled = offer.disabled.get(api_call.action)
    return (
        f"the API has disabled {api_call.action}: {disabled}" if disabled else f"the API does not allow {api_call.action} now"
    )
