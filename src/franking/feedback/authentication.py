"""Whether a mail comes from the domain in its From field, according to the operator's own server (RFC 8601).

Only the topmost Authentication-Results field counts, and only if its authserv-id is the configured one: lower fields may
have been in the mail when it arrived. A server that does not add the field to every mail must remove fields with its own
name (section 5). ``ARC-Authentication-Results`` are statements of other servers and are ignored. A field that does not
follow the grammar proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from franking.feedback.mime import Fields
from franking.feedback.structured import sender_domain, uncommented

_LONGEST = 20000  # characters of a field
_TOKEN = re.compile(r'[ \t]*(?:"((?:[^"\\]|\\.)*)"|([;=])|([^\s;="()]+))')


class _Malformed(ValueError):
    """The field does not follow the grammar."""


class _Token(NamedTuple):
    """A word or quoted string, or a sign between them."""

    text: str
    sign: bool = False


_EQUALS = _Token("=", True)


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result; ``properties`` by ``ptype.property``, all in lower case."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str:
        """The value of a property; "" if it is missing or there are several."""
        found = [value for known, value in self.properties if known == name]
        return found[0] if len(found) == 1 else ""


def in_domains(domain: str, domains: Collection[str]) -> bool:
    """Whether a domain is in a list, or a subdomain of one in the list."""
    domain = domain.lower().rstrip(".")
    return any(domain == own or domain.endswith(f".{own}") for own in domains)


def is_authenticated(fields: Fields, authserv_id: str, domains: Collection[str]) -> bool:
    """Whether the operator's server verified that the mail is from one of the domains: the From address is in them, and
    either a DKIM signature of them passes or SPF and DMARC pass. If ``authserv_id`` is "", no server is trusted."""
    written = fields.every("authentication-results")
    sender = sender_domain(fields.every("from"))
    if not authserv_id or not written or not in_domains(sender, domains):
        return False
    try:
        server, results = parse(written[0])
    except _Malformed:
        return False
    if server != authserv_id.strip().lower():
        return False
    passed = [result for result in results if result.result == "pass"]
    signed = any(r.method == "dkim" and in_domains(_signer(r), domains) for r in passed)
    path = any(r.method == "spf" and in_domains(_of_path(r), domains) for r in passed)
    aligned = any(r.method == "dmarc" and r.value("header.from") == sender for r in passed)
    return signed or (path and aligned)


def _signer(result: Result) -> str:
    """The signing domain, from ``header.d`` or ``header.i``; some servers give only the latter."""
    named = any(name == "header.d" for name, _ in result.properties)
    return result.value("header.d") if named else result.value("header.i").rpartition("@")[2]


def _of_path(result: Result) -> str:
    return result.value("smtp.mailfrom").rpartition("@")[2]


def parse(value: str) -> tuple[str, list[Result]]:
    """The authserv-id in lower case and the results of a field (RFC 8601, section 2.2). Raises ``ValueError``."""
    if len(value) > _LONGEST:
        raise _Malformed
    statements: list[list[_Token]] = [[]]
    text, closed = uncommented(value)
    if not closed:  # the result decides about trust
        raise _Malformed
    for token in _tokens(text):
        if token == _Token(";", True):
            statements.append([])
        else:
            statements[-1].append(token)
    (head, *version), *rest = ([*statements[0]] or [_EQUALS]), *statements[1:]
    if head.sign or version not in ([], [_Token("1")]):  # a name, and the version of the grammar: there is one
        raise _Malformed
    results: list[Result] = []
    for tokens in rest:
        if not tokens or tokens == [_Token("none")]:
            continue
        names, signs, values = tokens[0::3], tokens[1::3], tokens[2::3]
        if len(tokens) % 3 or any(sign != _EQUALS for sign in signs) or any(word.sign for word in (*names, *values)):
            raise _Malformed
        pairs = [(name.text.lower(), word.text.lower()) for name, word in zip(names, values, strict=True)]
        results.append(Result(re.sub(r"/\d+\Z", "", pairs[0][0]), pairs[0][1], tuple(pairs[1:])))
    return head.text.lower(), results


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            if text[place:].strip():
                raise _Malformed
            break
        place = found.end()
        quoted, sign, word = found.groups()
        tokens.append(_Token(re.sub(r"\\(.)", r"\1", quoted)) if quoted is not None else _Token(sign or word, bool(sign)))
    return tokens
