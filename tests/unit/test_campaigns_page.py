"""docs/campaigns.md: its campaigns are read, its conditions and times are taken, its table of keys is whole."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from franking.batch.wish import Wish
from franking.cli.main import app
from franking.config.campaigns import CampaignTable, read_campaigns
from franking.config.settings import Settings
from franking.selection import Term

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/campaigns.md").read_text("utf-8")
TEMPLATE = (ROOT / "src/franking/project/starts/project/campaigns.toml").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_campaigns_of_the_page(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    file = tmp_path / "campaigns.toml"
    file.write_text(text, "utf-8")
    found = read_campaigns(file, Settings(templates=ROOT / "templates", themes=ROOT / "themes"))
    assert [campaign.name for campaign in found] == ["reviews", "confirmations"]


def test_the_campaigns_of_a_new_project(tmp_path: Path) -> None:
    """All of it is a comment; without the marks it is a file that can be used."""
    file = tmp_path / "campaigns.toml"
    assert all(line.startswith("#") or not line for line in TEMPLATE.splitlines())
    file.write_text("\n".join(line[2:] for line in TEMPLATE.splitlines() if re.match(r"# (\[|\w+ = )", line)), "utf-8")
    found = read_campaigns(file, Settings(templates=ROOT / "templates", themes=ROOT / "themes"))
    assert [campaign.name for campaign in found] == ["reviews", "invoices"]


def test_every_key_of_a_campaign_is_told() -> None:
    keys = {field.alias or name for name, field in CampaignTable.model_fields.items()}
    rows = re.findall(r"^\| (`.+?`) \| ", PAGE.partition("| key | meaning |")[2], re.MULTILINE)
    assert {key for row in rows for key in re.findall(r"`(\w+)`", row)} == keys


def test_every_key_of_a_condition_is_told_with_an_example_that_is_taken() -> None:
    table = PAGE.partition("| key | true if | example |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.+?`) \| .+ \| `(.+?)` \|$", table, re.MULTILINE)
    told = {key for keys, _ in rows for key in re.findall(r"`([\w-]+)`", keys)}
    with pytest.raises(Exception, match="unknown key") as error:
        Term.parse("--only", "colour=red")
    assert told == set(str(error.value).partition("one of: ")[2].split(", "))
    for _, example in rows:
        Term.parse("--only", example)


def test_the_commands_of_the_page() -> None:
    """Each has options that there are, with values that are taken."""
    commands = get_command(app).commands  # type: ignore[attr-defined]
    lines = [line.partition("#")[0] for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) == 6
    for line in lines:
        program, name, *rest = shlex.split(line)
        assert program == "franking"
        given = commands[name].make_context(name, rest, resilient_parsing=False).params
        Wish.parse(
            given.get("only") or (), given.get("without") or (), given.get("after"), given.get("between"), given.get("days")
        )
