"""What the preview offers where no fix exists, and undo."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from franking.errors import FrankingError
from franking.preview.fix import apply, plan, undo
from franking.preview.remedies import remedies, remedy
from franking.preview.session import Choice, PreviewSession

ROOT = Path(__file__).parents[2]
KIND = "order_confirmation"
HEADING = '<h1>{{ _("We have received your order") }}</h1>'


def _with(session: PreviewSession, text: str, file: str = "message.html.j2") -> Path:
    path = session.catalog.templates / KIND / file
    path.write_text(path.read_text("utf-8").replace(HEADING, HEADING + text), "utf-8")
    session.forget()
    return path


def _findings(session: PreviewSession, choice: Choice) -> list[dict[str, Any]]:
    return [
        {
            "rule": f["rule"],
            "measured": f["measured"],
            "message": f["message"],
            "snippet": (f["template"] or {}).get("snippet", ""),
        }
        for f in session.show(choice)["findings"]
    ]


@pytest.mark.parametrize("kind", [KIND, f"{KIND}:mjml"])
@pytest.mark.parametrize(
    ("text", "rule", "file", "steps", "reasoned"),
    [
        ("<p>Our lamp is quite flarnelish today.</p>", "spelling", "theme.toml", ("vocabulary", -1), False),
        ('<p><a href="https://track.ups.example/1">Track it</a></p>', "external-link", "kind.toml", ("links", "allowed", "track.ups.example"), True),
        ("<p>Call +49 30 901820 for help.</p>", "phone-number", "kind.toml", ("phones", "allowed", "+49 30 901820"), True),
    ],
)  # fmt: skip
def test_the_right_action_is_offered_and_answers_the_finding(
    kind: str, text: str, rule: str, file: str, steps: tuple[Any, ...], reasoned: bool, session: PreviewSession
) -> None:
    _with(session, text, "message.mjml.j2" if ":" in kind else "message.html.j2")
    choice = Choice(kind, "plain", "en", "plain")
    findings = _findings(session, choice)
    number = next(n for n, f in enumerate(findings) if f["rule"] == rule)
    offered = remedies(session, choice, findings)
    assert [v[1] for n, v in offered.items() if findings[int(n)]["rule"] == rule][:1] == [reasoned]
    if reasoned:
        with pytest.raises(FrankingError, match="a reason is needed"):
            remedy(session, choice, findings[number], "  ")
    chosen = remedy(session, choice, findings[number], "The carrier's own")
    (shown,) = chosen.shown()
    assert shown["file"].endswith(file)
    path = Path(shown["file"])
    before = path.read_bytes()
    apply(session, chosen, chosen.digest)
    value: Any = tomllib.loads(path.read_text("utf-8"))
    for step in steps:
        value = value[step]
    assert value == ("flarnelish" if rule == "spelling" else "The carrier's own")
    assert rule not in [f["rule"] for f in _findings(session, choice)]
    undo(session)
    assert path.read_bytes() == before
    assert rule in [f["rule"] for f in _findings(session, choice)]


def test_no_remedy_where_the_dry_run_fails(session: PreviewSession) -> None:
    kind = session.catalog.templates / KIND / "kind.toml"
    _with(session, '<p><a href="https://track.ups.example/1">Track it</a> <a href="https://bit.ly/1">Short</a></p>')
    kind.write_text(kind.read_text("utf-8") + '\n[links]\nallowed = { "a.example" = "x" }\n', "utf-8")
    session.forget()
    choice = Choice(KIND, "plain", "en", "plain")
    findings = _findings(session, choice)
    assert {f["measured"] for f in findings} >= {"https://track.ups.example/1", "https://bit.ly/1"}
    assert remedies(session, choice, findings) == {}


def test_undo_leaves_a_file_that_has_changed_since(session: PreviewSession) -> None:
    path = _with(session, '<p style="text-align: center">x</p>')
    choice = Choice(KIND, "plain", "en", "plain")
    with pytest.raises(FrankingError, match="nothing to undo"):
        undo(session)
    chosen = plan(session, choice, "text-align")
    apply(session, chosen, chosen.digest)
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    after = path.read_bytes()
    with pytest.raises(FrankingError, match="has changed since"):
        undo(session)
    assert path.read_bytes() == after


def test_a_line_that_a_loop_renders_is_fixed_once(session: PreviewSession) -> None:
    path = _with(session, "\n{% for word in ['one', 'two'] %}\n<p align=\"right\">{{ word }}</p>\n{% endfor %}")
    choice = Choice(KIND, "plain", "en", "plain")
    chosen = plan(session, choice, "text-align")
    apply(session, chosen, chosen.digest)
    assert "<p>{{ word }}</p>" in path.read_text("utf-8")
