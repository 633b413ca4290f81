"""Rules, findings, refusals and permits."""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import cleandoc
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from franking.model.orders import Order

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the policy, or another reason for which no message is sent. ``source`` is a key of the policy's
    ``sources``, ``doc`` the docstring of the rule's module. ``stage`` is the stage that decides it: check, permit, read,
    render or send."""

    slug: str
    severity: Severity
    summary: str
    source: str
    stage: Literal["check", "permit", "read", "render", "send"]
    doc: str | None = field(repr=False)

    @property
    def manual(self) -> str:
        """The manual page, as ``franking explain`` prints it."""
        return cleandoc(self.doc or "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The refusal of an order by a permission rule. ``rule`` is a slug; the texts contain no personal data."""

    order_id: str
    rule: str
    message: str
    hint: str = ""
    line: int = 0
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Permit:
    """The permission to send a message for an order, with warnings."""

    order: Order
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """The line to change: of a template, a theme's style sheet, a catalogue, a sample, or a TOML file. ``snippet`` is its
    text without the indent, and ``why`` what the line does there; both are "" if they are not known."""

    file: str
    line: int
    snippet: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation. ``line`` and ``column`` are 1-based positions in the checked source. ``measured`` and ``limit`` have
    the unit that the rule's manual names (shares are 0 to 1)."""

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
    mime_part: str = ""  # number and media type of the part, in a mail with several parts
    decided_by: str = ""  # the browser that decided an undecided finding, such as "Chromium 156"
    others: tuple[tuple[int, int], ...] = ()  # lines and columns of other elements that the same template line causes
