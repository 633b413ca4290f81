"""A fix in the preview: planned without writing, shown as a diff, and applied only where it still is what was shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from franking.catalog import Catalog
from franking.errors import FrankingError
from franking.policy import load
from franking.preview.fix import apply, fixable, plan
from franking.preview.session import Choice, PreviewSession

ROOT = Path(__file__).parents[2]
CHOICE = Choice("order_confirmation", "plain", "en", "plain")
HEADING = '<h1>{{ _("We have received your order") }}</h1>'
CENTRED = HEADING.replace("<h1>", '<h1 style="text-align: center">')


@pytest.fixture
def session(tmp_path: Path) -> PreviewSession:
    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return PreviewSession(Catalog(tmp_path / "templates", tmp_path / "themes"), load())


def _message(session: PreviewSession, old: str = HEADING, new: str = CENTRED) -> Path:
    path = session.catalog.templates / "order_confirmation" / "message.html.j2"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return path


def _state(session: PreviewSession) -> dict[Path, bytes]:
    folders = (session.catalog.templates, session.catalog.themes)
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_a_plan_writes_nothing_and_shows_what_changes(session: PreviewSession) -> None:
    path = _message(session)
    before = _state(session)
    (shown,) = plan(session, CHOICE, "text-align").shown()
    assert _state(session) == before
    number = 1 + path.read_text("utf-8").split("\n").index(CENTRED)
    assert shown["file"] == str(path.resolve())
    lines = [(sign, old, new, text) for sign, old, new, text in shown["lines"] if sign in "+-"]
    assert lines == [("-", number, 0, CENTRED), ("+", 0, number, HEADING)]
    assert sum(sign == " " for sign, *_ in shown["lines"]) == 4  # two lines around it


def test_only_what_can_be_fixed_is_offered(session: PreviewSession) -> None:
    path = _message(session, new=f"<p>Call +49 30 901820.</p>{CENTRED}")
    before = path.read_bytes()
    assert fixable(session, CHOICE, ["text-align", "phone-number", "brand", "text-align", "nonsense"]) == ["text-align"]
    assert path.read_bytes() == before
    # What a template computes is not written in it.
    path.write_text(
        path.read_text("utf-8").replace('style="text-align: center"', "style=\"text-align: {{ 'cen' ~ 'ter' }}\""), "utf-8"
    )
    session.forget()
    assert fixable(session, CHOICE, ["text-align"]) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_fix_is_applied_and_line_ends_stay(session: PreviewSession, end: str) -> None:
    path = _message(session)
    path.write_bytes(path.read_text("utf-8").replace("\n", end).encode())
    chosen = plan(session, CHOICE, "text-align")
    assert apply(session, plan(session, CHOICE, "text-align"), chosen.digest) == [str(path.resolve())]
    original = (ROOT / "templates/order_confirmation/message.html.j2").read_text("utf-8")
    assert path.read_bytes() == original.replace("\n", end).encode()


def test_another_diff_than_the_one_shown_is_not_applied(session: PreviewSession) -> None:
    path = _message(session)
    chosen = plan(session, CHOICE, "text-align")
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    before = _state(session)
    with pytest.raises(FrankingError, match="not what the diff shows any more"):
        apply(session, plan(session, CHOICE, "text-align"), chosen.digest)
    assert _state(session) == before
