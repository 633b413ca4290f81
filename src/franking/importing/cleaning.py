"""Takes out of the marked HTML what no template of a theme has: comments, values in styles, remote images and style sheets."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from franking.importing.decisions import Decisions
from franking.importing.masking import BLOCK, FIELD, MARK, Masked
from franking.importing.pictures import Pictures

PIECE = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z))|(?P<other><[!?][^>]*>)"
    r"|<(?P<raw>style|script|title)\b(?P<given>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>(?P<inner>.*?)</(?P=raw)\s*>"
    r"|<(?P<end>/)?(?P<name>[A-Za-z][^\s/>]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(
    r"(?P<space>\s*)(?P<name>[^\s=>\"'/]+)(?:\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?|\s*/|.", re.DOTALL
)
_MARKED = re.compile(r"[\ue000\ue002]\d+[\ue001\ue003]")
_DECLARATION = re.compile(r"(?:[^;\"'()]|\"[^\"]*\"|'[^']*'|\((?:[^()\"']|\"[^\"]*\"|'[^']*')*\))+")
_URL = re.compile(r"url\(\s*[\"']?(?!data:)", re.IGNORECASE)
_IN_SHEET = re.compile(
    r"[^{};]*(?:\ue002\d+\ue003|url\(\s*[\"']?(?!data:)[^)]*\))[^{};]*(?:;|(?=\})|\{[^{}]*\}|\Z)", re.IGNORECASE
)
_IMPORT = re.compile(r"@import\b[^;]*;?|@charset\b[^;]*;?", re.IGNORECASE)


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag as they are written, without quotation marks; the first of a name counts."""
    found: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(text):
        if match["name"] is not None:
            value = match["value"] or ""
            found.setdefault(match["name"].lower(), value[1:-1] if value[:1] in ("'", '"') else value)
    return found


