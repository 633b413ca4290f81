"""Check finished messages from any source, and fix what can be fixed without a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from franking.batch.check import Options, Scope, check_message, with_facts
from franking.batch.fix import fix_message
from franking.check.engine import rejected
from franking.errors import InputError
from franking.mail.reading import decode_bytes, message_of_mail, read_bytes
from franking.model import Finding, Message
from franking.policy import DEFAULT, Policy
from franking.policy import load as load_policy
from franking.report import finding_json


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings for one message, in the order of the source. Its truth value is ``permitted``."""

    source: str
    findings: tuple[Finding, ...] = ()

    @property
    def permitted(self) -> bool:
        """Whether the message has no finding of severity ``error``."""
        return not rejected(self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings of severity ``error``."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings of severity ``warning``."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    def __bool__(self) -> bool:
        return self.permitted

    def as_json(self) -> dict[str, Any]:
        """The message as in ``franking check --format json``."""
        return {
            "source": self.source,
            "verdict": "permitted" if self.permitted else "rejected",
            "findings": [finding_json(finding) for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed message. ``changes`` lists the rule and the effect of each edit. ``verdict`` is the verdict on the new HTML.
    ``withheld`` lists the rules whose fixes would have lost a word, image or link, or broken another rule."""

    html: str = field(repr=False)
    changes: tuple[tuple[str, str], ...]
    verdict: Verdict
    withheld: tuple[str, ...] = ()


def check_html(
    html: str | bytes | Path,
    *,
    policy: str | Path | Policy = DEFAULT,
    kind: str | None = None,
    theme: str | None = None,
    order_id: str | None = None,
    language: str | None = None,
    subject: str | None = None,
    text: str | None = None,
    widths: Sequence[int] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    templates: str | Path = "templates",
    themes: str | Path = "themes",
) -> Verdict:
    """Check one message's HTML: a text, the bytes of a file (decoded as browsers do), or the file itself.

    Further arguments turn on the rules that need them: ``kind`` and ``theme`` (from the two folders), ``order_id``,
    ``language``, ``subject``, and ``text``, its plain-text part. ``widths`` in px replace the policy's; ``select`` and
    ``ignore`` are slugs of rules. Raises ``InputError`` for input without a message and for an unknown width or rule, and
    ``ConfigurationError`` for an unusable policy.
    """
    scope = _scope(kind, theme, order_id, language, templates, themes)
    found = _read(html)
    message = with_facts(Message(found.source, found.html, text, subject), scope.facts())
    return _checked(message, Options(tuple(widths), tuple(select), tuple(ignore)), policy)


def check_mail(
    mail: bytes | EmailMessage | Path,
    *,
    policy: str | Path | Policy = DEFAULT,
    kind: str | None = None,
    theme: str | None = None,
    order_id: str | None = None,
    language: str | None = None,
    widths: Sequence[int] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    templates: str | Path = "templates",
    themes: str | Path = "themes",
) -> Verdict:
    """Check a whole mail (RFC 5322): its subject, all its parts, and its attachments. The other arguments are those of
    ``check_html``."""
    scope = _scope(kind, theme, order_id, language, templates, themes)
    if isinstance(mail, Path):
        message = message_of_mail(str(mail), read_bytes(mail))
    else:
        message = message_of_mail("mail", mail if isinstance(mail, bytes) else mail.as_bytes(policy=SMTP))
    return _checked(with_facts(message, scope.facts()), Options(tuple(widths), tuple(select), tuple(ignore)), policy)


def fix_html(
    html: str | bytes | Path,
    *,
    policy: str | Path | Policy = DEFAULT,
    kind: str | None = None,
    theme: str | None = None,
    order_id: str | None = None,
    language: str | None = None,
    widths: Sequence[int] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    templates: str | Path = "templates",
    themes: str | Path = "themes",
) -> Fixed:
    """Fix what can be fixed without a decision, and check the result. Changes no file. The other arguments are those of
    ``check_html``."""
    message = with_facts(_read(html), _scope(kind, theme, order_id, language, templates, themes).facts())
    options = Options(tuple(widths), tuple(select), tuple(ignore))
    options.check()
    made = fix_message(message, options, policy_of(policy))
    changes = tuple((change.rule, change.what) for change in made.changes)
    return Fixed(made.html, changes, Verdict(message.source, made.findings), made.withheld)


def policy_of(policy: str | Path | Policy) -> Policy:
    """A policy: one that is loaded already, or by name or file. Raises ``ConfigurationError``."""
    return policy if isinstance(policy, Policy) else load_policy(str(policy))


def _scope(
    kind: str | None, theme: str | None, order_id: str | None, language: str | None, templates: str | Path, themes: str | Path
) -> Scope:
    return Scope(kind, theme, order_id, language, Path(templates), Path(themes))


def _read(html: str | bytes | Path) -> Message:
    """HTML as a message. Raises ``InputError``."""
    if isinstance(html, str):
        return Message("html", html)
    if isinstance(html, bytes):
        if not html:
            raise InputError("html:1: no content: found no bytes, expected a message")
        return Message("html", decode_bytes("html", html)[0])
    return Message(str(html), decode_bytes(str(html), read_bytes(html))[0])


def _checked(message: Message, options: Options, policy: str | Path | Policy) -> Verdict:
    options.check()
    return Verdict(message.source, tuple(check_message(message, options, policy_of(policy))))
