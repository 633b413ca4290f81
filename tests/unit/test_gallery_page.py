"""The gallery keeps what a render of one kind did not make, and says what it no longer knows about it."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.policy import load
from franking.preview.build import build

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's templates and the plainest theme, all of an age."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    shutil.copytree(ROOT / "themes" / "plain", tmp_path / "themes" / "plain")
    for path in tmp_path.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    return tmp_path


def render(project: Path, *kinds: str) -> dict[tuple[str, str], str]:
    """Render in English; the verdict of each kind and sample in the gallery."""
    catalog = Catalog(project / "templates", project / "themes")
    build(catalog, load(), project / "out", kinds=kinds, languages=["en"])
    page = (project / "out" / "index.html").read_text("utf-8")
    held = re.search(r'id="entries">(.*?)</script>', page, re.S)
    assert held is not None
    data = json.loads(held[1])
    return {(data["names"][row[0]][0], row[3]): row[-1] for row in data["rows"]}


def test_one_kind_rendered_again_keeps_the_rest(project: Path) -> None:
    first = render(project, "reply", "invoice")
    assert {kind for kind, _sample in first} == {"reply", "invoice"}
    assert set(first.values()) == {"permitted"}
    assert render(project, "warranty").keys() > first.keys()
    assert render(project, "warranty").items() >= first.items()


@pytest.mark.parametrize("changed", ["templates/reply/message.html.j2", "templates/_parts/order.html.j2", "themes/plain/theme.css",
                                     "templates/reply/samples/plain.json"])  # fmt: skip
def test_what_changed_since_is_outdated(project: Path, changed: str) -> None:
    """The verdict of a preview says nothing about templates that are newer."""
    render(project, "reply")
    os.utime(project / changed, (4_000_000_000, 4_000_000_000))
    after = render(project, "warranty")
    assert after["reply", "plain"] == "outdated"
    assert after["warranty", "plain"] == "permitted"  # just made


def test_an_untouched_language_is_not_outdated(project: Path) -> None:
    render(project, "reply")
    os.utime(project / "templates" / "locales" / "de.po", (4_000_000_000, 4_000_000_000))
    assert render(project, "warranty")["reply", "plain"] == "permitted"


def test_what_is_gone_leaves_the_gallery(project: Path) -> None:
    render(project, "reply", "invoice")
    (project / "templates" / "reply" / "samples" / "hard.json").unlink()
    shutil.rmtree(project / "templates" / "invoice")
    after = render(project, "warranty")
    assert ("reply", "plain") in after
    assert ("reply", "hard") not in after
    assert not any(kind == "invoice" for kind, _sample in after)


@pytest.mark.parametrize("facts", ["", "{}", "[]", '{"findings": 3}', "\x00"])
def test_facts_that_cannot_be_read_are_left_out(project: Path, facts: str) -> None:
    """A file cut off by a full disk makes no entry, and no error in another kind's render."""
    render(project, "reply")
    (project / "out" / "reply" / "plain" / "en" / "plain.json").write_text(facts, "utf-8")
    after = render(project, "warranty")
    assert ("reply", "plain") not in after
    assert ("reply", "hard") in after


def test_a_message_cannot_end_its_script(project: Path) -> None:
    """The folder's script is JavaScript of its own, not HTML: what a sample holds stays a string."""
    sample = project / "templates" / "reply" / "samples" / "plain.json"
    order = json.loads(sample.read_text("utf-8"))
    order["order"]["details"]["answer"] = 'It ends "</script><script>alert(1)</script> here.'
    order["title"] = "</script><b>bold"
    sample.write_text(json.dumps(order), "utf-8")
    render(project, "reply")
    page = (project / "out" / "index.html").read_text("utf-8")
    assert "<b>bold" not in page
    script = (project / "out" / "reply" / "plain" / "en" / "gallery.js").read_text("utf-8")
    called = re.fullmatch(r'frankingPreviews\("reply/plain/en", (\{.*\})\);\n', script, re.S)
    assert called is not None
    assert "alert(1)" in json.loads(called[1])["plain"]["text"]
