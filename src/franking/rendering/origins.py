"""The line of a designer's file that a rendered character comes from: a template, the theme, a catalogue or a sample.

A value leads back from the place where it is shown to the place where it is given: through the parameters of macros to
their calls, through loops and assignments, to a constant, to the theme's own values, or to the order's data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from jinja2 import nodes

from franking.catalog import Catalog, read_text
from franking.catalog.pofile import read_entries
from franking.errors import FrankingError
from franking.model import Kind, TemplatePlace, Theme
from franking.rendering.marking import TRANSLATING, Marked, Piece, Scope, Span, bare
from franking.rendering.syntax import assigned_to, calls_of, leaves_of, targets
from franking.rendering.theme_lines import image_attribute, image_line, theme_line

_WORD = re.compile(r"[^\s<>\"'&]+")
_DEEPEST = 60  # steps back


@dataclass(frozen=True, slots=True)
class Origins:
    """Finds the lines for one rendered text. ``sample`` is the file with the order's data, if it comes from one."""

    marked: Marked
    kind: Kind
    theme: Theme
    catalog: Catalog
    language: str
    trees: dict[str, nodes.Template]
    sample: str = ""
    subject: Origins | None = None  # those of the subject, which a layout may show as the title

    def at(self, offset: int) -> TemplatePlace | None:
        """The line of the character at ``offset``."""
        span, piece, start = self.marked.at(offset)
        if piece is not None:
            return _place(piece.file, piece.line + self.marked.text.count("\n", start, offset), "written in this template")
        return self.of(span, offset) if span is not None else None

    def file_at(self, offset: int) -> str:
        """The template that writes the character at ``offset``, or outputs the value that it is in."""
        span, piece, _ = self.marked.at(offset)
        writes = piece if piece is not None else span.piece if span is not None else None
        return writes.file if writes is not None else ""

    def within(self, start: int, end: int) -> TemplatePlace | None:
        """The line of the first value that is rendered from ``start`` to ``end``; without one, the line of ``start``."""
        span = self.marked.first_within(start, end)
        return self.of(span, span.start) if span is not None else self.at(start)

    def in_line(self, index: int) -> TemplatePlace | None:
        """The line of character ``index`` of the text with its white space collapsed, as a subject is."""
        text = self.marked.text
        start = len(text) - len(text.lstrip())
        kept = [n for n in range(start, len(text)) if not text[n].isspace() or not text[n - 1].isspace()]
        return self.at(kept[index]) if 0 <= index < len(kept) else None

    def of(self, span: Span, offset: int) -> TemplatePlace | None:
        """The line that gives a rendered value, of which the character at ``offset`` is looked for."""
        text = self.marked.text
        match = _WORD.search(text, offset, max(span.end, offset))
        resolver = _Resolver(self, span, offset, text[span.start : span.end], match[0] if match is not None else "")
        return resolver.text(span) if span.texts is not None else resolver.value(span.piece)


