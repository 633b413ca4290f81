"""Lines that are called quiet from what is known of their words: every rule, asked about the whole line, says the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from franking.check.engine import inspect
from franking.check.listed_lines import lists_of
from franking.check.registry import rules_about_values
from franking.check.rule import CheckRule
from franking.model import Message
from franking.policy import load
from franking.policy.words.reading import as_read, reads
from franking.shape_cache.quiet_lines import QuietLines

RULES = [rule for rule in rules_about_values() if rule.values == "segment"]
# What each rule looks for, whole and in parts that meet in a line only, and what reads like it.
HOSTILE = """
@ pam@nordwind.de pam at arroba gmail nordwind dot com (at (dot .) ( [ { < at. AT ät et chez info support a\u200brroba ａt ＠ %40 。com
1 22 +49 3 0 ٣ ① ➉ 一 九 null eins zwei drei otto sette seis 0800 FLOWERS wa . me/x t.me/x WhatsApp Tel. / call –
:-) :) ;) xD XD B-) 8 <3 oz ^^ ^_^ (^_^) m m( _ _)m ＿ ☎ ♥ 🙂 \u200d \ufe0f
{{ name }} {name %s [Name] XXX TODO None null undefined NaN orem ipsum Lorem __X__ *|F|* #
coupon cou­pon discount off 10 % your next order unsubscribe cancel f*ck q a.q. gift card 割引 次回 Ｃoupon \u2068gift\u2069 card\u2069
hello Guten Tag Dear Anna Otto-Iversen, \u2068Bela\u2069, O'Neill Jürgen ş İnci ﬁ e\u0301va d\u0301ot \u00a0 \u3000 \x0b , . - …
""".split(" ")
PIECES = st.one_of(
    st.sampled_from([piece for part in HOSTILE for piece in part.split("\n")]),
    st.text("aet@o.d1٣(<:;xDB-_{%'\u2068\u2069\u0301\u200bＡı", max_size=5),
    st.text(max_size=4).map(lambda text: text.replace("\n", "")),
)
LINES = st.lists(PIECES, max_size=6).map(" ".join)


@given(line=LINES)
@settings(max_examples=600, deadline=None)
def test_a_line_is_quiet_where_every_rule_says_so(line: str) -> None:
    asked = all(rule.inert is not None and rule.inert(line) for rule in RULES)
    assert QuietLines(RULES).holds(line) == asked


@given(lines=st.lists(LINES, min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_what_is_known_of_words_is_right_in_every_line(lines: list[str]) -> None:
    quiet = QuietLines(RULES)
    for line in lines:
        if quiet.holds(line):
            message = Message("x.txt", None, line)
            assert [f for f in inspect(message, load(), select=[rule.rule.slug for rule in RULES]) if f.part == "text"] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.plain is not None], ids=lambda rule: rule.rule.slug)
@given(pieces=st.lists(PIECES, min_size=1, max_size=6))
@settings(max_examples=250, deadline=None)
def test_plain_pieces_make_an_inert_line(rule: CheckRule, pieces: list[str]) -> None:
    assert rule.plain is not None and rule.inert is not None
    plain = [piece for joined in pieces for piece in joined.split(" ") if rule.plain(piece)]
    if plain:
        assert rule.inert(" ".join(plain))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.plain is not None], ids=lambda rule: rule.rule.slug)
def test_names_are_plain(rule: CheckRule) -> None:
    assert rule.plain is not None
    assert all(map(rule.plain, ("Anna", "Berger-Abel,", "\u2068Bela\u2069,", "O'Neill", "Jürgen", "Şahin", "محمد", "Müller.")))


@given(line=LINES)
@settings(max_examples=400, deadline=None)
def test_a_text_reads_the_same_with_its_places(line: str) -> None:
    read, places = as_read(line)
    assert reads(line) == read
    assert places is None or len(places) == len(read)


@given(line=LINES)
@settings(max_examples=400, deadline=None)
def test_a_line_is_unlisted_where_no_list_has_anything_in_it(line: str) -> None:
    promotion = next(rule for rule in RULES if rule.rule.slug == "promotion")
    assert promotion.inert is not None
    assert promotion.inert(line) == (not lists_of(line))


def test_a_rule_that_does_not_say_what_is_inert_leaves_no_line_quiet() -> None:
    silent = next(rule for rule in RULES if rule.inert is not None)
    open_one = CheckRule(rule=silent.rule, on_message=silent.on_message, values="segment")
    assert not QuietLines([silent, open_one]).holds("Anna")
    assert QuietLines([silent]).holds("Anna")


@pytest.mark.parametrize(
    ("words", "column"),
    [(("gift", "card"), 4), (("dis\u2069\u2068count", "code"), 4), (("lamp", "card"), 0), (("gift", "lamp"), 0)],
)
def test_words_of_lists_are_found_between_isolates(words: tuple[str, str], column: int) -> None:
    line = f"A \u2068{words[0]}\u2069 \u2068{words[1]}\u2069 for you"
    found = inspect(Message("x.txt", None, line), load(), select=["promotion"])
    assert [(f.rule, f.column) for f in found] == [("promotion", column)] * bool(column)


@pytest.mark.parametrize(
    ("slug", "line"),
    [
        ("emoji", "m (_ _) m"),
        ("emoji", "Anna :-) Bela"),
        ("placeholder", "Lorem ipsum dolor"),
        ("placeholder", "Hello ,"),
        ("email-address", "pam arroba nordwind.es"),
        ("email-address", "pam AT nordwind.de"),
        ("phone-number", "一二三 四五六 七八九 一二"),
        ("phone-number", "wa . me / pam"),
        ("phone-number", "null eins sieben sechs zwei drei vier fünf"),
    ],
)
def test_a_line_in_which_a_rule_finds_something_has_a_piece_that_is_not_plain(slug: str, line: str) -> None:
    rule = next(rule for rule in RULES if rule.rule.slug == slug)
    message = Message("x.txt", None, line)
    assert [f.rule for f in inspect(message, load(), select=[slug])] == [slug]
    assert rule.plain is not None and not all(map(rule.plain, line.split(" ")))