@dataclass(slots=True)
class Cleaner:
    """Cleans one marked template."""

    masked: Masked
    pictures: Pictures
    decisions: Decisions
    title: str = ""
    _lines: list[int] = field(default_factory=list)

    def clean(self) -> str:
        """The HTML without what cannot stay; the title is kept aside."""
        self._lines = [offset for offset, _, _ in self.masked.starts]
        return PIECE.sub(self._piece, self.masked.html)

    def _where(self, match: re.Match[str]) -> tuple[str, int]:
        number = max(0, bisect_right(self._lines, match.start()) - 1)
        if not self.masked.starts:
            return "", 1
        offset, file, line = self.masked.starts[number]
        token = self.masked.tokens[number]
        return file, line + (self.masked.html.count("\n", offset, match.start()) if token.type == "text" else 0)

    def _piece(self, match: re.Match[str]) -> str:
        if match["comment"] is not None:
            return self._comment(match)
        if match["other"] is not None:
            return match[0] if match[0].lower().startswith("<!doctype") else ""
        raw = (match["raw"] or "").lower()
        if raw == "title":
            self.title = self.title or match["inner"].strip()
            return ""
        if raw == "script":
            self.decisions.add("fix", self._where(match), "a script is left out: no mail program runs it", note=True)
            return ""
        if raw == "style":
            return self._style(match)
        name = match["name"].lower()
        if match["end"]:
            return match[0]
        if name == "img":
            return self._image(match)
        if name in ("link", "meta", "base"):
            return self._head(match, name)
        return self._tag(match)

    def _comment(self, match: re.Match[str]) -> str:
        if MARK.fullmatch(match[0]):
            return match[0]
        if re.match(r"<!--\s*\[if\b", match[0]) and not re.match(r"<!--\s*\[if[^\]]*\]>\s*<!-+>?\Z", match[0]):
            self.decisions.add("comment", self._where(match), "a conditional comment for Outlook is left out", note=True)
        return ""

    def _head(self, match: re.Match[str], name: str) -> str:
        given = attributes(match["attributes"])
        if name == "link" and "stylesheet" in given.get("rel", "").lower():
            sheet = self._sheet(given.get("href", ""))
            if sheet is not None:
                return f"<style>{self._css(sheet, self._where(match))}</style>"
            self.decisions.add(
                "style",
                self._where(match),
                f"the style sheet {given.get('href', '')[:80]} is left out: put its rules into theme.css",
            )
        elif name == "base":
            self.decisions.add("fix", self._where(match), "<base> is left out", note=True)
        return ""

    def _sheet(self, href: str) -> str | None:
        if not href or ":" in href or href.startswith("//") or BLOCK in href or FIELD in href:
            return None
        file = (self.pictures.folder / href.partition("?")[0].lstrip("/")).resolve()
        if not file.is_relative_to(self.pictures.root.resolve()) or not file.is_file():
            return None
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def _style(self, match: re.Match[str]) -> str:
        media = attributes(match["given"]).get("media", "").strip()
        css = self._css(match["inner"], self._where(match))
        return f"<style>{f'@media {media} {{ {css} }}' if media and media.lower() != 'all' else css}</style>"

    def _css(self, css: str, where: tuple[str, int]) -> str:
        css = re.sub(r"<!--|-->|<!\[CDATA\[|\]\]>", "", css)
        css = re.sub(r"/\*.*?(?:\*/|\Z)", "", css, flags=re.DOTALL)
        for imported in _IMPORT.findall(css):
            if imported.lower().startswith("@import"):
                self.decisions.add("style", where, f"{imported.strip()[:80]} is left out: put its rules into theme.css")
        css = _IMPORT.sub("", css)
        for dropped in _IN_SHEET.findall(css):
            if _URL.search(dropped):
                self.decisions.add(
                    "style", where, f"{' '.join(_MARKED.sub('…', dropped).split())[:80]} is left out: it loads a file"
                )
        css = _IN_SHEET.sub("", css)
        css = re.sub(r"@font-face\s*\{[^{}]*\}", "", css, flags=re.IGNORECASE)
        return _MARKED.sub("", css).replace("</", "")

    def _tag(self, match: re.Match[str]) -> str:
        text = match["attributes"]
        if (
            not _MARKED.search(text)
            and "url(" not in text.lower()
            and "background" not in text.lower()
            and "srcset" not in text.lower()
        ):
            return match[0]
        parts = [self._attribute(one, match) if one["name"] is not None else one[0] for one in ATTRIBUTE.finditer(text)]
        return f"<{match['name']}{''.join(parts)}>"

    def _attribute(self, one: re.Match[str], match: re.Match[str]) -> str:
        name, value = one["name"].lower(), one["value"] or ""
        bare = value[1:-1] if value[:1] in ("'", '"') else value
        if _MARKED.search(one["name"]):
            return ""
        if name == "style":
            kept = [d for d in _DECLARATION.findall(bare) if not _MARKED.search(d) and not _URL.search(html.unescape(d))]
            for lost in _DECLARATION.findall(bare):
                if not _MARKED.search(lost) and _URL.search(html.unescape(lost)):
                    self.decisions.add(
                        "image", self._where(match), f"{' '.join(lost.split())[:80]} is left out: it loads a file"
                    )
            quote = value[:1] if value[:1] in ("'", '"') else '"'
            return f"{one['space']}{one['name']}={quote}{';'.join(kept)}{quote}"
        if name in ("background", "srcset"):
            self.decisions.add("image", self._where(match), f"the image of the attribute {name!r} is left out")
            return ""
        if name in ("href", "alt", "title", "aria-label") or not _MARKED.search(bare):
            return one[0]
        return f'{one["space"]}class="{_MARKED.sub("", bare)}"' if name == "class" else ""

    def _image(self, match: re.Match[str]) -> str:
        given = attributes(match["attributes"])
        src, alt, where = given.get("src", ""), given.get("alt", ""), self._where(match)
        words = f" {alt.strip().replace('<', '&lt;')} " if alt.strip() else ""
        if _MARKED.search(src):
            self.decisions.add(
                "image",
                where,
                "an image whose address is a value is replaced by its text: only the theme's images are permitted",
            )
            return words
        picture = self.pictures.take(src, None if _MARKED.search(alt) else alt, where)
        if picture is None:
            return words
        width = self._width(given) or picture.width
        style = "".join(
            f"{d};" for d in _DECLARATION.findall(given.get("style", "")) if not _MARKED.search(d) and not _URL.search(d)
        )
        styled = f' style="{style.replace(chr(34), chr(39))}"' if style else ""
        return f'<img src="cid:{picture.name}" alt="{html.escape(picture.alt)}" width="{width}"{styled}>'

    @staticmethod
    def _width(given: dict[str, str]) -> int:
        match = re.match(r"\s*(\d{1,4})(?:px)?\s*\Z", given.get("width", "")) or re.search(
            r"(?<![-\w])width\s*:\s*(\d{1,4})px", given.get("style", "")
        )
        return min(int(match[1]), 288) if match is not None else 0
