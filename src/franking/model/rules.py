"""Rules of the policy, and what they say about orders and messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import cleandoc
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from franking.model.orders import Order

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the policy, or another reason why nothing is sent: ``source`` is a key of the policy's ``sources``, ``doc``
    its module's docstring. ``stage`` is what decides it: checking a message, permitting an order, reading it, rendering its
    message, or sending that."""

    slug: str
    severity: Severity
    summary: str
    source: str
    stage: Literal["check", "permit", "read", "render", "send"]
    doc: str | None = field(repr=False)

    @property
    def manual(self) -> str:
        """The manual page that ``explain`` prints."""
        return cleandoc(self.doc or "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order's buyer must not be written to. ``rule`` is a slug; the texts hold no personal data."""

    order_id: str
    rule: str
    message: str
    hint: str = ""
    line: int = 0
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Permit:
    """The permission to write to an order's buyer, with warnings that do not forbid it."""

    order: Order
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """A line of a template."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation. ``line`` and ``column`` are 1-based places in the checked source; ``measured`` and ``limit`` are
    in the unit that the rule's manual names (shares are 0…1)."""

    rule: str
    severity: Severity
    message: str
    hint: str
    line: int = 1
    column: int = 1
    path: str = ""
    width: int | None = None
    measured: float | str | None = None
    limit: float | str | None = None
    undecided: bool = False
    part: Literal["html", "text", "subject"] = "html"
    template: TemplatePlace | None = None
    mime_part: str = ""  # of a mail with several parts, the number and the type of the one that it stands in
    decided_by: str = ""  # the browser that decided what could not be decided statically, such as "Chromium 156"
