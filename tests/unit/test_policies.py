"""Policy files: what each says, what a user's own may say, and what is told of one that is wrong."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from franking.batch.pipeline import Pipeline
from franking.check import check_rules, inspect
from franking.check.registry import rules_of
from franking.cli.main import app
from franking.errors import ConfigurationError
from franking.model import Franked, Message
from franking.policy import ALIASES, SHIPPED, load, marketplace

ROOT = Path(__file__).parents[2]
HOUSE = {"contact-window", "review-window", "duplicate-of-amazon"}  # permission rules that a policy may turn off
OWN = '{ value = %s, source = "house", effective = 2026-02-01 }'


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def write(folder: Path, text: str, name: str = "shop.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", SHIPPED)
def test_every_value_has_a_source_and_a_date(name: str) -> None:
    policy = load(name)
    assert policy.name == policy.called == name
    for entry in policy.entries.values():
        assert policy.sources[entry.source].strip()
        assert entry.effective.strip()
        if not policy.sources[entry.source].startswith("No policy") and not entry.effective.startswith("as its"):
            assert date(2020, 1, 1) <= date.fromisoformat(entry.effective) <= date(2026, 12, 31), entry
        assert entry.policy in (name, *policy.lineage)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_policy_turns_every_rule_of_the_checker_on_or_off(name: str) -> None:
    said = {full.removeprefix("rules.") for full in load(name).entries if full.startswith("rules.")}
    assert said == {entry.rule.slug for entry in check_rules()} | HOUSE


def test_the_policy_of_the_guide_has_every_rule_on() -> None:
    assert load().rules_off == {"thanks-only"}
    assert load("amazon-strict").rules_off == frozenset()
    assert {entry.rule.slug for entry in rules_of(load("basics"))}.isdisjoint({"opt-out-link", "email-address", "font-color"})
    assert "opt-out-link" in {entry.rule.slug for entry in rules_of(load("bol"))}


def test_the_older_name_stays() -> None:
    old, new = load("amazon"), load("amazon-2023")
    assert ALIASES == {"amazon": "amazon-2023"}
    assert (old.name, old.called, new.called) == ("amazon-2023", "amazon", "amazon-2023")
    assert old.digest == new.digest
    assert len({load(name).digest for name in SHIPPED}) == len(SHIPPED)


@pytest.mark.parametrize(
    ("arguments", "named"), [([], "amazon"), (["--policy", "amazon"], "amazon"), (["--policy", "amazon-2023"], "amazon-2023"),
                             (["--policy", "bol"], "bol")],
)  # fmt: skip
def test_check_as_json_names_the_policy(tmp_path: Path, arguments: list[str], named: str) -> None:
    page = write(tmp_path, "<p>Your order is packed.</p>", "a.html")
    told = json.loads(run("check", str(page), "--format", "json", *arguments).stdout)
    assert (told["schema"], told["policy"]) == (1, named)
    assert told["policy_version"].startswith(f"{load(named).name}@")


UNSUBSCRIBE = (
    '<html lang="en"><p style="color: #222">Unsubscribe: <a href="https://shop.example/x">Leave this list</a></p></html>'
)


@pytest.mark.parametrize(
    ("policy", "rules"),
    [
        ("amazon-2023", {"font-color", "opt-out-link", "external-link"}),
        ("amazon-strict", {"font-color", "opt-out-link", "external-link"}),
        ("bol", {"opt-out-link", "external-link"}),
        ("basics", set()),
    ],
)
def test_one_message_under_each_policy(policy: str, rules: set[str]) -> None:
    assert {f.rule for f in inspect(Message("a", UNSUBSCRIBE), load(policy))} == rules


@pytest.mark.parametrize(
    ("policy", "href", "found"),
    [
        ("amazon", "https://www.amazon.de/x", False), ("amazon", "https://www.bol.com/x", True),
        ("bol", "https://www.bol.com/x", False), ("bol", "https://www.amazon.de/x", True),
        ("bol", "https://bol.com.shop.example/x", True),
        ("basics", "https://www.shop.example/x", False), ("basics", "https://bit.ly/x", True),
        ("basics", "https://amazon.de@shop.example/x", True), ("basics", "ftp://shop.example/x", True),
    ],
)  # fmt: skip
def test_where_links_may_lead(policy: str, href: str, found: bool) -> None:
    html = f'<html lang="nl"><p><a href="{href}">Uw bestelling bekijken</a></p></html>'
    assert bool(inspect(Message("a", html), load(policy), select=["external-link"])) is found


@pytest.mark.parametrize(
    ("policy", "order", "text", "found"),
    [
        ("amazon", "302-1234567-1234567", "order 302-1234567-1234567", False),
        ("amazon", "302-1234567-1234567", "order 302-1234567-1234567 and 302-7654321-7654321", True),
        ("bol", "1043946570", "bestelling 1043946570", False),
        ("bol", "1043946570", "bestelling 1043946570, pakket 2043946571", False),  # ten digits are many things
        ("bol", "1043946570", "bestelling 10439465701", True),
        ("bol", "A2K8290LP8", "bestelling A2K8290LP8.", False),
        ("bol", "A2K8290LP8", "bestelling A2K8290LP", True),
        ("basics", "SO-1001/7", "order SO-1001/7", False),
        ("basics", "1001", "order 11001", True),
        ("basics", "1001", "order 1001-2", True),
    ],
)
def test_the_order_s_own_id_is_asked_for(policy: str, order: str, text: str, found: bool) -> None:
    message = Message("a", f"<html lang='en'><p>{text}</p></html>", order_id=order)
    assert bool(inspect(message, load(policy), select=["order-id"])) is found


@pytest.mark.parametrize("number", ["0201234567", "0612345678"])  # both are Dutch telephone numbers as well
def test_an_order_s_own_id_is_no_telephone_number(number: str) -> None:
    place = marketplace("bol NL")
    message = Message("a", f"<html lang='nl'><p>Bestelling {number}</p></html>", order_id=number, marketplace=place)
    assert inspect(message, load("bol"), select=["phone-number"]) == []
    assert len(inspect(replace(message, order_id="1043946570"), load("bol"), select=["phone-number"])) == 1


def test_a_policy_of_one_s_own_inherits_and_overrides(tmp_path: Path) -> None:
    path = write(tmp_path, "\n".join([
        'title = "Ours"', 'extends = "amazon-2023"', "[sources]", 'house = "Our handbook, page 4"',
        "[thresholds]", f"contact_days = {OWN % 14}", "[rules]", "emoji = " + OWN % '"off"',
        "[kinds]", "assembly_help = " + OWN % '"permitted"', "review_request = " + OWN % '"forbidden"',
    ]))  # fmt: skip
    own, parent = load(str(path)), load("amazon-2023")
    assert (own.name, own.title, own.lineage) == ("shop", "Ours", ("amazon-2023", "basics"))
    assert own.value("contact_days") == 14
    assert own.value("font_sizes") == parent.value("font_sizes")
    assert own.rules_off == {"emoji", "thanks-only"}
    assert own.permits("assembly_help")
    assert not own.permits("review_request")
    assert own.permits("invoice")
    assert own.digest != parent.digest
    assert own.sources["house"] == "Our handbook, page 4"
    entry = own.entries["thresholds.contact_days"]
    assert (entry.policy, entry.effective, own.entries["rules.promotion"].policy) == ("shop", "2026-02-01", "amazon-2023")


def test_a_chain_of_files_and_a_change_is_another_policy(tmp_path: Path) -> None:
    one = write(tmp_path, 'extends = "bol"\n[sources]\nhouse = "us"\n[rules]\nemoji = ' + OWN % '"on"', "one.toml")
    two = write(tmp_path, 'extends = "one.toml"\n[rules]\nspelling = ' + OWN % '"off"', "two.toml")
    policy = load(str(two))
    assert policy.lineage == ("one", "bol", "basics")
    assert "emoji" not in policy.rules_off
    assert "spelling" in policy.rules_off
    before = policy.digest
    write(tmp_path, one.read_text().replace('"on"', '"off"'), "one.toml")
    assert load(str(two)).digest != before
    assert "emoji" in load(str(two)).rules_off


HEAD = 'extends = "amazon-2023"\n[sources]\nhouse = "us"\n'


@pytest.mark.parametrize(
    ("text", "line", "found", "expected"),
    [
        ('title = "x"\n', 1, "no policy to build on", 'extends = "amazon-2023"'),
        ("extends = 3\n", 1, "a whole number", 'extends = "amazon-2023"'),
        ('\nextends = "amazn"\n', 2, "'amazn'", "amazon-2023, amazon-strict, bol, basics"),
        ('extends = "none.toml"\n', 1, "none.toml", "a policy to build on"),
        (HEAD + "colour = 1\n", 4, "a whole number", "a text: where it is written"),
        ('extends = "basics"\nsetting = 1\n', 2, "'setting'", "settings, thresholds, kinds, rules"),
        (HEAD + "[rules]\n\nemojis = " + OWN % '"on"' + "\n", 6, "'emojis'", "emoji, "),
        (HEAD + "[rules]\nemoji = " + OWN % '"maybe"' + "\n", 5, "'maybe'", "on, off"),
        (HEAD + "[rules]\nemoji = " + OWN % "true" + "\n", 5, "True", "on, off"),
        (HEAD + "[rules]\nemoji = 'off'\n", 5, "a text", 'value = …, source = "…", effective = 2026-01-31'),
        (HEAD + "[rules]\nemoji = { value = 'off' }\n", 5, "no source", "value, source and effective"),
        (HEAD + "[rules.emoji]\nvalue = 'off'\nsource = 'them'\neffective = 2026-01-01\n", 6, "'them'", "house"),
        (HEAD + "[rules.emoji]\nvalue = 'off'\nsource = 'house'\neffective = 2026\n", 7, "a whole number", "2026-01-31"),
        (HEAD + "[rules.emoji]\nvalue = 'off'\nsource = 'house'\neffective = 2026-01-01\nwhy = 1\n", 8, "'why'", "note"),
        (HEAD + "[thresholds]\ncontact_days = " + OWN % '"30"' + "\n", 5, "'30'", "a number"),
        (HEAD + "[thresholds]\ncontact_days = " + OWN % "-1" + "\n", 5, "-1", "not negative"),
        (HEAD + "[thresholds]\ncontact_day = " + OWN % "30" + "\n", 5, "'contact_day'", "contact_days"),
        (HEAD + "[settings]\nrelay_only = " + OWN % '"no"' + "\n", 5, "a text", "a truth value"),
        (HEAD + "[settings]\nplatforms = " + OWN % '["ebay"]' + "\n", 5, "'ebay'", "amazon, bol, shop"),
        (HEAD + "[settings]\norder_id = " + OWN % '"[0-9"' + "\n", 5, "no regular expression", "[0-9]{10}"),
        (HEAD + "[settings]\nwidths = " + OWN % "[10]" + "\n", 5, "a list", "50 to 5000 px"),
        (HEAD + "[settings]\nlanguages = " + OWN % "[1]" + "\n", 5, "something else", "a list of texts"),
        (HEAD + "[kinds]\nReview = " + OWN % '"forbidden"' + "\n", 5, "'Review'", "lower case"),
        (HEAD + "[kinds]\nreview_request = " + OWN % '"off"' + "\n", 5, "'off'", "permitted, forbidden"),
        (HEAD + "[rules\n", 4, "expected", "]"),
        (HEAD + "kinds = 4\n[rules]\nx\n", 6, "expected", "="),
    ],
)
def test_one_error_names_file_line_found_and_expected(tmp_path: Path, text: str, line: int, found: str, expected: str) -> None:
    path = write(tmp_path, text)
    result = run("policy", "show", str(path))
    assert result.exit_code == 2 or isinstance(result.exception, ConfigurationError)
    with pytest.raises(ConfigurationError) as raised:
        load(str(path))
    told = str(raised.value)
    assert told.startswith(f"{path}:{line}: "), told
    assert found in told
    assert expected in told
    assert "\n" not in told


def test_a_circle_is_told(tmp_path: Path) -> None:
    one = write(tmp_path, 'extends = "two.toml"\n', "one.toml")
    write(tmp_path, '\nextends = "three.toml"\n', "two.toml")
    write(tmp_path, '\n\nextends = "one.toml"\n', "three.toml")
    with pytest.raises(ConfigurationError, match=r"three\.toml:3: builds on itself in a circle, expected"):
        load(str(one))
    alone = write(tmp_path, 'extends = "./alone.toml"\n', "alone.toml")
    with pytest.raises(ConfigurationError, match=r"alone\.toml:1: builds on itself in a circle, expected"):
        load(str(alone))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.toml: cannot be read"):
        load(str(tmp_path / "none.toml"))
    (tmp_path / "latin.toml").write_bytes(b'extends = "bol"\ntitle = "caf\xe9"\n')
    with pytest.raises(ConfigurationError, match=r"latin\.toml:2: not UTF-8: found the byte 0xe9"):
        load(str(tmp_path / "latin.toml"))
    with pytest.raises(
        ConfigurationError, match="unknown policy 'amazn'; expected one of: amazon-2023, amazon-strict, bol, basics"
    ):
        load("amazn")


def test_list_show_and_diff(tmp_path: Path) -> None:
    listed = json.loads(run("policy", "list", "--format", "json").stdout)["policies"]
    assert [p["name"] for p in listed] == ["amazon-2023", "amazon-strict", "bol", "basics"]
    assert [p["name"] for p in listed if p["default"]] == ["amazon-2023"]
    assert listed[0]["aliases"] == ["amazon"]
    shown = json.loads(run("policy", "show", "amazon-strict", "--format", "json").stdout)
    assert shown["extends"] == ["amazon-2023", "basics"]
    values = {value["name"]: value for value in shown["values"]}
    assert values["kinds.order_confirmation"]["value"] == "forbidden"
    assert values["thresholds.contact_days"]["effective"] == "2020-11-06"
    assert all(value["source_text"] and value["effective"] for value in shown["values"])
    text = run("policy", "show", "bol").stdout
    assert "review_request = forbidden\n    bol partner pages: a buyer gets only mails that the order needs" in text
    differing = json.loads(run("policy", "diff", "amazon", "amazon-strict", "--format", "json").stdout)["values"]
    assert [one["name"] for one in differing] == [
        "kinds.order_confirmation",
        "kinds.shipping_confirmation",
        "rules.thanks-only",
    ]
    assert [side["value"] for side in differing[0]["values"]] == ["permitted", "forbidden"]
    assert run("policy", "diff", "amazon", "amazon-2023").stdout == "amazon-2023 and amazon-2023 have the same values\n"
    own = write(tmp_path, HEAD + f"[thresholds]\ncontact_days = {OWN % 14}\n")
    assert run("policy", "diff", "amazon-2023", str(own)).stdout == ("thresholds.contact_days: 30 in amazon-2023, 14 in shop\n")


def test_the_setting_and_the_environment_choose_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = write(tmp_path, UNSUBSCRIBE, "a.html")

    def named(*arguments: str) -> str:
        return str(json.loads(run("check", str(page), "--format", "json", *arguments).stdout)["policy"])

    assert named() == "amazon"
    write(tmp_path, 'policy = "bol"\n', "franking.toml")
    assert named() == "bol"
    monkeypatch.setenv("FRANKING_POLICY", "basics")
    assert named() == "basics"
    assert named("--policy", "amazon-strict") == "amazon-strict"
    write(tmp_path, HEAD, "ours.toml")
    monkeypatch.delenv("FRANKING_POLICY")
    write(tmp_path, 'policy = "ours.toml"\n', "franking.toml")
    assert named() == "ours"


def test_thanks_alone_by_shape_and_whole(tmp_path: Path) -> None:
    """A template whose text comes from the seller: what it says decides, for each of many messages of one shape."""
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    message = templates / "information_request" / "message.html.j2"
    message.write_text(
        '{% extends "layout.html.j2" %}\n{% block content %}<p>Order {{ order_id }}</p>'
        "{% if answer_by or not items or not order_url or not buyer_name %}<p>.</p>{% endif %}<p>{{ question }}</p>{% endblock %}",
        "utf-8",
    )
    numbers = [f"302-1234567-123456{n}" for n in range(8)]
    source, details = tmp_path / "orders.txt", tmp_path / "details.csv"
    cells = "{}\t1\t2026-11-20T10:00:00+00:00\ta@marketplace.amazon.co.uk\tAnn Example\tL1\tLamp\t1\t49.90\tGBP\n"
    source.write_text(
        "order-id\torder-item-id\tpurchase-date\tbuyer-email\tbuyer-name\tsku\tproduct-name\tquantity-purchased\titem-price\tcurrency\n"
        + "".join(cells.format(number) for number in numbers), "utf-8",
    )  # fmt: skip
    said = ["Thank you for your order", "Thanks, which of the two colours shall we take for the lamp"]
    rows = "".join(f'{number},"{said[place % 2]}"\n' for place, number in enumerate(numbers))
    details.write_text(f"order-id,question\n{rows}", "utf-8")
    arguments = ["send", str(source), "--kind", "information_request", "--details", str(details), "--demo", "--sender", "a@shop.example",
                 "--templates", str(templates), "--themes", str(ROOT / "themes"), "--format", "json",
                 "--as-of", "2026-11-22T12:00:00+00:00", "--outbox", f"sqlite:///{tmp_path / 'o.db'}", "--dry-run"]  # fmt: skip
    result = run(*arguments, "--policy", "amazon-strict")
    assert result.stdout, result.exception
    strict = json.loads(result.stdout)
    assert (strict["rejected"], strict["queued"]) == (4, 4)
    guide = json.loads(run(*arguments, "--policy", "amazon-2023", "--paranoid").stdout)
    assert (guide["rejected"], guide["queued"]) == (0, 8)


def test_a_template_that_says_enough_is_proven_by_its_shape() -> None:
    from tests.unit.test_policy_table import CATALOG, order

    pipeline = Pipeline(CATALOG, CATALOG.kind("delivery_scheduling"), CATALOG.theme("plain"), load("amazon-strict"))
    for place in range(6):
        one = replace(order("amazon-strict", "unshipped"), id=f"302-1234567-123456{place}")
        made = pipeline.franked(one)
        assert isinstance(made, Franked)
        assert made.policy == load("amazon-strict").version
    assert pipeline.stats.fast > 0


def test_what_stands_for_a_value_is_told_from_what_the_template_says() -> None:
    from franking.check.rules import thanks_only
    from franking.shape_cache.slot_positions import OPENING

    assert thanks_only._VALUE == OPENING
