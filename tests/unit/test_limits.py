"""A template cannot take the machine's time or memory: each of these ends at once, in one line that names file and line."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog, sample_order
from franking.errors import TemplateError
from franking.policy import load
from franking.shape_cache.fenced_renderer import FencedRenderer
from franking.shape_cache.fences import Unfenceable

ROOT = Path(__file__).parents[2]
KIND = "order_confirmation"
FRANKING = str(Path(sys.executable).with_name("franking"))
LOOP = "{% for a in '0123456789' * 100 %}"

GREEDY = {
    "a text repeated": '{{ "x" * 3000000000 }}',
    "a text repeated from the right": '{{ 3000000000 * "x" }}',
    "a text repeated to a number from the order": "{{ order_id * 3000000000 }}",
    "a text repeated in a condition": '{% if "x" * 3000000000 %}y{% endif %}',
    "a text repeated in a branch not taken": '{% if items|length %}{{ "x" * 3000000000 }}{% endif %}',
    "a power": "{{ 9 ** (9 ** 9) }}",
    "a chain of powers, which Jinja reads from the left": "{{ 9**9**9 }}",
    "a power of a power": "{{ (9 ** 999) ** 999 }}",
    "a negative power": "{{ (-9) ** (9 ** 9) }}",
    "a product of large numbers": "{{ (9 ** 3000) * (9 ** 3000) }}",
    "a list repeated": "{{ [0] * 10 ** 10 }}",
    "a tuple repeated": "{{ (0, 1) * 10 ** 10 }}",
    "a list of lists": "{% set a = [0] * 100000 %}{{ ([a] * 100000)|length }}{{ ([a] * 1000)|sum(start=[])|length }}",
    "range": "{% for n in range(10 ** 12) %}x{% endfor %}",
    "a width": '{{ "%999999999d" % 1 }}',
    "a precision": '{{ "%.999999999f" % 1 }}',
    "a computed width": '{{ "%*d" % (999999999, 1) }}',
    "a width by the filter": '{{ "%999999999s"|format(1) }}',
    "a width by the method": '{{ "{:999999999}".format(1) }}',
    "a computed width by the method": '{{ "{:{}}".format(1, 999999999) }}',
    "a width by format_map": '{{ "{a:>999999999}".format_map({"a": 1}) }}',
    "a width in a translation": '{{ gettext("%(n)999999999d", n=1) }}',
    "ljust": '{{ "a".ljust(10 ** 10) }}',
    "rjust with a sign": '{{ "a".rjust(10 ** 10, "-") }}',
    "center": '{{ "a".center(10 ** 10) }}',
    "zfill": '{{ "1".zfill(10 ** 10) }}',
    "expandtabs": '{{ ("\\t" * 1000).expandtabs(100000) }}',
    "bytes": "{{ (1).to_bytes(10 ** 10, 'big') }}",
    "the filter center": '{{ "a"|center(1000000000) }}',
    "the filter center, mapped": '{{ ["a"]|map("center", 1000000000)|join }}',
    "the filter indent": '{{ "a\\nb"|indent(10 ** 9) }}',
    "the filter indent with a text": '{{ ("a\\n" * 10000)|indent("x" * 10000) }}',
    "the filter batch": "{{ [1]|batch(10 ** 10, 0)|list }}",
    "the filter slice": "{{ [1]|slice(10 ** 10)|list }}",
    "the filter round": "{{ 1.5|round(10 ** 9) }}",
    "the filter join": '{{ (["a" * 1000] * 1000)|join("x" * 100000)|length }}',
    "the filter replace": '{{ ("a" * 10000)|replace("a", "b" * 100000) }}',
    "the method replace": '{{ ("a" * 10000).replace("a", "b" * 100000) }}',
    "the method replace of nothing": '{{ ("a" * 100000).replace("", "b" * 1000) }}',
    "the method join": '{{ ("b" * 100000).join("a" * 10000) }}',
    "the method translate": '{{ ("a" * 100000).translate({97: "b" * 100000}) }}',
    "a sum of texts": '{% set a = "x" * 400000 %}{{ a + a }}',
    "doubling with +": '{% set a = "xxxxxxxxxx" %}' + "{% set a = a + a %}" * 60 + "{{ a }}",
    "doubling with ~": '{% set a = "xxxxxxxxxx" %}' + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "doubling with blocks": "{% set a %}xxxxxxxxxx{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60 + "{{ a }}",
    "doubling a list": "{% set a = [1, 2, 3] %}" + "{% set a = a + a %}" * 60 + "{{ a|length }}",
    "growing by a filter": '{% set a = "x" * 1000 %}' + "{% set a = a|replace('x', 'xx') %}" * 60 + "{{ a }}",
    "macros that call others twice": "".join(
        f"{{% macro m{n + 1}() %}}{{{{ m{n}() }}}}{{{{ m{n}() }}}}{{% endmacro %}}" if n else "{% macro m1() %}x{% endmacro %}"
        for n in range(60)) + "{{ m60() }}",
    "a macro that calls itself twice": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "nested loops": LOOP * 5 + "{% endfor %}" * 5,
    "nested loops with output": LOOP * 2 + "{{ order_id * 1000 }}" + "{% endfor %}" * 2,
    "a loop that calls itself": "{% for a in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}",
    "a loop over a generator": "{% for a in ('0' * 100000)|map('upper') %}" + LOOP + "{% endfor %}{% endfor %}",
    "a large output": "{% set a = 'x' * 100000 %}" + "{{ a }}" * 1000,
    "a block that calls itself": "{{ self.content() }}",
    "an include in a loop": '{% for a in "0" * 100000 %}{% for b in "012" %}{% include "_parts/empty.html.j2" %}{% endfor %}{% endfor %}',
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "templates" / "_parts").mkdir(parents=True)
    for name in ("templates/locales", f"templates/{KIND}", "templates/_parts", "themes/plain"):
        shutil.copytree(ROOT / name, tmp_path / name, dirs_exist_ok=True)
    (tmp_path / "templates" / "_parts" / "empty.html.j2").write_text("")
    return tmp_path


def put(house: Path, text: str) -> None:
    path = house / "templates" / KIND / "message.html.j2"
    path.write_text(path.read_text().replace("{% block content %}", "{% block content %}\n" + text, 1))


@pytest.mark.parametrize("name", GREEDY)
def test_a_greedy_template_ends_in_one_line(name: str, house: Path) -> None:
    put(house, GREEDY[name])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    catalog = Catalog(house / "templates", house / "themes")
    with pytest.raises(TemplateError) as told:
        pipeline = Pipeline(catalog, catalog.kind(KIND), catalog.theme("plain"), load())
        order = sample_order(pipeline.kind.samples[0], locale_marketplace("en"), pipeline.kind)
        pipeline.compose(order)
    text = str(told.value)
    assert ".html.j2:" in text
    assert "\n" not in text
    assert "MemoryError" not in text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KB


@pytest.mark.parametrize("name", GREEDY)
def test_fenced_it_ends_too(name: str, house: Path) -> None:
    put(house, GREEDY[name])
    catalog = Catalog(house / "templates", house / "themes")
    try:
        pipeline = Pipeline(catalog, catalog.kind(KIND), catalog.theme("plain"), load())
    except TemplateError:
        return
    order = sample_order(pipeline.kind.samples[0], locale_marketplace("en"), pipeline.kind)
    with pytest.raises(Unfenceable):
        FencedRenderer(pipeline._renderer).render(order, "en", "en_US")


MODEST = {
    "padding": ('{{ "7"|center(9) }}|{{ "7".zfill(3) }}|{{ "%05.1f" % 2.25 }}|{{ "{:>4}".format(7) }}', "    7    |007|002.2|   7"),
    "arithmetic": ("{{ 2 ** 10 }} {{ 3 * 4 }} {{ 'ab' * 2 }} {{ [1] * 2 }} {{ 1 + 2 }} {{ 7 % 4 }}", "1024 12 abab [1, 1] 3 3"),
    "joining": ('{{ ["a", "b"]|join(", ") }} {{ "-".join(["a", "b"]) }} {{ "a" ~ 1 }}', "a, b a-b a1"),
    "loops": ("{% for a in [1, 2, 3] %}{{ loop.index }}/{{ loop.length }}{{ ' ' if not loop.last }}{% endfor %}", "1/3 2/3 3/3"),
    "a recursive loop": ("{% for a in [[[]]] recursive %}({{ loop(a) }}){% endfor %}", "(())"),
    "batches": ("{% for row in [1, 2, 3]|batch(2, 0) %}{{ row|join }} {% else %}none{% endfor %}", "12 30 "),
    "an empty loop": ("{% for a in [] %}x{% else %}none{% endfor %}", "none"),
    "a dictionary": ("{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}", "a1"),
    "replacing": ('{{ "a-b"|replace("-", "+") }} {{ "a-b".replace("-", "+") }}', "a+b a+b"),
    "sums": ("{{ [1, 2]|sum }} {{ [[1], [2]]|sum(start=[]) }}", "3 [1, 2]"),
    "four hundred lines": ("{% for a in '0123456789' * 40 %}{% for b in '0123456789' %}{% endfor %}{% endfor %}fine", "fine"),
}  # fmt: skip


@pytest.mark.parametrize("name", MODEST)
def test_what_messages_need_is_as_in_jinja(name: str, house: Path) -> None:
    text, expected = MODEST[name]
    put(house, f"<p id=here>{text}</p>")
    catalog = Catalog(house / "templates", house / "themes")
    pipeline = Pipeline(catalog, catalog.kind(KIND), catalog.theme("plain"), load())
    order = sample_order(pipeline.kind.samples[0], locale_marketplace("en"), pipeline.kind)
    assert f">{expected}</p>" in pipeline.compose(order).draft.html


def test_render_and_send_tell_it_in_one_line(house: Path) -> None:
    put(house, '{{ "x" * 3000000000 }}')
    done = subprocess.run(
        [FRANKING, "render", KIND, "--theme", "plain", "--language", "en"], cwd=house, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "message.html.j2:" in done.stdout
    assert "Traceback" not in done.stderr
    put(house, "{{ 1|nonsense }}")
    for arguments in (
        ["render", KIND, "--theme", "plain"],
        ["send", str(ROOT / "tests" / "data" / "none.txt"), "--kind", KIND],
    ):
        done = subprocess.run([FRANKING, *arguments], cwd=house, capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1


def test_the_count_begins_anew_with_every_message(house: Path) -> None:
    put(house, "{% for a in '0123456789' * 1000 %}{% endfor %}")
    catalog = Catalog(house / "templates", house / "themes")
    pipeline = Pipeline(catalog, catalog.kind(KIND), catalog.theme("plain"), load())
    order = sample_order(pipeline.kind.samples[0], locale_marketplace("en"), pipeline.kind)
    fenced = FencedRenderer(pipeline._renderer)
    for _ in range(25):
        pipeline.compose(order)
        fenced.render(order, "en", "en_US")
