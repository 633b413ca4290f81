"""Fixes in the preview for tags over several lines and for attributes of MJML's components: the file afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from franking.preview.fix import apply, fixable, plan, undo
from franking.preview.session import Choice, PreviewSession

KIND = "order_confirmation"
HEADING = '<h1>{{ _("We have received your order") }}</h1>'
IN_LOOP = '{% for item in items %}\n<p\n  align="center"\n>{{ item.title }}</p>\n{% endfor %}'


def fixed(session: PreviewSession, choice: Choice, path: Path, old: str, new: str, rule: str) -> str:
    """What a fix makes of ``new``, which stands for ``old`` in the file; it is undone at the end."""
    whole = path.read_text("utf-8")
    assert whole.count(old) == 1
    before = whole.replace(old, new)
    path.write_text(before, "utf-8")
    session.forget()
    assert rule in {f["rule"] for f in session.show(choice)["findings"]}
    assert fixable(session, choice, [rule]) == [rule]
    chosen = plan(session, choice, rule)
    assert path.read_text("utf-8") == before, "a plan writes nothing"
    assert [shown["file"] for shown in chosen.shown()] == [str(path.resolve())]
    apply(session, chosen, chosen.digest)
    after = path.read_text("utf-8")
    assert rule not in {f["rule"] for f in session.show(choice)["findings"]}
    undo(session)
    assert path.read_text("utf-8") == before
    start, end = whole.index(old), len(whole) - whole.index(old) - len(old)
    return after[start : len(after) - end]


@pytest.mark.parametrize("file", ["message.html.j2", "message.mjml.j2"])
@pytest.mark.parametrize(
    ("new", "rule", "after"),
    [
        (f'<p\n  style="color: red"\n  class="x"\n>One</p>\n{HEADING}', "font-color", f'<p\n  class="x"\n>One</p>\n{HEADING}'),
        (f'<p\n  class="x"\n  style="margin: 0;\n    text-align: center;\n    padding: 0"\n>One</p>\n{HEADING}', "text-align",
         f'<p\n  class="x"\n  style="margin: 0;\n    padding: 0"\n>One</p>\n{HEADING}'),
        (f'<p\n  align="center"\n  id="a">One</p>\n{HEADING}', "text-align", f'<p\n  id="a">One</p>\n{HEADING}'),
        (f'<p id="a"\n  align="center">One</p>\n{HEADING}', "text-align", f'<p id="a">One</p>\n{HEADING}'),
        (f'<p>\n<font\n  color="#ff0000"\n  title="x"\n>One</font></p>\n{HEADING}', "font-color",
         f'<p>\n<font\n  title="x"\n>One</font></p>\n{HEADING}'),
        (f'<p\n  {{% if item_count %}}style="color: red"{{% endif %}}\n  id="a">One</p>\n{HEADING}', "font-color",
         f'<p\n  {{% if item_count %}}{{% endif %}}\n  id="a">One</p>\n{HEADING}'),
        (f'{IN_LOOP}\n{HEADING}', "text-align", IN_LOOP.replace('\n  align="center"', "") + f"\n{HEADING}"),
        (f'<table><tr><td\n  bgcolor="#000000"\n  id="a">One</td></tr></table>\n{HEADING}', "contrast",
         f'<table><tr><td\n  id="a">One</td></tr></table>\n{HEADING}'),
    ],
)  # fmt: skip
def test_tags_over_several_lines(session: PreviewSession, file: str, new: str, rule: str, after: str) -> None:
    choice = Choice(KIND if "html" in file else f"{KIND}:mjml", "plain", "en", "plain")
    assert fixed(session, choice, session.catalog.templates / KIND / file, HEADING, new, rule) == after


TEXT = "</mj-text>\n<mj-text@>A lamp of oak with a shade of linen</mj-text>\n<mj-text>" + HEADING
BUTTON = (
    '</mj-text>\n<mj-button@ href="https://www.amazon.com/x">A lamp of oak with a shade of linen</mj-button>\n<mj-text>'
    + HEADING
)
NESTED = "</mj-text>\n<mj-table><tr><td@>A lamp</td></tr></mj-table>\n<mj-text>" + HEADING


@pytest.mark.parametrize(
    ("markup", "attributes", "rule", "left"),
    [
        (TEXT, ' align="center"', "text-align", ""),
        (TEXT, ' color="#ff0000"', "font-color", ""),
        (TEXT, ' padding="4px" font-family="Arial"', "font-family", ' padding="4px"'),
        (TEXT, '\n  line-height="2"\n  padding="4px"\n', "line-height", '\n  padding="4px"\n'),
        (TEXT, ' padding="0 90px"', "margin-width", ' padding=" 0 72px"'),
        (TEXT, " color='red' align='center'", "font-color", " align='center'"),
        (BUTTON, ' color="white"', "font-color", ""),
        (BUTTON, '\n  text-align="center"\n', "text-align", "\n"),
        (BUTTON, ' background-color="#222222"', "contrast", ""),
        (NESTED, ' align="center"', "text-align", ""),
        (NESTED, '\n  bgcolor="#000000"', "contrast", ""),
    ],
)
def test_attributes_of_components(session: PreviewSession, markup: str, attributes: str, rule: str, left: str) -> None:
    path = session.catalog.templates / KIND / "message.mjml.j2"
    choice = Choice(f"{KIND}:mjml", "plain", "en", "plain")
    assert fixed(session, choice, path, HEADING, markup.replace("@", attributes), rule) == markup.replace("@", left)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ('<mj-attributes><mj-text align="center" padding="0" /></mj-attributes>', '<mj-attributes><mj-text padding="0" /></mj-attributes>'),
        ('<mj-attributes>\n<mj-all\n  align="center" />\n</mj-attributes>', "<mj-attributes>\n<mj-all />\n</mj-attributes>"),
    ],
)  # fmt: skip
def test_attributes_for_all_components_of_a_name(session: PreviewSession, given: str, left: str) -> None:
    path = session.catalog.themes / "plain" / "layout.mjml.j2"
    choice = Choice(f"{KIND}:mjml", "plain", "en", "plain")
    assert fixed(session, choice, path, "<mj-head>\n", f"<mj-head>\n{given}\n", "text-align") == f"<mj-head>\n{left}\n"


def test_a_default_of_the_theme(session: PreviewSession) -> None:
    path = session.catalog.themes / "plain" / "theme.toml"
    about = 'about = "Furniture and homeware, made to last."\n'
    choice = Choice(f"{KIND}:mjml", "plain", "en", "plain")
    new = about + '\n[mjml.mj-text]\ncolor = "red"\npadding = "0"\n'
    assert fixed(session, choice, path, about, new, "font-color") == about + '\n[mjml.mj-text]\npadding = "0"\n'


def test_nothing_is_offered_where_an_expression_gives_the_value(session: PreviewSession) -> None:
    path = session.catalog.templates / KIND / "message.mjml.j2"
    value = "{{ 'cen' ~ 'ter' }}"
    path.write_text(path.read_text("utf-8").replace(HEADING, TEXT.replace("@", f' align="{value}"')), "utf-8")
    session.forget()
    choice = Choice(f"{KIND}:mjml", "plain", "en", "plain")
    assert "text-align" in {f["rule"] for f in session.show(choice)["findings"]}
    assert fixable(session, choice, ["text-align"]) == []
