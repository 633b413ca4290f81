"""Enhanced status codes (RFC 3463) in reports and texts, and which of them mean that an address is dead.

=============  ======================================================================  =========
code           meaning                                                                 address
=============  ======================================================================  =========
5.1.1          no such mailbox                                                         dead
5.1.2          no such domain                                                          dead
5.1.3          not an address                                                          dead
5.1.6          the mailbox has moved, no new address                                   dead
5.1.10         the domain takes no mail (RFC 7505); Exchange: recipient not found      dead
5.2.1          the mailbox is disabled                                                 dead
5.1.0, 5.1.4   undefined; more than one recipient fits                                 alive
5.1.7–5.1.9    the sender's address, a relay that cannot                               alive
5.2.0, 5.2.2…  undefined, mailbox full, message too long, a list's trouble             alive
5.3.x, 5.4.x   a system, a network or a route: may be ours, and hits every buyer       alive
5.5.x, 5.6.x   protocol, content                                                       alive
5.7.x          policy, authentication, the sender's own account                        alive
4.x.x          persistent, yet passing; with ``failed``: given up                      alive
=============  ======================================================================  =========

*Dead* suppresses the address; *alive* fails the message only. A more precise code in the server's text replaces an
undefined code (detail 0). If the two contradict each other, the address stays alive.
"""

from __future__ import annotations

import re

HARD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
# Not a part of an IP address, a version or a longer number.
_CODE = re.compile(r"(?<![\d.\w])([245])\.(\d{1,3})\.(\d{1,3})(?![\d\w])(?!\.\d)")


def codes(text: str) -> list[str]:
    """The enhanced status codes in a text, in order, without leading zeros."""
    return [f"{a}.{int(b)}.{int(c)}" for a, b, c in _CODE.findall(text)]


def decided(status: str, diagnostic: str) -> tuple[str, bool]:
    """The effective code ("" for none), and whether it means that the address is dead. ``status`` is the Status field,
    ``diagnostic`` the Diagnostic-Code field or the server's text."""
    written = codes(status)
    found = codes(diagnostic)
    if not written:
        return (found[0], _dead(found)) if found else ("", False)
    code = written[0]
    of_class = [other for other in found if other[0] == code[0]]
    if code.endswith(".0") and of_class:
        precise = [other for other in of_class if not other.endswith(".0")] or [code]
        return precise[0], _dead(precise)
    return code, code in HARD and all(other in HARD or other.endswith(".0") for other in found)


def _dead(found: list[str]) -> bool:
    return all(code in HARD for code in found)
