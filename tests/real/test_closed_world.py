"""The tables of the closed world against the installed browser: what it knows, the checker knows, and says."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources

import pytest
import tinycss2

from franking.css import property_support, selectors
from franking.css.declarations import interpret
from franking.css.property_support import is_inert, unmodelled_group
from franking.css.rules import known_at_rule
from franking.css.shorthands import longhands_of
from franking.css.values import Unmodelled, has_var
from franking.html.parser import parse, select
from tests.real import vocabulary
from tests.real.judge import Judge, browser
from tests.real.vocabulary import TAKEN, properties, specified, values

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with browser() as opened:
        yield opened


def unknown(names: list[str]) -> list[str]:
    """Those of the names that stand in no table."""
    return [n for n in names if not longhands_of(n) and not is_inert(n) and unmodelled_group(n) is None]


def test_every_property_of_the_browser_is_read_inert_or_unmodelled(judge: Judge) -> None:
    names = properties(judge)
    assert len(names) > 600
    assert unknown(names) == []


def test_no_property_called_absent_is_supported(judge: Judge) -> None:
    table = json.loads(resources.files("franking.css").joinpath("closed_world.json").read_text("utf-8"))
    names = [name for group in table["absent"].values() for name in group["names"]]
    taken = judge.page.evaluate(TAKEN, [[name, "inherit"] for name in names])
    assert [name for name, supported in zip(names, taken, strict=True) if supported] == []


def _drawn(judge: Judge) -> dict[str, list[tuple[str, bool]]]:
    """For each property: values, and whether the browser takes each."""
    names = properties(judge)
    pairs = [(name, value) for name in names for value in values(name, random.Random(name))]
    taken = []
    for start in range(0, len(pairs), 50_000):
        taken += judge.page.evaluate(TAKEN, [list(pair) for pair in pairs[start : start + 50_000]])
    found = defaultdict(list)
    for (name, value), supported in zip(pairs, taken, strict=True):
        found[name].append((value, supported))
    return found


def test_no_value_that_the_browser_takes_is_dropped_and_none_that_it_drops_is_read(judge: Judge) -> None:
    dropped, read = [], []
    for name, rows in _drawn(judge).items():
        if is_inert(name):
            continue
        for value, supported in rows:
            tokens = tinycss2.parse_component_value_list(value)
            if has_var(tokens):
                continue  # parsed once custom properties are known
            expanded = interpret(name, tokens, quirks=False)
            if supported and not expanded:
                dropped.append((name, value))
            if not supported and any(not isinstance(v, Unmodelled) for _, v in expanded) and longhands_of(name):
                read.append((name, value))
    assert (dropped, read) == ([], [])


def test_no_keyword_of_the_browser_is_dropped(judge: Judge) -> None:
    words = vocabulary.keywords()
    assert len(words) > 1000
    dropped = []
    for name in properties(judge):
        if is_inert(name):
            continue
        taken = judge.page.evaluate(vocabulary.TAKEN_WORDS, [name, words])
        if len(taken) < len(words) / 2:  # else any word is a name of the author's
            dropped += [(name, word) for word in taken if not interpret(name, tinycss2.parse_component_value_list(word), False)]
    assert dropped == []


def test_every_selector_and_at_rule_of_the_browser_is_known(judge: Judge) -> None:
    taken = vocabulary.selectors(judge)
    assert {":hover", "::before", ":nth-child(2)", ":is(p)"} <= set(taken)
    assert dropped_selectors(taken) == []
    rules = vocabulary.at_rules(judge)
    assert {"media", "supports", "layer", "container"} <= set(rules)
    assert [name for name in rules if not known_at_rule(name)] == []


def test_no_selector_that_the_browser_drops_is_matched(judge: Judge) -> None:
    names = [*vocabulary.HANDMADE, *specified()["pseudo-classes"], *specified()["pseudo-elements"]]
    tried = [f"{colons}{name}" for colons in (":", "::") for name in names if colons == ":" or not name.startswith("-webkit-")]
    taken = set(judge.page.evaluate(vocabulary.SELECTORS, tried))
    arms = {selector: selectors.read(tinycss2.parse_component_value_list(f"p{selector}")) for selector in tried}
    assert [s for s, found in arms.items() if s not in taken and found and found[0].readable] == []


def dropped_selectors(taken: list[str]) -> list[str]:
    """Those that the checker drops as invalid."""
    return [s for s in taken if selectors.read(tinycss2.parse_component_value_list(f"p{s}")) is None]


def test_a_name_that_only_the_browser_knows_is_noticed() -> None:
    assert unknown(["color", "flubber"]) == ["flubber"]
    assert dropped_selectors([":hover", ":flubber", "::flubber"]) == [":flubber", "::flubber"]
    assert not known_at_rule("flubber")


def test_a_property_taken_out_of_the_table_is_noticed(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    unmodelled, inert = property_support._table()
    without = {name: group for name, group in unmodelled.items() if name != "writing-mode"}
    monkeypatch.setattr(property_support, "_table", lambda: (without, inert - {"cursor"}))
    assert unknown(properties(judge)) == ["cursor", "writing-mode"]


# Elements in the states that pseudo-classes tell apart.
_STATES = (
    "<p id=p>a <b>b</b></p><p></p><p> </p><p><!-- c --></p><form><input value=x><input type=checkbox checked><input disabled required>"
    "<input type=number min=3 value=1><input placeholder=p><textarea readonly></textarea><select><option selected>a<option>b</select>"
    "<fieldset disabled><button>x</button><legend><input></legend></fieldset><progress></progress><meter></meter><input type=email value=q>"
    "<output>o</output><label>l</label></form><x-y>c</x-y><font-face>f</font-face><foo>u</foo><b is=x-y>i</b><svg><text>t</text><a href=x>q</a></svg>"
    "<math><mi>x</mi></math><p dir=rtl lang=ar>r <bdi>x</bdi></p><p dir=auto>\\u05d0</p><div popover>p</div><dialog open>d</dialog>"
    "<p contenteditable>e</p><a name=z>n</a><a href=x>h</a><area href=x><link rel=x href=x><video muted></video>"
    "<details open><summary>s</summary>k</details><details>k</details><ul><li>1<li>2<li>3</ul>"
)
_MATCHED = """selectors => selectors.map(selector => [...document.querySelectorAll('*')].flatMap((e, i) => e.matches(selector) ? [i] : []))"""


def test_a_pseudo_class_that_is_read_matches_what_it_does_in_the_browser(judge: Judge) -> None:
    html = f"<!doctype html><html lang=en><body>{_STATES}</body></html>"
    judge.page.set_content(html)
    # In matches() :scope is the element itself, in a sheet the root; pseudo-elements of one colon match nothing.
    names = [
        n
        for n in vocabulary.selectors(judge)
        if n[1] != ":" and "-internal-" not in n and n not in (":scope", ":before", ":after", ":first-line", ":first-letter")
    ]
    tried = [form.format(name) for name in names for form in ("{}", ":not({})", "b{0}, p{0}", ":is({}, li)")]
    tree = parse(html)
    nodes = tree.select("*")
    order = {id(node): at for at, node in enumerate(nodes)}
    wrong, read = [], 0
    for selector, theirs in zip(tried, judge.page.evaluate(_MATCHED, tried), strict=True):
        arms = selectors.read(tinycss2.parse_component_value_list(selector))
        assert arms is not None, selector
        if all(arm.readable for arm in arms):
            read += 1
            ours = sorted({order[id(node)] for arm in arms for node in select(tree, arm.selector) or ()})
            wrong += [selector] if ours != theirs else []
    assert wrong == []
    assert read > 200
