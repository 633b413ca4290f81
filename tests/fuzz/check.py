"""Coverage-guided fuzzing of the checker with atheris: ``make fuzz`` (SECONDS=60). Any exception or hang is a finding.

Inputs are HTML bytes as they come from a file; corpus and crashes are kept under build/fuzz.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["franking", "tinycss2", "html"]):
    from franking.check import inspect
    from franking.check.fix import fix_message
    from franking.errors import FrankingError
    from franking.mail.reading import decode_bytes
    from franking.model import Message
    from franking.policy import load

POLICY = load()
SLOW = ("phone-number", "spelling")  # libraries of their own, fuzzed by their makers; they would take most of the time


def once(data: bytes) -> None:
    """Check one input at two widths; every tenth one is fixed too."""
    try:
        html, _ = decode_bytes("fuzz", data)
    except FrankingError:
        return
    message = Message("fuzz", html)
    inspect(message, POLICY, ignore=SLOW)
    if len(data) % 10 == 0:
        fix_message(message, POLICY, ignore=SLOW)


if __name__ == "__main__":
    atheris.Setup(sys.argv, once)
    atheris.Fuzz()
