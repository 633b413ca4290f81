"""``make oracle N=2000``: the checker's verdicts against the browser's, on generated hostile mail.

The browser's facts are turned into verdicts by ``verdicts.js``, which shares no code with the checker. A disagreement is
shrunk to a minimal message; put it into the rule's cases once it is understood.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from franking.check import inspect
from franking.model import Finding, Message
from franking.policy import load
from tests.real.hostile import mail
from tests.real.judge import Judge, browser

SCRIPT = (Path(__file__).parent / "verdicts.js").read_text("utf-8")
RULES = ("margin-width", "image-width", "text-align", "centered-body", "line-breaks", "line-height", "font-family", "font-color",
         "font-sizes")  # fmt: skip
POLICY = load()
LIMITS = {name: POLICY.value(name) for name in ("margin_share", "image_share", "line_breaks", "font_sizes")}
# Messages on the edge of a limit: kerning and rounding decide there, nobody's error.
EDGE = 0.012
_SYSTEM_TEXT = re.compile(
    r"(?<![\w-])(?:(?:canvas|window|button|info|field|menu|caption|link)text|-webkit-link)\b", re.IGNORECASE
)


@dataclass
class Score:
    """How often the two agree."""

    verdicts: int = 0
    undecided: int = 0
    reasons: Counter[str] = field(default_factory=Counter)  # of what is undecided: rule and property, or the message
    disagreements: list[tuple[str, int, str, bool, Any]] = field(default_factory=list)


# The laid out message without author style, but for what hides content: what the browser alone makes of it.
STRIP = """() => {
  const hidden = [...document.querySelectorAll('body *')].map(e => {
    const s = getComputedStyle(e);
    return [e, s.display === 'none' ? 'display:none' : `visibility:${s.visibility === 'visible' ? 'visible' : 'hidden'}`];
  });
  for (const [e, kept] of hidden) {
    if (e.localName === 'style') e.textContent = '';
    for (const name of ['style', 'class', 'align', 'width', 'height', 'cellpadding', 'cellspacing', 'border', 'dir', 'color', 'face', 'size'])
      e.removeAttribute(name);
    e.setAttribute('style', kept);
  }
  for (const name of [...document.body.attributes].map(a => a.name)) document.body.removeAttribute(name);
  document.documentElement.removeAttribute('style');
  for (const e of document.querySelectorAll('style:not([data-frame])')) e.textContent = '';
  for (const e of document.querySelectorAll('center')) {
    const block = document.createElement('div');
    block.append(...e.childNodes);
    for (const a of e.attributes) block.setAttribute(a.name, a.value);
    e.replaceWith(block);
  }
}"""


def _reason(finding: Finding) -> str:
    """The property, or the message without its numbers."""
    return finding.measured if isinstance(finding.measured, str) else re.sub(r"[\d.]+", "#", finding.message)[:70]


def browser_verdicts(judge: Judge, html: str, width: int) -> dict[str, Any]:
    """The violated rules with what was measured, as the browser lays the message out."""
    # System colours that a browser computes to the same as no declaration are told from it by another colour.
    judge.lay_out(_SYSTEM_TEXT.sub("#010203", html), width)
    found: dict[str, Any] = judge.page.evaluate(SCRIPT, LIMITS)
    return found


def compare(judge: Judge, html: str, width: int, score: Score) -> None:
    """Add the agreement on one message at one width to ``score``."""
    theirs = browser_verdicts(judge, html, width)
    findings = inspect(Message("generated", html), POLICY, widths=(width,), select=RULES)
    for rule in RULES:
        ours = [f for f in findings if f.rule == rule]
        score.verdicts += 1
        if any(f.undecided for f in ours):
            score.undecided += 1
            score.reasons.update({f"{rule}: {_reason(f)}" for f in ours if f.undecided})
            continue
        verdict = rule in theirs or (rule == "margin-width" and inset_violated(judge, html, width, theirs))
        if bool(ours) != verdict and not on_the_edge(judge, html, rule, theirs, width):
            score.disagreements.append((html, width, rule, bool(ours), theirs.get(rule, theirs.get("inset"))))


def inset_violated(judge: Judge, html: str, width: int, theirs: dict[str, Any]) -> bool:
    """Whether the message's inset is too wide, and wider than the browser alone makes it for the content that is nearest
    to the edge."""
    limit = LIMITS["margin_share"] * width
    if "inset" not in theirs or max(theirs["inset"]) <= limit + 0.01:
        return False
    return any(
        side > limit + 0.01 and side > own + 0.5
        for side, own in zip(theirs["inset"], bare(judge, html, width, theirs), strict=True)
    )


def bare(judge: Judge, html: str, width: int, theirs: dict[str, Any]) -> list[float]:
    """The left and right inset, without author style, of the content that stands nearest to each edge with it."""
    judge.lay_out(html, width)
    judge.page.evaluate(STRIP)
    alone = judge.page.evaluate(SCRIPT, LIMITS).get("pieces", [])
    result: list[float] = []
    for side in (1, 2):
        nearest = min(piece[side] for piece in theirs["pieces"])
        owners = {piece[0] for piece in theirs["pieces"] if piece[side] <= nearest + 0.01}
        result.append(min((piece[side] for piece in alone if piece[0] in owners), default=0.0))
    return result


def on_the_edge(judge: Judge, html: str, rule: str, theirs: dict[str, Any], width: int) -> bool:
    """Whether the measured inset lies within the error of text widths, or is too wide without any author style."""
    if rule != "margin-width" or not theirs.get("inset"):
        return False
    limit = LIMITS["margin_share"] * width
    own = bare(judge, html, width, theirs)
    if any(side > limit and alone > limit for side, alone in zip(theirs["inset"], own, strict=True)):
        return True
    return any(abs(side / width - LIMITS["margin_share"]) < EDGE for side in theirs["inset"])


def run(number: int, start: int, *, shrink: bool, only: str = "") -> Score:
    """Judge ``number`` generated messages at both widths."""
    score = Score()
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    with browser() as judge:

        @seed(start)
        @settings(max_examples=number, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck))
        @given(mail())
        def judged(html: str) -> None:
            before = len(score.disagreements)
            for width in POLICY.widths:
                compare(judge, html, width, score)
            if only:
                score.disagreements[before:] = [d for d in score.disagreements[before:] if d[2] == only]
            if shrink and len(score.disagreements) > before:
                raise AssertionError

        try:
            judged()
        except AssertionError:
            score.disagreements = score.disagreements[-1:]
    return score


def main() -> int:
    """Run from the command line; exit code 1 when the two disagree anywhere."""
    parser = argparse.ArgumentParser()
    parser.add_argument("number", type=int, nargs="?", default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shrink", action="store_true", help="stop at the first disagreement and make it minimal")
    parser.add_argument("--rule", default="", help="look at one rule only")
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    score = run(options.number, options.seed, shrink=options.shrink, only=options.rule)
    by_rule = Counter(rule for _, _, rule, _, _ in score.disagreements)
    sys.stdout.write(
        f"{options.number} messages, {score.verdicts} verdicts, {len(score.disagreements)} disagreements, "
        f"{score.undecided} undecided ({score.undecided / max(1, score.verdicts):.2%})\n"
    )
    for rule, count in by_rule.most_common():
        sys.stdout.write(f"  {rule}: {count}\n")
        of_rule = sorted((d for d in score.disagreements if d[2] == rule), key=lambda d: len(d[0]))
        for html, width, _, ours, theirs in of_rule[: options.show]:
            sys.stdout.write(f"    at {width}: checker {'rejects' if ours else 'permits'}, browser {theirs}\n      {html}\n")
    return 1 if score.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