@dataclass
class _Resolver:
    of: Origins
    span: Span
    offset: int
    wanted: str  # the rendered value
    word: str  # the word at the character that is looked for
    steps: int = field(default=0)
    attributes: list[str] = field(default_factory=list)  # those on the way to the value

    def value(self, piece: Piece) -> TemplatePlace | None:
        return self._resolve(piece.node, piece.file, piece.scope, self.span)

    # -- translated texts ---------------------------------------------------------------------------------------------

    def text(self, span: Span) -> TemplatePlace | None:
        """The line of a translation in its catalogue, or of the text in the template if it has none."""
        texts = [t for t in span.texts or () if isinstance(t, str)]
        found = self._in_catalogue(texts)
        if found is not None:
            return found
        call = bare(span.piece.node)
        first = call.args[0] if isinstance(call, nodes.Call) and call.args else None
        if first is not None and not isinstance(first, nodes.Const):
            return self._resolve(first, span.piece.file, span.piece.scope, span)
        line = first.lineno if first is not None else span.piece.line
        length = max((t.count("\n") for t in texts), default=0) + 40  # a trimmed text may have had more lines
        return _place(span.piece.file, _line_with(span.piece.file, self.word, line, line + length), "the text in the template")

    def _in_catalogue(self, texts: list[str]) -> TemplatePlace | None:
        path = self.of.catalog.templates / "locales" / f"{self.of.language}.po"
        if self.of.language == "en" or not path.is_file():
            return None
        try:
            entries = read_entries(path)
        except FrankingError:
            return None
        for entry in entries:
            if entry.id in texts[:2] and not entry.obsolete and not entry.fuzzy and all(t for _, t in entry.strings):
                lines = read_text(path).split("\n")
                candidates = [n for n, _ in entry.strings]
                for first in candidates:
                    last = first
                    while last < len(lines) and lines[last].lstrip().startswith('"'):
                        last += 1
                    for number in range(first, last + 1):
                        if self.word and self.word in lines[number - 1]:
                            return _place(str(path), number, f"the {self.of.language} translation")
                return _place(str(path), candidates[0], f"the {self.of.language} translation")
        return None

    # -- values -------------------------------------------------------------------------------------------------------

    def _resolve(self, node: nodes.Node | None, file: str, scope: Scope, span: Span | None) -> TemplatePlace | None:
        self.steps += 1
        expression = bare(node) if isinstance(node, nodes.Expr) else None
        if expression is None or self.steps > _DEEPEST:
            return _place(file, node.lineno, "") if node is not None else None
        here = _place(file, expression.lineno, "")
        if isinstance(expression, nodes.Const):
            return _place(file, expression.lineno, "the value is written here")
        if isinstance(expression, nodes.Name):
            return self._name(expression, file, scope, span) or here
        if isinstance(expression, nodes.Getattr | nodes.Getitem):
            return self._part(expression, file, scope, span) or here
        if isinstance(expression, nodes.Call):
            return self._call(expression, file, scope, span) or here
        return self._leaf(expression, file, scope, span) or here

    def _leaf(self, node: nodes.Expr, file: str, scope: Scope, span: Span | None) -> TemplatePlace | None:
        """The part of a composed expression that gives the value."""
        leaves = list(leaves_of(node))
        wanted = self.wanted.strip()
        for leaf in leaves:
            if isinstance(leaf, nodes.Const) and str(leaf.value).strip() and str(leaf.value).strip() in (wanted, self.word):
                return self._resolve(leaf, file, scope, span)
        for leaf in leaves:
            if isinstance(leaf, nodes.Const) and isinstance(leaf.value, str) and self.word and self.word in leaf.value:
                return self._resolve(leaf, file, scope, span)
        others = [leaf for leaf in leaves if not isinstance(leaf, nodes.Const)]
        if isinstance(node, nodes.CondExpr):
            others = [leaf for leaf in others if leaf in (bare(node.expr1), bare(node.expr2))] or others
        if len(others) == 1:
            return self._resolve(others[0], file, scope, span)
        for leaf in others:  # of a list that a loop reads: the one whose line says it
            place = self._resolve(leaf, file, scope, span)
            if place is not None and place.file != file and self.word and unescape(self.word) in place.snippet:
                return place
        return None

    def _name(self, name: nodes.Name, file: str, scope: Scope, span: Span | None) -> TemplatePlace | None:
        for number in range(len(scope.around) - 1, -1, -1):
            owner, outer = scope.around[number], Scope(scope.tree, scope.around[:number])
            if isinstance(owner, nodes.For):
                if name.name in targets(owner.target):
                    return self._resolve(owner.iter, file, outer, span)
            elif any(a.name == name.name for a in owner.args):
                return self._argument(name.name, owner, file, outer, span) if isinstance(owner, nodes.Macro) else None
        assigned = list(assigned_to(scope.tree, name.name))
        if assigned:
            return self._resolve(assigned[-1], file, scope, span)
        if name.name == "css":
            return _place(f"{self.of.theme.path}/theme.css", self._line_within(span), "declared in the theme's style sheet")
        if name.name == "title":
            known = None
            if self.of.subject is not None and span is not None:
                known = self.of.subject.in_line(len(unescape(self.of.marked.text[span.start : self.offset])))
            return known or _place(f"{self.of.kind.path}/subject.txt.j2", 1, "the subject")
        if name.name == "theme":
            return theme_line(self.of.theme, self.attributes, self.wanted, self.word)
        if any(variable.name == name.name for variable in self.of.kind.variables):
            return self._order(name.name, file, name.lineno)
        return None

    def _line_within(self, span: Span | None) -> int:
        return 1 + self.of.marked.text.count("\n", span.start, self.offset) if span is not None else 1

    def _argument(self, name: str, macro: nodes.Macro, file: str, outer: Scope, span: Span | None) -> TemplatePlace | None:
        """The argument of the call that rendered this, or the parameter's default."""
        found = self._calling(macro.name, span)
        if found is None:
            return None
        call, caller, above = found
        names = [a.name for a in macro.args]
        at = names.index(name)
        given = next((k.value for k in call.kwargs if k.key == name), call.args[at] if at < len(call.args) else None)
        if given is not None:
            result = self._resolve(given, caller.file, caller.scope, above)
            if result is not None and result.file == caller.file and not result.why:
                return _place(result.file, result.line, f"given to the macro {macro.name} as {name}")
            return result
        default = at - (len(names) - len(macro.defaults))
        return self._resolve(macro.defaults[default], file, outer, span) if default >= 0 else None

    def _calling(self, macro: str, span: Span | None) -> tuple[nodes.Call, Piece, Span | None] | None:
        """The call of a macro among the expressions that this value was rendered in."""
        while span is not None:
            for call in calls_of(span.piece.node, macro):
                return call, span.piece, span
            for name in span.piece.node.find_all(nodes.Name) if span.piece.node is not None else ():
                for assign in span.piece.scope.tree.find_all(nodes.Assign):
                    if name.name in targets(assign.target):
                        for call in calls_of(assign.node, macro):
                            return call, Piece(span.piece.file, assign.lineno, call, span.piece.scope), span
            span = span.parent
        everywhere = [(f, t, c) for f, t in self.of.trees.items() for c in calls_of(t, macro)]
        if len(everywhere) == 1:
            file, tree, call = everywhere[0]
            return call, Piece(file, call.lineno, call, Scope(tree)), None
        return None

    def _part(self, node: nodes.Getattr | nodes.Getitem, file: str, scope: Scope, span: Span | None) -> TemplatePlace | None:
        owner = bare(node.node)
        step = node.attr if isinstance(node, nodes.Getattr) else getattr(bare(node.arg), "value", None)
        if isinstance(step, str):
            self.attributes.append(step)
        return self._resolve(owner, file, scope, span)

    def _call(self, call: nodes.Call, file: str, scope: Scope, span: Span | None) -> TemplatePlace | None:
        target = bare(call.node)
        if isinstance(target, nodes.Name) and target.name == "image":
            return self._image(call, file, scope, span)
        if isinstance(target, nodes.Name) and target.name in TRANSLATING:
            texts = [a.value for a in call.args if isinstance(a, nodes.Const) and isinstance(a.value, str)]
            return self._in_catalogue(texts)
        if isinstance(target, nodes.Getattr) and isinstance(target.node, nodes.Name) and target.node.name == "image":
            asset = next((a.value for a in call.args if isinstance(a, nodes.Const)), "")
            return image_line(self.of.theme, str(asset), {"source": "src"}.get(target.attr, target.attr), self.word)
        if isinstance(target, nodes.Getattr):  # a method of the value
            return self._resolve(target.node, file, scope, span)
        return self._leaf(call, file, scope, span)

    def _image(self, call: nodes.Call, file: str, scope: Scope, span: Span | None) -> TemplatePlace | None:
        """Alt text and file are registered in the theme; the width is given here."""
        text = self.of.marked.text
        registered = image_attribute(text, self.span.start, self.span.end, self.offset)
        place = image_line(self.of.theme, *registered, self.word) if registered is not None else None
        if place is not None:
            return place
        width = next((k.value for k in call.kwargs if k.key == "width"), call.args[1] if len(call.args) > 1 else None)
        return self._resolve(width, file, scope, span) if width is not None else None

    def _order(self, name: str, file: str, line: int) -> TemplatePlace:
        """The value's line in the sample; for a real order, the template's line, because its data is in no file here."""
        if not self.of.sample:
            return _place(file, line, f"the order's {name}")
        path = self.of.sample
        found = [json.dumps(text.strip(), ensure_ascii=False)[1:-1] for text in (self.wanted, self.word)]
        lines = _lines(path)
        ways: tuple[Callable[[str], bool], ...] = (
            lambda line: f'"{name}"' in line and any(text and text in line for text in found),
            lambda line: any(len(text) > 2 and text in line for text in found[:1]),
            lambda line: any(len(text) > 2 and text in line for text in found[1:]),
            lambda line: f'"{name}"' in line,
        )
        for way in ways:
            number = next((n for n, text in enumerate(lines, 1) if way(text)), 0)
            if number:
                return _place(path, number, f"the sample's {name}")
        return _place(file, line, f"computed from the order: {name}")


def _lines(file: str) -> list[str]:
    try:
        return read_text(Path(file)).split("\n")
    except FrankingError:
        return []


def _line_with(file: str, text: str, first: int, last: int | None) -> int:
    """The first line from ``first`` on that contains a text; ``first`` if there is none."""
    lines = _lines(file)
    for number in range(max(first, 1), min(last or len(lines), len(lines)) + 1):
        if text and text in lines[number - 1]:
            return number
    return first


def _place(file: str, line: int, why: str) -> TemplatePlace:
    lines = _lines(file)
    snippet = lines[line - 1].strip()[:200] if 0 < line <= len(lines) else ""
    return TemplatePlace(file, line, snippet, why)
