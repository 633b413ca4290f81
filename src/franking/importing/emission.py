"""Writes the message template: Jinja2 for the markers, ``_()`` around texts, ``image()`` for the theme's images."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from franking.errors import InputError
from franking.importing.blocks import STRUCTURE, Blocks
from franking.importing.cleaning import ATTRIBUTE, PIECE, attributes
from franking.importing.masking import MARK, SPOKEN, Masked
from franking.importing.tokens import Token
from franking.importing.values import Values, quoted

_LINE = "\ue004"  # the + that keeps the line break after a block
_SIMPLE = re.compile(r"</?(?:b|strong|em|i)>\Z", re.IGNORECASE)
_SPLIT = re.compile(r"(\ue000\d+\ue001|</?(?:b|strong|em|i)>)", re.IGNORECASE)
_FIELD = re.compile(r"\ue000(\d+)\ue001")
_SYNTAX = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")


@dataclass(frozen=True, slots=True)
class Written:
    """The message, its body's attributes, the style sheet, and the subject."""

    message: str
    body: str
    css: str
    subject: str


@dataclass
class Emitter:
    """Writes one template. ``title`` is its marked title."""

    masked: Masked
    values: Values
    title: str = ""
    out: list[str] = field(default_factory=list)
    _run: list[str] = field(default_factory=list)
    _blocks: list[str] = field(default_factory=list)
    _css: list[str] = field(default_factory=list)
    _outer: list[str] = field(default_factory=list)  # open blocks outside of the body
    _verbatim: int = 0  # depth of <pre>

    def __post_init__(self) -> None:
        self._blocks_of = Blocks(self.values)

    def write(self, source: str) -> Written:
        """The templates of marked and cleaned HTML. Raises ``InputError`` for a block that ends at another place."""
        given = self._read(source)
        self._flush()
        if self._blocks:
            raise InputError(
                f"{self._first_file()}:1: a block begins in the page and ends within a tag; write it around whole elements"
            )
        text = "".join(self.out).strip() + "\n"
        text = re.sub(rf"{_LINE}(?=[%#]\}}\n)", "+", text).replace(_LINE, "")
        return Written(text, self._attributes(given, {}), "\n".join(filter(None, self._css)), self._subject())

    def _read(self, source: str) -> str:
        """Go through the HTML, piece by piece; returns the attributes of its body."""
        body = re.search(r"<body\b", source, re.IGNORECASE) is not None
        inside, head, given, at = not body, False, "", 0
        for match in PIECE.finditer(source):
            if inside and not head:
                self._text(source[at : match.start()])
            elif MARK.search(source[at : match.start()]) or source[at : match.start()].strip():
                self._outside(source[at : match.start()])
            at = match.end()
            name = (match["name"] or match["raw"] or "").lower()
            if name == "style":
                self._css.append(match["inner"].strip())
            elif name == "body":
                inside, given = not match["end"] or not body, given or match["attributes"] or ""
            elif name == "head":
                head = not match["end"]
            elif name == "html" or match["other"] is not None:
                continue
            elif not inside or head:
                self._outside(match[0])
            elif match["comment"] is not None:
                self._marker(match[0])
            else:
                self._tag(match, name)
        if inside and not head:
            self._text(source[at:])
        return given

    def _first_file(self) -> str:
        return self.masked.tokens[0].file if self.masked.tokens else ""

    def _token(self, number: str) -> Token:
        return self.masked.tokens[int(number)]

    def _outside(self, piece: str) -> None:
        """Something before or after the body."""
        for match in MARK.finditer(piece):
            token = self._token(match[1] or match[2])
            if token.type in STRUCTURE:
                self._block_outside(token)
            elif token.type == "assign":
                self._blocks_of.assign(token, self._blocks)
            elif token.type not in ("comment", "note"):
                self.values.decisions.add(
                    "unknown-syntax", token, f"{token.source.strip()[:200]} outside of the body is left out"
                )
        words = re.sub(r"<[^>]*>", " ", MARK.sub(" ", piece)).strip()
        if words:
            left_out = " ".join(html.unescape(words).split())
            self.values.decisions.add("text", (self._first_file(), 1), f"text outside of the body is left out: {left_out}")

    def _block_outside(self, token: Token) -> None:
        """A block before the body. Its condition is left out, because a theme has one layout for all messages."""
        self._blocks_of.code(token, self._outer)
        if token.type != "end":
            self.values.decisions.add("condition", token, f"{token.source.strip()[:200]} outside of the body is left out")

    def _text(self, text: str) -> None:
        if text:
            self._run.append(text)

    def _tag(self, match: re.Match[str], name: str) -> None:
        if _SIMPLE.match(match[0]):
            self._run.append(match[0])
            return
        self._flush()
        if name in ("pre", "textarea"):
            self._verbatim = max(0, self._verbatim + (-1 if match["end"] else 1))
        if match["end"]:
            self.out.append(match[0])
            return
        given = attributes(match["attributes"] or "")
        if name == "img" and given.get("src", "").startswith("cid:"):
            self._image(given)
            return
        self.out.append(f"<{match['name']}{self._attributes(match['attributes'], {})}>")

    def _image(self, given: dict[str, str]) -> None:
        name = given["src"][4:]
        width = re.match(r"\d+", given.get("width", ""))
        self.out.append(f"{{{{ image({quoted(name)}, width={width[0] if width else 100}) }}}}")
        style = html.unescape(given.get("style", "")).strip().rstrip(";")
        rule = f'img[src="cid:{name}"] {{ {style}; }}'
        if style and rule not in self._css:
            self._css.append(rule)

    def _attributes(self, text: str, _known: dict[str, str]) -> str:
        parts: list[str] = []
        for one in ATTRIBUTE.finditer(text):
            name, value = (one["name"] or "").lower(), one["value"]
            if one["name"] is None or value is None:
                parts.append(_literal(one[0]))
                continue
            bare = value[1:-1] if value[:1] in ("'", '"') else value
            if name in SPOKEN and _has_letters(bare):
                parts.append(f'{one["space"]}{one["name"]}="{self._worded(bare.replace(chr(34), "&quot;"), link=False)}"')
            elif MARK.search(bare):
                parts.append(f'{one["space"]}{one["name"]}="{self._worded(bare.replace(chr(34), "&quot;"), link=True)}"')
            else:
                parts.append(_literal(one[0]))
        return "".join(parts)

    def _worded(self, text: str, *, link: bool) -> str:
        """An attribute's value: a link with values, or words to translate; blocks in it stay."""
        saved, self.out = self.out, []
        parts = re.split(r"(\ue002\d+\ue003)", text)
        for part in parts:
            match = MARK.fullmatch(part)
            if match is not None and part[:1] == "\ue002":
                self._marker(part)
            elif link:
                self.out.append(_FIELD.sub(lambda m: self._link(m[1]), _literal(part)))
            elif part:
                self.out.append(self._translated(part))
        made, self.out = "".join(self.out), saved
        return made.replace(_LINE, "")

    def _link(self, number: str) -> str:
        token = self._token(number)
        assert token.value is not None
        found = self.values.filtered(token.value, token)
        if isinstance(found, str) or found is None:
            return html.escape(found or "")
        if found.name in self.values.given:
            self.values.given[found.name].link = True
        return f'{{{{ {found.code} or "" }}}}' if found.optional else f"{{{{ {found.code} }}}}"

    def _flush(self) -> None:
        """Write the texts and simple inline elements collected so far."""
        run, self._run = "".join(self._run), []
        if not run:
            return
        if self._verbatim or not run.strip():
            self.out.append(_FIELD.sub(lambda m: self._shown(m[1]), _literal(_escaped(run))))
            return
        tags = [part.lower() for part in _SPLIT.findall(run) if part.startswith("<")]
        if _balanced(tags):
            self.out.append(self._translated(run))
            return
        for part in re.split(r"(</?(?:b|strong|em|i)>)", run, flags=re.IGNORECASE):
            self.out.append(part if part.startswith("<") and _SIMPLE.match(part) else self._translated(part))

    def _translated(self, text: str) -> str:
        """A text in ``_()`` with the white space around it outside; without letters, as it is."""
        parts = [part if _SIMPLE.match(part) or part.startswith("\ue000") else _escaped(part) for part in _SPLIT.split(text)]
        if not _has_letters(text):
            return "".join(self._shown(part[1:-1]) if part.startswith("\ue000") else _literal(part) for part in parts)
        names: dict[str, str] = {}
        words: list[str] = []
        for part in parts:
            if not part.startswith("\ue000"):
                words.append(part.replace("%", "%%"))
                continue
            code, name = self._code(part[1:-1])
            if not name:
                words.append(code.replace("%", "%%"))
                continue
            one, number = name, 2
            while names.get(one, code) != code:
                one, number = f"{name}_{number}", number + 1
            names[one] = code
            words.append(f"%({one})s")
        whole = "".join(words)
        before, after = whole[: len(whole) - len(whole.lstrip())], whole[len(whole.rstrip()) :]
        body = re.sub(r"\s+", " ", whole.strip())
        given = "".join(f", {name}={code}" for name, code in names.items())
        return f"{before}{{{{ _({quoted(body)}{given}) }}}}{after}"

    def _shown(self, number: str) -> str:
        code, name = self._code(number)
        return f"{{{{ {code} }}}}" if name else code

    def _code(self, number: str) -> tuple[str, str]:
        """What a field writes: an expression and its name, or a text without a name. Outside of ``_()``, it is in braces."""
        token = self._token(number)
        assert token.value is not None
        found = self.values.written(token.value, token)
        if token.raw:
            self.values.decisions.add("value", token, f"{token.source.strip()[:60]} wrote HTML: here it is escaped", note=True)
        if isinstance(found, tuple):
            return found
        return html.escape(found or "", quote=False), ""

    def _marker(self, piece: str) -> None:
        match = MARK.fullmatch(piece)
        assert match is not None
        self._flush()
        token = self._token(match[1] or match[2])
        if token.type in STRUCTURE:
            self._block(token, self._blocks)
        elif token.type == "assign":
            self._blocks_of.assign(token, self._blocks)
        elif token.type == "note":
            self.values.decisions.add("value", token, token.name, note=True)
        elif token.type in ("unknown", "include"):
            why = token.name if token.type == "unknown" else f"there is no template {token.name!r} beside this one"
            self.values.decisions.add("unknown-syntax", token, f"{' '.join(token.source.split())[:200]}: {why}")
            self.out.append(f"{{# not understood: {_SYNTAX.sub(' ', token.source).strip()[:100]} {_LINE}#}}")

    def _block(self, token: Token, stack: list[str]) -> None:
        at_start = not "".join(self.out[-3:]).rpartition("\n")[2].strip()
        code = self._blocks_of.code(token, stack)
        if code:
            self.out.append(f"{{% {code} {'' if at_start else _LINE}%}}")

    def _subject(self) -> str:
        text = re.sub(r"\s+", " ", self.title).strip()
        if not text:
            return ""
        self._run = []
        made = self._translated(html.unescape(re.sub(r"\ue002\d+\ue003", "", text)))
        return html.unescape(made).replace(f"{_LINE}", "")


def _escaped(text: str) -> str:
    """Text without the sign ``<``, which here is no tag."""
    return text.replace("<", "&lt;")


def _literal(text: str) -> str:
    """Text in which Jinja2 finds no syntax."""
    return _SYNTAX.sub(lambda m: f'{{{{ "{m[0]}" }}}}', text) if _SYNTAX.search(text) else text


def _has_letters(text: str) -> bool:
    plain = html.unescape(_FIELD.sub("", re.sub(r"</?(?:b|strong|em|i)>", "", text, flags=re.IGNORECASE)))
    return any(c.isalpha() for c in plain)


def _balanced(tags: list[str]) -> bool:
    open_: list[str] = []
    for tag in tags:
        if not tag.startswith("</"):
            open_.append(tag[1:])
        elif not open_ or open_.pop() != tag[2:]:
            return False
    return not open_
