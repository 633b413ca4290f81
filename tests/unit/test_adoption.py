"""What lets a project adopt the checker: baselines, allow-lists, kinds, mails with attachments, many files at once."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from franking.cli.main import app

ROOT = Path(__file__).parents[2]
OLD = "<p style='color:red'>old</p>\n"


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *(str(a) for a in arguments)])


def rules(result: Result) -> list[str]:
    return [f["rule"] for m in json.loads(result.stdout)["messages"] for f in m["findings"]]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "old.html"
    path.write_text(OLD)
    return path


def test_a_baseline_hides_what_was_there_and_shows_what_is_new(page: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    assert check(page, "--write-baseline", baseline).exit_code == 1
    assert check(page, "--baseline", baseline).exit_code == 0
    page.write_text("<p>a line before it</p>\n" + OLD)  # another line, and another place among its siblings
    assert check(page, "--baseline", baseline).exit_code == 0
    page.write_text("\n\n" + OLD)
    assert check(page, "--baseline", baseline).exit_code == 0
    page.write_text(OLD + "<p style='text-align:center'>new</p>\n")
    result = check(page, "--baseline", baseline, "--format", "json")
    assert result.exit_code == 1
    assert rules(result) == ["text-align"]
    assert "1 known finding not shown" in result.stderr


def test_a_second_finding_of_the_same_kind_is_new(tmp_path: Path) -> None:
    page, baseline = tmp_path / "a.html", tmp_path / "b.json"
    page.write_text("<p>\U0001f600</p>")
    check(page, "--write-baseline", baseline)
    page.write_text("<p>\U0001f600 and \U0001f600</p>")
    assert rules(check(page, "--baseline", baseline, "--format", "json")) == ["emoji"]


@pytest.mark.parametrize(("content", "told"), [
    (None, "cannot be read"), ("{", "baseline.json:1: not valid JSON"), ("[]", "not a baseline"), ('{"findings": [{}]}', "not a baseline"),
])  # fmt: skip
def test_a_broken_baseline_is_one_line(page: Path, tmp_path: Path, content: str | None, told: str) -> None:
    baseline = tmp_path / "baseline.json"
    if content is not None:
        baseline.write_text(content)
    assert told in str(check(page, "--baseline", baseline).exception)


def test_an_allow_list_needs_reasons_and_ends(page: Path, tmp_path: Path) -> None:
    allow = tmp_path / "allow.toml"
    allow.write_text('[[allow]]\nrule = "font-color"\nfiles = "old*.html"\nreason = "printed by the ERP"\nuntil = 2999-12-31\n')
    assert check(page, "--allow", allow).exit_code == 0
    allow.write_text(allow.read_text().replace("2999", "2020"))
    result = check(page, "--allow", allow)
    assert result.exit_code == 1
    assert f"{allow}:1: the entry for font-color ended on 2020-12-31" in result.stderr
    allow.write_text('[[allow]]\nrule = "emoji"\nfiles = "*"\nreason = "x"\n')
    assert f"{allow}:1: the entry for emoji covers nothing" in check(page, "--allow", allow).stderr


@pytest.mark.parametrize(("content", "told"), [
    ('\n[[allow]]\nrule = "emoji"\nfiles = "*"\n', "allow.toml:2: reason is missing"),
    ('[[allow]]\nrule = "emoij"\nfiles = "*"\nreason = "x"\n', "allow.toml:1: unknown rule 'emoij'; expected one of"),
    ('[[allow]]\nrule = "emoji"\nfiles = "*"\nreason = "x"\nuntil = "soon"\n', "until: expected a date such as 2027-01-31"),
    ('[[allow]]\nrule = "emoji"\nfile = "*"\nreason = "x"\n', "unknown key 'file'; expected one of"),
    ("allow = 3\n", "allow.toml:1: expected [[allow]] tables"),
    ("[[allow]\n", "allow.toml:1: no valid TOML"),
])  # fmt: skip
def test_a_broken_allow_list_is_one_line(page: Path, tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "allow.toml").write_text(content)
    assert told in str(check(page, "--allow", tmp_path / "allow.toml").exception)


def test_the_kind_says_what_may_be_linked_and_attached(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Your order"
    mail.set_content("Hello\n")
    mail.add_alternative("<html lang=de><p>Hello</p><img src='cid:logo' alt='Us' width=90></html>", subtype="html")
    mail.get_payload()[1].add_related(b"GIF89a\x0a\x00\x0a\x00", "image", "gif", cid="<logo>")  # type: ignore[index,union-attr]
    mail.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="catalogue.exe")
    path = tmp_path / "a.eml"
    path.write_bytes(mail.as_bytes())
    assert "attachment" not in rules(check(path, "--format", "json"))  # without a kind the rule is off
    scope = ("--templates", ROOT / "templates", "--themes", ROOT / "themes", "--kind", "order_confirmation")
    found = rules(check(path, *scope, "--format", "json"))
    assert "attachment" in found
    assert "image-provenance" in found
    assert "message-language" not in found
    assert "message-language" in rules(check(path, "--language", "fr", "--format", "json"))


def test_many_files_at_once_give_the_same_report_in_the_same_order(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.html").write_text(OLD if number % 3 else "<p>fine</p>")
    one, two = (check(tmp_path, "--format", "json", "--jobs", jobs) for jobs in (1, 2))
    assert one.stdout == two.stdout
    assert one.exit_code == two.exit_code == 1


def test_an_unreadable_file_among_many_is_one_line(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}.html").write_text(OLD)
    (tmp_path / "99.html").write_bytes(b"\x89PNG\r\n")
    done = check(tmp_path, "--jobs", 2)
    assert done.exit_code == 2  # the others are checked all the same
    assert "99.html:1: found a PNG image" in done.stderr
    assert "00.html" in done.stdout


def test_the_pre_commit_hooks_name_real_commands() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for hook in hooks:
        program, *arguments = hook["entry"].split()
        assert program == "franking"
        assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0
