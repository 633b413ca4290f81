"""The same for templates: whatever they do with a value, both ways come out the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.shapes import VALUES, alike, trial, variants

# What templates may do with a value, each in a place of its own; v and w are values, n a number.
PIECES = [
    "{{ v }}", "({{ v }})", "{{ v }}{{ w }}", "{{ v|safe }}", "{{ v|upper }}", "{{ v|length }}", "{{ v[:3] }}", "{{ v|replace('a', 'b') }}",
    "{% set x %}[{{ v }}]{% endset %}{{ x }}", "{% set x %}[{{ v }}]{% endset %}{{ x|length }}", "{% set x %}{{ v }}{% endset %}{{ x|upper }}",
    "{% set x %}{{ v }}{% endset %}{% if x %}full{% else %}empty{% endif %}", "{% set x %}{{ v }}{% endset %}{% if x == 'a' %}a{% endif %}",
    "{% set x %}{{ v }}{% endset %}{{ x[0] }}", "{% set x %}{{ v }}{% endset %}{{ x.split() }}", "{% set x %}{{ v }}{% endset %}{{ x ~ w }}",
    "{% set x %}{{ v }}{% endset %}{{ '%5s|' % x }}", "{% set x %}{{ v }}{% endset %}{{ x * n }}", "{% set x %}{{ v }}{% endset %}{{ [x, w]|join(', ') }}",
    "{% set x %}{{ v }}{% endset %}{{ (x or w) }}", "{% set x %}{{ v }}{% endset %}{{ w if x else n }}", "{% set x %}{{ v }}{% endset %}{{ x is eq(w) }}",
    "{% set x %}{{ v }}{% endset %}{% for c in x %}{{ c }}.{% endfor %}", "{% set x %}{{ v }}{% endset %}{{ ', '.join([x]) }}",
    "{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}{{ m(v) }}", "{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}{{ m(m(v)) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(v)|length }}", "{% macro m(a) %}{{ caller() }}{% endmacro %}{% call m(1) %}{{ v }}{% endcall %}",
    "{% for c in v.split(' ') %}{{ loop.index }}:{{ c }}{% if not loop.last %}, {% endif %}{% endfor %}", "{% if v %}{{ v }}{% endif %}",
    "{% if n > 3 %}many{% else %}few{% endif %}", "{% trans v=v %}Hello {{ v }}!{% endtrans %}", "{% trans n=n, v=v %}one {{ v }}{% pluralize %}{{ n }} of {{ v }}{% endtrans %}",
    "{{ _('Hello %(v)s', v=v) }}", "{{ _('%(v)8s|', v=v) }}", "{{ _('100%% %(v)s', v=v)|length }}", "{% autoescape false %}{{ v }}{% endautoescape %}",
    "{% autoescape false %}{{ w }}{% set x %}{{ v }}{% endset %}{{ x }}{% endautoescape %}", "{% filter upper %}{{ v }}{% endfilter %}", "{% filter trim %}{{ v }}{% endfilter %}",
    "<i title=\"{{ v }}\">t</i>", "<i style=\"padding-left:{{ n }}px\">t</i>", "<p style=\"margin-left:{{ n }}%\">t</p>", "<i class=\"{{ v }}\">t</i>", "<i data-x={{ v }}>t</i>",
    "<a href=\"https://www.amazon.de/x?o={{ order_id }}&amp;v={{ v }}\">link {{ w }}</a>", "<a href=\"{{ v }}\">a link</a>", "<a href=\"https://www.amazon.de/{{ v }}\">{{ v }}</a>",
    "<a href=\"https://www.amazon.de/y\">{{ v }}</a>", "<!-- {{ v }} -->", "<style>.a{margin-left:{{ n }}px}</style>", "<pre>{{ v }}</pre>", "<p style=\"white-space:pre-line\">{{ v }}</p>",
    "<table><tr><td>{{ v }}</td><td style=\"padding:0 15%\">t</td></tr></table>", "<table><tr><td>{{ v }}</td><td>{{ w }}</td></tr></table>",
    "<table width=\"100%\"><tr><td style=\"white-space:nowrap\">{{ v }}</td></tr></table>", "<table align=\"center\"><tr><td>{{ v }}</td></tr></table>",
    "<div style=\"float:left\">{{ v }}</div><div style=\"margin-left:15%\">t</div>", "<div style=\"display:flex\"><div>{{ v }}</div><div>t</div></div>",
    "<div style=\"display:inline-block;padding:0 10%\">{{ v }}</div>", "<span lang=\"fr\">{{ v }}</span>", "<code>{{ v }}</code>", "<br>{{ v }}<br>", "<p>{{ v }}</p>",
    "<svg><text>{{ v }}</text></svg>", "<textarea>{{ v }}</textarea>", "<ul><li>{{ v }}</li><li>{{ w }}</li></ul>", "<h1>{{ v }}</h1>", "{{ v|e }}", "{{ v|trim }}", "{{ v|default('x') }}",
    "<table style=\"margin:0 auto;font-size:40px\"><tr><td>{{ v }}</td></tr></table>", "<p>The zyxwvut is here.</p>",
]  # fmt: skip

# Templates may repeat a value, so that the longest are left to the orders above.
SHORT = VALUES.filter(lambda value: len(value) < 500)
TRIPLES = st.tuples(SHORT, SHORT, st.sampled_from([1, 2, 12]))
PLAIN_TRIPLES = st.tuples(
    st.text("abcdefg hijk'&<\"", max_size=30),
    st.sampled_from(["Oslo", "a b", "Bad Homburg", "mmmmmmmmmmmm"]),
    st.sampled_from([1, 2, 30]),
)


@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4, unique=True),
    values=st.lists(st.one_of(TRIPLES, PLAIN_TRIPLES, PLAIN_TRIPLES), min_size=2, max_size=6),
)
@example(
    pieces=["{% set x %}{{ v }}{% endset %}{% if x %}full{% else %}empty{% endif %}"],
    values=[("Anna", "Oslo", 1), ("", "Oslo", 1)],
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_template_comes_out_the_same_both_ways(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], values: list[tuple[str, str, int]]
) -> None:
    made = trial(tmp_path_factory.mktemp("trial"), "\n".join(pieces))
    for order in variants(made, values):
        alike(made, order)


@pytest.mark.parametrize("piece", PIECES)
def test_each_way_to_use_a_value(tmp_path: Path, piece: str) -> None:
    made = trial(tmp_path, piece)
    plain = [
        ("Anna", "Oslo", 1),
        ("Berta", "Bad Homburg", 1),
        ("Anna & Co", "Oslo", 1),
        ("", "Oslo", 12),
        ("a <b> \"c\" 'd'", "Ulm", 1),
    ]
    plain += [("a", "Oslo", 1), ("b", "Oslo", 1), ("Oslo", "Oslo", 1), ("zyxwvut", "Oslo", 1), ("b", "Oslo", 1)]
    widths = [
        ("m" * 12, "Ulm", 1),
        ("m" * 8, "Ulm", 1),
        ("i", "Ulm", 1),
        ("m" * 25, "Ulm", 1),
        ("m" * 9 + " iii", "Ulm", 1),
        ("Anna", "m" * 12, 1),
    ]
    for order in variants(made, [*plain, *widths]):
        alike(made, order)
