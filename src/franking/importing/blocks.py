"""Writes conditions, loops and assigned names as Jinja2, and keeps the scopes of names."""

from __future__ import annotations

from dataclasses import dataclass, field

from franking.errors import InputError
from franking.importing.tokens import Path, Token
from franking.importing.values import Frame, Values

STRUCTURE = frozenset(["if", "each", "section", "with", "elif", "else", "end"])


@dataclass(slots=True)
class Blocks:
    """The blocks of one template. A stack holds the ends of the open ones; "" is the end of a block that writes nothing."""

    values: Values
    _repeats: set[str] = field(default_factory=set)
    _of_item: set[str] = field(default_factory=set)  # names that a loop over the items assigns

    def assign(self, token: Token, blocks: list[str]) -> None:
        """Note what a name means. One that changes its value is reported, but for one of each item that its loop shows."""
        of_item = blocks == ["endfor"]
        if (blocks and not of_item) or token.name in self._repeats or token.value is None:
            self.values.decisions.add("unknown-syntax", token, f"{token.source.strip()[:200]}: a name that changes its value")
            self.values.assigned[token.name] = None
            return
        self._repeats.add(token.name)
        if of_item:
            self._of_item.add(token.name)
        found = self.values.filtered(token.value, token)
        if isinstance(found, str):
            self.values.decisions.add("unknown-syntax", token, f"{token.source.strip()[:200]}: a name for a text")
        self.values.assigned[token.name] = None if isinstance(found, str) else found

    def code(self, token: Token, blocks: list[str]) -> str:
        """What opens, continues or ends a block; "" for nothing. Raises ``InputError`` for an end without a beginning."""
        values = self.values
        if token.type in ("elif", "else"):
            code = (
                f"elif {values.condition(token.value, token)}" if token.type == "elif" and token.value is not None else "else"
            )
            code = "" if not blocks or blocks[-1] == "" else code
        elif token.type == "end":
            if not blocks:
                raise InputError(
                    f"{token.file}:{token.line}: {token.source[:60]} ends a block that begins within a tag; "
                    "write it around whole elements"
                )
            code = blocks.pop()
            if code == "endfor":
                values.assigned.update(dict.fromkeys(self._of_item))  # they mean nothing behind their loop
            if token.name in ("each", "section", "with"):
                values.frames.pop()
        else:
            code = self._opened(token, blocks)
        return code

    def _opened(self, token: Token, blocks: list[str]) -> str:
        values = self.values
        assert token.value is not None
        if token.type == "if":
            blocks.append("endif")
            return f"if {values.condition(token.value, token)}"
        assert isinstance(token.value, Path)
        names = token.value.names
        if token.type in ("each", "section") and values.matching.root(Path(self._whole(names))).variable == "items":
            values.matching.lines.setdefault(".".join(self._whole(names)), (token.file, token.line))
            values.used.add("items")
            loop = "item" if not any(frame.items for frame in values.frames) else "other"
            values.frames.append(Frame(True, token.name, names, loop))
            blocks.append("endfor")
            return f"for {loop} in items"
        whole = self._whole(names)
        if token.type == "with":
            values.frames.append(Frame(False, "", whole))
            blocks.append("")
            return ""
        found = (
            values.flag(".".join(whole), token, whole) if not values.matching.known(whole) else values.value(token.value, token)
        )
        values.frames.append(Frame(False, token.name, whole))
        blocks.append("endif")
        if token.type == "each":
            values.decisions.add(
                "loop", token, f"{'.'.join(names)!r} is no list of an order: the loop's content is written once"
            )
        else:
            values.decisions.add(
                "condition",
                token,
                f"{token.source.strip()[:60]} is read as a condition; if it is a loop, its content is written once",
            )
        return f"if {found.code if found is not None else 'false'}"

    def _whole(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """A name with the names of the scopes that contain it."""
        for frame in reversed(self.values.frames):
            if frame.variable and names and names[0] == frame.variable and not frame.items:
                return (*frame.names, *names[1:])
            if not frame.variable and not frame.items:
                whole = (*frame.names, *names)
                return whole if not self.values.matching.known(names) else names
        return names
