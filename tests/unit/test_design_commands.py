"""New kinds and themes, translations, the doctor, and what sellers add to orders: details and attached files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.brand import rebrand

ROOT = Path(__file__).parents[2]
FRANKING = str(Path(sys.executable).with_name("franking"))
REPORT = ROOT / "docs/examples/amazon.com-unshipped.txt"
ORDER = "112-4471093-1120345"
NOW = ("--as-of", "2026-11-24T12:00:00+00:00")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A seller's folder with the project's templates and themes."""
    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def run(house: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([FRANKING, *arguments], cwd=house, capture_output=True, text=True, check=False)
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


def send(house: Path, kind: str, *more: str, code: int = 0) -> dict[str, Any]:
    if "Fjord" in (house / "themes/plain/theme.toml").read_text("utf-8"):
        rebrand(house / "themes")
    arguments = ("--sender", "shop@example.com", "--transport", "dir:out", *NOW, "--format", "json", *more)
    return dict(json.loads(run(house, "send", str(REPORT), "--kind", kind, *arguments, code=code).stdout))


def body(mail: EmailMessage, part: Literal["plain", "html"]) -> str:
    found = mail.get_body((part,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_a_new_kind_passes_in_every_theme_and_can_be_sent(house: Path) -> None:
    assert "templates/gift_note" in run(house, "new", "kind", "gift_note").stdout
    shown = run(house, "render", "gift_note").stdout  # the brand of the example is a warning
    assert re.search(r"^(\d+) previews, 0 rejected, \1 with warnings: build/previews/index.html$", shown, re.MULTILINE), shown
    result = send(house, "gift_note", "--limit", "1")
    assert result["sent"] == 1
    shown = run(house, "render", "gift_note", "--theme", "plain", "--language", "en").stdout
    assert "1 preview, 0 rejected, 0 with warnings: build/previews/index.html" in shown
    again = run(house, "new", "kind", "gift_note", code=2)
    assert "exists already; nothing was changed" in again.stderr


def test_a_new_theme_passes_with_every_kind(house: Path) -> None:
    run(house, "new", "theme", "winter", "--brand", 'Kiefer "Nord" & Söhne')
    assert "0 rejected" in run(house, "render", "--theme", "winter", "--language", "en").stdout


@pytest.mark.parametrize("name", ["", "../x", "Two words", "UPPER", "9lives", "a/b", "_parts"])
def test_names_that_are_no_names(house: Path, name: str) -> None:
    assert "expected lower-case letters" in run(house, "new", "kind", "--", name, code=2).stderr
    assert "expected lower-case letters" in run(house, "new", "theme", "--brand", "Kiefer", "--", name, code=2).stderr


def test_catalogues_are_complete_and_stay_as_they_are(house: Path) -> None:
    before = {p.name: p.read_text("utf-8") for p in (house / "templates/locales").glob("*.po")}
    assert set(before) == {f"{language}.po" for language in "ar de es fr it ja nl pl pt sv tr".split()}
    run(house, "i18n")
    assert {p.name: p.read_text("utf-8") for p in (house / "templates/locales").glob("*.po")} == before


def test_a_new_text_is_collected_and_reported(house: Path) -> None:
    path = house / "templates/reply/message.html.j2"
    path.write_text(path.read_text().replace('_("Our reply to your message")', '_("What we say")'))
    report = json.loads(run(house, "i18n", "--format", "json", code=1).stdout)
    assert {c["language"]: c["missing"] for c in report["languages"]}["fr"] == ["What we say"]
    german = (house / "templates/locales/de.po").read_text("utf-8")
    assert 'msgid "What we say"\nmsgstr ""' in german
    assert "Unsere Antwort\n" not in german  # gone with its text
    assert "warning  language de: 1 of" in run(house, "doctor", code=2).stdout
    broken = house / "templates/locales/de.po"
    broken.write_text("msgid nothing\n")
    assert "de.po:1: no valid gettext catalogue" in run(house, "i18n", code=2).stderr


def test_details_are_asked_for_and_shown(house: Path) -> None:
    assert send(house, "reply", "--dry-run")["refused"]["details"] == 8
    table = house / "answers.csv"
    table.write_text(f'order-id;answer;asked_on\n{ORDER};"First line.\n\nSecond; with {{{{ 7*7 }}}} <b>.";2026-11-23\n')
    plan = json.loads(
        run(house, "plan", str(REPORT), "--kind", "reply", *NOW, "--details", "answers.csv", "--format", "json").stdout
    )
    assert plan["permitted"] == [ORDER]
    # Nothing is evaluated; braces are what the rule placeholder finds.
    assert send(house, "reply", "--details", "answers.csv", code=1)["rejected"] == 1
    table.write_text(table.read_text().replace("{{ 7*7 }}", "{ 7*7 }"))
    result = send(house, "reply", "--details", "answers.csv")
    assert (result["sent"], result["refused"]["details"]) == (1, 7)
    (path,) = (house / "out").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    text = body(mail, "plain")
    assert "First line.\n\nSecond; with { 7*7 } <b>." in text
    assert "November 23, 2026" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "answers.csv:1: the file is empty"),
        ("order-id,reply\n", "answers.csv:1: column 'problem' is missing; expected order-id, problem"),
        (f"order-id,problem\n{ORDER},lost\n", "answers.csv:2: column 'problem': expected one of: delayed, no_inventory"),
        (f"order-id,problem,new_day\n\n{ORDER},delayed,soon\n", "answers.csv:3: column 'new_day': expected a date such as"),
        (f"order-id,problem,refund\n{ORDER},delayed,NaN\n", "answers.csv:2: column 'refund': expected an amount"),
        (f"order-id,problem\n{ORDER},delayed\n{ORDER},delayed\n", "answers.csv:3: a second row for an order"),
        (f'order-id,problem\n{ORDER},"delayed\n', "answers.csv:2: unexpected end of data"),
        (b"order-id,problem\n\xff\xfe", "answers.csv:2: byte 0xff is not UTF-8; expected a CSV table of details in UTF-8"),
    ],
)
def test_a_broken_table_of_details_is_one_line(house: Path, content: str | bytes, message: str) -> None:
    (house / "answers.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run(house, "plan", str(REPORT), "--kind", "order_problem", "--details", "answers.csv", code=2)
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_files_are_attached_where_the_kind_allows_them(house: Path) -> None:
    assert send(house, "invoice", "--dry-run")["refused"]["details"] == 7
    folder = house / "papers" / ORDER
    folder.mkdir(parents=True)
    content = (ROOT / "templates/invoice/samples/invoice.pdf").read_bytes()
    (folder / 'Rechnung "Nr. 1" für März.pdf').write_bytes(content)
    result = send(house, "invoice", "--attach", "papers")
    assert (result["sent"], result["refused"]["details"]) == (1, 6)
    (path,) = (house / "out").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == content
    assert attached.get_filename() == 'Rechnung "Nr. 1" für März.pdf'
    assert attached.get_content_type() == "application/pdf"
    assert "attached as a PDF" in body(mail, "html")


def test_a_file_that_is_not_needed_rejects_the_message(house: Path) -> None:
    folder = house / "papers" / ORDER
    folder.mkdir(parents=True)
    (folder / "invoice.exe").write_bytes(b"MZ")
    assert send(house, "invoice", "--attach", "papers", code=1)["rejected"] == 1
    assert "no such folder" in run(house, "plan", str(REPORT), "--kind", "invoice", "--attach", "nosuch", code=2).stderr


def test_a_given_variable_that_the_order_has_is_an_error(house: Path) -> None:
    path = house / "templates/reply/kind.toml"
    path.write_text(path.read_text().replace("answer = { given", "ship_city = { given"))
    assert (
        "kind.toml:11: 'ship_city' is given by the seller, but the order itself has it"
        in run(house, "render", "reply", code=2).stderr
    )


def test_the_doctor_tells_what_is_missing_and_what_to_do(house: Path) -> None:
    ill = run(house, "doctor", code=2)
    assert "problem  sender: none is set" in ill.stdout
    assert "problem  transport: no transport" in ill.stdout
    rebrand(house / "themes")
    well = run(house, "doctor", "--sender", "shop@example.com", "--transport", "dir:out")
    assert "problem" not in well.stdout
    assert "ok       templates: 11 kinds in 4 themes can be used" in well.stdout
    (house / "templates/reply/message.html.j2").write_text("{% block")
    (house / "themes/brand/theme.toml").write_text("[brand]\n")
    report = json.loads(run(house, "doctor", "--format", "json", "--transport", "smtp+plain://127.0.0.1:9", code=2).stdout)
    seen = {f["what"]: f["seen"] for f in report["findings"] if f["state"] == "problem"}
    assert "theme.toml" in " ".join(seen.values())
    assert "127.0.0.1:9" in seen["transport"]
