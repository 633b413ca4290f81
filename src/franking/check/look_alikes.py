"""Words with letters of another alphabet that look like Latin ones ("unsubsсribe" with a Cyrillic с), and small capitals.

A reader reads them as Latin words, so they are judged as such, too. Words of one alphabet are left as they are.
"""

from __future__ import annotations

import re

_CYRILLIC = dict(zip("аеорсухіјѕԁһѵԛԝкмнтвгАВЕЅІЈКМНОРСТУХ", "aeopcyxijsdhvqwkmhtbrABESIJKMHOPCTYX", strict=True))
_GREEK = dict(zip("αεικνορτυχωηγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeikvoptuxwnyABEZHIKMNOPTYX", strict=True))
_SMALL = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_TABLE = {ord(other): letter for table in (_CYRILLIC, _GREEK, _SMALL) for other, letter in table.items()}
_OTHERS = "".join(map(chr, _TABLE))
_SMALLS = "".join(_SMALL)
_ANY = re.compile(f"[{_OTHERS}]")
_MIXED = re.compile(
    rf"(?<![^\W\d_])(?:(?=[{_OTHERS}]*[A-Za-z])(?=[A-Za-z]*[{_OTHERS}])[A-Za-z{_OTHERS}]{{2,40}}|[{_SMALLS}]{{3,40}})(?![^\W\d_])"
)


def as_latin(text: str) -> str | None:
    """A text with such words in Latin letters, of the same length; None if it has none."""
    if text.isascii() or _ANY.search(text) is None:
        return None
    latin = _MIXED.sub(lambda match: match[0].translate(_TABLE), text)
    return latin if latin != text else None
