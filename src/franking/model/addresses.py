"""The form of a mail address."""

import re

# RFC 5321, section 4.1.2: a dot-string and a domain, ASCII only, without quoting, comments or address literals.
_LOCAL = r"(?=.{1,254}\Z)(?!\.)(?!.*\.\.)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}(?<!\.)@"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}(?:{_LABEL}\.)*{_LABEL}")
_PUBLIC = re.compile(rf"{_LOCAL}(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")


def is_address(text: str, *, public: bool = False) -> bool:
    """Whether a text is one addr-spec (RFC 5321, section 4.1.2) of at most 254 octets. With ``public``, the domain needs a
    top-level domain."""
    return (_PUBLIC if public else _ADDRESS).fullmatch(text) is not None
