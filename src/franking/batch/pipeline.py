"""Makes the message of one order: permit, render, inline, check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from franking.batch.locales import preferred_locale
from franking.batch.template_findings import template_finding, untranslated_finding
from franking.catalog import Catalog
from franking.catalog.catalogue import Problem
from franking.catalog.example_brand import example_brand
from franking.errors import FrankingError, TemplateError
from franking.model import (
    Draft,
    FastPath,
    Finding,
    Franked,
    Inlined,
    Kind,
    Order,
    Permit,
    Refusal,
    Stats,
    Theme,
)
from franking.model.evidence import Facts
from franking.permit import Context, permit
from franking.policy import Policy
from franking.rendering import Renderer

if TYPE_CHECKING:
    from franking.batch.causes import Traced
    from franking.batch.facts import FactSheets
    from franking.rendering import InlinerName, TemplateMap

MARKUP = "markup"  # the rule that finds broken markup
LANGUAGE = "message-language"  # the rule that judges the language of a message, and of an order that is to have one


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message that is not sent, and the findings on it."""

    order_id: str
    line: int
    findings: tuple[Finding, ...]
    inlined: Inlined | None = field(default=None, repr=False)


def rejection(order: Order, findings: Sequence[Finding], inlined: Inlined | None = None) -> Rejected:
    """The rejection of an order's message. Results are kept and handed to other processes, so the parsed HTML part is not
    included."""
    return Rejected(order.id, order.line, tuple(findings), replace(inlined, styled=None) if inlined is not None else None)


Prepared = Franked | Rejected | list[Refusal]


