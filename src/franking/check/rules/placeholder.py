"""Every merge field is filled.

A field of a template language that is still in the message (``{{…}}``, ``{%…%}``, ``*|…|*``, ``%%…%%``, ``${…}``,
``<%…%>``, ``[[…]]``, ``%(name)s``), a bracketed field name such as "[Product Name]", and what programs print in place of
a missing value: a bare ``None``, ``null``, ``undefined``, ``NaN`` or ``[object Object]``; also "Dear XXX,", "Hello ," and
"Lorem ipsum". The rule searches the texts, the subject and the links. Exceptions: "[1]", "[sic]", prose in brackets, "None
of the items"; files that are template sources by their ending (``.j2``) are left alone.

Permitted::

    <p>Your order has arrived [1]. None of the items is missing [sic].</p>

Rejected, line 1::

    <p>Hello {{ first_name }}, thank you for your order.</p>

Rejected, line 1::

    <p>Hello None, thank you for your order.</p>

To fix it: fill the field, or leave the sentence out if there is no value.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from franking.check.greeted_fields import greeted, names_field
from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.wording import is_quoted, stands_in
from franking.model import Finding, Rule
from franking.policy.words import field_name

RULE = Rule("placeholder", "error", "a merge field that was not filled", "text", "check", __doc__)
_HINT = "Fill the field, or omit the sentence if there is no value."
_SOURCES = (".j2", ".jinja", ".jinja2", ".mjml", ".hbs", ".handlebars", ".mustache", ".liquid", ".tpl", ".erb", ".ejs", ".twig")
_NAME = r"[^\W\d][\w.]{0,60}"
_FIELDS = re.compile(
    rf"""
      \{{\{{[^{{}}]{{0,300}}\}}\}}                       # {{{{ name }}}}: Jinja2, Handlebars, Liquid, Klaviyo
    | \{{\{{[-~]?\s*{_NAME}                              # {{{{ name, cut off
    | \{{%[^%]{{0,300}}%\}}                              # {{% if %}}
    | \{{\#[^\#{{}}]{{1,300}}\#\}}                       # {{# comment #}}
    | \{{[!$#/^>&]\s*{_NAME}[^{{}}]{{0,100}}\}}          # {{!Contact.Name}}, {{$name}}, {{#if x}}
    | \{{{_NAME}(?:\|[^{{}}]{{0,60}})?\}}                # {{name}}
    | \$\{{[^{{}}]{{1,300}}\}}                           # ${{name}}
    | \#\{{[^{{}}]{{1,300}}\}}                           # #{{name}}
    | \*\|[^|\n]{{1,100}}\|\*                            # *|FNAME|*
    | %%[^%\n]{{1,100}}%%                                # %%name%%
    | %(?=[^%]*[_.a-z])(?:recipient|customer|order|user|first|last|name)[\w.|-]{{0,60}}%  # %recipient.name%, %order_id%
    | (?<![\w%])%[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+%(?!\w)   # %FIRST_NAME%
    | (?<![\w%])%[A-Z]{{4,40}}%(?!\w)                     # %FIRSTNAME%
    | %\({_NAME}\)[#0 +-]{{0,4}}\d{{0,3}}(?:\.\d+)?[sdifgrxeu]?  # %(name)s
    | <%[^%]{{1,300}}%>                                  # <%= name %>
    | \[\[[^\[\]]{{1,100}}\]\]                           # [[name]]
    | \[%[^%]{{1,300}}%\]                                # [% name %]
    | <<\s*{_NAME}(?:\ {_NAME}){{0,3}}\s*>>              # <<First Name>>
    | \{{\d{{1,2}}\}} | (?<![\w%])%(?:\d\$)?s(?!\w)      # {{0}}, %s, %1$s
    | (?<!\w)__[A-Z][A-Z0-9]{{2,30}}(?:_[A-Z0-9]{{1,30}}){{0,3}}__(?!\w)  # __NAME__
    | (?<![\w$])\$[a-z]{{2,20}}(?:_[a-z]{{2,20}}|[A-Z][a-z]{{1,20}}){{1,3}}\b  # $first_name, $orderId
    | (?<![\w$])\$[A-Za-z_][\w.]{{1,40}}\$(?![\w$])        # $name$
    | ｛｛[^｛｝]{{0,300}}｝｝ | ｛{_NAME}｝                    # full-width braces
    | \#(?:REF!|VALUE!|DIV/0!|NUM!|NULL!|NAME\?|N/A(?!\w))      # errors of spreadsheets
    | %[A-Z][A-Z_]{{2,40}}\|[^%|\n]{{1,40}}%              # %FNAME|Customer%
    | @@{_NAME}@@ | \#\#{_NAME}\#\# | \|\|{_NAME}\|\|
    """,
    re.VERBOSE,
)
_FIELD_MARKS = re.compile(r"[{%*\[<@#|«$［｛~^_]")
_LINE_MARKS = re.compile(r"[{}%*\[\]<>@#|«»$［］｛｝_~^]")
_BRACKETED = re.compile(
    r"[\[［]\s*+([^\s\[\]［］][^\[\]［］\n]{1,59}?)\s*+[\]］]|<\s*+([^\s<>][^<>\n]{1,59}?)\s*+>|«\s*+([^\s«»][^«»\n]{1,59}?)\s*+»"
)
_FENCED = re.compile(r"(?<![\w#~^@$])([#~^@]|\$\$)([^\W\d_][^\W\d]{1,29}(?:[ _][^\W\d_]{1,30}){0,2})\1(?![\w#~^@$])")  # #name#
_CAPITALS = re.compile(r"(?<![\w/.&?=-])[A-Z]{2,20}(?:_[A-Z]{2,20}){1,3}(?![\w/=-])")  # ORDER_ID
_BRACKETED_STEP = re.compile(r"(?<=[/=])\[([^\[\]/&?#=]{2,60})\](?=[/&?#]|$)")  # "filter[id]=1" is none
_SNAKE = re.compile(r"[A-Z][a-z]+(?:_[A-Z][a-z]+)+|[a-z]+(?:_[a-z0-9]+)+|[A-Z]+(?:_[A-Z0-9]+)+|[a-z]+(?:[A-Z][a-z]+)+")
_GREETING = (
    r"(?i:dear|hello|hi|hallo|hej|liebe[rs]?|beste|geachte|guten tag|bonjour|ch[eè]re?|ciao|gentile"
    r"|hola|estimad[oa]|ol[aá]|prezad[oa]|witaj|merhaba|sayın)"
)
_TITLE = r"(?i:mrs?|ms|herrn?|frau|monsieur|madame|mme|signora?|señora?|sra?|heer|mevrouw)\.?"
_NAMED = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Dd](?:er|ie|as|en|em)|[Ee]ine?|[LlDd]e|[Ll]a|[Uu]ne?|[EeIi]l|[Hh]et|[Ee]en)\s\Z"
)  # "the NaN pan"
_NUMBERED = (  # what has a number
    r"(?i:order|number|tracking|parcel|invoice|bestellung|bestellnummer|sendungsnummer|rechnung|commande|numéro|pedido|número|ordine|numero"
    r"|bestelling|bestelnummer|zamówienie|numer|sipariş|beställning)"
)
# What programs print for a missing value or in place of text, and what people write for a name that is to come.
_PRINTED = re.compile(
    r"\[object \w+\]|<(?:[\w.]+) object at 0x[0-9a-f]+>|<function \w+|\bdatetime\.(?:date|datetime)\(|\bDecimal\('"
    r"|\{'[\w ]{1,40}': |(?<![\w.-])NaN(?![\w-])|\bInvalid [Dd]ate\b|\bundefined(?=\s*(?:$|[\n,.;:!?)]|undefined\b))"
    r"|^[^\S\n]*+(?:None|null|undefined|NaN|nil|NULL)[^\S\n]*$"
    r"|(?:[:#№=(]\s*|[（：]\s*)(?:None|null|undefined|nil|NULL)(?=\s*(?:$|[\n,.;!?)]))"
    r"|(?<=[a-zäöüßéèçñ,] )None(?=\s*(?:$|[\n,.;:!?)]|\s[a-z]))"
    rf"|(?:\A|[\n.!?][^\S\n]*+){_GREETING}[^\S\n]+(?:(?P<vacant>X{{3,8}}|xxx|TODO|TBD)(?=[^\S\n]*(?:[,!]|$|\n))"
    r"|(?P<addressed>null|undefined|nil|NULL|None)(?=[^\S\n]*(?:$|\n)))"
    r"|(?:\A|[\n.!?][^\S\n]*+)(?:[^\W\d_]+\s){1,3}(?P<greeted>null|undefined|nil|NULL)(?=\s*[,!])"
    rf"|(?:\A|\n)[^\S\n]*+(?P<nobody>{_GREETING}(?:[^\S\n]+{_TITLE})?[^\S\n]+,)(?![^\S\n]*[^\W\d_]+[^\S\n]*(?:[,!.]|$|\n))"
    r"|(?i:\blorem[^\S\n]{1,3}ipsum\b)"
    r"|(?<![\w-])(?P<masked>(?i:x{3}-x{7}-x{7})|XX([./-])XX\b(?:(?:[./-])(?:XX){1,2}|[./-]\d{4})|xx[./-]xx[./-](?:(?:xx){1,2}|\d{4}))(?![\w-])"
    r"|\[[^\S\n]*(?:X{2,12}|x{3,12})[^\S\n]*\]"
    rf"|(?<!\w){_NUMBERED}(?:[^\S\n](?i:no|nr|number|n\.?º|n°))?\.?[^\S\n]*[:#]?[^\S\n]*(?P<number>X{{3,20}}|x{{3,20}}|undefined|null|NULL|None)(?![\w-])"
    r"|^[^\S\n]*+(?P<alone>X{3,12}|TODO|FIXME)[^\S\n]*$"
    r"|:[^\S\n]*(?P<later>X{3,12}|TODO|FIXME)(?=[^\S\n]*(?:$|[\n,.;!?)]))",
    re.MULTILINE,
)
_PRINTED_MARKS = (
    "None",
    "null",
    "undefined",
    "NaN",
    "nil",
    "NULL",
    "object",
    "datetime.",
    "Decimal(",
    "{'",
    "<function",
    "Invalid",
    "XXX",
    "xxx",
    "TODO",
    "TBD",
    "FIXME",
    "orem",
    "OREM",
    "XX.",
    "XX/",
    "XX-",
    "xx.",
    "xx/",
    "xx-",
    "[XX",
    " ,",
    "\u00a0,",
)
_IN_LINK = re.compile(r"(?<=[/=&?])(?:None|null|undefined|NaN|nil|\[object Object\])(?=[/&?#]|$)")


_TARGETS = ("href", "src")


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each field where it stands."""
    if context.message.source.lower().endswith(_SOURCES):
        return
    for segment in context.segments:
        for index, what in (*_fields(segment.text), *greeted(segment.text)):
            if _is_own(context, segment.text, index, what):
                continue
            shown = " ".join(what.split())[:40]
            yield context.at_segment(RULE, segment, index, f"“{shown}” is a field without its value", _HINT, measured=shown)
    for name in _TARGETS:
        for element in context.having(name):
            target = element.attrs[name]
            if target and (found := _in_link(target)):
                message = f"The {'link' if name == 'href' else 'image'}'s target contains an unfilled field: {found}"
                yield context.at_element(RULE, element, message, _HINT, attribute=name, measured=found)


def _is_own(context: RuleContext, text: str, index: int, what: str) -> bool:
    """Whether a product title has it ("Switch, colour: None"), or a name all in capitals ("JENNIFER NULL"). What is the
    whole of a fact, or the end of another name ("Anna null"), a program has printed for a missing value."""
    if what[0] in "[［<«" or " " in what or "_" in what:
        return is_quoted(context, text, index, what)
    if not what.isalpha():
        return False
    message = context.message
    printed = {name for name in message.names if not name.isupper()}
    facts = tuple(fact for fact in message.facts if fact not in printed and len(fact) > len(what) and what in fact)
    return stands_in(text, index, what, facts) and _quoted(context)


def _quoted(context: RuleContext) -> bool:
    context.quotes = True
    return True


def inert(line: str) -> bool:
    """Whether a line of the text part holds no field, nor a part of one."""
    return _LINE_MARKS.search(line) is None and not any(mark in line for mark in _PRINTED_MARKS) and not greeted(line)


def plain(piece: str) -> bool:
    """Whether a piece without spaces has no part in a field: its marks have no spaces, but for two."""
    return inert(piece) and not piece.startswith(",") and not names_field(piece)


@lru_cache(maxsize=8192)
def _fields(text: str) -> tuple[tuple[int, str], ...]:
    """The fields in a text: where, and what stands there. Cached: most texts of a batch recur."""
    found: dict[int, str] = {}
    if _FIELD_MARKS.search(text) is not None:
        found = {match.start(): match.group() for match in _FIELDS.finditer(text)}
        for match in _BRACKETED.finditer(text):
            name = match[1] or match[2] or match[3]
            if _SNAKE.fullmatch(name) is not None or field_name(name) or field_name(re.split(r"[,|]", name)[0]):
                found.setdefault(match.start(), match.group())
        for match in (*_FENCED.finditer(text), *_CAPITALS.finditer(text)):
            if field_name(match.group().strip("#~^@$").replace("_", " ").lower()):
                found.setdefault(match.start(), match.group())
    if any(mark in text for mark in _PRINTED_MARKS):
        for match in _PRINTED.finditer(text):
            if (group := match.lastgroup) is not None:
                found.setdefault(match.start(group), match[group])
                continue
            if match.group() == "NaN" and _is_named(text, match.start(), match.end()):
                continue
            words = match.group().strip(" \n:#=(№（：")
            found.setdefault(match.start() + match.group().index(words), words)
    return tuple(sorted(found.items()))


def _is_named(text: str, start: int, end: int) -> bool:
    """Whether a thing is called so: an article stands before it, and a word behind."""
    return _NAMED.search(text, max(0, start - 6), start) is not None and text[end : end + 2].strip().islower()


@lru_cache(maxsize=4096)
def _in_link(target: str) -> str:
    """The first field in a link's target, "" if there is none."""
    decoded = unquote(target)
    if _FIELD_MARKS.search(decoded) is not None:
        match = _FIELDS.search(decoded)
        if match is not None:
            return match.group()[:40]
    if "[" in decoded:
        for match in _BRACKETED_STEP.finditer(decoded):
            if _SNAKE.fullmatch(match[1]) is not None or field_name(match[1]):
                return match.group()[:40]
    if target.strip() in ("None", "null", "undefined", "NaN", "nil"):
        return target.strip()
    missing = _IN_LINK.search(decoded)
    return missing.group() if missing is not None else ""


CHECK = CheckRule(rule=RULE, on_message=check_message, values="segment", inert=inert, plain=plain)
