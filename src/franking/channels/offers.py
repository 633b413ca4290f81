"""What the API accepts for an order now, and what it knows of the order's buyer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from franking.channels.client import Client
from franking.channels.operations import ATTRIBUTES, MESSAGING_ACTIONS, SOLICITATION_ACTIONS
from franking.channels.regions import endpoint_for
from franking.channels.results import Answer, Refused
from franking.errors import TransportError
from franking.files.strict_json import fault_of
from franking.model import Marketplace

_LIMITED = ("text", "rawMessageBody")  # what the text is called in the request and in the offer


@dataclass(frozen=True, slots=True)
class Offer:
    """The actions that an order allows now, each with its own limit of characters where the API names one; those that are
    named and disabled, with the reason."""

    actions: Mapping[str, int | None] = field(default_factory=dict)
    disabled: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""  # why the API has no such order


class Offers:
    """Asks the API. Each question is a call, which its usage plan slows down."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def of(self, order_id: str, place: Marketplace, *, solicits: bool) -> Offer:
        """What an order allows. Raises ``Unreachable``, ``ConfigurationError`` or ``TransportError`` where that cannot be
        known."""
        operation = SOLICITATION_ACTIONS if solicits else MESSAGING_ACTIONS
        url = operation.url(endpoint_for(self._client.endpoint, place), order=order_id)
        result = self._client.read(operation, url, {"marketplaceIds": place.id})
        if isinstance(result, Refused):
            return Offer(refused=str(result))
        return _offer(result, self._client.endpoint.shown)

    def language(self, order_id: str, place: Marketplace) -> str:
        """The buyer's locale such as ``en-US``, "" where the API has none. Raises as ``of`` does."""
        url = ATTRIBUTES.url(endpoint_for(self._client.endpoint, place), order=order_id)
        result = self._client.read(ATTRIBUTES, url, {"marketplaceIds": place.id})
        if isinstance(result, Refused):
            return ""
        from pydantic import ValidationError

        from franking.channels.answers import Attributes

        try:
            buyer = Attributes.model_validate(result.data if result.data is not None else {}).buyer
        except ValidationError as error:
            raise TransportError(f"{self._client.endpoint.shown}: {ATTRIBUTES.name}: {fault_of(error)}") from None
        locale = buyer.locale if buyer is not None else None
        return locale if locale is not None and len(locale) <= 35 else ""


def _offer(answer: Answer, shown: str) -> Offer:
    from pydantic import ValidationError

    from franking.channels.answers import Action, Actions

    try:
        said = Actions.model_validate(answer.data)
        own = [_own(entry) for entry in said.embedded.actions if isinstance(entry, dict)]
        known = [(entry, Action.model_validate(entry)) for entry in own]
    except ValidationError as error:
        raise TransportError(f"{shown}: the answer does not list the actions of an order: {fault_of(error)}") from None
    actions: dict[str, int | None] = {name: None for name in map(_named, said.links.actions) if name}
    disabled: dict[str, str] = {}
    for entry, action in known:
        link = action.links.self if action.links is not None else None
        name = action.name or (_named({"href": link.href}) if link is not None else "")
        if action.disabled is True:
            disabled[name] = (action.disabled_reason or "no reason given")[:200]
            actions.pop(name, None)
        elif name in actions:
            actions[name] = _limit(entry)
    disabled.pop("", None)
    return Offer(actions, disabled)


def _own(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The description of an action, in its ``payload`` or beside it."""
    payload = entry.get("payload")
    return {**entry, **payload} if isinstance(payload, dict) else dict(entry)


def _named(link: object) -> str:
    """The last segment of a link's path, without the query after it. "" for what is no link: an action that is not listed by
    one is not offered."""
    href = link.get("href") if isinstance(link, dict) else None
    if not isinstance(href, str):
        return ""
    try:
        return unquote(urlsplit(href).path.rstrip("/").rpartition("/")[2])
    except ValueError:
        return ""


def _limit(said: Mapping[str, Any], depth: int = 0) -> int | None:
    """The ``maxLength`` of the text, anywhere in the action's schema."""
    for name, value in said.items():
        if not isinstance(value, dict) or depth > 8:
            continue
        length = value.get("maxLength")
        if name in _LIMITED and isinstance(length, int) and not isinstance(length, bool) and length > 0:
            return length
        found = _limit(value, depth + 1)
        if found is not None:
            return found
    return None
