"""Messages from templates, one at a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from franking.api.checks import Verdict, policy_of
from franking.batch.pipeline import Pipeline
from franking.batch.reports import chosen_marketplace
from franking.catalog import Catalog
from franking.errors import InputError, RenamedSetting
from franking.model import BrokenOrder, Franked, Inlined, Order
from franking.orders import open_orders
from franking.policy import DEFAULT, Policy


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message and its verdict. If the template failed, the texts are empty and ``verdict`` names file and line."""

    order_id: str
    kind: str
    theme: str
    language: str
    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    verdict: Verdict


def render(
    kind: str,
    order: Order,
    *,
    theme: str = "plain",
    brand: str | None = None,
    language: str | None = None,
    locale: str | None = None,
    policy: str | Path | Policy = DEFAULT,
    templates: str | Path = "templates",
    themes: str | Path = "themes",
) -> Rendered:
    """Render, inline and check the message of an order. Does not check whether it may be sent; ``Batch`` does.

    ``brand`` replaces the theme's brand name, ``language`` (such as ``de`` or ``de-DE``) the buyer's language; ``locale`` is
    the old name of ``language``. Raises ``FrankingError`` for an unknown kind, theme or language.
    """
    if locale is not None:
        warnings.warn(RenamedSetting("render: locale is now language"), stacklevel=2)
    catalog = Catalog(Path(templates), Path(themes))
    look = catalog.theme(theme)
    if brand:
        look = replace(look, brand=brand)
    pipeline = Pipeline(catalog, catalog.kind(kind), look, policy_of(policy))
    language = (language or locale or order.preferred_language).replace("-", "_").partition("_")[0]
    if language not in catalog.languages():
        raise InputError(f"no translation into {language[:10]!r}; expected one of: {', '.join(catalog.languages())}")
    made = pipeline.whole(replace(order, language=language))
    name = f"{kind}/{theme}/{language}/{order.id}"
    if isinstance(made, Franked):
        return _rendered(name, made.inlined, Verdict(name, made.warnings))
    verdict = Verdict(name, made.findings)
    if made.inlined is None:
        return Rendered(order.id, kind, theme, language, "", "", "", verdict)
    return _rendered(name, made.inlined, verdict)


def _rendered(name: str, inlined: Inlined, verdict: Verdict) -> Rendered:
    draft = inlined.draft
    return Rendered(draft.order_id, draft.kind, draft.theme, draft.language, draft.subject, inlined.html, inlined.text, verdict)


def read_orders(
    report: str | Path, *, marketplace: str | None = None, encoding: str | None = None, items: Sequence[str | Path] = ()
) -> Iterator[Order | BrokenOrder]:
    """Iterate over the orders of a report or of API answers saved as JSON. Memory use does not grow with the file.

    ``marketplace`` (a name such as ``Amazon.de``) replaces the marketplace of the rows, ``encoding`` the detected encoding;
    ``items`` are files of ``getOrderItems`` answers. An order that cannot be read is a ``BrokenOrder`` with the line and
    the reason. Raises ``InputError`` for a file without orders.
    """
    place = chosen_marketplace(marketplace)
    source = open_orders(Path(report), encoding=encoding, marketplace=place, items=[Path(item) for item in items])
    try:
        yield from source
    finally:
        source.close()
