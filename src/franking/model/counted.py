"""Numbers with their nouns, in messages for people."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 cell``, ``2 cells``; with ``plural`` for other nouns, and for a noun with its verb (``line is``, ``lines are``)."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"