class Pipeline:
    """Prepares messages of one kind in one theme."""

    def __init__(
        self,
        catalog: Catalog,
        kind: Kind,
        theme: Theme,
        policy: Policy,
        inliner: InlinerName = "css-inline",
        *,
        paranoid: bool = False,
    ) -> None:
        self.kind = kind
        self.theme = theme
        self.policy = policy
        self._catalog = catalog
        self.templates = catalog.templates
        self._languages = frozenset(catalog.languages())
        self._renderer = Renderer(catalog, kind, theme, int(policy.value("image_share") * policy.narrowest))
        self._inliner: InlinerName = inliner
        if inliner != "css-inline":
            from franking.rendering import load_inliner

            load_inliner(inliner)  # a missing one is reported once, not for each message
        self.paranoid = paranoid
        self._shaping = threading.Lock()  # shapes, and the environment that fences for them, serve one message at a time

    @cached_property
    def _inline(self) -> Callable[..., Inlined]:
        return self._load_inline()

    def _load_inline(self) -> Callable[..., Inlined]:
        from franking.rendering.inline import inline

        source = f"{self.kind.path}/{self.kind.message_file}"
        return partial(inline, inliner=self._inliner, widths=self.policy.widths, source=source)

    @cached_property
    def shapes(self) -> FastPath | None:
        """What makes messages from shapes; None if the inliner rules that out."""
        # Shapes are learnt from what css-inline writes; another inliner may write each message in its own way.
        if self._inliner != "css-inline":
            return None
        from franking.shape_cache import open_fast_path

        return open_fast_path(self._renderer, lambda draft: self._load_inline()(draft), self.policy)  # loaded if needed

    @cached_property
    def _sheets(self) -> FactSheets:
        from franking.batch.facts import FactSheets

        return FactSheets(self._catalog, self.kind, self.theme, self.policy)

    def permitted(self, order: Order, context: Context, *, wordless: bool = False) -> Permit | list[Refusal]:
        """Whether the order's buyer may be written to, in a language that the templates speak. What is ``wordless`` has none
        of their words."""
        result = permit(order, self.kind, context)
        if wordless:
            return result
        language = order.preferred_language
        speaks = self.policy.languages
        if speaks and language not in speaks:
            reason = f"the buyer's language is {language}, {self.policy.name} requires {' or '.join(sorted(speaks))}"
            other = Refusal(order.id, LANGUAGE, reason, "", order.line)
            return [*result, other] if isinstance(result, list) else [other]
        if language not in self._languages:
            missing = Refusal(
                order.id, LANGUAGE, f"the buyer's language is {language}, and there is no translation into it",
                f"Add templates/locales/{language}.po.", order.line,
            )  # fmt: skip
            return [*result, missing] if isinstance(result, list) else [missing]
        return result

    @cached_property
    def example_brand(self) -> tuple[Problem, ...]:
        """Where the theme, the kind's templates or the translations carry the example's brand. Raises ``TemplateError``."""
        return tuple(example_brand(self.theme, Path(self.kind.path), self.templates))

    def compose(self, order: Order, language: str = "", locale: str = "") -> Inlined:
        """The order's message, rendered and inlined. Raises ``TemplateError`` with template file and line."""
        draft = self._renderer.render(order, language or order.preferred_language, locale or preferred_locale(order))
        return self._inline(draft)

    def prepare(self, order: Order, context: Context) -> Prepared:
        """The franked message, or why there is none."""
        result = self.permitted(order, context)
        return result if isinstance(result, list) else self.franked(order)

    def franked(self, order: Order) -> Franked | Rejected:
        """The franked message of a permitted order, or why there is none. It is made from a shape if that is proven
        to give the same bytes, else in full."""
        with self._shaping:
            shapes = self.shapes
        if shapes is not None and not self._quoted_in_details(order):
            with self._shaping:
                fast = shapes.frank(order, order.preferred_language, preferred_locale(order))
            if fast is not None:
                return self._compared(fast, order) if self.paranoid else fast
        return self.whole(order)

    def facts(self, franked: Franked, warned: tuple[str, ...] = (), channel: str = "email") -> Facts | None:
        """What was judged of a message, for the ledger; ``warned`` are the permission rules that warned of its order."""
        if franked.judged is None:
            return None
        return self._sheets.of(franked.judged(), franked.inlined.draft, warned, channel)

    def _quoted_in_details(self, order: Order) -> bool:
        """Whether what the seller adds may say what the order's own facts hold: their shape does not tell these apart."""
        if not order.details:
            return False
        from franking.check import without_own_words

        if without_own_words(order) is None:
            return False
        self.stats.slow["values of the order contain words that the seller must not use"] += 1
        return True

    def _compared(self, fast: Franked, order: Order) -> Franked:
        """The message, if making it in full gives the same. Raises ``FrankingError`` if not."""
        whole = self.whole(order)
        if isinstance(whole, Rejected):
            raise FrankingError(f"order {order.id}: rejected by the full check, permitted by its shape; nothing is sent")
        one, other = fast.inlined, whole.inlined
        for what, same in (
            ("HTML part", one.html == other.html),
            ("text part", one.text == other.text),
            ("subject", one.draft.subject == other.draft.subject),
            ("warnings", fast.warnings == whole.warnings),
        ):
            if not same:
                raise FrankingError(
                    f"order {order.id}: the {what} made from the shape differs from the one made in full; nothing is sent"
                )
        return whole

    @property
    def stats(self) -> Stats:
        """How messages were prepared so far."""
        return self.shapes.stats if self.shapes is not None else Stats()

    def take_stats(self) -> Stats:
        """The same since the last time."""
        taken = self.stats
        if self.shapes is not None:
            self.shapes.stats = Stats()
        return taken

    def whole(self, order: Order) -> Franked | Rejected:
        """The same, made in full, without a shape."""
        from franking.check import frank

        try:
            inlined = self.compose(order)
        except TemplateError as problem:
            return rejection(order, [template_finding(problem)])
        lacking = untranslated_finding(inlined.draft)
        if lacking is not None:
            return rejection(order, [lacking], inlined)
        franked = frank(inlined, self.policy)
        if isinstance(franked, Franked):
            return self._said_by_itself(order) or franked
        return rejection(order, self.placed(order, inlined, franked), inlined)

    def _said_by_itself(self, order: Order) -> Rejected | None:
        """The rejection of a message if its template itself contains words that were ignored as facts of the order."""
        from franking.check import said_by_template, without_own_words

        other = without_own_words(order)
        if other is None:
            return None
        try:
            inlined = self.compose(other)
        except TemplateError as problem:
            return rejection(order, [template_finding(problem)])
        findings = said_by_template(inlined, self.policy)
        return rejection(order, self.placed(other, inlined, findings), inlined) if findings else None

    def short_text(self, order: Order) -> tuple[TemplateMap, tuple[str, ...]] | None:
        """The kind's own short text with its template lines, and its texts without a translation; None if it has none.
        Raises ``TemplateError``."""
        return self._renderer.short_text(order, order.preferred_language, preferred_locale(order))

    def origins(self, order: Order, draft: Draft, sample: str = "") -> Traced:
        """Where the draft's HTML came from; None if that is not certain. ``sample`` is the file that the order is from."""
        return self._renderer.html_origins(order, draft, sample)

    def placed(
        self, order: Order, inlined: Inlined, findings: Sequence[Finding], sample: str = "", *, markup: bool = False
    ) -> list[Finding]:
        """The findings with the lines that cause them, where that is certain; findings with the same cause are one.

        ``sample`` is the file that the order comes from, if it is a sample. With ``markup``, findings on broken markup are
        those on the templates, which inlining repairs.
        """
        from franking.batch.causes import Causes

        if not findings and not markup:
            return []
        trace = partial(self.origins, order, inlined.draft, sample)
        causes = Causes(inlined, self.policy, trace, f"{self.kind.path}/subject.txt.j2")
        kept = [f for f in findings if not markup or f.rule != MARKUP]
        return [*causes.of(kept), *(causes.markup() if markup else ())]
