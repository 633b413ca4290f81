"""Classification of database errors: may the same call succeed later, or does something have to be changed first?

===================================  =========================================================================
``OutboxUnavailable``                a connection that cannot be made or was lost, a server that starts, stops or has
                                     no connection free, rows or a file that others hold for the moment
``OutboxError``                      everything else: no right to write, no space, damage, another schema, a wrong
                                     password, a database or role that does not exist
===================================  =========================================================================

Sources: SQLite "Result and Error Codes"; PostgreSQL, appendix A, "PostgreSQL Error Codes".
"""

from __future__ import annotations

import re
import sqlite3

from franking.errors import FrankingError, OutboxError, OutboxUnavailable

# Primary result codes of SQLite; the lower byte of an extended code.
_PASSING_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_PASSING_STATES = frozenset(
    {
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now: it starts, stops or recovers
        "57P05",  # idle_session_timeout
        "53300",  # too_many_connections
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
    }
)
_PASSING_CLASS = "08"  # connection exceptions
# While connecting, libpq passes on the server's message without its code. These are the messages of 57P03 and 53300.
_PASSING_WORDS = re.compile(
    r"the database system is|too many (?:clients|connections)|remaining connection slots|connection limit exceeded"
)
_REFUSED_BY_SERVER = re.compile(r"\bFATAL:|no password supplied|no pg_hba\.conf entry|does not support SSL|certificate")
_HINTS = {
    sqlite3.SQLITE_READONLY: "make the file and its folder writable",
    sqlite3.SQLITE_CANTOPEN: "make the file and its folder readable and writable",
    sqlite3.SQLITE_FULL: "free some space",
    sqlite3.SQLITE_IOERR: "free some space if the disk is full, else look for errors of the disk",
    sqlite3.SQLITE_NOTADB: "name another file",
    sqlite3.SQLITE_CORRUPT: "restore it from a backup, or recover it with sqlite3's .recover",
}


def passing(error: BaseException) -> bool:
    """Whether the same call may succeed later without a change. ``error`` is the driver's exception."""
    if isinstance(error, sqlite3.Error):
        return _code(error) in _PASSING_CODES
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return state.startswith(_PASSING_CLASS) or state in _PASSING_STATES
    words = str(error)
    # An error without a code is from libpq: the connection was lost or could not be made.
    kind = type(error).__name__
    if kind in ("OperationalError", "InterfaceError", "ConnectionTimeout"):
        return _PASSING_WORDS.search(words) is not None or _REFUSED_BY_SERVER.search(words) is None
    return False


def translated(error: BaseException, where: str, *, lost: bool = False) -> FrankingError:
    """The error as one line: ``OutboxUnavailable`` or ``OutboxError``. ``where`` names the database; ``lost`` means that
    the connection cannot be used again."""
    words = (str(error).strip() or type(error).__name__).splitlines()[0]
    hint = _HINTS.get(_code(error)) if isinstance(error, sqlite3.Error) else None
    line = f"{where}: {words}" + (f"; {hint}" if hint else "")
    return OutboxUnavailable(line) if lost or passing(error) else OutboxError(line)


def _code(error: sqlite3.Error) -> int:
    """The primary result code; 0 if the driver itself raised the error."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
