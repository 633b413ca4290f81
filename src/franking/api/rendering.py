"""Messages made from templates, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from franking.api.checks import Verdict, policy_of
from franking.batch.pipeline import Pipeline
from franking.batch.reports import chosen_marketplace
from franking.catalog import Catalog
from franking.errors import InputError
from franking.model import BrokenOrder, Franked, Inlined, Order
from franking.orders import open_orders
from franking.policy import DEFAULT, Policy


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message and its verdict. The texts are empty where the template failed: ``verdict`` names file and line then."""

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
    locale: str | None = None,
    policy: str | Path | Policy = DEFAULT,
    templates: str | Path = "templates",
    themes: str | Path = "themes",
) -> Rendered:
    """Render, inline and check an order's message, whether it may be sent or not: ``Batch`` decides that.

    ``brand`` stands for the theme's brand name, ``locale`` (such as ``de`` or ``de_DE``) for the buyer's language. Raises
    ``FrankingError`` for a kind, theme or language that does not exist.
    """
    catalog = Catalog(Path(templates), Path(themes))
    look = catalog.theme(theme)
    if brand:
        look = replace(look, brand=brand)
    pipeline = Pipeline(catalog, catalog.kind(kind), look, policy_of(policy))
    language = (locale or order.preferred_language).replace("-", "_").partition("_")[0]
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
    """The orders of a report or of API answers saved as JSON, one by one, in flat memory.

    ``marketplace`` (a name such as ``Amazon.de``) stands for what the rows say, ``encoding`` for what is detected, ``items``
    are files of ``getOrderItems`` answers. An order that cannot be read is a ``BrokenOrder`` with the line and the reason.
    Raises ``InputError`` for a file that holds no orders at all.
    """
    place = chosen_marketplace(marketplace)
    source = open_orders(Path(report), encoding=encoding, marketplace=place, items=[Path(item) for item in items])
    try:
        yield from source
    finally:
        source.close()
