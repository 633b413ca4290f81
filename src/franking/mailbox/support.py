"""What of a message which mail program drops or supports only in part. It is information, and never a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from franking.html.document import Document
from franking.mailbox.clients import CLIENTS, Client
from franking.mailbox.data import Feature, Support, support_data
from franking.mailbox.notes import Use, concerns
from franking.mailbox.uses import uses


@dataclass(frozen=True, slots=True)
class Lack:
    """A feature that a client does not support, or only in part, and where the message uses it so. ``notes`` are
    caniemail's."""

    feature: Feature
    client: Client
    support: Support
    notes: tuple[str, ...]
    uses: tuple[Use, ...]


def lacks(html: str, *, clients: Sequence[Client] = CLIENTS, inlined: bool = False) -> list[Lack]:
    """What is not supported, by feature in the order of their first use, then by client. ``inlined`` as for ``uses``."""
    return lacks_of(uses(Document(html), inlined=inlined), clients)


def lacks_of(used: Iterable[Use], clients: Sequence[Client] = CLIENTS) -> list[Lack]:
    """As ``lacks``, of uses that are known."""
    data = support_data()
    by_slug: dict[str, list[Use]] = {}
    for use in used:
        by_slug.setdefault(use.slug, []).append(use)
    found: list[Lack] = []
    for slug, places in by_slug.items():
        feature = data.features[slug]
        for client in clients:
            lack = _lack(feature, client, places)
            if lack is not None:
                found.append(lack)
    return found


def _lack(feature: Feature, client: Client, places: list[Use]) -> Lack | None:
    result = feature.result(client.name)
    places = [use for use in places if not any(support_data().result(at, client.name).support == "no" for at in use.within)]
    if not places:
        return None  # all of it is in at-rules that are dropped as a whole
    if result.support == "no":
        return Lack(feature, client, "no", result.notes, tuple(places))
    if result.support != "partial":
        return None
    concerned = [use for use in places if not result.notes or any(concerns(note, use) for note in result.notes)]
    notes = tuple(note for note in result.notes if any(concerns(note, use) for use in concerned))
    return Lack(feature, client, "partial", notes, tuple(concerned)) if concerned else None
