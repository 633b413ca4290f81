"""The buyer's thread that a reply stands in, as the seller gives it in the table of details.

``thread-subject`` and ``thread-message-id`` are the Subject and Message-ID of the buyer's mail, as its header has them;
``thread-references`` are the Message-IDs of its References, parted by spaces, and may be left out. What is given goes into
header fields, so a value that could be more than one field's is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from franking.model import Thread

SUBJECT, IDENTITY, REFERENCES = THREAD_COLUMNS = ("thread-subject", "thread-message-id", "thread-references")
_LONGEST: Final = 500  # characters of a subject
_MOST: Final = 200  # references
# RFC 5322, section 3.6.4, without quoting: what mail programs write.
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,250}>")
_OURS = re.compile(r"<[0-9a-f]{32}\.franking@")
_ORDER = re.compile(r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])")
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class ThreadProblem(ValueError):
    """A value of a thread that cannot be used; the text names column and expectation, not the value."""


def parse_thread(values: Mapping[str, str], order_id: str) -> Thread | None:
    """The thread in a row of details; None where none of its columns holds anything. Raises ``ThreadProblem``."""
    subject, identity, before = (values.get(name, "").strip(" \t") for name in THREAD_COLUMNS)
    if not (subject or identity or before):
        return None
    for name, value in ((SUBJECT, subject), (IDENTITY, identity)):
        if not value:
            raise ThreadProblem(f"column {name!r} is empty; expected the buyer's, since another column names a thread")
    if any(_unfit(character) for character in subject):
        raise ThreadProblem(f"column {SUBJECT!r} contains a control character or line ending; expected one line of text")
    if len(subject) > _LONGEST:
        raise ThreadProblem(f"column {SUBJECT!r}: found {len(subject)} characters, expected up to {_LONGEST}")
    if any(found != order_id for found in _ORDER.findall(subject)):
        raise ThreadProblem(f"column {SUBJECT!r} names another order; expected the thread about this one")
    references = tuple(dict.fromkeys(before.split(" "))) if before else ()
    references = tuple(reference for reference in references if reference)
    if _MESSAGE_ID.fullmatch(identity) is None:
        raise ThreadProblem(f"column {IDENTITY!r}: expected one Message-ID such as <token@host.example>")
    if _OURS.match(identity) is not None:
        raise ThreadProblem(f"column {IDENTITY!r} is a message of Franking's; expected the one that the buyer wrote")
    if len(references) > _MOST or any(_MESSAGE_ID.fullmatch(reference) is None for reference in references):
        raise ThreadProblem(f"column {REFERENCES!r}: expected up to {_MOST} Message-IDs parted by spaces")
    return Thread(subject, identity, references)


def _unfit(character: str) -> bool:
    """Whether a character has no place in a subject: controls, line ends, unassigned, private, bidirectional overrides."""
    if character.isascii():
        return not character.isprintable()
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or character in _OVERRIDES
