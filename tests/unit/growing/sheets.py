"""Style sheets that grow: selectors, declarations, functions, at-rules, and elements under them."""

from __future__ import annotations

from tests.unit.growing.texts import Family


def _sheet(rules: Family) -> Family:
    return lambda n: f"<style>{rules(n)}</style><p>Hello</p>"


SHEETS: dict[str, Family] = {
    "rules classes": lambda n: (
        "<style>"
        + "".join(f".c{i}{{color:red}}" for i in range(n))
        + "</style>"
        + "".join(f"<p class=c{i}>x" for i in range(n))
    ),
    "rules and elements": lambda n: "<style>" + "".join(f"p{{margin:{i}px}}" for i in range(n)) + "</style>" + "<p>x" * 4,
    "sel list": _sheet(lambda n: ",".join(f"p.a{i}" for i in range(n)) + "{color:red}"),
    "sel list p": _sheet(lambda n: ",".join(["p"] * n) + "{color:red}"),
    "sel deep": _sheet(lambda n: "div " * n + "p{color:red}"),
    "sel deep >": _sheet(lambda n: "div>" * n + "p{color:red}"),
    "sel deep ~": _sheet(lambda n: "p~" * n + "p{color:red}"),
    "sel :is": _sheet(lambda n: ":is(" * n + "p" + ")" * n + "{color:red}"),
    "sel :not": _sheet(lambda n: ":not(" * n + "p" + ")" * n + "{color:red}"),
    "sel :is list": _sheet(lambda n: ":is(" + ",".join(f"p.a{i}" for i in range(n)) + ",p){color:red}"),
    "sel compound": _sheet(lambda n: "p" + ".a" * n + "{color:red}"),
    "sel attrs": _sheet(lambda n: "p" + "[a]" * n + "{color:red}"),
    "sel brackets": _sheet(lambda n: "p" + "[" * n + "{color:red}"),
    "sel parens": _sheet(lambda n: "p" + "(" * n + "{color:red}"),
    "sel :has": _sheet(lambda n: "p" + ":has(a)" * n + "{color:red}"),
    "sel webkit": _sheet(lambda n: ",".join([":-webkit-any(p)"] * n) + "{color:red}"),
    "sel escapes": _sheet(lambda n: "\\70 " * n + "{color:red}"),
    "sel descend match": lambda n: "<style>div div div p{color:red}</style>" + "<div>" * min(n, 400) + "<p>x</p>" * n,
    "sel ~ match": lambda n: "<style>p~p{color:red}</style>" + "<p>x</p>" * n,
    "sel ~~ match": lambda n: "<style>i~b~p~p{color:red}</style>" + "<p>x</p>" * n,
    "sel nth": lambda n: "<style>p:nth-child(2n+1){color:red}</style>" + "<p>x</p>" * n,
    "sel nth-of": lambda n: "<style>p:nth-last-of-type(2n+1){color:red}</style>" + "<p>x</p>" * n,
    "sel last-child": lambda n: "<style>p:last-child{color:red}</style>" + "<p>x</p>" * n,
    "sel only-type": lambda n: "<style>p:only-of-type{color:red}</style>" + "<p>x</p>" * n,
    "sel has match": lambda n: "<style>div:has(i){color:red}</style>" + "<div><p>x</p></div>" * n,
    "sel has sib": lambda n: "<style>p:has(~i){color:red}</style>" + "<p>x</p>" * n,
    "sel empty": lambda n: "<style>p:not(:empty){color:red}</style>" + "<p>x</p>" * n,
    "decls": _sheet(lambda n: "p{" + "color:red;" * n + "}"),
    "decl bad": _sheet(lambda n: "p{" + "color red;" * n + "}"),
    "decl distinct": _sheet(lambda n: "p{" + "".join(f"--a{i}:{i};" for i in range(n)) + "}"),
    "var chain": _sheet(
        lambda n: "p{--a0:red;" + "".join(f"--a{i + 1}:var(--a{i});" for i in range(n)) + f"color:var(--a{n})}}"
    ),
    "var double": _sheet(
        lambda n: "p{--a0:1px;" + "".join(f"--a{i + 1}:var(--a{i}) var(--a{i});" for i in range(n)) + f"margin:var(--a{n})}}"
    ),
    "var nested fallback": _sheet(lambda n: "p{color:" + "var(--x," * n + "red" + ")" * n + "}"),
    "var cycle": _sheet(lambda n: "p{" + "".join(f"--a{i}:var(--a{(i + 1) % n});" for i in range(n)) + "color:var(--a0)}"),
    "calc nested": _sheet(lambda n: "p{margin:" + "calc(" * n + "1px" + ")" * n + "}"),
    "calc sum": _sheet(lambda n: "p{margin:calc(" + "1px + " * n + "1px)}"),
    "min nested": _sheet(lambda n: "p{margin:" + "min(1px," * n + "1px" + ")" * n + "}"),
    "font list": _sheet(lambda n: "p{font-family:" + "a," * n + "b}"),
    "font words": _sheet(lambda n: "p{font:" + "a " * n + "}"),
    "bg urls": _sheet(lambda n: "p{background:" + "url(https://a.example/x)," * n + "red}"),
    "bg long": _sheet(lambda n: "p{background:" + "red " * n + "}"),
    "media": _sheet(lambda n: "@media (min-width:1px){p{color:red}}" * n),
    "media nested": _sheet(lambda n: "@media (min-width:1px){" * n + "p{color:red}" + "}" * n),
    "media list": _sheet(lambda n: "@media " + "screen," * n + "print{p{color:red}}"),
    "media and": _sheet(lambda n: "@media (min-width:1px)" + " and (min-width:1px)" * n + "{p{color:red}}"),
    "media parens": _sheet(lambda n: "@media " + "(" * n + "min-width:1px" + ")" * n + "{p{color:red}}"),
    "media not": _sheet(lambda n: "@media " + "not (" * n + "min-width:1px" + ")" * n + "{p{color:red}}"),
    "supports": _sheet(lambda n: "@supports " + "(" * n + "color:red" + ")" * n + "{p{color:red}}"),
    "supports nested": _sheet(lambda n: "@supports (color:red){" * n + "p{color:red}" + "}" * n),
    "layers": _sheet(lambda n: "".join(f"@layer l{i}{{p{{color:red}}}}" for i in range(n))),
    "layer list": _sheet(lambda n: "@layer " + ",".join(f"l{i}" for i in range(n)) + ";p{color:red}"),
    "layer nested": _sheet(lambda n: "@layer a{" * n + "p{color:red}" + "}" * n),
    "rule nesting": _sheet(lambda n: "p{" * n + "color:red" + "}" * n),
    "rule nesting &": _sheet(lambda n: "p{&{" * (n // 2) + "color:red" + "}" * n),
    "rule nesting &&": _sheet(lambda n: "p{& &{" * (n // 2) + "color:red" + "}" * n),
    "nesting lists": _sheet(lambda n: "p,b{" * n + "color:red" + "}" * n),
    "braces": _sheet(lambda n: "{" * n),
    "braces close": _sheet(lambda n: "}" * n),
    "css comments": _sheet(lambda n: "/**/" * n + "p{color:red}"),
    "css comment open": _sheet(lambda n: "/*" * n),
    "css strings": _sheet(lambda n: "p{content:" + "'a'" * n + "}"),
    "css string open": _sheet(lambda n: "p{content:" + "'\n" * n + "}"),
    "css url open": _sheet(lambda n: "p{background:" + "url(" * n + "}"),
    "css @": _sheet(lambda n: "@" * n),
    "css @imports": _sheet(lambda n: "@import 'x';" * n),
    "css font-face": _sheet(lambda n: "@font-face{font-family:a}" * n),
    "css keyframes": _sheet(lambda n: "@keyframes a{from{color:red}}" * n),
    "css cdo": _sheet(lambda n: "<!--" * n),
    "css spaces": _sheet(lambda n: " " * n + "p{color:red}"),
    "css color nested": _sheet(lambda n: "p{color:" + "color-mix(in srgb," * n + "red,red" + ",red)" * n + "}"),
    "css image-set": _sheet(lambda n: "p{background:" + "image-set(" * n + "'x'" + ")" * n + "}"),
    "css grid cols": lambda n: "<div style='display:grid;grid-template-columns:" + "1fr " * n + "'>" + "<p>x</p>" * n,
    "css grid repeat": lambda n: "<div style='display:grid;grid-template-columns:repeat(" + str(n) + ",1fr)'>" + "<p>x</p>" * n,
    "css grid areas": lambda n: (
        "<div style='display:grid'>" + "".join(f"<p style='grid-column:{i + 1}'>x</p>" for i in range(n))
    ),
    "css inherit all": lambda n: "<style>p{all:unset}</style>" + "<p>x" * n,
    "long class": lambda n: "<style>.a{color:red}</style><p class='" + "b " * n + "a'>x",
    "data css": _sheet(lambda n: "p{background:url(data:image/gif;base64," + "AAAA" * n + ")}"),
    "inline style var": lambda n: "<style>p{color:var(--a);margin:var(--b)}:root{--a:red;--b:1px}</style>" + "<p>x" * n,
    "var many": lambda n: "<style>:root{" + "".join(f"--a{i}:1px;" for i in range(n)) + "}</style>" + "<p>x" * n,
    "var inline nested": lambda n: "<div style='--a:1px'>" * min(n, 400) + "<p style='margin:var(--a)'>x" * n,
    "unmodelled rule": lambda n: "<style>p{translate:1px}</style>" + "<p>x" * n,
    "unmodelled many": _sheet(lambda n: "p{" + "translate:1px;rotate:1deg;" * n + "}"),
    "opaque": lambda n: "<style>" + "@container (width>1px){p{color:red}}" * n + "</style><p>x",
    "opaque els": lambda n: "<style>@container (width>1px){p{color:red}}</style>" + "<p>x" * n,
    "opaque both": lambda n: "<style>" + "@container (width>1px){p{color:red}}" * (n // 20) + "</style>" + "<p>x" * n,
    "media classes": lambda n: (
        "<style>"
        + "".join(f"@media (max-width:500px){{.c{i}{{width:{i}px}}}}" for i in range(n))
        + "</style>"
        + "".join(f"<p class=c{i}>x" for i in range(n))
    ),
    "id rules": lambda n: (
        "<style>" + "".join(f"#c{i}{{color:red}}" for i in range(n)) + "</style>" + "".join(f"<p id=c{i}>x" for i in range(n))
    ),
    "attr rules": lambda n: (
        "<style>" + "".join(f"[a=c{i}]{{color:red}}" for i in range(n // 10)) + "</style>" + "<p a=c1>x" * 10
    ),
    "tag rules": lambda n: (
        "<style>" + "".join(f"x{i}{{color:red}}" for i in range(n)) + "</style>" + "".join(f"<x{i}>x</x{i}>" for i in range(n))
    ),
    "supports many": _sheet(lambda n: "@supports (color:red){p{color:red}}" * n),
    "scope": _sheet(lambda n: "@scope (p){:scope{color:red}}" * n),
    "layers decl": _sheet(lambda n: "".join(f"@layer l{i}.a{{p{{color:red}}}}" for i in range(n))),
    "layer dots": _sheet(lambda n: "@layer a" + ".a" * n + "{p{color:red}}"),
    "layer anon": _sheet(lambda n: "@layer{p{color:red}}" * n),
    "is list many": _sheet(lambda n: ":is(p,b)" * n + "{color:red}"),
    "not many": _sheet(lambda n: "p" + ":not(.a)" * n + "{color:red}"),
    "pseudo els": lambda n: "<style>" + "p::before{content:'a'}" * n + "</style>" + "<p>x",
    "counter": lambda n: "<style>p::before{counter-increment:a;content:counter(a)}</style>" + "<p>x" * n,
    "quotes content": _sheet(lambda n: "p::before{content:open-quote " + "'a' " * n + "}"),
    "font-face use": _sheet(lambda n: "@font-face{font-family:a;src:url(x)}" * n + "p{font-family:a}"),
    "cond css": lambda n: "<p>x" + "<!--[if mso]><style>p{color:red}</style><![endif]-->" * (n // 4),
    "svg styles": lambda n: "<svg>" + "<style>p{color:red}</style>" * n + "</svg><p>x",
}
